"""An order meets the pool: all of it at once at the oracle's price, or not at all.

What closes a position and what opens one are two trades, each at a price of its own. The pool's
side of a trade is an order of the venue's own that stands for the moment of it, so that a trade
with a pool is a trade like any other for everybody who hears of it.
"""

from venue.core import events as ev
from venue.core.account import Account, Holding
from venue.core.apply import emit
from venue.core.book import Order
from venue.core.commands import MarginMode, PlaceOrder, SelfTrade, Side, TimeInForce
from venue.core.margin import is_past_bankruptcy
from venue.core.market import Market
from venue.core.matching import move_isolated, reducible_lots, wake_bracket
from venue.core.phases import Phase
from venue.core.policies import OpeningInputs, Quote, QuoteInputs
from venue.core.pool import Pool, take_profit_max_nanos
from venue.core.pool_value import (
    collateral_micros,
    money_micros,
    payable_micros,
    sides_lots,
    traders,
)
from venue.core.position import realised_micros, released_micros
from venue.core.rejects import Cause
from venue.core.state import SYSTEM_ORDERS_FROM, State, leverage_of
from venue.core.units import E4, E6, div_ceil, div_floor

ISOLATED = MarginMode.ISOLATED


def match_pool(state: State, market: Market, order: Order) -> Cause | None:
    """Let an order trade with the pool, if the oracle's price is within its limit.

    Returns why it may not simply rest with what is left, or ``None`` when it may.
    """
    pool = market.pool
    assert pool is not None, "only a market with a pool comes here"
    if is_shut(market):
        return Cause.UNDERLYING_CLOSED
    account = state.accounts[order.account]
    holding = account.holdings[market.spec.market]
    lots = min(order.remaining_lots, reducible_lots(holding, is_buy=order.is_buy))
    if lots:
        ticks = closing_ticks(state, market, pool, holding, lots)
        if not _within(ticks, order.limit_ticks, is_buy=order.is_buy):
            return None
        if (
            order.reduce_only
            and order.order_id < SYSTEM_ORDERS_FROM
            and is_past_bankruptcy(state, account, market, is_buy=order.is_buy, price_ticks=ticks)
        ):
            return Cause.INSUFFICIENT_MARGIN
        _trade(state, market, pool, order, lots, ticks, 0)
    if not order.remaining_lots:
        return None
    if order.reduce_only:
        return Cause.REDUCE_ONLY
    signed = order.remaining_lots if order.is_buy else -order.remaining_lots
    quote = opening_quote(state, market, pool, holding, signed)
    ticks = to_ticks(market, quote.price_nanos, is_buy=order.is_buy)
    if not _within(ticks, order.limit_ticks, is_buy=order.is_buy):
        return None
    if quote.refused is not None:
        return quote.refused
    fee = _opening_fee_micros(state, market, pool, order, ticks)
    _trade(state, market, pool, order, order.remaining_lots, ticks, fee)
    return None


def pool_fillable_lots(
    state: State, market: Market, account: Account, command: PlaceOrder, limit_ticks: int
) -> int:
    """Return how much of an order the pool would trade at once; all, what closes, or nothing."""
    pool = market.pool
    assert pool is not None, "only a market with a pool comes here"
    name = command.market
    is_buy = command.side is Side.BUY
    holding = account.holdings.get(name) or Holding(name, leverage_of(state, account, name))
    fillable = 0
    closes = min(command.size_lots, reducible_lots(holding, is_buy=is_buy))
    if closes:
        ticks = closing_ticks(state, market, pool, holding, closes)
        if not _within(ticks, limit_ticks, is_buy=is_buy):
            return 0
        fillable = closes
    opens = command.size_lots - closes
    if opens and not command.reduce_only:
        quote = opening_quote(state, market, pool, holding, opens if is_buy else -opens)
        ticks = to_ticks(market, quote.price_nanos, is_buy=is_buy)
        if quote.refused is None and _within(ticks, limit_ticks, is_buy=is_buy):
            fillable += opens
    return fillable


def capped_take_profit(state: State, command: PlaceOrder, order_id: int, ticks: int) -> int:
    """Return a bracket's take-profit, no further than where the position may gain no more.

    Counted from the order's limit, rounded towards it.
    """
    market = state.markets[command.market]
    gain_max_e4 = market.rules.counterparty.gain_max_e4
    if gain_max_e4 is None:
        return ticks
    is_long = command.side is Side.BUY
    most = take_profit_max_nanos(
        entry_nanos=state.orders[order_id].limit_ticks * market.spec.units.tick_nanos,
        is_long=is_long,
        leverage=leverage_of(state, state.accounts[command.account], command.market),
        gain_max_e4=gain_max_e4,
    )
    if most is None:
        return ticks
    units = market.spec.units
    return min(ticks, units.ticks_floor(most)) if is_long else max(ticks, units.ticks_ceil(most))


def is_shut(market: Market) -> bool:
    """Say whether there is no oracle price to trade at."""
    return (
        market.terms.is_closed or market.index_nanos is None or market.phase is not Phase.CONTINUOUS
    )


def _within(ticks: int, limit_ticks: int, *, is_buy: bool) -> bool:
    return ticks <= limit_ticks if is_buy else ticks >= limit_ticks


def to_ticks(market: Market, price_nanos: int, *, is_buy: bool) -> int:
    """Return a price in ticks, rounded towards the pool: up for who buys, down for who sells."""
    units = market.spec.units
    ticks = units.ticks_ceil(price_nanos) if is_buy else units.ticks_floor(price_nanos)
    return max(1, min(ticks, market.spec.limits.price_max_ticks))


