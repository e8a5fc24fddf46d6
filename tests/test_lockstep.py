"""Lock-step: real bots over real sockets, twice, and the same journal both times."""

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

import msgspec
from websockets.asyncio.client import connect

from scripts.ports import free_port
from tests.test_process import healthy, venue
from venue.core.commands import AnyCommand

STEPS = 40


async def bot(port: int, token: str, number: int) -> None:
    """Subscribe, quote round what is seen, say ready; ``number`` makes the two differ."""
    async with connect(f"ws://127.0.0.1:{port}/v1/ws", compression=None) as connection:
        asked = 0

        async def ask(method: str, **params: Any) -> dict[str, Any]:
            nonlocal asked
            asked += 1
            await connection.send(
                json.dumps({"jsonrpc": "2.0", "id": asked, "method": method, "params": params})
            )
            heard: list[dict[str, Any]] = []
            while True:
                message: dict[str, Any] = json.loads(await connection.recv())
                if message.get("id") == asked:
                    message["heard"] = heard
                    return message
                heard.append(message)

        await ask("public/login", token=token)
        if number:  # What a bot sends is answered after it said ready, never before.
            await connection.send(
                json.dumps(
                    {
                        "jsonrpc": "2.0",
                        "id": 0,
                        "method": "private/set_cancel_on_disconnect",
                        "params": {"enabled": True},
                    }
                )
            )
        await ask("public/subscribe", channels=["bbo.TSLA", "prices.TSLA"])
        mark = "350"
        for step in range(STEPS):
            answered = await ask("private/ready")
            for message in answered["heard"]:
                data = message.get("params", {}).get("data", {})
                mark = data.get("mark") or mark
            cents = int(float(mark) * 100) + (step % 5) - 2
            side = "buy" if (step + number) % 2 else "sell"
            request = {
                "market": "TSLA", "side": side, "size": f"{1 + step % 3}",
                "price": f"{cents // 100}.{cents % 100:02}",
            }  # fmt: skip
            await connection.send(
                json.dumps(
                    {
                        "jsonrpc": "2.0",
                        "id": -1 - step,
                        "method": "private/place_order",
                        "params": request,
                    }
                )
            )


def commands_of(path: Path) -> list[tuple[int, AnyCommand]]:
    """Return all commands of a journal's file."""
    decode = msgspec.msgpack.Decoder(list[tuple[int, AnyCommand]]).decode
    with sqlite3.connect(path) as database:
        rows = database.execute("SELECT commands FROM journal ORDER BY first_seq").fetchall()
    return [each for (blob,) in rows for each in decode(blob)]


async def one_life(folder: Path) -> list[tuple[int, AnyCommand]]:
    folder.mkdir()
    port = free_port()
    with venue(folder, port, "--lockstep", "2") as process:
        await healthy(port, process, folder / "venue.log")
        tokens = json.loads((folder / "venue.d" / "tokens.json").read_text())
        await asyncio.gather(bot(port, tokens["alice"], 0), bot(port, tokens["bob"], 1))
    return commands_of(folder / "venue.db")


def test_the_same_bots_in_lock_step_bring_the_same_journal(tmp_path: Path) -> None:
    async def run() -> None:
        first = await one_life(tmp_path / "first")
        second = await one_life(tmp_path / "second")
        placed = [each for each in first if type(each[1]).__name__ == "PlaceOrder"]
        last = first.index(placed[-1])

        assert len(placed) >= 2 * (STEPS - 2)
        assert second[: last + 1] == first[: last + 1]

    asyncio.run(run())
