"""An arriving order meets the book: price-time priority, at the resting order's price.

Self-trades are prevented within an owner's family of accounts. A reducing order never trades
more than the position that it reduces, on either side of a trade.
"""

from typing import Final

from venue.core import events as ev
from venue.core.account import Account, Holding, Trigger
from venue.core.apply import emit
from venue.core.apply_orders import exchange, leave
from venue.core.book import Order
from venue.core.commands import MarginMode, SelfTrade, Side
from venue.core.margin import is_past_bankruptcy
from venue.core.market import Market
from venue.core.position import closed_micros
from venue.core.rejects import Cause
from venue.core.state import SYSTEM_ORDERS_FROM, State
from venue.core.units import E6, div_ceil

CANCEL_RESTING: Final = SelfTrade.CANCEL_RESTING
CANCEL_TAKING: Final = SelfTrade.CANCEL_TAKING
ISOLATED: Final = MarginMode.ISOLATED
INSUFFICIENT_MARGIN: Final = Cause.INSUFFICIENT_MARGIN
BUY: Final = Side.BUY
SELL: Final = Side.SELL
# The ids of an order's legs, from its own.
STOP_LEG: Final = 1
TAKE_PROFIT_LEG: Final = 2


def reducible_lots(holding: Holding | None, *, is_buy: bool) -> int:
    """Return how many lots an order on this side could reduce the position by."""
    size = holding.size_lots if holding is not None else 0
    reducible = -size if is_buy else size
    return reducible if reducible > 0 else 0


def match(state: State, market: Market, taker: Order) -> Cause | None:
    """Trade an arriving order against the book as far as its limit, and the market's bounds, allow.

    Returns why it may not simply rest with what is left, or ``None`` when it may.
    """
    book = market.book
    accounts = state.accounts
    name = market.spec.market
    taker_account = accounts[taker.account]
    owner = taker_account.owner
    bounds = market.bounds
    is_buy = taker.is_buy
    limit_ticks = taker.limit_ticks
    while True:
        maker = book.best_maker(is_buy, limit_ticks)
        if maker is None:
            return None
        maker_account = accounts[maker.account]
        lots = taker.remaining_lots
        if maker.remaining_lots < lots:
            lots = maker.remaining_lots
        if maker_account.owner == owner:
            rule = taker.accepted.self_trade
            if rule is CANCEL_TAKING:
                return Cause.SELF_TRADE
            if rule is CANCEL_RESTING:
                cancel(state, maker, Cause.SELF_TRADE)
                continue
            _decrement(state, maker, lots)
            _decrement(state, taker, lots)
            if not taker.remaining_lots:
                return None
            continue
        if maker.reduce_only:
            reducible = reducible_lots(maker_account.holdings[name], is_buy=not is_buy)
            if not reducible:
                cancel(state, maker, Cause.REDUCE_ONLY)
                continue
            if maker.order_id < SYSTEM_ORDERS_FROM and is_past_bankruptcy(
                state, maker_account, market, is_buy=not is_buy, price_ticks=maker.limit_ticks
            ):
                cancel(state, maker, Cause.INSUFFICIENT_MARGIN)
                continue
            lots = min(lots, reducible)
        if taker.reduce_only:
            reducible = reducible_lots(taker_account.holdings[name], is_buy=is_buy)
            if not reducible:
                return Cause.REDUCE_ONLY
            lots = min(lots, reducible)
        if bounds is not None and not bounds[0] <= maker.limit_ticks <= bounds[1]:
            return Cause.BOUND_REACHED
        trade(state, market, maker, taker, maker_account, taker_account, lots, maker.limit_ticks)
        if not taker.remaining_lots:
            return None


