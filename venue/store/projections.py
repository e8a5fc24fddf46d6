"""The projections' writer: it follows the journal by a second at most, and is never waited for.

What was executed and made durable is handed over with ``take``; ``run`` writes it in bulk. The rows
of a batch and how far it goes are one transaction, so after any crash the tables know whole
commands up to ``progress.seq`` and nothing else. A writer that cannot follow stops taking
(``fell_behind``): what it missed is made again from the journal (``catch_up.py``).
"""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from venue.core.state import State
from venue.core.units import NS_PER_MINUTE
from venue.store.equity import Worth
from venue.store.errors import StoreUnavailable
from venue.store.lock import FileLock
from venue.store.project import project
from venue.store.projection_tables import PROJECTIONS
from venue.store.replay import Executed
from venue.store.rows import Rows, Values
from venue.store.watched_file import WatchedFile
from venue.store.write_rows import (
    clear_goal,
    read_goal,
    read_seq,
    write_goal,
    write_progress,
    write_rows,
)

QUEUED_EVENTS_MAX = 1_000_000  # Some hundred megabytes, and a minute at the greatest load.
BATCH_EVENTS = 5_000
EVENTS_PER_TURN = 200  # What is turned into rows in one turn of the loop: about a millisecond.
RETRY_SECONDS = 1.0
EQUITY_INTERVAL_NS = NS_PER_MINUTE


class Progress(NamedTuple):
    """The last command that the tables know, its time, and when their journal was made."""

    seq: int
    at_ns: int
    origin_ns: int


class _Batch:
    """Rows on their way into the tables, how far these go with them, and what that was made of."""

    def __init__(self, progress: Progress) -> None:
        self.rows = Rows()
        self.progress = progress
        self.events = 0
        # From its first attempt on nothing is added: that attempt may stand, whatever it said.
        self.is_whole = False


