"""A disk that fails on request, under the journal's own code.

It stands where the database stands (``venue/store/database.py``): what the journal does when it
does not know whether a group was written is the real thing. What was written is in ``whole``, a
SQLite database in memory that outlives every process of a life.
"""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from tests.soak.actions import DiskFault
from tests.soak.virtual_loop import PowerCut
from venue.core.units import NS_PER_MS
from venue.store.database import Row, Statement
from venue.store.errors import JournalUnavailable
from venue.store.schema import JOURNAL_TREE, creation

A_GROUP = "INSERT INTO journal"
SLOW_WRITES = 20  # A slow disk is slow for so many writes.


class Disk:
    """What lasts. ``armed`` are the faults to come, ``met`` counts those that came."""

    def __init__(self) -> None:
        self.whole = sqlite3.connect(":memory:", isolation_level=None)
        for sql, values in creation(JOURNAL_TREE, "sqlite"):
            self.whole.execute(sql, values)
        self.armed: list[DiskFault] = []
        self.met: Counter[str] = Counter()
        self.full_until_ns = 0
        self.refusals = 0
        self.slow_ms = 0
        self.slow_writes = 0
        self.durable_seq = 0

    def commit(self, statements: tuple[Statement, ...]) -> None:
        """Make statements durable, all or none."""
        whole = self.whole
        whole.execute("BEGIN")
        try:
            for sql, values in statements:
                whole.execute(sql, values)
        except BaseException:
            whole.execute("ROLLBACK")
            raise
        whole.execute("COMMIT")
        found = whole.execute("SELECT coalesce(max(last_seq), 0) FROM journal").fetchone()
        self.durable_seq = int(found[0])

    def mend(self) -> None:
        """Forget whatever was to fail: a venue that ends in order must be able to."""
        self.armed.clear()
        self.full_until_ns = self.refusals = self.slow_writes = 0

    def fault_now(self, *, is_group: bool) -> DiskFault | None:
        """Return the fault that strikes this write, if one does."""
        for place, armed in enumerate(self.armed):
            if armed.beside and is_group:
                continue
            if armed.skip:
                self.armed[place] = msgspec.structs.replace(armed, skip=armed.skip - 1)
                return None
            del self.armed[place]
            self.met[f"{armed.kind} beside" if armed.beside else armed.kind] += 1
            return armed
        return None


class FaultyDatabase:
    """A ``Database`` over such a disk, as one process sees it."""

    name = "disk"
    self_check = "PRAGMA integrity_check(1)"

    def __init__(self, disk: Disk, now_ns: Callable[[], int]) -> None:
        self._disk = disk
        self._now_ns = now_ns

    @property
    def can_write_now(self) -> bool:
        return not self._disk.slow_writes

    @property
    def commit_ns(self) -> int:
        return self._disk.slow_ms * NS_PER_MS if self._disk.slow_writes else 100_000

    async def write(self, *statements: Statement) -> None:
        disk = self._disk
        await asyncio.sleep(0.0001)
        if disk.slow_writes:
            disk.slow_writes -= 1
            await asyncio.sleep(disk.slow_ms / 1_000)
        self.write_now(*statements)

    def write_now(self, *statements: Statement) -> None:
        disk = self._disk
        fault = disk.fault_now(is_group=statements[0][0].startswith(A_GROUP))
        kind = "" if fault is None else fault.kind
        if fault is not None and kind == "full":
            disk.full_until_ns = self._now_ns() + fault.times * NS_PER_MS
        elif fault is not None and kind == "refused":
            disk.refusals = fault.times
        elif fault is not None and kind == "slow":
            disk.slow_ms, disk.slow_writes = fault.times, SLOW_WRITES
        if kind == "cut_before":
            raise PowerCut("before a commit")
        if disk.refusals or self._now_ns() < disk.full_until_ns:
            disk.refusals = max(0, disk.refusals - 1)
            disk.met["writes refused"] += 1
            raise JournalUnavailable("the disk takes no more")
        disk.commit(statements)
        if kind == "cut_in":
            raise PowerCut("in a commit that stands")
        if kind == "unsure":
            raise JournalUnavailable("the disk does not say whether it stands")
        if kind == "cut_after":
            asyncio.get_running_loop().call_soon(_cut)

    async def read(self, sql: str, *values: Any) -> list[Row]:
        await asyncio.sleep(0)
        return self.read_now(sql, *values)

    def read_now(self, sql: str, *values: Any) -> list[Row]:
        return self._disk.whole.execute(sql, values).fetchall()

    async def close(self) -> None:
        """The disk stays."""


def _cut() -> None:
    raise PowerCut("after a commit, before anybody heard of it")
