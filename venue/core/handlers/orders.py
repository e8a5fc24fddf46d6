"""Orders: place, amend, cancel; and what follows a trade."""

from typing import Final

from venue.core import events as ev
from venue.core.account import INSURANCE, Account, Trigger
from venue.core.apply import emit
from venue.core.apply_orders import stand
from venue.core.book import Order
from venue.core.calls import joins_call
from venue.core.commands import (
    AmendOrder,
    CancelAll,
    CancelOrder,
    PlaceOrder,
    Side,
    TimeInForce,
    TriggerKind,
)
from venue.core.handlers.order_asked import legs_refusal, same_body
from venue.core.handlers.order_checks import order_refusal, place_refusal
from venue.core.handlers.order_limits import limits_refusal
from venue.core.handlers.order_margin import margin_refusal, past_bankruptcy
from venue.core.handlers.order_protection import protection_ticks
from venue.core.handlers.order_rule import price_refusal, takes_by_amendment, waits
from venue.core.handlers.plain_orders import is_plain
from venue.core.handlers.plans import answer_plan_again, delay, end, end_many, has_room
from venue.core.handlers.refusing import Refusal, reject
from venue.core.interruption import rest_within
from venue.core.liquidation import check_touched
from venue.core.market import Market
from venue.core.matching import (
    STOP_LEG,
    TAKE_PROFIT_LEG,
    cancel,
    legs_of,
    match,
    resize_bracket,
)
from venue.core.phases import Phase
from venue.core.plans import PLANS_PER_ACCOUNT_MAX as PLANS_MAX
from venue.core.plans import Delayed, Scale
from venue.core.pool_trading import capped_take_profit, match_pool
from venue.core.rejects import Cause, Reason
from venue.core.state import ORDERS_PER_COMMAND, State
from venue.core.timers import NEVER_NS

CONTINUOUS: Final = Phase.CONTINUOUS
DELISTED: Final = Phase.DELISTED
IOC: Final = TimeInForce.IOC
FOK: Final = TimeInForce.FOK
OPG: Final = TimeInForce.OPG
CLS: Final = TimeInForce.CLS
IOC_REMAINDER: Final = Cause.IOC_REMAINDER
NO_LIQUIDITY: Final = Cause.NO_LIQUIDITY
BOUND_REACHED: Final = Cause.BOUND_REACHED
BUY: Final = Side.BUY
ASKED: Final = Cause.ASKED


def place_order(state: State, command: PlaceOrder) -> None:
    """Accept an order, trade what crosses, rest or cancel what is left."""
    account = state.accounts.get(command.account)
    if account is None or command.account == INSURANCE:
        reject(state, command, Reason.UNKNOWN_ACCOUNT)
        return
    market = state.markets.get(command.market)
    if market is None:
        reject(state, command, Reason.UNKNOWN_MARKET)
        return
    name = command.client_order_id
    if name is not None and name in account.remembered:
        _answer_again(state, account, command, name)
        return
    rule, price_ticks = market.order_rule, command.price_ticks
    force = command.time_in_force
    held = (force is OPG or force is CLS) and not joins_call(market, force)
    if rule is None and price_ticks is not None and is_plain(state, account, market, command):
        limit_ticks = price_ticks
    else:
        resolved = _resolve(state, account, market, command, held)
        if isinstance(resolved, Refusal):
            reject(state, command, resolved.reason, **resolved.figures)
            return
        limit_ticks = resolved

    # From here on the order stands: nothing below may fail.
    order_id, is_market = state.seq * ORDERS_PER_COMMAND, price_ticks is None
    if held:
        delay(state, command, order_id, NEVER_NS)
    elif rule is None:
        accept(state, account, market, command, order_id, limit_ticks, is_market=is_market)
    else:
        arrive(state, account, market, command, order_id, limit_ticks, is_market=is_market)
    if state.touched:
        check_touched(state)


