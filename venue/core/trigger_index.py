"""Which trigger orders a mark reaches: two heaps of trigger prices, an index beside the state.

An entry whose trigger is gone, or waits at another price, is dropped when met, or swept out once
such entries are many: far from the mark none would ever be met.
"""

from heapq import heapify, heappop, heappush
from typing import Final

from venue.core.commands import Side, TriggerKind
from venue.core.events import TriggerPlaced

# The heaps are swept when their dead entries outnumber the living by this many.
DEAD_SLACK: Final = 64


def fires_below(placed: TriggerPlaced) -> bool:
    """Say whether a trigger waits for the mark to fall to it (else: to rise to it).

    A sell stop and a buy take-profit wait below; a buy stop and a sell take-profit above.
    """
    return (placed.kind is TriggerKind.STOP) == (placed.side is Side.SELL)


class TriggerIndex:
    """Awake triggers of one market, by price. ``_ticks`` is where each of them waits, by id."""

    __slots__ = ("_above", "_below", "_ticks")

    def __init__(self) -> None:
        self._ticks: dict[int, int] = {}
        self._below: list[tuple[int, int]] = []
        self._above: list[tuple[int, int]] = []

    def add(self, placed: TriggerPlaced) -> None:
        """Watch the mark for a trigger; one that is watched at its price already stays."""
        order_id, ticks = placed.order_id, placed.trigger_ticks
        if self._ticks.get(order_id) == ticks:
            return
        self._ticks[order_id] = ticks
        if fires_below(placed):
            heappush(self._below, (-ticks, order_id))
        else:
            heappush(self._above, (ticks, order_id))

    def drop(self, order_id: int) -> None:
        """Watch no longer for a trigger, if it was watched."""
        ticks = self._ticks
        ticks.pop(order_id, None)
        if len(self._below) + len(self._above) > 2 * len(ticks) + DEAD_SLACK:
            self._below = [each for each in self._below if ticks.get(each[1]) == -each[0]]
            self._above = [each for each in self._above if ticks.get(each[1]) == each[0]]
            heapify(self._below)
            heapify(self._above)

    def reached(self, mark_nanos: int, tick_nanos: int) -> list[int]:
        """Take out the ids of all triggers that a mark has reached, oldest first."""
        met: list[tuple[int, int]] = []
        while self._below and -self._below[0][0] * tick_nanos >= mark_nanos:
            key, order_id = heappop(self._below)
            met.append((order_id, -key))
        while self._above and self._above[0][0] * tick_nanos <= mark_nanos:
            ticks, order_id = heappop(self._above)
            met.append((order_id, ticks))
        ids = [order_id for order_id, ticks in met if self._ticks.get(order_id) == ticks]
        for order_id in ids:
            del self._ticks[order_id]
        ids.sort()
        return ids
