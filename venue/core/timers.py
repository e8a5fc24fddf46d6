"""What is due, in which order: (due, kind, key), and liquidation steps by rank.

A timer is a field of State (a market's next mark, an order's expiry); the heaps here are its
index. An entry whose field has moved on is stale and is dropped when met, so nothing is ever
searched for. Ties in time run by kind, then by key.

Liquidation steps have a heap of their own, ordered by (due, margin ratio, account, market):
they are worked off within a budget a command, while other timers never wait for them.
"""

from enum import IntEnum
from heapq import heappop, heappush
from typing import Final

NEVER_NS: Final = 1 << 62


class Timer(IntEnum):
    """Kinds of timers, in the order in which they run at one instant.

    Money before risk: funding moves at the old mark, then the mark moves, then whoever is
    below maintenance is dealt with. A call ends after the mark of that instant.
    """

    EXPIRE_ORDER = 0
    CANCEL_ALL = 1
    SAMPLE_PREMIUM = 2
    SETTLE_FUNDING = 3
    UPDATE_MARK = 4
    END_CALL = 5
    UNWIND_FUND = 6
    BEGIN_CLOSING = 7
    FORCE_CLOSE = 8
    FEE_DAY = 9
    BEGIN_CALL = 10
    END_LIMIT = 11
    WORK_PLAN = 12
    JUDGE_MAKERS = 13
    CORPORATE_ACTION = 14


BY_NUMBER: Final = tuple(Timer)

Key = tuple[int | str, ...]
Entry = tuple[int, int, Key]
# A liquidation's step: due, rank, account, market; or, right after that place, the search for more.
Step = tuple[int, int, int, str, bool]


class Timers:
    """Heaps of timers and of liquidation steps. ``next_due_ns`` is the earliest of both."""

    __slots__ = ("_heap", "_steps", "next_due_ns")

    def __init__(self) -> None:
        self._heap: list[Entry] = []
        self._steps: list[Step] = []
        self.next_due_ns = NEVER_NS

    def set(self, due_ns: int, kind: Timer, key: Key) -> None:
        """Let a timer be looked at when it is due."""
        heappush(self._heap, (due_ns, kind, key))
        if due_ns < self.next_due_ns:
            self.next_due_ns = due_ns

    def set_step(self, due_ns: int, rank_e12: int, unit: tuple[int, str]) -> None:
        """Let a liquidation step be looked at when it is due, the lowest margin ratio first."""
        heappush(self._steps, (due_ns, rank_e12, *unit, False))
        if due_ns < self.next_due_ns:
            self.next_due_ns = due_ns

    def set_search(self, due_ns: int, rank_e12: int, account: int, market: str) -> None:
        """Let the search for breaches go on as soon as everybody up to a place had its step."""
        heappush(self._steps, (due_ns, rank_e12, account, market, True))
        if due_ns < self.next_due_ns:
            self.next_due_ns = due_ns

    def due(self, at_ns: int) -> bool:
        """Say whether a timer, not counting steps, is due at or before a time."""
        return bool(self._heap) and self._heap[0][0] <= at_ns

    def first_ns(self) -> int:
        """Return when the first timer is due; there is one."""
        return self._heap[0][0]

    def step_due(self, at_ns: int) -> bool:
        """Say whether a liquidation step is due at or before a time."""
        return bool(self._steps) and self._steps[0][0] <= at_ns

    def pop(self) -> tuple[int, Timer, Key]:
        """Take out the first timer."""
        due_ns, kind, key = heappop(self._heap)
        self._look()
        return due_ns, BY_NUMBER[kind], key

    def pop_step(self) -> Step:
        """Take out the first liquidation step, or search for more."""
        step = heappop(self._steps)
        self._look()
        return step

    def _look(self) -> None:
        first = self._heap[0][0] if self._heap else NEVER_NS
        step = self._steps[0][0] if self._steps else NEVER_NS
        self.next_due_ns = first if first < step else step
