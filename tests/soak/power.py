"""The real SQLite store over a disk that loses its power, again and again.

Commands of a seed are executed in groups and appended by the journal's own code. At every
acknowledgement nothing of the write-ahead file may be unsynced. After each cut the standard
library's SQLite opens what the disk still has: every acknowledged group stands, at most the one
that was on its way stands with them, and the journal verifies from its first command on.
"""

import asyncio
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import apsw

from tests.simulation.chance import Flow
from tests.soak.power_disk import PowerDisk
from tests.store.venue_day import Player
from tests.support.model import expect
from venue.core.commands import Command
from venue.rules.build import build
from venue.store.errors import JournalUnavailable
from venue.store.journal import Group
from venue.store.recover import recover, save_state
from venue.store.sql_journal import SqlJournal
from venue.store.sqlite_database import Connection, make_durable
from venue.store.sqlite_journal import open_sqlite_journal
from venue.store.verify import verify

CUTS = 5
OPERATIONS_MAX = 400  # Of a disk between two cuts.
FILE = "journal.db"

Prepare = Callable[[Connection, Path], None]


class Driver:
    """SQLite over such a disk, with the face of the standard library's driver."""

    def __init__(self, path: Path, disk: PowerDisk) -> None:
        self._connection = _plainly(lambda: apsw.Connection(str(path), vfs=disk.name))

    @property
    def in_transaction(self) -> bool:
        return bool(self._connection.in_transaction)

    def execute(self, sql: str, values: tuple[Any, ...] = (), /) -> Any:
        return _plainly(lambda: _Rows(self._connection.execute(sql, values).fetchall()))

    def close(self) -> None:
        with suppress(apsw.Error):  # Without power it cannot tidy up.
            self._connection.close()


class _Rows:
    """What a statement returned, all of it."""

    def __init__(self, rows: list[Any]) -> None:
        self._rows = rows

    def fetchall(self) -> list[Any]:
        return self._rows

    def fetchone(self) -> Any:
        return self._rows[0] if self._rows else None


def _plainly(call: Callable[[], Any]) -> Any:
    """Complain as the standard library's driver does."""
    try:
        return call()
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise sqlite3.DatabaseError(str(error)) from error
    except apsw.ConstraintError as error:
        raise sqlite3.IntegrityError(str(error)) from error
    except apsw.Error as error:
        raise sqlite3.OperationalError(str(error)) from error


class PowerLife:
    """A journal of one seed, over all its cuts."""

    def __init__(self, seed: int, prepare: Prepare) -> None:
        self._seed = seed
        self._random = Random(f"power {seed}")
        self._flow = Flow(seed)
        self._prepare = prepare
        self._player = Player()
        self._opening = [(self._flow.now_ns, command) for command in self._flow.opening()]
        self._acknowledged: list[Group] = []
        self._on_its_way: Group | None = None

    async def run(self, folder: Path) -> int:
        """Live through all cuts; return how many there were."""
        for number in range(CUTS):
            here, there = folder / str(number), folder / str(number + 1)
            here.mkdir(exist_ok=True)
            there.mkdir()
            disk = PowerDisk(f"power-{self._seed}-{number}-{id(self)}")
            disk.cut_at = self._random.randint(2, OPERATIONS_MAX)
            disk.fails_at = {self._random.randint(2, OPERATIONS_MAX) for _ in range(4)}
            try:
                await self._write(here / FILE, disk)
            except JournalUnavailable as error:
                expect(disk.is_cut, f"a disk with power refuses to the end: {error}")
            disk.leave(there, self._random)
            disk.unregister()
            await self._look(there / FILE)
        return CUTS

    async def _write(self, path: Path, disk: PowerDisk) -> None:
        """Append groups until the power goes."""

        def connect(at: Path) -> Connection:
            driver = Driver(at, disk)
            try:
                self._prepare(driver, at)
                # Often, so that cuts meet the writing back of the write-ahead file, too.
                driver.execute(f"PRAGMA wal_autocheckpoint={self._random.choice([3, 20, 1_000])}")
            except BaseException:
                driver.close()
                raise
            return driver

        journal = await _until_it_opens(path, connect, disk)
        try:
            while True:
                group = self._next_group()
                self._on_its_way = group
                await self._append(journal, group, disk)
                wal = path.with_name(path.name + "-wal")
                expect(not disk.unsynced(wal), "a group is acknowledged before it is synced")
                self._acknowledged.append(group)
                self._on_its_way = None
                if self._random.random() < 0.05:
                    with suppress(JournalUnavailable):
                        await save_state(journal, self._player.engine.state, self._player.chain)
        finally:
            await journal.close()

    async def _append(self, journal: SqlJournal, group: Group, disk: PowerDisk) -> None:
        """Append a group, again and again while the disk has power and refuses."""
        while True:
            try:
                if self._random.random() < 0.5:
                    journal.append_now(group)
                else:
                    await journal.append(group)
                return
            except JournalUnavailable:
                if disk.is_cut:
                    raise

    def _next_group(self) -> Group:
        commands: list[tuple[int, Command]] = []
        if self._player.engine.state.seq == 0:
            commands = list(self._opening)
        for _ in range(self._random.randint(1, 4) if not commands else 0):
            commands.append(self._flow.next(self._player.engine.state))
        return self._player.group(commands)

    async def _look(self, path: Path) -> None:
        """Open what is left with the usual driver, hold it against what was acknowledged."""
        journal = await open_sqlite_journal(path)
        try:
            found = [group async for group in journal.groups()]
            known = [*self._acknowledged, *([self._on_its_way] if self._on_its_way else [])]
            expect(len(found) >= len(self._acknowledged), "an acknowledged group is lost")
            expect(found == known[: len(found)], "the journal holds other groups than were written")
            await verify(journal, build)
            recovered = await recover(journal, build)
        finally:
            await journal.close()
        self._acknowledged, self._on_its_way = found, None
        self._player = Player(recovered.engine, recovered.chain)


async def _until_it_opens(
    path: Path, connect: Callable[[Path], Connection], disk: PowerDisk
) -> SqlJournal:
    while True:
        try:
            return await open_sqlite_journal(path, connect)
        except JournalUnavailable:
            if disk.is_cut:
                raise


def power_life(seed: int, prepare: Prepare = make_durable) -> int:
    """Live one seed; return how often the power was cut."""
    with tempfile.TemporaryDirectory(prefix="venue-power-") as folder:
        return asyncio.run(PowerLife(seed, prepare).run(Path(folder)))
