"""An order as the durable events have shown it so far, and the figures of one moment."""

from typing import Final

import msgspec

from venue.core import events as ev
from venue.core.commands import Side

BUY: Final = Side.BUY


class Shown(msgspec.Struct, gc=False):
    """An order as the events have it. ``accepted`` is what was asked, word for word."""

    accepted: ev.OrderAccepted
    is_buy: bool
    price_ticks: int
    size_lots: int
    remaining_lots: int
    in_book: bool
    filled_lots: int = 0
    cost_micros: int = 0

    def snapshot(self) -> tuple[ev.OrderAccepted, int, int, int, int, int]:
        """Return (accepted, price, size, remaining, filled, cost) as they are now."""
        return (
            self.accepted,
            self.price_ticks,
            self.size_lots,
            self.remaining_lots,
            self.filled_lots,
            self.cost_micros,
        )


def shown_of(accepted: ev.OrderAccepted) -> Shown:
    """Return an order as it was accepted."""
    size_lots = accepted.size_lots
    return Shown(
        accepted,
        accepted.side is BUY,
        accepted.price_ticks,
        size_lots,
        size_lots,
        accepted.rests,
    )


FLAT: Final = (0, 0)
Snapshot = tuple[ev.OrderAccepted, int, int, int, int, int]
