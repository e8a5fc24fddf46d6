"""What order events do to the state: book, open-order sums, positions, money."""

from typing import Final

from venue.core import events as ev
from venue.core.account import CLIENT_ORDER_IDS_KEPT, Account, Holding, Trigger
from venue.core.book import Order
from venue.core.commands import MarginMode, Side
from venue.core.market import Market
from venue.core.plans import Delayed, Plan
from venue.core.state import State, hold, touch
from venue.core.timers import Timer
from venue.core.volumes import count_trade

BUY: Final = Side.BUY
# Bound here because reading a member off its enum costs as much as two function calls.
ISOLATED: Final = MarginMode.ISOLATED


def order_accepted(state: State, event: ev.OrderAccepted) -> None:
    stand(state, event, state.accounts[event.account], state.markets[event.market])


def stand(state: State, event: ev.OrderAccepted, account: Account, market: Market) -> Order:
    """Apply an order's acceptance; who makes the event has its account and market in hand."""
    order_id, name, rests = event.order_id, event.client_order_id, event.rests
    size_lots, price_ticks, is_buy = event.size_lots, event.price_ticks, event.side is BUY
    holding = account.holdings.get(event.market)
    if holding is None:
        holding = hold(state, account, event.market)
    order = Order(
        order_id,
        event.account,
        event.market,
        is_buy,
        price_ticks,
        size_lots,
        size_lots,
        event.reduce_only,
        event,
        0,
        0,
        rests,
        not rests,
        0 if name is None else account.client_order_ids + 1,
        0,
        0,
        size_lots if rests else 0,
    )
    state.orders[order_id] = order
    if name is not None:
        named = account.remembered.setdefault(name, order)
        if named is order:
            _note_name(account, name)
        else:  # A trigger order that fired: the name stays with what was asked.
            order.serial = named.serial
            if isinstance(named, Delayed):  # It has become the order that it was.
                account.remembered[name] = order
    if event.expires_at_ns is not None:
        state.timers.set(event.expires_at_ns, Timer.EXPIRE_ORDER, (order_id,))
    if order_id >= state.next_system_order:
        state.next_system_order = order_id + 1
    if not rests:
        return order
    market.book.add(order)
    account.orders[order_id] = order
    if event.reduce_only:
        holding.reducing += 1
    elif is_buy:
        holding.buy_lots += size_lots
        holding.buy_micros += size_lots * price_ticks * market.tick_lot_micros
    else:
        holding.sell_lots += size_lots
        holding.sell_micros += size_lots * price_ticks * market.tick_lot_micros
    return order


def order_rested(state: State, event: ev.OrderRested) -> None:
    order = state.orders[event.order_id]
    _rest(state, state.accounts[order.account], order)


def _rest(state: State, account: Account, order: Order) -> None:
    market = state.markets[order.market]
    market.book.add(order)
    lots = order.remaining_lots
    if order.arriving:
        _note_answer(order)
        order.answer_remaining_lots = lots
    account.orders[order.order_id] = order
    holding = account.holdings[order.market]
    if order.reduce_only:  # It can open nothing.
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
    price_micros = order.limit_ticks * market.tick_lot_micros
    if order.is_buy:
        holding.buy_lots -= lots
        holding.buy_micros -= lots * price_micros
        better_micros = market.mark_micros - price_micros
    else:
        holding.sell_lots -= lots
        holding.sell_micros -= lots * price_micros
        better_micros = price_micros - market.mark_micros
    if better_micros > 0:
        account.headroom_micros -= lots * better_micros


def _finish(state: State, account: Account, order: Order) -> None:
    """An order that is filled or gone: forget it, but for its client order id."""
    order_id = order.order_id
    if account.orders.pop(order_id, None) is not None and order.reduce_only:
        account.holdings[order.market].reducing -= 1
    del state.orders[order_id]
    if order.arriving:
        _note_answer(order)
    if account.client_order_ids - order.serial >= CLIENT_ORDER_IDS_KEPT:
        name = order.accepted.client_order_id
        if name is not None:
            del account.remembered[name]


def _note_answer(order: Order) -> None:
    """Its own command is done with it: keep what that came to, for whoever sends it again."""
    order.arriving = False
    if order.filled_lots:
        order.answer_filled_lots = order.filled_lots
        order.answer_cost_micros = order.cost_micros


