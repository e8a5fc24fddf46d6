"""The real process: killed while bots trade, and nothing acknowledged is lost."""

import asyncio
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from scripts.crashes.servers import STOP_SECONDS
from scripts.ports import free_port

ROOT = Path(__file__).parent.parent
ROUNDS = 2  # scripts/crashtest goes on for as long as one likes.


@contextmanager
def venue(folder: Path, port: int, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a real venue without house bots until the block ends."""
    with (folder / "venue.log").open("ab") as log:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "venue", "serve", "--no-screen", "--no-house",
                "--journal", f"sqlite:///{folder / 'venue.db'}", "--port", str(port), *options,
            ],
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )  # fmt: skip
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(STOP_SECONDS)


async def healthy(port: int, process: subprocess.Popen[bytes], log: Path) -> dict[str, Any]:
    """Wait until the venue answers, and return its health."""
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        try:
            return await asyncio.to_thread(_health, port)
        except OSError:
            await asyncio.sleep(0.05)
    raise AssertionError(log.read_text())


def _health(port: int) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port + 1}/healthz", timeout=5) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


class Bot:
    """A raw client with its own record of what it was told."""

    def __init__(self, port: int, token: str) -> None:
        self.url = f"ws://127.0.0.1:{port}/v1/ws"
        self.token = token
        self.acknowledged: dict[str, int] = {}
        self.sent: list[str] = []
        self.notices: dict[int, dict[str, Any]] = {}
        self.account_n = 0
        self._next_id = 0

    async def ask(self, connection: ClientConnection, method: str, **params: Any) -> Any:
        self._next_id += 1
        request = {"jsonrpc": "2.0", "id": self._next_id, "method": method, "params": params}
        await connection.send(json.dumps(request))
        while True:
            message = json.loads(await connection.recv())
            if message.get("id") == self._next_id:
                assert "error" not in message, message
                return message["result"]
            self.hear(message)

    def hear(self, message: dict[str, Any]) -> None:
        params = message.get("params", {})
        if str(params.get("channel", "")).startswith("account."):
            data = params["data"]
            assert data["n"] not in self.notices, f"heard {data['n']} twice"
            self.notices[data["n"]] = data

    async def login(self, connection: ClientConnection) -> dict[str, Any]:
        result: dict[str, Any] = await self.ask(connection, "public/login", token=self.token)
        await self.ask(connection, "private/subscribe_account", **{"from": len(self.notices) + 1})
        return result

    async def trade_until_killed(self) -> None:
        try:
            async with connect(self.url, compression=None) as connection:
                await self.login(connection)
                while True:
                    name = f"o{len(self.sent)}"
                    self.sent.append(name)
                    side = random.choice(["buy", "sell"])
                    price = "340.00" if side == "buy" else "360.00"
                    result = await self.ask(
                        connection, "private/place_order", market="TSLA", side=side,
                        size="0.1", price=price, client_order_id=name,
                    )  # fmt: skip
                    self.acknowledged[name] = result["order"]["order_id"]
                    if len(self.acknowledged) % 100 == 0:
                        await self.ask(connection, "private/cancel_all")
                    elif len(self.acknowledged) % 3 == 0:
                        gone = random.choice(list(self.acknowledged))
                        await connection.send(
                            json.dumps(
                                {
                                    "jsonrpc": "2.0",
                                    "id": 0,
                                    "method": "private/cancel_order",
                                    "params": {"client_order_id": gone},
                                }
                            )
                        )
        except (ConnectionClosed, InvalidHandshake, OSError):  # Killed, maybe while it let us in.
            return


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    async def run() -> None:
        port = free_port()
        log = tmp_path / "venue.log"
        bots: list[Bot] = []
        for number in range(ROUNDS):
            with venue(tmp_path, port) as process:
                await healthy(port, process, log)
                tokens = json.loads((tmp_path / "venue.d" / "tokens.json").read_text())
                bots = bots or [Bot(port, tokens["alice"]), Bot(port, tokens["bob"])]
                trading = [asyncio.create_task(bot.trade_until_killed()) for bot in bots]
                await asyncio.sleep(1.0 + number * 0.37)
                os.kill(process.pid, signal.SIGKILL)
                await asyncio.gather(*trading)
                process.wait(STOP_SECONDS)
        with venue(tmp_path, port) as process:
            await healthy(port, process, log)
            for bot in bots:
                await _agrees(bot)
            process.terminate()
            assert process.wait(STOP_SECONDS) == 0, log.read_text()
        assert _progress(tmp_path) == _last_seq(tmp_path)
        verified = subprocess.run(
            [sys.executable, "-m", "venue", "journal", "verify",
             f"sqlite:///{tmp_path / 'venue.db'}"],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert verified.returncode == 0, verified.stderr
        assert verified.stdout.startswith("whole: ")

    asyncio.run(run())


def _progress(folder: Path) -> int:
    """Return how far the projections' follower has come."""
    with sqlite3.connect(folder / "venue-projections.db") as database:
        return int(database.execute("SELECT seq FROM progress").fetchone()[0])


def _last_seq(folder: Path) -> int:
    with sqlite3.connect(folder / "venue.db") as database:
        return int(database.execute("SELECT max(last_seq) FROM journal").fetchone()[0])


async def _agrees(bot: Bot) -> None:
    """The bot resumes through its numbered notices, and its own record stands in the venue's."""
    assert len(bot.acknowledged) > 20
    async with connect(bot.url, compression=None) as connection:
        login = await bot.login(connection)
        while len(bot.notices) < login["account_n"]:
            bot.hear(json.loads(await connection.recv()))
        assert sorted(bot.notices) == list(range(1, login["account_n"] + 1))
        placed = {
            notice["order"]["client_order_id"]: notice["order"]["order_id"]
            for notice in bot.notices.values()
            if notice["type"] == "order"
        }
        assert {name: placed.get(name) for name in bot.acknowledged} == bot.acknowledged
        # Whatever was sent without an answer stands once or not at all: asking again is safe.
        last = bot.sent[-1]
        again = await bot.ask(
            connection, "private/place_order", market="TSLA", side="buy", size="0.1",
            price="340.00", client_order_id=f"{last}-new",
        )  # fmt: skip
        twice = await bot.ask(
            connection, "private/place_order", market="TSLA", side="buy", size="0.1",
            price="340.00", client_order_id=f"{last}-new",
        )  # fmt: skip
        assert twice["order"]["order_id"] == again["order"]["order_id"]
        assert twice["duplicate"] is True


def test_a_second_process_on_the_same_journal_is_refused_with_a_sentence(tmp_path: Path) -> None:
    async def run() -> None:
        port = free_port()
        with venue(tmp_path, port) as process:
            await healthy(port, process, tmp_path / "venue.log")
            second = await asyncio.to_thread(
                subprocess.run,
                [sys.executable, "-m", "venue", "serve", "--no-screen", "--no-house",
                 "--journal", f"sqlite:///{tmp_path / 'venue.db'}", "--port", str(free_port())],
                cwd=ROOT, capture_output=True, text=True, timeout=60,
            )  # fmt: skip

            assert second.returncode == 2
            assert second.stderr.startswith("refused:")
            assert "Traceback" not in second.stderr

    asyncio.run(run())


def test_the_house_ends_with_its_venue_even_when_that_is_killed(tmp_path: Path) -> None:
    async def run() -> None:
        port = free_port()
        with venue(tmp_path, port, "--house") as process:
            await healthy(port, process, tmp_path / "venue.log")
            log = tmp_path / "venue.d" / "house.log"
            await _until(lambda: log.exists() and "house_opens" in log.read_text())

            os.kill(process.pid, signal.SIGKILL)

            await _until(lambda: "house_closes" in log.read_text())

    asyncio.run(run())


async def _until(holds: Callable[[], bool]) -> None:
    for _ in range(400):
        if holds():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never came to hold")