class Projections:
    """One writer of one database of projections."""

    def __init__(
        self,
        engine: AsyncEngine,
        progress: Progress,
        lock: FileLock | None = None,
        *,
        equity_interval_ns: int = EQUITY_INTERVAL_NS,
        file: WatchedFile | None = None,
    ) -> None:
        """``file`` is what the tables are kept in, where that is a file."""
        self.engine = engine
        self._file = file
        self.progress = progress
        self._lock = lock
        self.trouble: str | None = None  # Why the last write failed; None: it did not.
        self.fell_behind = False
        self.taken_seq = 0
        self._equity_interval_ns = equity_interval_ns
        self._equity_ns = 0
        self._worth: Worth | None = None
        self._queue: deque[Executed] = deque()
        self._queued_events = 0
        self._batch: _Batch | None = None
        self._points: Iterator[Values] | None = None  # Of the equity curve, due after a command.
        self._news = asyncio.Event()
        self._is_ending = False

    def begin(self, state: State) -> None:
        """Go on from a state at or before ``progress``; what came after it must be taken again.

        Commands that the tables know already leave no rows a second time.
        """
        assert state.seq <= self.progress.seq, "the tables do not go as far as this state"
        self._queue.clear()
        self._queued_events = 0
        self._batch = None
        self._points = None
        self._worth = Worth(state)
        self._equity_ns = self.progress.at_ns
        self.taken_seq = state.seq
        self.fell_behind = False

    @property
    def waiting_events(self) -> int:
        """How many events wait to be written."""
        return self._queued_events + (0 if self._batch is None else self._batch.events)

    def take(self, executed: Sequence[Executed]) -> None:
        """Hand over durable commands, in order and none left out. Never waits."""
        for each in executed:
            if self.fell_behind or each.seq <= self.taken_seq:
                continue
            assert each.seq == self.taken_seq + 1, (
                f"projections expected seq {self.taken_seq + 1}, found {each.seq}"
            )
            events = len(each.events)
            if self._queued_events + events > QUEUED_EVENTS_MAX:
                self.fell_behind = True
                return
            self._queue.append(each)
            self._queued_events += events
            self.taken_seq = each.seq
        self._news.set()

    async def run(self) -> None:
        """Write what is taken, until ``end``. A database in trouble is tried again until then.

        Better ended than cancelled: a write that is cut off may hold its lock for a while.
        """
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self.write_waiting()
            except StoreUnavailable as error:
                if self._is_ending:
                    raise
                self.trouble = str(error)
                await asyncio.sleep(RETRY_SECONDS)
                self._news.set()
                continue
            if self._is_ending:
                return

    def end(self) -> None:
        """Let ``run`` return as soon as what was taken is written; raise if it cannot be."""
        self._is_ending = True
        self._news.set()

    async def write_waiting(self) -> None:
        """Write everything that was taken; what fails stays and may be written again."""
        while self._batch is not None or self._queue:
            if self._batch is None:
                self._batch = _Batch(self.progress)
            # Wherever this is cancelled, the batch goes on from there the next time.
            if not self._batch.is_whole:
                await self._fill(self._batch)
                self._batch.is_whole = True
            await self._write(self._batch)
            self.progress = self._batch.progress
            self.trouble = None
            self._batch = None

    async def empty(self, goal: Progress) -> None:
        """Take every row out, and put on record in the same transaction how far new ones will go.

        ``goal.seq`` 0: there is nothing to be made.
        """
        try:
            async with self.engine.begin() as connection:
                for table in PROJECTIONS.sorted_tables:
                    await connection.execute(delete(table))
                if goal.seq:
                    await write_goal(connection, seq=goal.seq, origin_ns=goal.origin_ns)
        except (SQLAlchemyError, OSError) as error:
            raise _unwritable(error) from error
        self.progress = Progress(0, 0, 0)

    async def aim(self, seq: int) -> None:
        """Put on record that the tables are not whole before they know command ``seq``.

        Whoever is stopped before that leaves it there; the batch that reaches it takes it off.
        """
        if seq <= self.progress.seq:
            return
        try:
            async with self.engine.begin() as connection:
                await write_goal(connection, seq=seq, origin_ns=self.progress.origin_ns)
        except (SQLAlchemyError, OSError) as error:
            raise _unwritable(error) from error

    async def arrive(self) -> None:
        """Say that the tables are whole; also where the journal ends before what was aimed for."""
        try:
            async with self.engine.begin() as connection:
                if (goal := await read_goal(connection)) is not None:
                    await clear_goal(connection, seq=goal)
        except (SQLAlchemyError, OSError) as error:
            raise _unwritable(error) from error

    async def close(self) -> None:
        await self.engine.dispose()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    async def _fill(self, batch: _Batch) -> None:
        """Turn commands into rows, letting others run in between."""
        turned = 0
        while self._points is not None or (self._queue and batch.events < BATCH_EVENTS):
            turned += self._turn(batch)
            if turned >= EVENTS_PER_TURN:
                turned = 0
                await asyncio.sleep(0)

    def _turn(self, batch: _Batch) -> int:
        """Turn one command, or one point of the equity curve, into rows; return how much it was."""
        assert self._worth is not None, "projections begin at a state (catch_up) before they take"
        if self._points is not None:
            point = next(self._points, None)
            if point is None:
                self._points = None
            else:
                batch.rows.add("equity_curve", point)
            return 1
        each = self._queue.popleft()
        self._queued_events -= len(each.events)
        batch.events += len(each.events)
        for event in each.events:
            self._worth.apply(event)
        if each.seq > batch.progress.seq:
            project(batch.rows, each)
            batch.progress = batch.progress._replace(seq=each.seq, at_ns=each.at_ns)
            interval_ns = self._equity_interval_ns
            if each.at_ns // interval_ns > self._equity_ns // interval_ns:
                self._equity_ns = each.at_ns
                self._points = self._worth.rows(seq=each.seq, at_ns=each.at_ns)
        return 1 + len(each.events)

    async def _write(self, batch: _Batch) -> None:
        if batch.progress.seq == self.progress.seq:
            return
        if self._file is not None:
            self._file.check()
        try:
            async with self.engine.begin() as connection:
                # An attempt that seemed to fail may stand: then there is nothing left to write.
                if await read_seq(connection) < batch.progress.seq:
                    await write_rows(connection, batch.rows)
                    await write_progress(connection, **batch.progress._asdict())
        except (SQLAlchemyError, OSError) as error:
            raise _unwritable(error) from error


def _unwritable(error: Exception) -> StoreUnavailable:
    cause = getattr(error, "orig", None) or error
    return StoreUnavailable(f"projections cannot be written now: {cause}")
