"""Trigger orders: place one; fire those that a mark has reached.

Gap behaviour: a trigger is compared with the mark, at the mark's own cadence. When the mark
jumps over it, the order goes out at the first mark beyond, and trades at what the book gives
then: a stop does not protect against a gap. In a call auction triggers wait, and join the
uncross.
"""

from venue.core import events as ev
from venue.core.account import Account, Trigger
from venue.core.apply import emit
from venue.core.bounds import is_blocked
from venue.core.commands import PlaceOrder, PlaceTrigger, TimeInForce
from venue.core.handlers.naming import account_and_market
from venue.core.handlers.order_checks import exit_refusal, order_refusal, place_refusal
from venue.core.handlers.order_protection import protection_ticks
from venue.core.handlers.order_rule import price_refusal
from venue.core.handlers.orders import accept
from venue.core.handlers.refusing import Refusal, reject
from venue.core.liquidation import check_touched
from venue.core.market import Market
from venue.core.phases import Phase
from venue.core.policies import Action
from venue.core.rejects import Cause, Reason
from venue.core.state import ORDERS_PER_COMMAND, State
from venue.core.trigger_index import fires_below

TRIGGERS_PER_ACCOUNT_MAX = 1_000


def place_trigger(state: State, command: PlaceTrigger) -> None:
    """Let an order wait for the mark to reach a price."""
    both = account_and_market(state, command, command.market)
    if both is None:
        return
    account, market = both
    name = command.client_order_id
    if name is not None and name in account.remembered:
        named = account.remembered[name]
        if not isinstance(named, Trigger) or not _same_body(named, command):
            reject(state, command, Reason.CLIENT_ORDER_ID_REUSED)
        else:
            emit(
                state,
                ev.DuplicateAnswered(account.account, name, named.placed.order_id, 0, 0, 0),
            )
        return
    refusal = _refusal(state, account, market, command)
    if refusal is not None:
        reject(state, command, refusal.reason, **refusal.figures)
        return
    emit(
        state,
        ev.TriggerPlaced(
            order_id=state.seq * ORDERS_PER_COMMAND,
            account=command.account,
            market=command.market,
            side=command.side,
            size_lots=command.size_lots,
            kind=command.kind,
            trigger_ticks=command.trigger_ticks,
            price_ticks=command.price_ticks,
            reduce_only=command.reduce_only,
            client_order_id=command.client_order_id,
            group=command.group,
            connection=command.connection,
            parent_id=0,
            awake=True,
        ),
    )


def _refusal(
    state: State, account: Account, market: Market, command: PlaceTrigger
) -> Refusal | None:
    refusal = place_refusal(state, account, market)
    if refusal is not None:
        return refusal
    refusal = price_refusal(market, command.trigger_ticks, command.price_ticks)
    if refusal is not None:
        return refusal
    limits = market.spec.limits
    if command.size_lots is None:
        if not command.reduce_only:
            return Refusal(Reason.SIZE_NOT_POSITIVE, {})
    elif command.size_lots <= 0:
        return Refusal(Reason.SIZE_NOT_POSITIVE, {"size_lots": command.size_lots})
    elif command.size_lots > limits.order_lots_max:
        return Refusal(Reason.SIZE_TOO_LARGE, {"size_lots_max": limits.order_lots_max})
    for ticks in (command.trigger_ticks, command.price_ticks):
        if ticks is not None and ticks <= 0:
            return Refusal(Reason.PRICE_NOT_POSITIVE, {"price_ticks": ticks})
        if ticks is not None and ticks > limits.price_max_ticks:
            return Refusal(Reason.PRICE_TOO_LARGE, {"price_ticks_max": limits.price_max_ticks})
    if len(account.triggers) >= TRIGGERS_PER_ACCOUNT_MAX:
        return Refusal(Reason.OPEN_ORDERS_LIMIT, {"open_orders_max": TRIGGERS_PER_ACCOUNT_MAX})
    refusal = exit_refusal(market, account, 1)
    if refusal is not None:
        return refusal
    assert market.mark_nanos is not None, "checked by place_refusal"
    trigger_nanos = command.trigger_ticks * market.spec.units.tick_nanos
    if fires_below(_as_placed(command)):
        would_fire = market.mark_nanos <= trigger_nanos
    else:
        would_fire = market.mark_nanos >= trigger_nanos
    if would_fire:
        return Refusal(Reason.TRIGGER_WOULD_FIRE, {"mark_nanos": market.mark_nanos})
    return None


