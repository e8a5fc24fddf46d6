"""Plans: what was asked and is carried out later, or in parts. Records only.

A taking order that waits for its speed bump, a TWAP between two suborders, and a scale that has
become its limit orders. The first two are open until they are done; the last is kept for its client
order id alone.
"""

import msgspec

from venue.core.commands import PlaceOrder, PlaceScale, PlaceTwap, TimeInForce
from venue.core.timers import NEVER_NS
from venue.core.units import NS_PER_SECOND

# Ids of suborders: below the venue's own, above those that commands leave room for. The place of
# the placing command in the journal, then the suborder's number: another replay shifts none.
SUBORDERS_FROM = 1 << 51
SUBORDER_BITS = 12
PLANS_PER_ACCOUNT_MAX = 1_000
# Hyperliquid: a suborder every 30 seconds.
SUBORDER_NS = 30 * NS_PER_SECOND

# Why a call is made, of those that an order with this time in force waits for.
CALLS_OF: dict[TimeInForce, tuple[str, ...]] = {
    TimeInForce.OPG: ("opening", "reopen"),
    TimeInForce.CLS: ("closing",),
}


class Delayed(msgspec.Struct, array_like=True, tag=True):
    """An order that would take, and waits until ``due_ns`` before it may; as it was ``asked``.

    Or one that waits for its call: then it is due at ``NEVER_NS``, until that call begins.
    """

    order_id: int
    asked: PlaceOrder
    due_ns: int
    serial: int = 0


class Twap(msgspec.Struct, array_like=True, tag=True):
    """A TWAP: ``sent`` of its ``suborders`` have had their turn, and the next has at ``due_ns``.

    ``filled_lots`` and ``cost_micros`` are what they traded.
    """

    order_id: int
    asked: PlaceTwap
    suborders: int
    due_ns: int
    sent: int = 0
    filled_lots: int = 0
    cost_micros: int = 0
    serial: int = 0

    @property
    def next_id(self) -> int:
        """Return the id of the next suborder."""
        return SUBORDERS_FROM + (self.order_id // 8 << SUBORDER_BITS) + self.sent


class Scale(msgspec.Struct, array_like=True, tag=True):
    """A scale: its orders have the ids from ``order_id`` on."""

    order_id: int
    asked: PlaceScale
    serial: int = 0


OpenPlan = Delayed | Twap
Plan = Delayed | Twap | Scale


def waits_for_call(plan: Plan) -> bool:
    """Say whether an order waits for a call that has not begun."""
    return isinstance(plan, Delayed) and plan.due_ns == NEVER_NS


def size_of(plan: OpenPlan) -> int:
    """Return how many lots of an open plan have not traded."""
    filled = plan.filled_lots if isinstance(plan, Twap) else 0
    return plan.asked.size_lots - filled
