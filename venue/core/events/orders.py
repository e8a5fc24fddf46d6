"""Orders: what stands, trades, changes and goes; and what cancels them all."""

from venue.core.commands import SelfTrade, Side, TimeInForce
from venue.core.events.event import Event
from venue.core.rejects import Cause


class OrderAccepted(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An order stands. ``rests`` is true when nothing crossed it and it is in the book whole.

    ``price_ticks`` of a market order is its protection price. ``is_market`` says which it was.
    """

    order_id: int
    account: int
    market: str
    side: Side
    size_lots: int
    price_ticks: int
    time_in_force: TimeInForce
    post_only: bool
    reduce_only: bool
    client_order_id: str | None
    self_trade: SelfTrade
    expires_at_ns: int | None
    cancel_on_close: bool
    connection: int
    is_market: bool
    rests: bool
    stop_ticks: int | None = None
    take_profit_ticks: int | None = None


class DuplicateAnswered(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The same client order id with the same body came again; nothing changed.

    ``is_waiting``: it is a plan that is not done yet.
    """

    account: int
    client_order_id: str
    order_id: int
    filled_lots: int
    cost_micros: int
    remaining_lots: int
    is_waiting: bool = False


class Traded(Event, frozen=True, array_like=True, gc=False, tag=True):
    """One match between a resting and an arriving order, with what it did to both accounts.

    Fees are what each side pays (a rebate is negative); realised profit is before fees.
    """

    trade_id: int
    market: str
    price_ticks: int
    size_lots: int
    taker_side: Side
    maker_order_id: int
    taker_order_id: int
    maker_account: int
    taker_account: int
    maker_fee_micros: int
    taker_fee_micros: int
    maker_realised_micros: int
    taker_realised_micros: int


class OrderRested(Event, frozen=True, array_like=True, gc=False, tag=True):
    """What was left of an arriving order went into the book."""

    order_id: int
    remaining_lots: int


class OrderReduced(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An order lost ``lots`` without a trade (self-trade decrement)."""

    order_id: int
    account: int
    market: str
    lots: int
    cause: Cause


class OrderCancelled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An order is gone with ``remaining_lots`` unfilled, and why."""

    order_id: int
    account: int
    market: str
    remaining_lots: int
    cause: Cause


class OrderAmended(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An order has a new price or size. Unless it ``kept_priority`` it left the book; what
    follows in this command says whether it traded and rested again."""

    order_id: int
    account: int
    market: str
    price_ticks: int
    size_lots: int
    remaining_lots: int
    kept_priority: bool


class CancelAllAfterSet(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Everything of an account will be cancelled at a time; ``None``: no more."""

    account: int
    at_ns: int | None


class CancelOnDisconnectSet(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A connection's orders will, or will no more, be cancelled when it is lost."""

    account: int
    connection: int
    enabled: bool


class ConnectionLost(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A bot's connection is gone; the cancels that follow are its orders."""

    account: int
    connection: int
