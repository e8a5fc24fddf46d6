"""What an order asks, by itself: whether it can be, and whether it is the same as another."""

from typing import Final

from venue.core.book import Order
from venue.core.commands import PlaceOrder, Side, TimeInForce
from venue.core.handlers.refusing import Refusal
from venue.core.market import Market
from venue.core.rejects import Reason
from venue.core.state import State

GTC: Final = TimeInForce.GTC
BUY: Final = Side.BUY


def asked_refusal(
    state: State, market: Market, command: PlaceOrder, limit_ticks: int
) -> Refusal | None:
    """Return why nobody may place such an order in this market, or ``None``."""
    limits = market.spec.limits
    size = command.size_lots
    if size <= 0:
        return Refusal(Reason.SIZE_NOT_POSITIVE, {"size_lots": size})
    if size > market.order_max_lots:
        return Refusal(Reason.SIZE_TOO_LARGE, {"size_lots_max": market.order_max_lots})
    if command.price_ticks is None and size > market.market_order_max_lots:
        return Refusal(Reason.SIZE_TOO_LARGE, {"size_lots_max": market.market_order_max_lots})
    if limit_ticks <= 0:
        return Refusal(Reason.PRICE_NOT_POSITIVE, {"price_ticks": limit_ticks})
    if limit_ticks > limits.price_max_ticks:
        return Refusal(Reason.PRICE_TOO_LARGE, {"price_ticks_max": limits.price_max_ticks})
    notional = size * limit_ticks * market.tick_lot_micros
    if notional < limits.order_micros_min and not command.reduce_only:
        return Refusal(Reason.NOTIONAL_TOO_SMALL, {"notional_micros_min": limits.order_micros_min})
    force = command.time_in_force
    if command.post_only and (force is not GTC or command.price_ticks is None):
        return Refusal(Reason.POST_ONLY_NOT_GTC, {})
    if command.expires_at_ns is not None:
        if force is not GTC or command.price_ticks is None:
            return Refusal(Reason.EXPIRY_NOT_GTC, {})
        if command.expires_at_ns <= state.now_ns:
            return Refusal(Reason.TIME_PASSED, {"now_ns": state.now_ns})
    if command.stop_ticks is not None or command.take_profit_ticks is not None:
        return _bracket_refusal(market, command)
    return None


def _bracket_refusal(market: Market, command: PlaceOrder) -> Refusal | None:
    """A stop stands on the losing side of the order's price, a take-profit on the winning.

    The price of a limit order is its limit; that of a market order is the mark, which triggers act
    on. How far a market order may trade (``protection_ticks``) is nothing that anybody hopes for.
    """
    is_buy, limit_ticks = command.side is BUY, command.price_ticks
    return legs_refusal(market, is_buy, limit_ticks, command.stop_ticks, command.take_profit_ticks)


def legs_refusal(
    market: Market,
    is_buy: bool,
    limit_ticks: int | None,
    stop_ticks: int | None,
    take_profit_ticks: int | None,
) -> Refusal | None:
    """Refuse legs on the wrong side of an order's limit, or, without one, of the mark."""
    side = 1 if is_buy else -1
    tick_nanos = market.spec.units.tick_nanos
    if limit_ticks is not None:
        name, price, price_nanos = "price_ticks", limit_ticks, limit_ticks * tick_nanos
    else:
        assert market.mark_nanos is not None, "a market order needs a mark"
        name, price, price_nanos = "mark_nanos", market.mark_nanos, market.mark_nanos
    for leg, ticks, winning in (
        ("stop_ticks", stop_ticks, -side),
        ("take_profit_ticks", take_profit_ticks, side),
    ):
        if ticks is None:
            continue
        if ticks <= 0:
            return Refusal(Reason.PRICE_NOT_POSITIVE, {"price_ticks": ticks})
        price_max_ticks = market.spec.limits.price_max_ticks
        if ticks > price_max_ticks:
            return Refusal(Reason.PRICE_TOO_LARGE, {"price_ticks_max": price_max_ticks})
        if (ticks * tick_nanos - price_nanos) * winning <= 0:
            return Refusal(Reason.BRACKET_WRONG_SIDE, {leg: ticks, name: price})
    return None


def same_body(accepted_order: Order, command: PlaceOrder) -> bool:
    """Say whether a command asks word for word for what an order was accepted as.

    The connection is not part of what was asked: a bot may ask again after a reconnect.
    """
    was = accepted_order.accepted
    return (
        was.market == command.market
        and was.side is command.side
        and was.size_lots == command.size_lots
        and (
            was.is_market
            if command.price_ticks is None
            else not was.is_market and was.price_ticks == command.price_ticks
        )
        and was.time_in_force is command.time_in_force
        and was.post_only == command.post_only
        and was.reduce_only == command.reduce_only
        and was.self_trade is command.self_trade
        and was.expires_at_ns == command.expires_at_ns
        and was.cancel_on_close == command.cancel_on_close
        and was.stop_ticks == command.stop_ticks
        and was.take_profit_ticks == command.take_profit_ticks
    )
