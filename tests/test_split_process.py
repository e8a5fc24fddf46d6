"""A split by hand in the real process: what the venue drives itself goes on at half the price."""

import asyncio
import json
import signal
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner
from websockets.asyncio.client import connect

from scripts.crashes.servers import STOP_SECONDS
from scripts.ports import free_port
from tests.test_process import Bot, healthy, venue
from venue.cli import app

# At 120 times, two seconds are four minutes of prints.
RECORDED = "[clock]\nspeed = 120\nthen_speed = 120\n"
SYNTHETIC = f'{RECORDED}[source]\nreplay_to = "2025-05-16 15:33"\n'
SECONDS = 2.0


class Desk:
    """One life of the venue as its operator and two bots see it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        tokens = json.loads((folder / "venue.d" / "tokens.json").read_text())
        self.alice, self.bob = Bot(port, tokens["alice"]), Bot(port, tokens["bob"])

    def operator(self, *words: str) -> str:
        found = CliRunner().invoke(
            app,
            [
                *words, "--admin", f"http://127.0.0.1:{self.port + 1}",
                "--key", str(self.folder / "venue.d" / "admin-key"),
            ],
        )  # fmt: skip
        assert found.exit_code == 0, found.output
        return found.output

    def tsla(self) -> dict[str, Any]:
        key = (self.folder / "venue.d" / "admin-key").read_text().strip()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port + 1}/markets", headers={"Authorization": f"Bearer {key}"}
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            rows: list[dict[str, Any]] = json.load(answer)
        return next(row for row in rows if row["market"] == "TSLA")

    async def trade(self, size: str) -> None:
        """Let bob sell and alice buy a position that would not bear a price twice as high."""
        price = f"{float(self.tsla()['mark']):.1f}0"
        for bot, side in ((self.bob, "sell"), (self.alice, "buy")):
            async with connect(bot.url, compression=None) as connection:
                await bot.login(connection)
                await bot.ask(
                    connection, "private/place_order", market="TSLA", side=side, size=size,
                    price=price,
                )  # fmt: skip

    async def sizes(self) -> list[str]:
        return [await self._size(bot) for bot in (self.alice, self.bob)]

    async def _size(self, bot: Bot) -> str:
        async with connect(bot.url, compression=None) as connection:
            await bot.login(connection)
            found = await bot.ask(connection, "private/get_positions")
        (position,) = found["positions"]
        return str(position["size"])


async def marked(desk: Desk) -> float:
    """Wait until there is a mark, and return it."""
    for _ in range(200):
        mark = desk.tsla()["mark"]
        if mark is not None:
            return float(mark)
        await asyncio.sleep(0.05)
    raise AssertionError("no mark")


@pytest.mark.parametrize("settings", [RECORDED, SYNTHETIC], ids=["recording", "synthetic"])
def test_nobody_is_liquidated_and_the_mark_stays_at_half(settings: str, tmp_path: Path) -> None:
    port = free_port()
    file = tmp_path / "venue.toml"
    file.write_text(settings)

    async def first() -> float:
        with venue(tmp_path, port, "--config", str(file)) as process:
            await healthy(port, process, tmp_path / "venue.log")
            desk = Desk(tmp_path, port)
            if settings is SYNTHETIC:
                await asyncio.sleep(SECONDS)  # Until the recording is over.
            await marked(desk)
            await desk.trade("1000")
            before = await marked(desk)
            assert await desk.sizes() == ["1000.000", "-1000.000"]
            desk.operator("market", "split", "TSLA", "2:1", "--at", "now")
            await asyncio.sleep(SECONDS)
            assert await desk.sizes() == ["2000.000", "-2000.000"]
            assert desk.tsla()["open_interest"] == "2000.000"
            assert before / 2 * 0.97 < await marked(desk) < before / 2 * 1.03
            assert desk.tsla()["held_back"] == []
            process.send_signal(signal.SIGKILL)
            process.wait(STOP_SECONDS)
            return before

    async def second(before: float) -> None:
        with venue(tmp_path, port, "--config", str(file)) as process:
            await healthy(port, process, tmp_path / "venue.log")
            desk = Desk(tmp_path, port)
            await asyncio.sleep(SECONDS)
            assert await desk.sizes() == ["2000.000", "-2000.000"]
            assert before / 2 * 0.97 < await marked(desk) < before / 2 * 1.03
            assert float(desk.tsla()["index"]) < before / 2 * 1.03

    second_half = asyncio.run(first())
    asyncio.run(second(second_half))
