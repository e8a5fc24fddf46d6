"""What order events do to the state: book, open-order sums, positions, money."""

from venue.core import events as ev
from venue.core.account import CLIENT_ORDER_IDS_KEPT, Account, Holding, Trigger
from venue.core.book import Order
from venue.core.commands import MarginMode, Side
from venue.core.market import Market
from venue.core.plans import Delayed, Plan
from venue.core.state import State, hold, touch
from venue.core.timers import Timer
from venue.core.volumes import count_trade

BUY = Side.BUY
# Bound here because reading a member off its enum costs as much as two function calls.
ISOLATED = MarginMode.ISOLATED


def order_accepted(state: State, event: ev.OrderAccepted) -> None:
    is_buy = event.side is BUY
    order = Order(
        event.order_id,
        event.account,
        event.market,
        is_buy,
        event.price_ticks,
        event.size_lots,
        event.size_lots,
        event.reduce_only,
        event,
    )
    state.orders[event.order_id] = order
    account = state.accounts[event.account]
    if event.market not in account.holdings:
        hold(state, account, event.market)
    name = event.client_order_id
    if name is not None:
        named = account.remembered.get(name)
        if named is None:
            order.serial = remember(account, name, order)
        else:  # A trigger order that fired: the name stays with what was asked.
            order.serial = named.serial
            if isinstance(named, Delayed):  # It has become the order that it was.
                account.remembered[name] = order
    if event.expires_at_ns is not None:
        state.timers.set(event.expires_at_ns, Timer.EXPIRE_ORDER, (event.order_id,))
    if event.order_id >= state.next_system_order:
        state.next_system_order = event.order_id + 1
    if event.rests:
        _rest(state, account, order)


def order_rested(state: State, event: ev.OrderRested) -> None:
    order = state.orders[event.order_id]
    _rest(state, state.accounts[order.account], order)


def _rest(state: State, account: Account, order: Order) -> None:
    market = state.markets[order.market]
    market.book.add(order)
    if order.arriving:
        order.arriving = False
        order.answer_remaining_lots = order.remaining_lots
    account.orders[order.order_id] = order
    _count(account.holdings[order.market], market, order, order.remaining_lots)


def _count(holding: Holding, market: Market, order: Order, lots: int) -> None:
    """Add lots of a resting order to what may open; a reducing order can open nothing."""
    if order.reduce_only:
        if lots == order.remaining_lots:
            holding.reducing += 1
        return
    micros = lots * order.limit_ticks * market.tick_lot_micros
    if order.is_buy:
        holding.buy_lots += lots
        holding.buy_micros += micros
    else:
        holding.sell_lots += lots
        holding.sell_micros += micros


def _discount(account: Account, market: Market, order: Order, lots: int) -> None:
    """Take lots of a resting order off what may open.

    One better than the mark may have made up for the loss that others would fill at, so its
    distance comes off the headroom.
    """
    if order.reduce_only:
        return
    holding = account.holdings[order.market]
    micros = lots * order.limit_ticks * market.tick_lot_micros
    if order.is_buy:
        holding.buy_lots -= lots
        holding.buy_micros -= micros
        better = lots * market.mark_micros - micros
    else:
        holding.sell_lots -= lots
        holding.sell_micros -= micros
        better = micros - lots * market.mark_micros
    if better > 0:
        account.headroom_micros -= better


def _finish(state: State, account: Account, order: Order) -> None:
    """An order that is filled or gone: forget it, but for its client order id."""
    order_id = order.order_id
    if account.orders.pop(order_id, None) is not None and order.reduce_only:
        account.holdings[order.market].reducing -= 1
    del state.orders[order_id]
    if order.arriving:
        order.arriving = False
    if account.client_order_ids - order.serial >= CLIENT_ORDER_IDS_KEPT:
        name = order.accepted.client_order_id
        if name is not None:
            del account.remembered[name]


def remember(account: Account, name: str, what: Order | Trigger | Plan) -> int:
    """Keep a client order id while its order is open and for the account's last 10,000."""
    account.remembered[name] = what
    recent = account.recent
    recent.append(name)
    account.client_order_ids += 1
    if len(recent) > CLIENT_ORDER_IDS_KEPT:
        oldest = recent.popleft()
        named = account.remembered[oldest]
        if isinstance(named, Order):
            is_open = named.in_book
        elif not isinstance(named, Trigger):
            is_open = named.order_id in account.plans
        else:
            order_id = named.placed.order_id
            is_open = order_id in account.triggers or order_id in account.orders
        if not is_open:
            del account.remembered[oldest]
    return account.client_order_ids


