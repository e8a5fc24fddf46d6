"""Tables for reading that cannot be written, under a real venue: it trades on, and says so."""

import asyncio
import os
import resource
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scripts.crashes.bots import Bot
from scripts.crashes.servers import Venue
from tests.test_trouble import a_venue, place, started
from venue.cli.operators_door import OperatorsDoor
from venue.config import ConfigError
from venue.store.tally import LATE_SECONDS, Result, warning_of

SECONDS_MAX = 30.0
ROOT = Path(__file__).parent.parent
ROOM = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def follower_of(venue: Venue) -> int:
    """Return the process that writes the tables."""
    assert venue.process is not None
    for each in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (each / "cmdline").read_bytes().split(b"\0")
            parent = (each / "stat").read_text().rpartition(")")[2].split()[1]
            if b"venue.projector" in words and int(parent) == venue.process.pid:
                return int(each.name)
    raise AssertionError(f"nobody follows: {venue.tail()}")


async def until(holds: Callable[[], bool], venue: Venue) -> None:
    ends = time.monotonic() + SECONDS_MAX
    while not await asyncio.to_thread(holds):
        assert time.monotonic() < ends, venue.tail()
        await asyncio.sleep(0.1)


async def followed(venue: Venue) -> None:
    """Wait until the tables know what is durable now."""
    seq = await asyncio.to_thread(metric, venue, "seq")
    await until(lambda: metric(venue, "projections_seq") >= seq, venue)


def door_of(venue: Venue) -> OperatorsDoor:
    return OperatorsDoor(f"http://127.0.0.1:{venue.port + 1}", venue.side_folder / "admin-key", "")


def standings(venue: Venue) -> list[Result]:
    return msgspec.convert(door_of(venue).ask("GET", "/standings"), list[Result])


def metric(venue: Venue, name: str) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{venue.port + 1}/metrics", timeout=5) as answer:
        for line in answer.read().decode().splitlines():
            if line.startswith(f"venue_{name} "):
                return float(line.split()[1])
    raise AssertionError(f"no metric {name}")


def said_by_follower(venue: Venue) -> str:
    return (venue.side_folder / "projections.log").read_text()


async def left_and_stopped(bot: Bot, venue: Venue) -> None:
    await bot.leave()
    assert await asyncio.to_thread(venue.stop) == 0, venue.tail()


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs Linux's prlimit")
def test_standings_say_that_the_tables_are_late_while_their_disk_is_full(tmp_path: Path) -> None:
    async def story(venue: Venue) -> None:
        bot = await started(venue)
        await place(bot, "before")
        await followed(venue)
        assert warning_of(standings(venue)) is None
        number = follower_of(venue)
        full = (tmp_path / "venue-projections.db-wal").stat().st_size
        resource.prlimit(number, resource.RLIMIT_FSIZE, (full, resource.RLIM_INFINITY))

        await place(bot, *(f"late-{each}" for each in range(20)))
        await until(lambda: warning_of(standings(venue)) is not None, venue)

        late = standings(venue)
        counted = int(metric(venue, "projections_seq"))
        assert {each.counted_seq for each in late} == {counted}
        assert late[0].seq > counted
        said = warning_of(late)
        assert said is not None
        assert f"counted up to seq {counted:,} of {late[0].seq:,}" in said
        door = ("--admin", door_of(venue).address, "--key", str(door_of(venue).key))
        typed = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "venue", "account", "standings", "--csv", *door],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
        assert typed.stderr.startswith(f"{said.partition(' of ')[0]} of ")
        assert typed.stderr.count("\n") == 1
        assert typed.stdout.startswith("rank,")
        assert metric(venue, "projections_late_seconds") >= LATE_SECONDS
        assert "projections are not written" in venue.tail()
        assert venue.health() is not None

        resource.prlimit(number, resource.RLIMIT_FSIZE, ROOM)
        await until(lambda: "projections are written again" in venue.tail(), venue)
        await until(lambda: metric(venue, "projections_late_seconds") == 0, venue)
        assert warning_of(standings(venue)) is None
        await left_and_stopped(bot, venue)
        assert "Traceback" not in said_by_follower(venue)

    with a_venue(tmp_path) as venue:
        asyncio.run(story(venue))


@pytest.mark.parametrize("is_put_back", [True, False], ids=["put back", "gone for good"])
def test_tables_that_were_taken_away_are_named_and_nothing_is_left_in_their_place(
    is_put_back: bool, tmp_path: Path
) -> None:
    tables, away = tmp_path / "venue-projections.db", tmp_path / "away"

    def refusal(venue: Venue) -> str:
        with pytest.raises(ConfigError) as refused:
            standings(venue)
        return str(refused.value)

    async def story(venue: Venue) -> None:
        bot = await started(venue)
        await place(bot, "before")
        await followed(venue)
        os.rename(tables, away)

        said = await asyncio.to_thread(refusal, venue)
        await place(bot, "meanwhile")
        await until(lambda: "were removed or replaced while in use" in venue.tail(), venue)

        assert "were removed or replaced while in use" in said
        assert "makes them anew from the journal" in said
        assert not tables.exists()
        if is_put_back:
            os.rename(away, tables)
            await until(lambda: "projections are written again" in venue.tail(), venue)
            assert warning_of(await asyncio.to_thread(standings, venue)) is None
        await left_and_stopped(bot, venue)
        log = said_by_follower(venue)
        assert "were removed or replaced while in use" in log
        assert "Traceback" not in log

        bot = await started(venue)
        assert await asyncio.to_thread(standings, venue)
        await left_and_stopped(bot, venue)

    with a_venue(tmp_path) as venue:
        asyncio.run(story(venue))


def test_results_warn_only_of_tables_that_are_late() -> None:
    def result(**late: Any) -> Result:
        money: dict[str, Any] = dict.fromkeys(
            ("equity_micros", "base_micros", "return_e12", "fees_micros", "funding_micros"), 0
        )
        counts = {"positions": 0, "trades": 0, "liquidations": 0, "at_ns": 0}
        return msgspec.convert(
            {"rank": 1, "account": 1, "name": "ann", "kind": "participant"}
            | money
            | counts
            | {"seq": 2_896, **late},
            Result,
        )

    assert warning_of([]) is None
    assert warning_of([result()]) is None
    assert str(warning_of([result(counted_seq=171)])).startswith(
        "trades and liquidations are counted up to seq 171 of 2,896: "
    )
