"""Close-outs: how much of a position goes to the book, at which limit, as the venue's own order."""

from venue.core import events as ev
from venue.core.account import Account, Holding
from venue.core.adl import fund_spare_micros
from venue.core.apply import emit
from venue.core.book import Order
from venue.core.commands import MarginMode, PlaceOrder, Side, TimeInForce
from venue.core.deferrals import Liquidation
from venue.core.margin import bankruptcy_nanos, unit_margin, unit_of
from venue.core.market import Market
from venue.core.matching import cancel, match
from venue.core.policies import CloseoutAnswer, CloseoutInputs, Memory
from venue.core.pool_trading import match_pool
from venue.core.rejects import Cause
from venue.core.shortfall import capped
from venue.core.state import State, source_of
from venue.core.units import E4, E6, E12, NS_PER_SECOND, div_ceil, div_floor

ISOLATED = MarginMode.ISOLATED


def ask_closeout(
    state: State, account: Account, liquidation: Liquidation, holding: Holding
) -> tuple[CloseoutAnswer, Memory]:
    """Ask the rule how much of a position goes to the book now, and at what limit."""
    market = state.markets[holding.market]
    source = source_of(state, market)
    margin = unit_margin(state, account, liquidation.market)
    value_micros = holding.size_lots * market.mark_micros
    own_e4 = market.tiers.maintenance_e4(value_micros)
    spare_micros = fund_spare_micros(state, market.rules.backstop.floor_micros)
    assert market.mark_nanos is not None, "a position has a mark"
    return market.rules.closeout.closeout(
        CloseoutInputs(
            size_lots=holding.size_lots,
            mark_nanos=market.mark_nanos,
            notional_micros=abs(value_micros),
            bankruptcy_nanos=bankruptcy_nanos(state, account, holding.market),
            attempts=liquidation.attempts.get(holding.market, 0),
            session=source.session,
            now_ns=state.now_ns,
            started_ns=liquidation.started_ns,
            filled_lots=liquidation.filled.get(holding.market, 0),
            equity_micros=margin.equity_micros,
            maintenance_micros=-(-margin.maintenance_e4 // E4),
            position_maintenance_micros=-(-own_e4 // E4),
            index_nanos=market.index_nanos,
            spare_micros=capped(state, market, liquidation, spare_micros),
        ),
        market.closeout_memory,
    )


def closeout_answer(
    state: State, account: Account, liquidation: Liquidation, holding: Holding
) -> CloseoutAnswer:
    """Return what goes into a call's book: what a rule hands over instead stays out of it."""
    answer, _ = ask_closeout(state, account, liquidation, holding)
    return answer._replace(lots=0) if answer.hands_over else answer


def fee_micros(market: Market, order: Order, fee_e6: int, floor_nanos: int) -> int:
    """Return the liquidation fee of a close-out: a share of what traded, rounded up.

    No more than it fetched beyond the floor price, rounded down.
    """
    floor = order.filled_lots * floor_nanos * market.spec.units.lot_e9
    if order.is_buy:
        beyond = div_floor(floor, E12) - order.cost_micros
    else:
        beyond = order.cost_micros - div_ceil(floor, E12)
    return max(0, min(div_ceil(order.cost_micros * fee_e6, E6), beyond))


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


def send_system_order(
    state: State,
    market: Market,
    account: Account,
    *,
    is_buy: bool,
    lots: int,
    limit_ticks: int,
    reduce_only: bool = True,
) -> Order:
    """Send one of the venue's own orders, immediate or cancelled; return it as it ended."""
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
    stopped = (match if market.pool is None else match_pool)(state, market, order)
    if order.remaining_lots:
        cancel(state, order, stopped or Cause.IOC_REMAINDER)
    return order


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


def cancel_unit_orders(
    state: State, account: Account, unit_market: str, *, opening_only: bool = False
) -> None:
    """Cancel the orders and triggers in the markets of a unit; or those that may open.

    Those of the cross unit include what would draw on its balance: orders that may open in
    isolated markets.
    """
    for _, order in sorted(account.orders.items()):
        if opening_only and order.reduce_only:
            continue
        draws = not unit_market and not order.reduce_only
        if draws or unit_of(account, order.market)[1] == unit_market:
            cancel(state, order, Cause.LIQUIDATION)
    for order_id, trigger in sorted(account.triggers.items()):
        name = trigger.placed.market
        if opening_only and trigger.placed.reduce_only:
            continue
        if unit_of(account, name)[1] == unit_market:
            emit(state, ev.TriggerCancelled(order_id, account.account, name, Cause.LIQUIDATION))
