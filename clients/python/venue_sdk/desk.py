"""What the account holds, kept from its private notices: positions and open orders."""

from collections import OrderedDict
from decimal import Decimal
from typing import NamedTuple

from venue_sdk.messages import (
    AnyNote,
    FillNote,
    FundingNote,
    LiquidationNote,
    OrderNote,
    OrdersResult,
    OrderStatus,
    OrderView,
    PlanNote,
    PlanView,
    PositionAfter,
    PositionsResult,
    SettledNote,
    TriggerNote,
    TriggerView,
)

ZERO = Decimal(0)
GONE_MAX = 10_000  # An answer that comes after the notice of its order's end is from these.


class Position(NamedTuple):
    """Size (positive long, negative short) and exact entry cost in dollars."""

    size: Decimal
    entry_cost: Decimal

    @property
    def average_entry(self) -> Decimal | None:
        """The price that the position was entered at on average; ``None`` when it is flat."""
        return self.entry_cost / self.size if self.size else None


FLAT = Position(ZERO, ZERO)


class Desk:
    """Positions by market, open orders, triggers and plans by id (a plan as it was placed).

    A snapshot holds as of a place in the journal: notices up to there are in it already.
    """

    def __init__(self) -> None:
        self.positions: dict[str, Position] = {}
        self.orders: dict[int, OrderView] = {}
        self.triggers: dict[int, TriggerView] = {}
        self.plans: dict[int, PlanView] = {}
        self._as_of_seq = -1
        self._gone: OrderedDict[int, None] = OrderedDict()

    def begin(self, positions: PositionsResult, orders: list[OrdersResult]) -> None:
        """Begin at snapshots; ``positions`` was asked for before the ``orders``.

        What happened between the two is in the orders, and comes to the positions by notices.
        """
        self.positions = {
            each.market: Position(each.size, each.entry_cost)
            for each in positions.positions
            if each.size
        }
        self.orders = {order.order_id: order for page in orders for order in page.orders}
        self.triggers = {each.order_id: each for page in orders for each in page.triggers}
        self.plans = {each.order_id: each for page in orders for each in page.plans}
        self._as_of_seq = positions.seq

    def take(self, note: AnyNote) -> None:
        """Apply one notice."""
        if note.seq <= self._as_of_seq:
            return
        if isinstance(note, FillNote):
            self._order(note.order)
            self._position(note.position)
        elif isinstance(note, OrderNote):
            self._order(note.order)
        elif isinstance(note, TriggerNote):
            if note.trigger.status is OrderStatus.WAITING:
                self.triggers[note.trigger.order_id] = note.trigger
            else:
                self.triggers.pop(note.trigger.order_id, None)
        elif isinstance(note, PlanNote):
            self._plan(note)
        elif (
            isinstance(note, FundingNote | LiquidationNote | SettledNote)
            and note.position is not None
        ):
            self._position(note.position)

    def answered(self, order: OrderView) -> None:
        """Apply the answer to an order, unless a notice has told of its end before.

        One that waits before it may take is a plan: a notice tells of it.
        """
        if order.status is OrderStatus.WAITING:
            return
        if order.order_id not in self._gone:
            known = self.orders.get(order.order_id)
            if known is None or order.status is not OrderStatus.OPEN:
                self._order(order)

    def position(self, market: str) -> Position:
        """Return the position in a market."""
        return self.positions.get(market, FLAT)

    def _order(self, order: OrderView) -> None:
        if order.status is OrderStatus.OPEN:
            self.orders[order.order_id] = order
            return
        self.orders.pop(order.order_id, None)
        self._gone[order.order_id] = None
        if len(self._gone) > GONE_MAX:
            self._gone.popitem(last=False)

    def _plan(self, note: PlanNote) -> None:
        if note.what == "placed":
            self.plans[note.plan.order_id] = note.plan
        elif note.what != "turn":
            self.plans.pop(note.plan.order_id, None)

    def _position(self, after: PositionAfter) -> None:
        if after.size:
            self.positions[after.market] = Position(after.size, after.entry_cost)
        else:
            self.positions.pop(after.market, None)