def _resolve(
    state: State, account: Account, market: Market, command: PlaceOrder, held: bool
) -> int | Refusal:
    """Return the limit in ticks of an order that may stand, or why it may not."""
    refusal = place_refusal(state, account, market)
    if refusal is not None:
        return refusal
    limit_ticks = command.price_ticks
    if limit_ticks is None:
        limit_ticks = protection_ticks(
            state,
            account,
            market,
            is_buy=command.side is BUY,
            reduce_only=command.reduce_only,
        )
    rule = market.order_rule
    if rule is not None:
        refusal = price_refusal(
            market, command.price_ticks, command.stop_ticks, command.take_profit_ticks
        )
    if refusal is None:
        refusal = order_refusal(state, account, market, command, limit_ticks, is_new=True)
    if refusal is not None:
        return refusal
    if not has_room(account) and (
        held or (rule is not None and waits(market, rule, command, limit_ticks))
    ):
        return Refusal(Reason.OPEN_ORDERS_LIMIT, {"open_orders_max": PLANS_MAX})
    return limit_ticks


def arrive(
    state: State,
    account: Account,
    market: Market,
    command: PlaceOrder,
    order_id: int,
    limit_ticks: int,
    *,
    is_market: bool,
) -> None:
    """Let a checked order stand, or wait first where the orders rule has takers wait."""
    rule = market.order_rule
    if rule is not None and waits(market, rule, command, limit_ticks):
        delay(state, command, order_id, state.now_ns + rule.taker_delay_ns)
    else:
        accept(state, account, market, command, order_id, limit_ticks, is_market=is_market)


def accept(
    state: State,
    account: Account,
    market: Market,
    command: PlaceOrder,
    order_id: int,
    limit_ticks: int,
    *,
    is_market: bool,
) -> None:
    """Let a checked order stand: in the book, or against it and then in it or gone."""
    is_buy = command.side is BUY
    force = command.time_in_force
    may_rest = (
        force is not IOC and force is not FOK and (not is_market or force is OPG or force is CLS)
    )
    rests = may_rest and (
        market.phase is not CONTINUOUS
        or (
            market.bounds is None
            and not market.book.would_trade(is_buy=is_buy, limit_ticks=limit_ticks)
        )
    )
    stop_ticks, take_profit_ticks = command.stop_ticks, command.take_profit_ticks
    event = ev.OrderAccepted(
        order_id,
        command.account,
        command.market,
        command.side,
        command.size_lots,
        limit_ticks,
        force,
        command.post_only,
        command.reduce_only,
        command.client_order_id,
        command.self_trade,
        command.expires_at_ns,
        command.cancel_on_close,
        command.connection,
        is_market,
        rests,
        stop_ticks,
        take_profit_ticks,
    )
    order = stand(state, event, account, market)
    state.out.append(event)
    if stop_ticks is not None or take_profit_ticks is not None:
        _attach_bracket(state, command, order_id)
    if rests:
        return
    settle_arrival(state, market, order, may_rest=may_rest)


def settle_arrival(state: State, market: Market, order: Order, *, may_rest: bool) -> None:
    """Match an order, then rest what is left of it or cancel it with the true cause."""
    stopped = (match if market.pool is None else match_pool)(state, market, order)
    if not order.remaining_lots:
        return
    if may_rest and (stopped is None or stopped is BOUND_REACHED):
        if market.bounds is None:
            emit(state, ev.OrderRested(order.order_id, order.remaining_lots))
        else:
            rest_within(state, market, order, is_stopped=stopped is not None)
    elif stopped is not None:
        cancel(state, order, stopped)
    else:
        cancel(state, order, IOC_REMAINDER if order.filled_lots else NO_LIQUIDITY)


def _answer_again(state: State, account: Account, command: PlaceOrder, name: str) -> None:
    named = account.remembered[name]
    if isinstance(named, Delayed):
        answer_plan_again(state, account, command)
        return
    if not isinstance(named, Order) or not same_body(named, command):
        reject(state, command, Reason.CLIENT_ORDER_ID_REUSED)
        return
    emit(
        state,
        ev.DuplicateAnswered(
            account.account,
            name,
            named.order_id,
            named.answer_filled_lots,
            named.answer_cost_micros,
            named.answer_remaining_lots,
        ),
    )


