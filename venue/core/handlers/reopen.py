"""The end of a call: one uncross, then continuous trading again.

When outside prices come back after long internal pricing, every resting quote is stale and in
continuous matching the fastest bot takes them all; the same after an outage, and when a trade
would leave its bounds. So orders are collected (``core/calls.py``). Meanwhile the index is
published and the mark walks by its clamp, unless the interruption rule holds it; triggers and
liquidations wait. At the end, if the price would not stop trading again, they join the book, one
price trades the most, and the mark goes on by its own rule, or from there: the calls rule says.
"""

from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.apply import emit
from venue.core.auction import collar_ticks, indication
from venue.core.book import Order
from venue.core.bounds import is_blocked
from venue.core.calls import cancel_good_for
from venue.core.closeout import cancel_unit_orders, closeout_answer, limit_ticks, system_order
from venue.core.commands import Side, TimeInForce
from venue.core.interruption import move_bounds, must_go_on
from venue.core.liquidation import check_touched
from venue.core.margin import is_past_bankruptcy, unit_holdings, unit_margin
from venue.core.market import Market
from venue.core.matching import cancel, reducible_lots, trade
from venue.core.phases import Phase
from venue.core.plans import CALLS_OF
from venue.core.policies import Action
from venue.core.rejects import Cause
from venue.core.state import SYSTEM_ORDERS_FROM, State

# How many liquidations join an uncross; the rest go on in continuous trading.
JOINING_MAX = 256


def uncross(state: State, market: Market, called_from_id: int) -> None:
    """Trade all that crosses at one price; again if prevented self-trades left a cross."""
    reference = market.mark_nanos or 0
    reference_ticks = reference // market.spec.units.tick_nanos
    stale_micros: int | None = None
    traded = 0
    price: int | None = None
    imbalance = 0
    at_middle = market.rules.calls.uncross_at == "middle"
    collar = collar_ticks(market)
    while (
        found := indication(market.book, reference_ticks, at_middle=at_middle, collar_ticks=collar)
    ) is not None:
        if stale_micros is None:
            price, imbalance = found.price_ticks, found.imbalance_lots
            stale_micros = stale_cost_micros(market, found.price_ticks, called_from_id)
        traded += _trade_at(state, market, found.price_ticks)
    if collar is not None:
        _clear_beyond(state, market, collar[1])
    emit(
        state,
        ev.AuctionUncrossed(
            market.spec.market, price if traded else None, traded, imbalance, stale_micros or 0
        ),
    )


def _clear_beyond(state: State, market: Market, high_ticks: int) -> None:
    """Cancel what still crosses: bids above the collar, or asks below it; the best first."""
    book = market.book
    while True:
        ask, bid = book.asks.best_ticks(), book.bids.best_ticks()
        if ask is None or bid is None or bid < ask:
            return
        order = book.best_maker(ask <= high_ticks, bid if ask <= high_ticks else ask)
        assert order is not None, "a level has an order"
        cancel(state, order, Cause.OUTSIDE_BAND)


def _trade_at(state: State, market: Market, price_ticks: int) -> int:
    """Pair bids and asks at one price in price-time priority; the younger order is the taker."""
    book = market.book
    total = 0
    while True:
        ask = book.best_maker(True, price_ticks)
        bid = book.best_maker(False, price_ticks)
        if ask is None or bid is None:
            return total
        maker, taker = (bid, ask) if bid.order_id < ask.order_id else (ask, bid)
        if state.accounts[bid.account].owner == state.accounts[ask.account].owner:
            cancel(state, maker, Cause.SELF_TRADE)
            continue
        lots = min(bid.remaining_lots, ask.remaining_lots)
        idle = False
        for order in (bid, ask):
            if order.reduce_only:
                holding = state.accounts[order.account].holdings[order.market]
                reducible = reducible_lots(holding, is_buy=order.is_buy)
                if not reducible:
                    cancel(state, order, Cause.REDUCE_ONLY)
                    idle = True
                elif order.order_id < SYSTEM_ORDERS_FROM and is_past_bankruptcy(
                    state,
                    state.accounts[order.account],
                    market,
                    is_buy=order.is_buy,
                    price_ticks=price_ticks,
                ):
                    cancel(state, order, Cause.INSUFFICIENT_MARGIN)
                    idle = True
                lots = min(lots, reducible)
        if idle:
            continue
        accounts = state.accounts
        made, took = accounts[maker.account], accounts[taker.account]
        trade(state, market, maker, taker, made, took, lots, price_ticks)
        total += lots


