"""What will happen, known beforehand: recorded prints, computed prints, closes and opens.

Several streams of (time in ns, command), each in order of time, read as one. The sequencer
takes from it whatever is due before it stamps anything else.
"""

import heapq
from collections.abc import Iterable, Iterator

from venue.core.commands import Command

NEVER_NS = 1 << 62
Scheduled = tuple[int, Command]


class Agenda:
    """Streams merged by time; where times are equal, an earlier stream goes first."""

    def __init__(self, streams: Iterable[Iterable[Scheduled]]) -> None:
        self._merged: Iterator[Scheduled] = heapq.merge(*streams, key=_time)
        self._next: Scheduled | None = next(self._merged, None)

    def next_ns(self) -> int:
        """Return when the next command is due, or ``NEVER_NS``."""
        return NEVER_NS if self._next is None else self._next[0]

    def take(self, at_ns: int) -> Iterator[Scheduled]:
        """Yield, and so use up, what is due at or before a time."""
        while self._next is not None and self._next[0] <= at_ns:
            scheduled = self._next
            self._next = next(self._merged, None)
            yield scheduled


def _time(scheduled: Scheduled) -> int:
    return scheduled[0]