def _attach_bracket(state: State, command: PlaceOrder, order_id: int) -> None:
    """Place the order's stop and take-profit, asleep until its first fill, or its last."""
    opposite = Side.SELL if command.side is BUY else BUY
    take_profit_ticks = command.take_profit_ticks
    if take_profit_ticks is not None and state.markets[command.market].pool is not None:
        take_profit_ticks = capped_take_profit(state, command, order_id, take_profit_ticks)
    for offset, kind, ticks in (
        (STOP_LEG, TriggerKind.STOP, command.stop_ticks),
        (TAKE_PROFIT_LEG, TriggerKind.TAKE_PROFIT, take_profit_ticks),
    ):
        if ticks is not None:
            emit(
                state,
                ev.TriggerPlaced(
                    order_id=order_id + offset,
                    account=command.account,
                    market=command.market,
                    side=opposite,
                    size_lots=command.size_lots,
                    kind=kind,
                    trigger_ticks=ticks,
                    price_ticks=None,
                    reduce_only=True,
                    client_order_id=None,
                    group=f"#{order_id}",
                    connection=command.connection,
                    parent_id=order_id,
                    awake=False,
                ),
            )


def find_order(account: Account, order_id: int | None, client_order_id: str | None) -> int | None:
    """Return the id of an open order, trigger order or plan by either id, or ``None``."""
    if order_id is None and client_order_id is not None:
        named = account.remembered.get(client_order_id)
        if named is not None:
            if isinstance(named, Scale):
                return None  # It names several.
            order_id = named.placed.order_id if isinstance(named, Trigger) else named.order_id
    if order_id is not None and (
        order_id in account.orders or order_id in account.triggers or order_id in account.plans
    ):
        return order_id
    return None


def cancel_order(state: State, command: CancelOrder) -> None:
    """Cancel one order, trigger order or plan; or all open orders of a scale."""
    account = state.accounts.get(command.account)
    if account is None or command.account == INSURANCE:
        reject(state, command, Reason.UNKNOWN_ACCOUNT)
        return
    order_id, name = command.order_id, command.client_order_id
    named = None if name is None else account.remembered.get(name)
    if isinstance(named, Scale) and _cancel_scale(state, account, named):
        return
    if order_id is None and isinstance(named, Order):
        order_id = named.order_id
    order = None if order_id is None else account.orders.get(order_id)
    if order is not None:
        cancel(state, order, ASKED)
        return
    order_id = find_order(account, command.order_id, name)
    if order_id is None:
        reject(state, command, Reason.UNKNOWN_ORDER)
    elif order_id in account.plans:
        end(state, account.plans[order_id], ASKED)
    else:
        placed = account.triggers[order_id].placed
        emit(state, ev.TriggerCancelled(order_id, account.account, placed.market, ASKED))


def _cancel_scale(state: State, account: Account, named: Scale) -> bool:
    """Cancel what is open of a scale; say whether there was any."""
    ids = range(named.order_id, named.order_id + named.asked.orders)
    is_open = [each for each in ids if each in account.orders or each in account.plans]
    for order_id in is_open:
        if order_id in account.orders:
            cancel(state, account.orders[order_id], ASKED)
        else:
            end(state, account.plans[order_id], ASKED)
    return bool(is_open)


def cancel_all(state: State, command: CancelAll) -> None:
    """Cancel all open orders and trigger orders of an account, oldest first."""
    account = state.accounts.get(command.account)
    if account is None or command.account == INSURANCE:
        reject(state, command, Reason.UNKNOWN_ACCOUNT)
        return
    if command.market is not None and command.market not in state.markets:
        reject(state, command, Reason.UNKNOWN_MARKET)
        return
    cancel_many(state, account, Cause.ASKED, market=command.market)


def cancel_many(
    state: State,
    account: Account,
    cause: Cause,
    *,
    market: str | None = None,
    connection: int | None = None,
    triggers: bool = True,
) -> None:
    """Cancel an account's orders, in a market or in all, of a connection or of all."""
    for _, order in sorted(account.orders.items()):
        if market is not None and order.market != market:
            continue
        if connection is not None and order.accepted.connection != connection:
            continue
        cancel(state, order, cause)
    if not triggers:
        return
    if account.plans:
        end_many(state, account, cause, market, connection)
    for order_id, trigger in sorted(account.triggers.items()):
        placed = trigger.placed
        if market is not None and placed.market != market:
            continue
        if connection is not None and placed.connection != connection:
            continue
        if order_id in account.triggers:
            emit(state, ev.TriggerCancelled(order_id, account.account, placed.market, cause))