def quote_inputs(
    state: State,
    market: Market,
    pool: Pool,
    *,
    signed_lots: int,
    leverage: int,
    opens: bool,
    collateral: int = 0,
) -> QuoteInputs:
    """Gather what the counterparty rule sees; notionals at the index."""
    assert market.index_nanos is not None, "a pool trades at an index"
    index_micros = market.spec.units.micros_per_lot(market.index_nanos)
    longs, shorts = sides_lots(state, market, pool)
    return QuoteInputs(
        market.index_nanos,
        signed_lots * index_micros,
        longs * index_micros,
        shorts * index_micros,
        money_micros(state, market, pool),
        leverage,
        opens,
        collateral,
    )


def opening_quote(state: State, market: Market, pool: Pool, holding: Holding, signed: int) -> Quote:
    """Ask the rule for the price of lots (bought: positive) that make a position larger."""
    collateral = 0
    if market.rules.counterparty.counts_collateral:
        collateral = sum(collateral_micros(each.holding) for each in traders(state, market))
        collateral += div_ceil(abs(signed) * market.mark_micros, holding.leverage)
    seen = quote_inputs(
        state,
        market,
        pool,
        signed_lots=signed,
        leverage=holding.leverage,
        opens=True,
        collateral=collateral,
    )
    return market.rules.counterparty.quote(seen)


def closing_ticks(state: State, market: Market, pool: Pool, holding: Holding, lots: int) -> int:
    """Return the price at which the pool takes back ``lots`` of a position.

    The rule's price; but no better than pays what the position may gain.
    """
    is_buy = holding.size_lots < 0
    signed = lots if is_buy else -lots
    seen = quote_inputs(
        state, market, pool, signed_lots=signed, leverage=holding.leverage, opens=False
    )
    ticks = to_ticks(market, market.rules.counterparty.quote(seen).price_nanos, is_buy=is_buy)
    tick_lot = market.tick_lot_micros
    size, entry = holding.size_lots, holding.entry_micros
    gain = size * ticks * tick_lot - entry
    payable = payable_micros(state, market, pool, holding, gain)
    if payable >= gain:
        return ticks
    part = div_floor(payable * lots, abs(size))
    released = released_micros(size, entry, lots)
    if is_buy:
        capped = div_ceil(-released - part, lots * tick_lot)
    else:
        capped = div_floor(released + part, lots * tick_lot)
    return max(1, min(capped, market.spec.limits.price_max_ticks))


def _opening_fee_micros(state: State, market: Market, pool: Pool, order: Order, ticks: int) -> int:
    """Return what opening costs: by the fees rule where it knows pools, else the taker's fee.

    The venue's own orders pay nothing.
    """
    if order.order_id >= SYSTEM_ORDERS_FROM:
        return 0
    fees = market.own_fees.get(order.account, market.base_fees)
    lots = order.remaining_lots if order.is_buy else -order.remaining_lots
    notional = lots * ticks * market.tick_lot_micros
    opening = getattr(market.rules.fees, "opening_micros", None)
    if opening is None:
        return div_ceil(abs(notional) * fees.taker_e6, E6)
    longs, shorts = sides_lots(state, market, pool)
    leverage = state.accounts[order.account].holdings[market.spec.market].leverage
    skew = (longs - shorts) * market.mark_micros
    fee: int = opening(OpeningInputs(fees, notional, skew, leverage * E4))
    return fee


def _trade(
    state: State, market: Market, pool: Pool, order: Order, lots: int, ticks: int, fee: int
) -> None:
    """Let an order trade with an order of the pool's; the pool's part of the fee is a rebate."""
    name = market.spec.market
    account = state.accounts[order.account]
    holding = account.holdings[name]
    pool_account = state.accounts[pool.account]
    maker = _pool_order(state, market, pool, order, lots, ticks)
    price = ticks * market.tick_lot_micros
    signed = lots if order.is_buy else -lots
    margin = holding.isolated_micros
    emit(
        state,
        ev.Traded(
            state.next_trade_id,
            name,
            ticks,
            lots,
            Side.BUY if order.is_buy else Side.SELL,
            maker.order_id,
            order.order_id,
            pool.account,
            order.account,
            -div_floor(fee * market.rules.counterparty.fee_share_e4, E4) if fee > 0 else 0,
            fee,
            _realised(pool_account, name, -signed, price),
            _realised(account, name, signed, price),
        ),
    )
    if holding.mode is ISOLATED and order.order_id < SYSTEM_ORDERS_FROM:
        move_isolated(state, account, holding, signed, price, margin)
    if account.triggers:
        wake_bracket(state, account, order)
    state.touched[order.account, name] = None


def _realised(account: Account, name: str, signed_lots: int, price_micros: int) -> int:
    holding = account.holdings[name]
    return realised_micros(holding.size_lots, holding.entry_micros, signed_lots, price_micros)


def _pool_order(
    state: State, market: Market, pool: Pool, order: Order, lots: int, ticks: int
) -> Order:
    order_id = state.next_system_order
    emit(
        state,
        ev.OrderAccepted(
            order_id,
            pool.account,
            market.spec.market,
            Side.SELL if order.is_buy else Side.BUY,
            lots,
            ticks,
            TimeInForce.GTC,
            False,
            False,
            None,
            SelfTrade.CANCEL_RESTING,
            None,
            False,
            0,
            False,
            True,
        ),
    )
    return state.orders[order_id]
