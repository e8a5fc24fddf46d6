"""Bounds on what continuous trading may do, and what happens when somebody would go beyond.

The rule draws bounds at the mark's cadence; matching only compares with two whole numbers. An
order that would trade beyond a bound stops there. One that cannot rest is cancelled, and that is
all. One that can: either a call begins at once, or the order stands at the bound, in a limit state,
and a call begins if somebody still does when its time is over. A rule may also cancel what would
stand beyond its bounds, and never stop.
"""

from venue.core import events as ev
from venue.core.apply import emit, pack_memory
from venue.core.auction import indication_of
from venue.core.book import Order
from venue.core.calls import CALL_MIN_NS, begin_call
from venue.core.commands import Side, TimeInForce
from venue.core.market import Market
from venue.core.matching import cancel
from venue.core.phases import Phase
from venue.core.policies import Bounds, BoundsInputs, InterruptInputs
from venue.core.rejects import Cause
from venue.core.state import State, source_of


def move_bounds(state: State, market: Market, *, is_fresh: bool = False) -> None:
    """Ask the rule for its bounds; after a call or a halt ``is_fresh``, the history begins anew.

    Called while the market trades continuously. Whoever stands beyond a bound is moved to it.
    """
    rule = market.rules.interruption
    before = market.interruption_memory
    found, memory = rule.bounds(_bounds_inputs(state, market, is_fresh), before)
    bounds = None if found is None else _ticks(market, found)
    has_moved = bounds != market.bounds
    if has_moved or memory != before:
        packed = None if memory == before else pack_memory(memory)
        emit(state, ev.BoundsMoved(market.spec.market, bounds, packed))
    if rule.cancels_beyond and (has_moved or is_fresh):
        for order in _all_beyond(market):
            cancel(state, order, Cause.BOUND_REACHED)
    if not rule.limit_state_ns:
        return
    if has_moved or is_fresh:  # A call may have collected orders from beyond.
        _hold_within(state, market)
    elif market.limit_until_ns is not None:
        note_limit_state(state, market)


def _bounds_inputs(state: State, market: Market, is_fresh: bool) -> BoundsInputs:
    source = source_of(state, market)
    last = market.last_ticks
    if is_fresh and market.last_at_ns != state.now_ns:
        last = None  # Nothing crossed.
    assert market.mark_nanos is not None, "a market that trades has a mark"
    return BoundsInputs(
        state.now_ns,
        None if last is None else last * market.spec.units.tick_nanos,
        market.traded_lots,
        market.mark_nanos,
        source.session,
        source.since_ns,
        source.next_change_ns,
        source.next_session,
        is_fresh,
        market.index_nanos,
    )


def _ticks(market: Market, found: Bounds) -> tuple[int, int]:
    """Return bounds in whole ticks, inwards; a price there is always."""
    units = market.spec.units
    low = max(1, units.ticks_ceil(found.low_nanos))
    return low, max(low, units.ticks_floor(found.high_nanos))


def is_beyond(market: Market, order: Order) -> bool:
    """Say whether an order asks for a price beyond the bound of its side."""
    bounds = market.bounds
    if bounds is None:
        return False
    return order.limit_ticks > bounds[1] if order.is_buy else order.limit_ticks < bounds[0]


def _hold_within(state: State, market: Market) -> None:
    """Move bids above and asks below the bounds to them, the best first; look who stands there."""
    for order in _all_beyond(market):
        _reprice(state, market, order)
    note_limit_state(state, market)


def _all_beyond(market: Market) -> list[Order]:
    return [
        order
        for side in (Side.BUY, Side.SELL)
        for order in market.book.resting(side)
        if is_beyond(market, order)
    ]


def _reprice(state: State, market: Market, order: Order) -> None:
    assert market.bounds is not None, "there is a bound to stand at"
    low, high = market.bounds
    state.accounts[order.account].headroom_version = -1
    emit(
        state,
        ev.OrderAmended(
            order.order_id,
            order.account,
            order.market,
            high if order.is_buy else low,
            order.size_lots,
            order.remaining_lots,
            False,
        ),
    )
    emit(state, ev.OrderRested(order.order_id, order.remaining_lots))


def stands_at_bound(market: Market) -> bool:
    """Say whether the best bid stands at the upper bound, or the best ask at the lower."""
    bounds = market.bounds
    if bounds is None:
        return False
    return market.book.bids.best_ticks() == bounds[1] or market.book.asks.best_ticks() == bounds[0]


