"""How late the tables for reading are: for how long something durable has been missing there.

They follow within a second. Who is told figures from them must be told, too, when they do not.
"""

import time
from collections import deque
from collections.abc import Callable

# One mark a second is enough; so many are kept while nothing is heard of the tables.
MARK_SECONDS = 1.0
MARKS_MAX = 3_600


class Lateness:
    """Knows since when commands have been durable; is asked what the tables miss.

    >>> seconds = iter([0.0, 0.5, 2.0, 9.0, 9.0])
    >>> lateness = Lateness(lambda: next(seconds))
    >>> for first_seq in (1, 4, 8):
    ...     lateness.durable(first_seq)
    >>> lateness.late_s(7), lateness.late_s(8)
    (7, 0)
    """

    def __init__(self, stopwatch_seconds: Callable[[], float] = time.monotonic) -> None:
        self._stopwatch_seconds = stopwatch_seconds
        self._marks: deque[tuple[float, int]] = deque()
        self._last = (0.0, 0)

    def durable(self, first_seq: int) -> None:
        """Take that a group which begins with this command is durable now."""
        now = self._stopwatch_seconds()
        self._last = now, first_seq
        marks = self._marks
        if not marks or (now - marks[-1][0] >= MARK_SECONDS and len(marks) < MARKS_MAX):
            marks.append(self._last)

    def late_s(self, seq: int) -> int:
        """Return for how many whole seconds tables that end at ``seq`` have missed something.

        Rounded down; what was durable within a second of a mark counts from the next mark on.
        """
        while self._marks and self._marks[0][1] <= seq:
            self._marks.popleft()
        since, first_seq = self._marks[0] if self._marks else self._last
        if first_seq <= seq:
            return 0
        return int(self._stopwatch_seconds() - since)