def _as_placed(command: PlaceTrigger) -> ev.TriggerPlaced:
    return ev.TriggerPlaced(
        0,
        command.account,
        command.market,
        command.side,
        command.size_lots,
        command.kind,
        command.trigger_ticks,
        command.price_ticks,
        command.reduce_only,
        command.client_order_id,
        command.group,
        command.connection,
        0,
        True,
    )


def _same_body(trigger: Trigger, command: PlaceTrigger) -> bool:
    was = trigger.placed
    return (
        was.market == command.market
        and was.side is command.side
        and was.size_lots == command.size_lots
        and was.kind is command.kind
        and was.trigger_ticks == command.trigger_ticks
        and was.price_ticks == command.price_ticks
        and was.reduce_only == command.reduce_only
        and was.group == command.group
    )


def fire_triggers(state: State, market: Market) -> None:
    """Send the orders of all triggers that the mark has reached, oldest first.

    While triggers or matching are blocked they wait, and are looked at again with the next mark.
    """
    if is_blocked(market, Action.TRIGGER) or is_blocked(market, Action.MATCH):
        return
    assert market.mark_nanos is not None, "triggers wait for a mark"
    if market.terms.is_closed:
        return  # They wait: a stop does not protect while the market is closed.
    phase = market.phase
    for order_id in market.watch.reached(market.mark_nanos, market.spec.units.tick_nanos):
        trigger = market.triggers.get(order_id)
        if trigger is None:
            continue
        if market.phase is phase:
            fire(state, market, trigger)
        else:  # One of them has stopped trading: the others join the uncross.
            market.watch.add(trigger.placed)
    if state.touched:
        check_touched(state)


def fire(state: State, market: Market, trigger: Trigger) -> None:
    """Send one trigger's order, or drop the trigger when it may not stand now."""
    placed = trigger.placed
    account = state.accounts[placed.account]
    command = _order_of(state, market, account, placed)
    refusal = place_refusal(state, account, market)
    limit_ticks = 0
    if refusal is None:
        limit_ticks = (
            _protection(state, market, account, placed)
            if placed.price_ticks is None
            else placed.price_ticks
        )
        refusal = order_refusal(state, account, market, command, limit_ticks)
    siblings = _siblings(account, placed)
    if refusal is not None:
        emit(
            state,
            ev.TriggerCancelled(
                placed.order_id, placed.account, placed.market, Cause.REFUSED_AT_TRIGGER
            ),
        )
        return
    assert market.mark_nanos is not None, "a trigger fires at a mark"
    emit(
        state,
        ev.TriggerFired(placed.order_id, placed.account, placed.market, market.mark_nanos),
    )
    for order_id, name in siblings:
        emit(state, ev.TriggerCancelled(order_id, placed.account, name, Cause.SIBLING_FIRED))
    accept(
        state,
        account,
        market,
        command,
        placed.order_id,
        limit_ticks,
        is_market=placed.price_ticks is None and market.phase is Phase.CONTINUOUS,
    )


def _protection(state: State, market: Market, account: Account, placed: ev.TriggerPlaced) -> int:
    return protection_ticks(
        state,
        account,
        market,
        is_buy=placed.side.value == "buy",
        reduce_only=placed.reduce_only,
        slippage_e4=market.trigger_protection_e4,
    )


def _order_of(
    state: State, market: Market, account: Account, placed: ev.TriggerPlaced
) -> PlaceOrder:
    """Return the order that a trigger sends. In a call a market order rests for the uncross."""
    size = placed.size_lots
    if size is None:
        size = abs(account.holdings[placed.market].size_lots)
    in_call = market.phase is not Phase.CONTINUOUS
    price = placed.price_ticks
    if price is None and in_call:
        price = _protection(state, market, account, placed)
    return PlaceOrder(
        placed.account,
        placed.market,
        placed.side,
        size,
        price,
        TimeInForce.GTC,
        reduce_only=placed.reduce_only,
        client_order_id=placed.client_order_id,
        connection=placed.connection,
    )


def _siblings(account: Account, placed: ev.TriggerPlaced) -> list[tuple[int, str]]:
    if placed.group is None:
        return []
    return [
        (order_id, trigger.placed.market)
        for order_id, trigger in sorted(account.triggers.items())
        if trigger.placed.group == placed.group and order_id != placed.order_id
    ]