def note_limit_state(state: State, market: Market) -> None:
    """Begin a limit state when somebody stands at a bound, and end it when nobody does."""
    stands = stands_at_bound(market)
    if stands == (market.limit_until_ns is not None):
        return
    until_ns = state.now_ns + market.rules.interruption.limit_state_ns if stands else None
    emit(state, ev.LimitStateChanged(market.spec.market, until_ns))


def end_limit_state(state: State, market: Market) -> None:
    """The limit state's timer: a call begins if somebody still stands at a bound."""
    if not stands_at_bound(market):
        emit(state, ev.LimitStateChanged(market.spec.market, None))
        return
    assert market.bounds is not None, "somebody stands at a bound"
    is_up = market.book.bids.best_ticks() == market.bounds[1]
    ticks = market.bounds[1] if is_up else market.bounds[0]
    interrupt(state, market, ticks * market.spec.units.tick_nanos)


def rest_within(state: State, market: Market, order: Order, *, is_stopped: bool) -> None:
    """Let what is left of an order rest: at its own price, or at the bound it may not pass.

    ``is_stopped``: matching stopped at a bound. Without a limit state a call begins then, or the
    order is cancelled.
    """
    if market.rules.interruption.cancels_beyond:
        if is_stopped or is_beyond(market, order):
            cancel(state, order, Cause.BOUND_REACHED)
        else:
            emit(state, ev.OrderRested(order.order_id, order.remaining_lots))
        return
    if is_stopped and not market.rules.interruption.limit_state_ns:
        maker = market.book.best_maker(order.is_buy, order.limit_ticks)
        assert maker is not None, "somebody beyond the bound stopped it"
        interrupt(state, market, maker.limit_ticks * market.spec.units.tick_nanos)
        if order.accepted.time_in_force is TimeInForce.GFN:
            cancel(state, order, Cause.CALL_BEGAN)
            return
    emit(state, ev.OrderRested(order.order_id, order.remaining_lots))
    if market.rules.interruption.limit_state_ns and market.phase is Phase.CONTINUOUS:
        if is_beyond(market, order):
            _reprice(state, market, order)
        note_limit_state(state, market)


def interrupt(state: State, market: Market, price_nanos: int | None) -> None:
    """Stop continuous trading: a call begins, as long as the rule wants it."""
    call_ns, memory = market.rules.interruption.interrupt(
        _interrupt_inputs(state, market, price_nanos), market.interruption_memory
    )
    emit(state, ev.TradingInterrupted(market.spec.market, price_nanos, pack_memory(memory)))
    begin_call(state, market, "volatility", max(CALL_MIN_NS, call_ns))


def _interrupt_inputs(state: State, market: Market, price_nanos: int | None) -> InterruptInputs:
    in_call = market.phase is Phase.AUCTION
    return InterruptInputs(
        state.now_ns,
        price_nanos,
        market.phase_why if in_call else "",
        market.extensions,
        source_of(state, market).closure,
    )


def holds_mark(state: State, market: Market, mark_nanos: int) -> bool:
    """Say whether a mark may not be published: it waits for a call, or begins one."""
    if not market.rules.interruption.watches_mark or market.mark_nanos is None:
        return False
    if market.phase is Phase.AUCTION:
        emit(state, ev.MarkSkipped(market.spec.market, state.now_ns))
        return True
    bounds = market.bounds
    if market.phase is not Phase.CONTINUOUS or bounds is None:
        return False
    tick_nanos = market.spec.units.tick_nanos
    if bounds[0] * tick_nanos <= mark_nanos <= bounds[1] * tick_nanos:
        return False
    emit(state, ev.MarkSkipped(market.spec.market, state.now_ns))
    interrupt(state, market, mark_nanos)
    return True


def must_go_on(state: State, market: Market) -> bool:
    """Make a call longer when what it would uncross at would stop trading again."""
    assert market.mark_nanos is not None, "a call has a mark"
    tick_nanos = market.spec.units.tick_nanos
    found = indication_of(market)
    price_nanos = None if found is None else found.price_ticks * tick_nanos
    before = market.interruption_memory
    more_ns, memory = market.rules.interruption.interrupt(
        _interrupt_inputs(state, market, price_nanos), before
    )
    if more_ns <= 0:
        return False
    until_ns = state.now_ns + max(CALL_MIN_NS, more_ns)
    packed = None if memory == before else pack_memory(memory)
    emit(state, ev.CallExtended(market.spec.market, until_ns, price_nanos, packed))
    return True
