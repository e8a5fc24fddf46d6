"""From the core's records to what the wire shows of them: orders, triggers, fills, positions."""

from typing import Final, TypedDict

from venue.core import events as ev
from venue.core.account import Trigger
from venue.core.book import Order
from venue.core.rejects import Cause
from venue.core.units import NS_PER_MS
from venue.gateway.decimals import money_text
from venue.gateway.notes import PositionAfter
from venue.gateway.scales import MarketScales
from venue.gateway.shown import Snapshot
from venue.gateway.views import FillView, OrderView, TriggerView
from venue.gateway.wire_types import OrderStatus, Role

TAKER: Final = Role.TAKER


class Where(TypedDict):
    """The fields that every note begins with."""

    account: int
    n: int
    seq: int
    time_ms: int


def ms(at_ns: int) -> int:
    """Return nanoseconds as whole milliseconds, rounded down."""
    return at_ns // NS_PER_MS


def ms_or_none(at_ns: int | None) -> int | None:
    """Return nanoseconds as whole milliseconds; ``None`` stays."""
    return None if at_ns is None else at_ns // NS_PER_MS


def order_of_snapshot(snapshot: Snapshot, scales: MarketScales, cause: Cause | None) -> OrderView:
    """Show an order as a mirror's snapshot has it; ``cause``: it is gone."""
    accepted, price, size, remaining, filled, cost = snapshot
    if cause is not None:
        status = OrderStatus.CANCELLED
    elif remaining:
        status = OrderStatus.OPEN
    else:
        status = OrderStatus.FILLED if filled else OrderStatus.CANCELLED
    return _order(accepted, scales, status, (price, size, remaining, filled, cost), cause)


def open_order(order: Order, scales: MarketScales) -> OrderView:
    """Show an open order of the state."""
    figures = (
        order.limit_ticks,
        order.size_lots,
        order.remaining_lots,
        order.filled_lots,
        order.cost_micros,
    )
    return _order(order.accepted, scales, OrderStatus.OPEN, figures, None)


def _order(
    accepted: ev.OrderAccepted,
    scales: MarketScales,
    status: OrderStatus,
    figures: tuple[int, int, int, int, int],
    cause: Cause | None,
) -> OrderView:
    price, size, remaining, filled, cost = figures
    return OrderView(
        order_id=accepted.order_id,
        market=accepted.market,
        status=status,
        side=accepted.side,
        size=scales.size.text(size),
        price=scales.price.text(price),
        filled=scales.size.text(filled),
        remaining=scales.size.text(remaining),
        average_price=scales.average_text(cost_micros=cost, lots=filled) if filled else None,
        client_order_id=accepted.client_order_id,
        cause=cause,
        time_in_force=accepted.time_in_force,
        post_only=accepted.post_only,
        reduce_only=accepted.reduce_only,
        is_market=accepted.is_market,
        self_trade=accepted.self_trade,
        expires_at_ms=ms_or_none(accepted.expires_at_ns),
        cancel_on_close=accepted.cancel_on_close,
    )


def trigger_view(
    placed: ev.TriggerPlaced, scales: MarketScales, status: OrderStatus, awake: bool
) -> TriggerView:
    """Show a trigger order."""
    size, price = placed.size_lots, placed.price_ticks
    return TriggerView(
        order_id=placed.order_id,
        market=placed.market,
        status=status,
        side=placed.side,
        kind=placed.kind,
        trigger=scales.price.text(placed.trigger_ticks),
        size=None if size is None else scales.size.text(size),
        price=None if price is None else scales.price.text(price),
        reduce_only=placed.reduce_only,
        awake=awake,
        client_order_id=placed.client_order_id,
        group=placed.group,
        parent_id=placed.parent_id or None,
    )


def open_trigger(trigger: Trigger, scales: MarketScales) -> TriggerView:
    """Show an open trigger order of the state."""
    return trigger_view(trigger.placed, scales, OrderStatus.WAITING, trigger.awake)


def fill_view(event: ev.Traded, scales: MarketScales, role: Role) -> FillView:
    """Show one account's half of a trade."""
    taker = role is TAKER
    return FillView(
        trade_id=event.trade_id,
        price=scales.price.text(event.price_ticks),
        size=scales.size.text(event.size_lots),
        fee=money_text(event.taker_fee_micros if taker else event.maker_fee_micros),
        realised=money_text(event.taker_realised_micros if taker else event.maker_realised_micros),
        role=role,
    )


def position_after(position: tuple[int, int], market: str, scales: MarketScales) -> PositionAfter:
    """Show a position as (lots, entry cost) right after an event, under the market's name then."""
    lots, entry_micros = position
    return PositionAfter(
        market=market,
        size=scales.size.text(lots),
        entry_cost=money_text(entry_micros),
        average_entry=scales.average_text(cost_micros=entry_micros, lots=lots) if lots else None,
    )