def traded(state: State, event: ev.Traded) -> None:
    name = event.market
    market = state.markets[name]
    lots = event.size_lots
    cost_micros = lots * event.price_ticks * market.tick_lot_micros
    market.tape_micros += cost_micros
    maker = state.orders[event.maker_order_id]
    taker = state.orders[event.taker_order_id]
    maker_account = state.accounts[event.maker_account]
    taker_account = state.accounts[event.taker_account]

    _discount(maker_account, market, maker, lots)
    market.book.reduce(maker, lots)
    maker.filled_lots += lots
    maker.cost_micros += cost_micros
    if not maker.remaining_lots:
        _finish(state, maker_account, maker)

    if taker.in_book:  # An uncross: both sides rest.
        _discount(taker_account, market, taker, lots)
        market.book.reduce(taker, lots)
    else:
        taker.remaining_lots -= lots
    taker.filled_lots += lots
    taker.cost_micros += cost_micros
    if taker.arriving:
        taker.answer_filled_lots += lots
        taker.answer_cost_micros += cost_micros
    if not taker.remaining_lots:
        _finish(state, taker_account, taker)

    if state.next_fee_day_ns is not None:
        count_trade(market, maker_account, taker_account, cost_micros)
    if not taker.is_buy:
        lots, cost_micros = -lots, -cost_micros
    move_position(
        state,
        market,
        taker_account,
        lots,
        cost_micros,
        event.taker_realised_micros,
        event.taker_fee_micros,
    )
    move_position(
        state,
        market,
        maker_account,
        -lots,
        -cost_micros,
        event.maker_realised_micros,
        event.maker_fee_micros,
    )
    market.last_ticks = event.price_ticks
    market.last_at_ns = state.now_ns
    market.traded_lots += event.size_lots
    state.next_trade_id = event.trade_id + 1


def move_position(
    state: State,
    market: Market,
    account: Account,
    delta_lots: int,
    cost_micros: int,
    realised_micros: int,
    fee_micros: int,
) -> None:
    """Change one position by ``delta_lots`` at a signed cost, and pay profit and fee.

    Profit comes out of the market's clearing account, so that clearing stays minus the sum of
    the entry costs; the fee goes to the venue.
    """
    name = market.spec.market
    holding = account.holdings[name]
    before = holding.size_lots
    after = before + delta_lots
    holding.size_lots = after
    holding.entry_micros += cost_micros + realised_micros
    if realised_micros:
        holding.realised_micros += realised_micros
        market.clearing_micros -= realised_micros
    if fee_micros:
        holding.fees_micros += fee_micros
        state.ledger.fees_micros += fee_micros
    if not before:
        market.holders[account.account] = None
    elif not after:
        del market.holders[account.account]
    if holding.mode is ISOLATED:
        holding.isolated_micros += realised_micros - fee_micros
        touch(state, account, name)
    else:
        account.balance_micros += realised_micros - fee_micros
        state.dirty.add(account.cross_unit)
        # What a fill takes off the headroom at most: initial margin of all its lots at no leverage
        # (more where the margin rule asks more than the notional), what it cost against the mark,
        # and the fee.
        worth = delta_lots * market.mark_micros
        steepest = abs(worth) * market.steepness
        account.headroom_micros -= steepest + abs(cost_micros - worth) + fee_micros + 1
    market.open_interest_lots += (after if after > 0 else 0) - (before if before > 0 else 0)


def order_reduced(state: State, event: ev.OrderReduced) -> None:
    order = state.orders[event.order_id]
    account = state.accounts[event.account]
    if order.in_book:
        market = state.markets[event.market]
        _discount(account, market, order, event.lots)
        market.book.reduce(order, event.lots)
    else:
        order.remaining_lots -= event.lots
    order.size_lots -= event.lots
    if not order.remaining_lots:
        _finish(state, account, order)


def order_cancelled(state: State, event: ev.OrderCancelled) -> None:
    order = state.orders[event.order_id]
    account = state.accounts[event.account]
    if order.in_book:
        market = state.markets[event.market]
        _discount(account, market, order, order.remaining_lots)
        market.book.remove(order)
    _finish(state, account, order)


def order_amended(state: State, event: ev.OrderAmended) -> None:
    order = state.orders[event.order_id]
    account = state.accounts[event.account]
    market = state.markets[event.market]
    holding = account.holdings[event.market]
    if event.kept_priority:
        lots = order.remaining_lots - event.remaining_lots
        _discount(account, market, order, lots)
        market.book.reduce(order, lots)
        order.size_lots = event.size_lots
        return
    _discount(account, market, order, order.remaining_lots)
    market.book.remove(order, to_return=True)
    del account.orders[order.order_id]
    if order.reduce_only:
        holding.reducing -= 1
    order.limit_ticks = event.price_ticks
    order.size_lots = event.size_lots
    order.remaining_lots = event.remaining_lots


def trigger_placed(state: State, event: ev.TriggerPlaced) -> None:
    account = state.accounts[event.account]
    hold(state, account, event.market)
    trigger = Trigger(event, event.awake)
    account.triggers[event.order_id] = trigger
    market = state.markets[event.market]
    market.triggers[event.order_id] = trigger
    if event.awake:
        market.watch.add(event)
    if event.client_order_id is not None:
        trigger.serial = remember(account, event.client_order_id, trigger)


def trigger_woken(state: State, event: ev.TriggerWoken) -> None:
    trigger = state.accounts[event.account].triggers[event.order_id]
    trigger.awake = True
    state.markets[event.market].watch.add(trigger.placed)


def trigger_fired(state: State, event: ev.TriggerFired) -> None:
    _drop_trigger(state, event.account, event.market, event.order_id)


def trigger_cancelled(state: State, event: ev.TriggerCancelled) -> None:
    _drop_trigger(state, event.account, event.market, event.order_id)


def _drop_trigger(state: State, account_id: int, market: str, order_id: int) -> None:
    account = state.accounts[account_id]
    trigger = account.triggers.pop(order_id)
    del state.markets[market].triggers[order_id]
    name = trigger.placed.client_order_id
    if name is not None and account.client_order_ids - trigger.serial >= CLIENT_ORDER_IDS_KEPT:
        account.remembered.pop(name, None)
