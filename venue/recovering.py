"""A start brings everything back from one execution, and tells whoever waits how far it is."""

import time
from collections.abc import Callable

from venue.core.state import State
from venue.history import Kept
from venue.rules.build import build
from venue.store.catch_up import Alongside
from venue.store.journal import Journal
from venue.store.projections import Projections
from venue.store.recover import Recovered, recover
from venue.store.replay import Executed

# Whoever waits less than this need not be told; from then on a line as often.
SECONDS_A_LINE = 1.5


class Recovering:
    """Says how far a recovery is, now and then; ``say`` takes one line.

    >>> seconds = iter([0.0, 1.0, 2.0, 2.5, 4.0])
    >>> recovering = Recovering(print, lambda: next(seconds))
    >>> for done in (10_000, 20_000, 25_000, 40_000):
    ...     recovering.told("recovering", done, 60_000)
    recovering: 20,000 of 60,000 commands executed again, 10,000 a second, about 4 s left
    recovering: 40,000 of 60,000 commands executed again, 10,000 a second, about 2 s left
    """

    def __init__(
        self,
        say: Callable[[str], None],
        stopwatch_seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._say = say
        self._stopwatch_seconds = stopwatch_seconds
        self._began_at = self._said_at = stopwatch_seconds()
        self._what = ""

    def told(self, what: str, done: int, of: int) -> None:
        """Take how many commands are done; ``what`` names the work, and a new one begins anew."""
        now = self._stopwatch_seconds()
        if self._what and what != self._what:
            self._began_at = now
        self._what = what
        if now - self._said_at < SECONDS_A_LINE:
            return
        self._said_at = now
        rate = done / max(now - self._began_at, 1e-3)
        left = (of - done) / max(rate, 1.0)
        self._say(
            f"{what}: {done:,} of {of:,} commands executed again, {rate:,.0f} a second, "
            f"about {left:.0f} s left"
        )


async def bring_back(
    journal: Journal, kept: Kept, projections: Projections, recovering: Recovering
) -> tuple[Recovered, Alongside]:
    """Recover the engine, the last notices, and what the tables for reading missed, in one go.

    ``Alongside.finish`` is for the caller, once the journal has an epoch.
    """
    end_seq = await _end_seq(journal)
    epochs = await journal.epochs()
    origin_ns = epochs[0].created_ns if epochs else 0
    alongside = Alongside(projections, end_seq=end_seq, origin_ns=origin_ns)
    begin_seq = 0

    def began(state: State, beside: bytes) -> None:
        nonlocal begin_seq
        begin_seq = state.seq
        kept.began(state, beside)
        alongside.began(state)

    def heard(executed: list[Executed]) -> None:
        kept.heard(executed)
        alongside.heard(executed)
        recovering.told("recovering", executed[-1].seq - begin_seq, end_seq - begin_seq)

    recovered = await recover(journal, build, began=began, heard=heard, between=alongside.between)
    return recovered, alongside


async def _end_seq(journal: Journal) -> int:
    """Return where the journal says that it ends; its rows are checked as they are executed."""
    last = await journal.last()
    # Nothing is sure of a row's types before it is checked.
    return last.last_seq if last is not None and type(last.last_seq) is int else 0