def stale_cost_micros(market: Market, price_ticks: int, called_from_id: int) -> int:
    """Measure what quotes from before the call stood to lose to the fastest taker.

    Sum over resting orders older than the call of (price − uncross) × lots for bids, and
    (uncross − price) × lots for asks, where positive.
    """
    total = 0
    for side, sign in ((Side.BUY, 1), (Side.SELL, -1)):
        for order in market.book.resting(side):
            past = (order.limit_ticks - price_ticks) * sign
            if past <= 0:
                break
            if order.order_id < called_from_id:
                total += past * order.remaining_lots
    return total * market.tick_lot_micros


def join_liquidations(state: State, market: Market) -> list[Order]:
    """Put the close-out orders of units below maintenance into the auction's book."""
    joined: list[Order] = []
    waiting = []
    for unit, liquidation in state.liquidations.items():
        account = state.accounts[unit[0]]
        if any(h.market == market.spec.market for h in unit_holdings(account, unit[1])):
            waiting.append((liquidation.rank_e12, unit))
    for _, unit in sorted(waiting)[:JOINING_MAX]:
        account = state.accounts[unit[0]]
        if account.account == INSURANCE or not unit_margin(state, account, unit[1]).is_below:
            continue
        if any(
            is_blocked(state.markets[held.market], Action.LIQUIDATE)
            for held in unit_holdings(account, unit[1])
        ):
            continue
        cancel_unit_orders(state, account, unit[1])
        holding = account.holdings[market.spec.market]
        answer = closeout_answer(state, account, state.liquidations[unit], holding)
        if answer.lots:
            is_buy = holding.size_lots < 0
            ticks = limit_ticks(market, answer.limit_nanos, is_buy=is_buy)
            joined.append(
                system_order(
                    state,
                    market,
                    account,
                    is_buy=is_buy,
                    lots=answer.lots,
                    limit_ticks=ticks,
                    rests=True,
                )
            )
    return joined


def end_call(state: State, market: Market) -> None:
    """The call's timer: it goes on, or triggers and liquidations join and the book uncrosses."""
    from venue.core.handlers.triggers import fire_triggers

    if must_go_on(state, market):
        return
    called_from_id = market.called_from_id
    # What a trigger sends at the market is for the uncross alone; a limit order of its own stays.
    at_market = [
        order_id
        for order_id, trigger in sorted(market.triggers.items())
        if trigger.placed.price_ticks is None
    ]
    fire_triggers(state, market)
    joined = join_liquidations(state, market)
    uncross(state, market, called_from_id)
    for order in joined:
        if order.in_book:
            cancel(state, order, Cause.IOC_REMAINDER)
    for order_id in at_market:
        gone = state.orders.get(order_id)
        if gone is not None and gone.in_book:
            cancel(state, gone, Cause.IOC_REMAINDER)
    trade_on(state, market, "uncrossed")


def trade_on(state: State, market: Market, why: str) -> None:
    """Begin continuous trading after a call or a halt; what was good for the call alone goes."""
    from venue.core.handlers.prices import mark_at_uncross

    for force in (TimeInForce.GFA, *CALLS_OF):
        cancel_good_for(state, market, force, Cause.CALL_ENDED)
    emit(state, ev.PhaseChanged(market.spec.market, Phase.CONTINUOUS, why, None))
    move_bounds(state, market, is_fresh=True)
    has_uncrossed = market.last_ticks is not None and market.last_at_ns == state.now_ns
    if has_uncrossed and market.rules.calls.mark_from_uncross:
        assert market.last_ticks is not None, "asked above"
        mark_at_uncross(state, market, market.last_ticks * market.spec.units.tick_nanos)
    if state.touched:
        check_touched(state)
