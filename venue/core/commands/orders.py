"""Orders and triggers: placing, amending, cancelling, and when they go by themselves."""

from venue.core.commands.command import Command, TraderCommand
from venue.core.commands.words import SelfTrade, Side, TimeInForce, TriggerKind


class PlaceOrder(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Buy or sell. ``price_ticks`` is ``None`` for a market order.

    A market order trades no further from the mark than its protection price, which the market's
    listing sets. ``expires_at_ns`` ends a GTC order; ``cancel_on_close`` cancels it when the
    underlying closes. ``connection`` names the connection that sent it: 0, none.
    ``stop_ticks`` and ``take_profit_ticks`` attach a bracket: two reduce-only trigger orders,
    one cancels the other, that come alive with the first fill, or with the last where the market's
    orders rule has brackets wait.
    """

    market: str
    side: Side
    size_lots: int
    price_ticks: int | None
    time_in_force: TimeInForce = TimeInForce.GTC
    post_only: bool = False
    reduce_only: bool = False
    client_order_id: str | None = None
    self_trade: SelfTrade = SelfTrade.CANCEL_RESTING
    expires_at_ns: int | None = None
    cancel_on_close: bool = False
    connection: int = 0
    stop_ticks: int | None = None
    take_profit_ticks: int | None = None


class PlaceTrigger(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Place an order when the mark reaches ``trigger_ticks``.

    ``price_ticks`` is the limit of the order that it sends; ``None`` sends a market order.
    ``size_lots`` is ``None`` for the whole position at the time. Triggers that share a
    ``group`` (a name of the trader's) cancel one another: when one fires the rest go.
    """

    market: str
    side: Side
    size_lots: int | None
    kind: TriggerKind
    trigger_ticks: int
    price_ticks: int | None = None
    reduce_only: bool = True
    client_order_id: str | None = None
    group: str | None = None
    connection: int = 0


class AmendOrder(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Change price or size of a resting order, named by one of its two ids.

    ``size_lots`` is the new total size, what has been filled included. Time priority is kept
    only when the size shrinks at the same price. ``market`` says whose ticks and lots these are:
    an order of another market is not found.
    """

    order_id: int | None
    client_order_id: str | None
    price_ticks: int | None
    size_lots: int | None
    market: str | None = None


class CancelOrder(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Cancel one order or trigger order, named by one of its two ids."""

    order_id: int | None
    client_order_id: str | None


class CancelAll(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Cancel every order and trigger order of an account, in one market or in all."""

    market: str | None = None


class SetCancelAllAfter(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Cancel everything at a time unless told otherwise before; ``None`` calls it off."""

    at_ns: int | None


class SetCancelOnDisconnect(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Cancel the orders that a connection placed when it is lost."""

    connection: int
    enabled: bool


class LoseConnection(Command, frozen=True, array_like=True, gc=False, tag=True):
    """A bot's connection is gone."""

    account: int
    connection: int
