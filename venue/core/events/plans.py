"""Plans: delayed orders, TWAPs and scales."""

from venue.core.commands import PlaceOrder, PlaceScale, PlaceTwap
from venue.core.events.event import Event
from venue.core.rejects import Cause, Reason


class OrderDelayed(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An order that would take waits until ``due_ns``; nothing of it stands before that.

    One that waits for its call is due at ``NEVER_NS``, and then when the call begins.
    """

    order_id: int
    account: int
    market: str
    asked: PlaceOrder
    due_ns: int


class DelayEnded(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A delayed order has waited; it is accepted next, under the same id."""

    order_id: int
    account: int
    market: str


class TwapPlaced(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A TWAP of so many ``suborders`` stands; the first goes out now."""

    order_id: int
    account: int
    market: str
    asked: PlaceTwap
    suborders: int


class TwapWorked(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A suborder of a TWAP had its turn: so much of ``lots`` was filled for ``cost_micros``.

    ``suborder_id`` is the id of the order that it was, 0 where none was sent: it was not due to
    trade, or was refused for ``reason``. The next has its turn at ``next_ns``.
    """

    order_id: int
    account: int
    market: str
    suborder_id: int
    lots: int
    filled_lots: int
    cost_micros: int
    reason: Reason | None
    next_ns: int


class PlanEnded(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A delayed order is gone before it could take, or a TWAP is over, and why.

    ``remaining_lots`` did not trade. ``reason`` is what a delayed order was refused for in the end.
    """

    order_id: int
    account: int
    market: str
    remaining_lots: int
    cause: Cause
    reason: Reason | None = None
    is_twap: bool = False


class ScalePlaced(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A scale stands: its orders follow, with the ids from ``order_id`` on."""

    order_id: int
    account: int
    market: str
    asked: PlaceScale
