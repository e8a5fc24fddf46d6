"""Which trigger orders a mark reaches: two heaps of trigger prices, an index beside the state.

An entry whose trigger is gone is dropped when met.
"""

from heapq import heappop, heappush

from venue.core.commands import Side, TriggerKind
from venue.core.events import TriggerPlaced


def fires_below(placed: TriggerPlaced) -> bool:
    """Say whether a trigger waits for the mark to fall to it (else: to rise to it).

    A sell stop and a buy take-profit wait below; a buy stop and a sell take-profit above.
    """
    return (placed.kind is TriggerKind.STOP) == (placed.side is Side.SELL)


class TriggerIndex:
    """Awake triggers of one market, by price."""

    __slots__ = ("_above", "_below")

    def __init__(self) -> None:
        self._below: list[tuple[int, int]] = []
        self._above: list[tuple[int, int]] = []

    def add(self, placed: TriggerPlaced) -> None:
        """Watch the mark for a trigger."""
        if fires_below(placed):
            heappush(self._below, (-placed.trigger_ticks, placed.order_id))
        else:
            heappush(self._above, (placed.trigger_ticks, placed.order_id))

    def reached(self, mark_nanos: int, tick_nanos: int) -> list[int]:
        """Take out the ids of all triggers that a mark has reached, oldest first."""
        ids = []
        while self._below and -self._below[0][0] * tick_nanos >= mark_nanos:
            ids.append(heappop(self._below)[1])
        while self._above and self._above[0][0] * tick_nanos <= mark_nanos:
            ids.append(heappop(self._above)[1])
        ids.sort()
        return ids