def amend_order(state: State, command: AmendOrder) -> None:
    """Change a resting order; priority is kept only when it shrinks at the same price."""
    account = state.accounts.get(command.account)
    if account is None or command.account == INSURANCE:
        reject(state, command, Reason.UNKNOWN_ACCOUNT)
        return
    order_id = find_order(account, command.order_id, command.client_order_id)
    order = account.orders.get(order_id) if order_id is not None else None
    if order is None or command.market not in (None, order.market):
        reject(state, command, Reason.UNKNOWN_ORDER)
        return
    market = state.markets[order.market]
    price = order.limit_ticks if command.price_ticks is None else command.price_ticks
    size = order.size_lots if command.size_lots is None else command.size_lots
    refusal = _amend_refusal(state, account, market, order, price, size)
    if refusal is not None:
        reject(state, command, refusal.reason, **refusal.figures)
        return

    # From here on the order has changed: nothing below may fail.
    account.headroom_version = -1
    keeps = price == order.limit_ticks and size < order.size_lots
    emit(
        state,
        ev.OrderAmended(
            order.order_id,
            order.account,
            order.market,
            price,
            size,
            size - order.filled_lots,
            keeps,
        ),
    )
    if account.triggers:
        resize_bracket(state, account, order, size)
    if keeps:
        return
    if market.phase is CONTINUOUS:
        settle_arrival(state, market, order, may_rest=True)
        if state.touched:
            check_touched(state)
    else:
        emit(state, ev.OrderRested(order.order_id, order.remaining_lots))


def _amend_refusal(
    state: State, account: Account, market: Market, order: Order, price: int, size: int
) -> Refusal | None:
    limits = market.spec.limits
    refusal = place_refusal(state, account, market)
    if refusal is not None:
        return refusal
    if price == order.limit_ticks and size == order.size_lots:
        return Refusal(Reason.NOTHING_TO_CHANGE, {})
    if market.order_rule is not None and price != order.limit_ticks:
        refusal = price_refusal(market, price)
        if refusal is not None:
            return refusal
    if size <= 0:
        return Refusal(Reason.SIZE_NOT_POSITIVE, {"size_lots": size})
    if size > market.order_max_lots:
        return Refusal(Reason.SIZE_TOO_LARGE, {"size_lots_max": market.order_max_lots})
    if size <= order.filled_lots:
        return Refusal(Reason.SIZE_BELOW_FILLED, {"filled_lots": order.filled_lots})
    if price <= 0:
        return Refusal(Reason.PRICE_NOT_POSITIVE, {"price_ticks": price})
    if price > limits.price_max_ticks:
        return Refusal(Reason.PRICE_TOO_LARGE, {"price_ticks_max": limits.price_max_ticks})
    if account.triggers and price != order.limit_ticks:
        stop, take_profit = legs_of(account, order)
        refusal = legs_refusal(
            market,
            order.is_buy,
            price,
            None if stop is None else stop.placed.trigger_ticks,
            None if take_profit is None else take_profit.placed.trigger_ticks,
        )
        if refusal is not None:
            return refusal
    remaining = size - order.filled_lots
    more_lots = remaining - order.remaining_lots
    tick_lot = market.tick_lot_micros
    more_micros = (remaining * price - order.remaining_lots * order.limit_ticks) * tick_lot
    if remaining * price * tick_lot < limits.order_micros_min and not order.reduce_only:
        return Refusal(Reason.NOTIONAL_TOO_SMALL, {"notional_micros_min": limits.order_micros_min})
    holding = account.holdings[order.market]
    refusal = limits_refusal(
        state, market, holding, order.is_buy, more_lots, price, reduce_only=order.reduce_only
    )
    if refusal is not None:
        return refusal
    if (
        order.accepted.post_only
        and market.phase is CONTINUOUS
        and market.book.would_trade(is_buy=order.is_buy, limit_ticks=price)
    ):
        return Refusal(Reason.POST_ONLY_WOULD_TRADE, {})
    if market.order_rule is not None and takes_by_amendment(
        market, is_buy=order.is_buy, price_ticks=price
    ):
        return Refusal(Reason.AMEND_WOULD_TAKE, {})
    if order.reduce_only:
        return past_bankruptcy(state, account, market, order.is_buy, price)
    return margin_refusal(state, account, market, holding, order.is_buy, more_lots, more_micros)