def trade(
    state: State,
    market: Market,
    maker: Order,
    taker: Order,
    maker_account: Account,
    taker_account: Account,
    lots: int,
    price_ticks: int,
) -> None:
    """Let two orders trade, with fees and profit of both, and isolated margin moved.

    Fees round up. The venue's own orders pay none: a close-out is not charged, so a fill at the
    bankruptcy price leaves exactly nothing (Hyperliquid: no clearance fee, venue-rules section 1).
    """
    name = taker.market
    price_micros = price_ticks * market.tick_lot_micros
    notional = lots * price_micros
    maker_id, taker_id = maker.order_id, taker.order_id
    maker_holding = maker_account.holdings[name]
    taker_holding = taker_account.holdings[name]
    maker_margin, taker_margin = maker_holding.isolated_micros, taker_holding.isolated_micros
    is_buy = taker.is_buy
    signed = lots if is_buy else -lots
    maker_fees = taker_fees = market.base_fees
    if market.own_fees:
        maker_fees = market.own_fees.get(maker.account, maker_fees)
        taker_fees = market.own_fees.get(taker.account, taker_fees)
    maker_realised = taker_realised = 0
    size = maker_holding.size_lots
    if size > 0 if is_buy else size < 0:
        maker_realised = closed_micros(size, maker_holding.entry_micros, lots, price_micros)
    size = taker_holding.size_lots
    if size < 0 if is_buy else size > 0:
        taker_realised = closed_micros(size, taker_holding.entry_micros, lots, price_micros)
    event = ev.Traded(
        state.next_trade_id,
        name,
        price_ticks,
        lots,
        BUY if is_buy else SELL,
        maker_id,
        taker_id,
        maker.account,
        taker.account,
        0 if maker_id >= SYSTEM_ORDERS_FROM else -(-notional * maker_fees.maker_e6 // E6),
        0 if taker_id >= SYSTEM_ORDERS_FROM else -(-notional * taker_fees.taker_e6 // E6),
        maker_realised,
        taker_realised,
    )
    exchange(state, event, market, maker, taker, maker_account, taker_account)
    state.out.append(event)
    if taker_holding.mode is ISOLATED and taker_id < SYSTEM_ORDERS_FROM:
        move_isolated(state, taker_account, taker_holding, signed, price_micros, taker_margin)
    if maker_holding.mode is ISOLATED and maker_id < SYSTEM_ORDERS_FROM:
        move_isolated(state, maker_account, maker_holding, -signed, price_micros, maker_margin)
    if taker_account.triggers:  # A bracket that sleeps is among them.
        wake_bracket(state, taker_account, taker)
    if maker_account.triggers:
        wake_bracket(state, maker_account, maker)
    touched = state.touched
    touched[taker.account, name] = None
    touched[maker.account, name] = None


def move_isolated(
    state: State,
    account: Account,
    holding: Holding,
    delta_lots: int,
    price_micros: int,
    margin_micros: int,
) -> None:
    """After a fill: set margin aside for lots that opened, give it back for lots that closed.

    ``margin_micros`` is what was set aside before the fill. Opening moves notional / leverage,
    rounded up. Closing keeps the share of ``margin_micros`` of the lots that stay, rounded up,
    and gives back the rest with what the closed lots realised; when they lost more than their
    share, nothing. So what stays is never nearer to its liquidation than the whole was. A flat
    position gives back all.
    """
    after = holding.size_lots
    before = after - delta_lots
    closed = min(abs(before), abs(delta_lots)) if (before > 0) != (delta_lots > 0) else 0
    opened = abs(delta_lots) - closed
    amount = 0
    if after == 0:
        amount = -holding.isolated_micros
    elif closed and not opened:
        kept = div_ceil(margin_micros * abs(after), abs(before))
        amount = -max(0, holding.isolated_micros - kept)
    elif opened:
        value = opened * price_micros if delta_lots > 0 else -opened * price_micros
        target = _set_aside_micros(state.markets[holding.market], holding.leverage, value)
        amount = target - (holding.isolated_micros if closed else 0)
    if amount:
        emit(
            state,
            ev.IsolatedMarginMoved(account.account, holding.market, amount),
        )


def _set_aside_micros(market: Market, leverage: int, value_micros: int) -> int:
    """Return the margin of a signed value that opens, isolated: notional / leverage, rounded up.

    The session's terms may cap the leverage; initial margin that no leverage lowers is set aside
    whole.
    """
    leverage_max = market.terms.leverage_max
    if leverage_max is not None and leverage_max < leverage:
        leverage = leverage_max
    if market.tiers.is_sided or market.crowded_e4:
        return market.tiers.initial_micros(value_micros, leverage, market.crowded_e4)
    return div_ceil(abs(value_micros), leverage)


def legs_of(account: Account, order: Order) -> tuple[Trigger | None, Trigger | None]:
    """Return stop and take-profit of an order's bracket; ``None``: it has none, or none any more.

    Their ids follow the order's own.
    """
    triggers = account.triggers
    return triggers.get(order.order_id + STOP_LEG), triggers.get(order.order_id + TAKE_PROFIT_LEG)


def wake_bracket(state: State, account: Account, order: Order) -> None:
    """The first fill of an order brings its bracket to life, or its last: the orders rule says."""
    if order.accepted.stop_ticks is None and order.accepted.take_profit_ticks is None:
        return
    if order.remaining_lots and state.markets[order.market].brackets_wait:
        return
    _end_sleep(state, account, order, is_woken=True)


def _end_sleep(state: State, account: Account, order: Order, *, is_woken: bool) -> None:
    """Wake the legs of an order's bracket that still sleep, or let them go with it."""
    for leg in legs_of(account, order):
        if leg is None or leg.awake:
            continue
        order_id = leg.placed.order_id
        if is_woken:
            emit(state, ev.TriggerWoken(order_id, account.account, order.market))
        else:
            emit(
                state,
                ev.TriggerCancelled(order_id, account.account, order.market, Cause.PARENT_GONE),
            )


def resize_bracket(state: State, account: Account, order: Order, lots: int) -> None:
    """Let the legs of an order's bracket that still wait be as large as the order is."""
    for leg in legs_of(account, order):
        if leg is None or leg.placed.size_lots == lots:
            continue
        placed = leg.placed
        emit(
            state,
            ev.TriggerRescaled(
                placed.order_id,
                account.account,
                order.market,
                lots,
                placed.trigger_ticks,
                placed.price_ticks,
            ),
        )


def _decrement(state: State, order: Order, lots: int) -> None:
    emit(
        state,
        ev.OrderReduced(order.order_id, order.account, order.market, lots, Cause.SELF_TRADE),
    )
    account = state.accounts[order.account]
    accepted = order.accepted
    if accepted.stop_ticks is None and accepted.take_profit_ticks is None:
        return
    if not order.remaining_lots:
        _end_sleep(state, account, order, is_woken=order.filled_lots > 0)
    resize_bracket(state, account, order, order.size_lots)


def cancel(state: State, order: Order, cause: Cause) -> None:
    """Take an order out for good, and a bracket that will never wake with it.

    One that has waited for the whole fill wakes if it is margin that the rest is cancelled for.
    One that is awake is for what was filled.
    """
    account = state.accounts[order.account]
    event = ev.OrderCancelled(
        order.order_id, order.account, order.market, order.remaining_lots, cause
    )
    leave(state, order, account)
    state.out.append(event)
    if not account.triggers:
        return
    accepted = order.accepted
    if accepted.stop_ticks is None and accepted.take_profit_ticks is None:
        return
    is_woken = cause is INSUFFICIENT_MARGIN and order.filled_lots > 0
    _end_sleep(state, account, order, is_woken=is_woken)
    resize_bracket(state, account, order, order.filled_lots)