def remember(account: Account, name: str, what: Order | Trigger | Plan) -> int:
    """Keep a client order id while its order is open and for the account's last 10,000."""
    account.remembered[name] = what
    _note_name(account, name)
    return account.client_order_ids


def _note_name(account: Account, name: str) -> None:
    """Count a new client order id; forget the oldest one, unless what it names is open."""
    account.client_order_ids += 1
    recent = account.recent
    recent.append(name)
    if len(recent) <= CLIENT_ORDER_IDS_KEPT:
        return
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


def traded(state: State, event: ev.Traded) -> None:
    orders, accounts = state.orders, state.accounts
    exchange(
        state,
        event,
        state.markets[event.market],
        orders[event.maker_order_id],
        orders[event.taker_order_id],
        accounts[event.maker_account],
        accounts[event.taker_account],
    )


def exchange(
    state: State,
    event: ev.Traded,
    market: Market,
    maker: Order,
    taker: Order,
    maker_account: Account,
    taker_account: Account,
) -> None:
    """Apply a trade; who makes the event has orders and accounts in hand."""
    name = event.market
    lots, price_ticks = event.size_lots, event.price_ticks
    cost_micros = lots * price_ticks * market.tick_lot_micros
    market.tape_micros += cost_micros

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
    if not taker.remaining_lots:
        _finish(state, taker_account, taker)

    if state.next_fee_day_ns is not None:
        count_trade(market, maker_account, taker_account, cost_micros)
    bought_lots, bought_micros = (lots, cost_micros) if taker.is_buy else (-lots, -cost_micros)
    worth_micros = lots * market.mark_micros
    off_micros = cost_micros - worth_micros
    # As ``_spent_micros`` has it, of what is positive here.
    spent_micros = worth_micros * market.steepness + 1
    spent_micros += off_micros if off_micros > 0 else -off_micros
    _move(
        state,
        market,
        taker_account,
        taker_account.holdings[name],
        bought_lots,
        bought_micros,
        event.taker_realised_micros,
        event.taker_fee_micros,
        spent_micros,
    )
    _move(
        state,
        market,
        maker_account,
        maker_account.holdings[name],
        -bought_lots,
        -bought_micros,
        event.maker_realised_micros,
        event.maker_fee_micros,
        spent_micros,
    )
    market.last_ticks = price_ticks
    market.last_at_ns = state.now_ns
    market.traded_lots += lots
    market.fees_micros += event.taker_fee_micros + event.maker_fee_micros
    state.next_trade_id = event.trade_id + 1


def _spent_micros(market: Market, lots: int, cost_micros: int) -> int:
    """Return what a fill takes off the headroom at most, besides its fee.

    Initial margin of all its lots at no leverage (more where the margin rule asks more than the
    notional), and what it cost against the mark. Lots and cost have one sign, or there is no cost.
    """
    worth = lots * market.mark_micros
    return abs(worth) * market.steepness + abs(cost_micros - worth) + 1


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
    _move(
        state,
        market,
        account,
        account.holdings[market.spec.market],
        delta_lots,
        cost_micros,
        realised_micros,
        fee_micros,
        _spent_micros(market, delta_lots, cost_micros),
    )


def _move(
    state: State,
    market: Market,
    account: Account,
    holding: Holding,
    delta_lots: int,
    cost_micros: int,
    realised_micros: int,
    fee_micros: int,
    spent_micros: int,
) -> None:
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
        touch(state, account, holding.market)
    else:
        account.balance_micros += realised_micros - fee_micros
        state.dirty.add(account.cross_unit)
        account.headroom_micros -= spent_micros + fee_micros
    if after > 0:
        market.open_interest_lots += after - before if before > 0 else after
    elif before > 0:
        market.open_interest_lots -= before


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
    leave(state, state.orders[event.order_id], state.accounts[event.account])


def leave(state: State, order: Order, account: Account) -> None:
    """Apply a cancel; who makes the event has order and account in hand."""
    if order.in_book:
        market = state.markets[order.market]
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
    market.book.lift(order)
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
    state.markets[market].watch.drop(order_id)
    name = trigger.placed.client_order_id
    if name is not None and account.client_order_ids - trigger.serial >= CLIENT_ORDER_IDS_KEPT:
        account.remembered.pop(name, None)
