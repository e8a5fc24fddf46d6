"""Levels of one market as durable events have shown them, and which have moved since asked."""

from heapq import heappop, heappush
from typing import Final

Level = list[int]  # [lots, orders]
HEAP_SLACK: Final = 64


class SideMirror:
    """One side. ``sign`` is +1 for bids and -1 for asks, so that the best has the largest key."""

    __slots__ = ("_heap", "levels", "moved", "pending", "sign")

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.levels: dict[int, Level] = {}
        self.moved: set[int] = set()
        self.pending: set[int] = set()
        self._heap: list[int] = []

    def change(self, ticks: int, lots: int, orders: int) -> None:
        """Add lots and orders to a level (negative: take them off)."""
        self.moved.add(ticks)
        level = self.levels.get(ticks)
        if level is None:
            self.levels[ticks] = [lots, orders]
            heappush(self._heap, -ticks * self.sign)
            return
        level[0] += lots
        level[1] += orders
        if not level[1]:
            del self.levels[ticks]

    def best(self) -> int | None:
        """Return the best price in ticks, or ``None`` when the side is empty."""
        if len(self._heap) > 2 * len(self.levels) + HEAP_SLACK:
            self._heap = sorted(-ticks * self.sign for ticks in self.levels)
        heap, levels, sign = self._heap, self.levels, self.sign
        while heap:
            ticks = -heap[0] * sign
            if ticks in levels:
                return ticks
            heappop(heap)
        return None

    def take_moved(self) -> list[int]:
        """Return the prices that moved since this was last called, best first."""
        moved = self.moved
        if not moved:
            return []
        self.moved = set()
        self.pending |= moved
        return sorted(moved, reverse=self.sign > 0)

    def take_pending(self) -> list[int]:
        """Return the prices that moved since this was last called; nobody else loses them."""
        self.take_moved()
        pending, self.pending = self.pending, set()
        return sorted(pending, reverse=self.sign > 0)

    def best_first(self) -> list[int]:
        """Return all prices, best first."""
        return sorted(self.levels, reverse=self.sign > 0)


class BookMirror:
    """Both sides of one market."""

    __slots__ = ("asks", "bids")

    def __init__(self) -> None:
        self.bids = SideMirror(1)
        self.asks = SideMirror(-1)

    def change(self, is_buy: bool, ticks: int, lots: int, orders: int) -> None:
        """Add lots and orders to a level of a side (negative: take them off)."""
        (self.bids if is_buy else self.asks).change(ticks, lots, orders)


class HiddenSide(SideMirror):
    """A side that shows nothing of what stands there."""

    __slots__ = ()

    def change(self, ticks: int, lots: int, orders: int) -> None:
        """Leave a change out."""


class HiddenBook(BookMirror):
    """The book of a market with a pool: its orders wait for the oracle, and nobody meets them."""

    __slots__ = ()

    def __init__(self) -> None:
        self.bids = HiddenSide(1)
        self.asks = HiddenSide(-1)
