"""The projections' writer: it follows the journal by a second at most, and is never waited for.

What was executed and made durable is handed over with ``take``; ``run`` writes it in bulk. The rows
of a batch and how far it goes are one transaction, so after any crash the tables know whole
commands up to ``progress.seq`` and nothing else. A writer that cannot follow stops taking
(``fell_behind``): what it missed is made again from the journal (``catch_up.py``).
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from venue.core.state import State
from venue.core.units import NS_PER_MINUTE
from venue.store.equity import equity_rows
from venue.store.errors import StoreUnavailable
from venue.store.project import project
from venue.store.replay import Executed
from venue.store.rows import Rows, Values
from venue.store.write_rows import write_progress, write_rows

QUEUED_EVENTS_MAX = 1_000_000  # Some hundred megabytes, and a minute at the greatest load.
BATCH_EVENTS = 5_000
EVENTS_PER_TURN = 200  # What is turned into rows in one turn of the loop: about a millisecond.
RETRY_SECONDS = 1.0
EQUITY_INTERVAL_NS = NS_PER_MINUTE


class _Queued(NamedTuple):
    """One group as executed, with the equity rows that were due after it."""

    executed: Sequence[Executed]
    equity: list[Values]
    events: int


class Progress(NamedTuple):
    """The last command that the tables know, its time, and when their journal was made."""

    seq: int
    at_ns: int
    origin_ns: int


class Projections:
    """One writer of one database of projections."""

    def __init__(
        self,
        engine: AsyncEngine,
        progress: Progress,
        *,
        equity_interval_ns: int = EQUITY_INTERVAL_NS,
    ) -> None:
        self.engine = engine
        self.progress = progress
        self.trouble: str | None = None  # Why the last write failed; None: it did not.
        self._equity_interval_ns = equity_interval_ns
        self._news = asyncio.Event()
        self._queue: deque[_Queued] = deque()
        self.forget_what_was_taken()

    def forget_what_was_taken(self) -> None:
        """Go on from what is written; what was taken but not written must be taken again."""
        self._queue.clear()
        self._queued_events = 0
        self.taken_seq = self.progress.seq
        self._equity_ns = self.progress.at_ns
        self.fell_behind = False

    @property
    def waiting_events(self) -> int:
        """How many events wait to be written."""
        return self._queued_events

    def take(self, executed: Sequence[Executed], state: State) -> None:
        """Hand over one durable group; ``state`` is as it is after the group."""
        if self.fell_behind or not executed or executed[-1].seq <= self.taken_seq:
            return
        assert executed[0].seq == self.taken_seq + 1, (
            f"projections expected seq {self.taken_seq + 1}, found {executed[0].seq}"
        )
        events = sum(len(each.events) for each in executed)
        if self._queued_events + events > QUEUED_EVENTS_MAX:
            self.fell_behind = True
            return
        self._queue.append(_Queued(executed, self._due_equity(executed[-1].at_ns, state), events))
        self._queued_events += events
        self.taken_seq = executed[-1].seq
        self._news.set()

    async def run(self) -> None:
        """Write what is taken, until cancelled. A database in trouble is tried again."""
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self.write_waiting()
            except StoreUnavailable as error:
                self.trouble = str(error)
                await asyncio.sleep(RETRY_SECONDS)
                self._news.set()

    async def write_waiting(self) -> None:
        """Write everything that was taken; what fails stays and may be written again."""
        while self._queue:
            batch = self._next_batch()
            await self._write(batch)
            self.trouble = None
            for _ in batch:
                self._queued_events -= self._queue.popleft().events

    async def close(self) -> None:
        await self.engine.dispose()

    def _due_equity(self, at_ns: int, state: State) -> list[Values]:
        interval_ns = self._equity_interval_ns
        if at_ns // interval_ns <= self._equity_ns // interval_ns:
            return []
        self._equity_ns = at_ns
        return equity_rows(state)

    def _next_batch(self) -> list[_Queued]:
        batch: list[_Queued] = []
        events = 0
        for queued in self._queue:
            batch.append(queued)
            events += queued.events
            if events >= BATCH_EVENTS:
                break
        return batch

    async def _write(self, batch: list[_Queued]) -> None:
        last = batch[-1].executed[-1]
        progress = Progress(last.seq, last.at_ns, self.progress.origin_ns)
        rows = await _rows(batch)
        try:
            async with self.engine.begin() as connection:
                await write_rows(connection, rows)
                await write_progress(connection, **progress._asdict())
        except (SQLAlchemyError, OSError) as error:
            cause = getattr(error, "orig", None) or error
            raise StoreUnavailable(f"projections cannot be written now: {cause}") from error
        self.progress = progress


async def _rows(batch: list[_Queued]) -> Rows:
    """Turn a batch into rows, letting others run in between."""
    rows = Rows()
    events = 0
    for queued in batch:
        for each in queued.executed:
            project(rows, each)
            events += len(each.events)
            if events >= EVENTS_PER_TURN:
                events = 0
                await asyncio.sleep(0)
        for values in queued.equity:
            rows.add("equity_curve", values)
    return rows
