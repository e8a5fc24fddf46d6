"""Close-outs: how much of a position goes to the book, at which limit, as the venue's own order."""

from venue.core import events as ev
from venue.core.apply import emit
from venue.core.book import Order
from venue.core.commands import MarginMode, PlaceOrder, Side, TimeInForce
from venue.core.margin import bankruptcy_nanos, unit_of
from venue.core.matching import cancel, match
from venue.core.policies import CloseoutAnswer, CloseoutInputs
from venue.core.rejects import Cause
from venue.core.state import (
    Account,
    Holding,
    Liquidation,
    Market,
    State,
    source_of,
)
from venue.core.units import NS_PER_SECOND

ISOLATED = MarginMode.ISOLATED


def closeout_answer(
    state: State, account: Account, liquidation: Liquidation, holding: Holding
) -> CloseoutAnswer:
    """Ask the rule how much of a position goes to the book now, and at what limit."""
    market = state.markets[holding.market]
    source = source_of(state, market)
    assert market.mark_nanos is not None, "a position has a mark"
    return market.rules.closeout.closeout(
        CloseoutInputs(
            size_lots=holding.size_lots,
            mark_nanos=market.mark_nanos,
            notional_micros=abs(holding.size_lots) * market.mark_micros,
            bankruptcy_nanos=bankruptcy_nanos(state, account, holding.market),
            attempts=liquidation.attempts.get(holding.market, 0),
            session=source.session,
        )
    )


def limit_ticks(market: Market, limit_nanos: int, *, is_buy: bool) -> int:
    """Return a price in ticks that is no worse than a limit, and legal."""
    units = market.spec.units
    ticks = units.ticks_floor(limit_nanos) if is_buy else units.ticks_ceil(limit_nanos)
    return max(1, min(ticks, market.spec.limits.price_max_ticks))


def throttle(state: State, market: Market, lots: int) -> tuple[int, int]:
    """Return how many lots the session's throttle lets through, and what was used before.

    The allowance of a second is refilled evenly and holds at most one second's worth; one lot
    always passes when the allowance is whole.
    """
    rate = market.terms.closeout_micros_per_second
    if rate is None:
        return lots, 0
    elapsed = state.now_ns - market.throttle_at_ns
    used = max(0, market.throttle_micros - rate * elapsed // NS_PER_SECOND)
    allowed = max(0, rate - used) // market.mark_micros
    if not used:
        allowed = max(1, allowed)
    return min(lots, allowed), used


def send_ioc(
    state: State,
    market: Market,
    account: Account,
    *,
    is_buy: bool,
    lots: int,
    limit_ticks: int,
    reduce_only: bool = True,
) -> int:
    """Send one of the venue's own orders, immediate or cancelled; return the lots it filled."""
    order = system_order(
        state,
        market,
        account,
        is_buy=is_buy,
        lots=lots,
        limit_ticks=limit_ticks,
        rests=False,
        reduce_only=reduce_only,
    )
    stopped = match(state, market, order)
    if order.remaining_lots:
        cancel(state, order, stopped or Cause.IOC_REMAINDER)
    return order.filled_lots


def system_order(
    state: State,
    market: Market,
    account: Account,
    *,
    is_buy: bool,
    lots: int,
    limit_ticks: int,
    rests: bool,
    reduce_only: bool = True,
) -> Order:
    """Let an order of the venue's own stand, under an id of the venue's own space."""
    order_id = state.next_system_order
    asked = PlaceOrder(
        account.account,
        market.spec.market,
        Side.BUY if is_buy else Side.SELL,
        lots,
        limit_ticks,
        TimeInForce.GTC if rests else TimeInForce.IOC,
        reduce_only=reduce_only,
    )
    emit(
        state,
        ev.OrderAccepted(
            order_id,
            asked.account,
            asked.market,
            asked.side,
            lots,
            limit_ticks,
            asked.time_in_force,
            False,
            reduce_only,
            None,
            asked.self_trade,
            None,
            False,
            0,
            False,
            rests,
        ),
    )
    return state.orders[order_id]


def cancel_unit_orders(state: State, account: Account, unit_market: str) -> None:
    """Cancel the orders and triggers in the markets of a unit.

    Those of the cross unit include what would draw on its balance: orders that may open in
    isolated markets.
    """
    for _, order in sorted(account.orders.items()):
        draws = not unit_market and not order.reduce_only
        if draws or unit_of(account, order.market)[1] == unit_market:
            cancel(state, order, Cause.LIQUIDATION)
    for order_id, trigger in sorted(account.triggers.items()):
        name = trigger.placed.market
        if unit_of(account, name)[1] == unit_market:
            emit(state, ev.TriggerCancelled(order_id, account.account, name, Cause.LIQUIDATION))
