"""Calls begin here: orders are collected instead of matched, until the call's time."""

from venue.core import events as ev
from venue.core.apply import emit
from venue.core.commands import Side, TimeInForce
from venue.core.market import Market
from venue.core.matching import cancel
from venue.core.phases import Phase, Session
from venue.core.plans import CALLS_OF
from venue.core.policies import CallInputs, ScheduledCall, ScheduleInputs
from venue.core.rejects import Cause
from venue.core.state import ORDERS_PER_COMMAND, SYSTEM_ORDERS_FROM, State, source_of
from venue.core.units import NS_PER_DAY

# A call that a rule begins lasts at least this long, whatever the rule answers.
CALL_MIN_NS = 1_000_000_000
# Longer than any closure: what a rule would not reopen by a call after this, it never does.
LONG_NS = 30 * NS_PER_DAY


def begin_call(state: State, market: Market, why: str, call_ns: int) -> None:
    """Collect orders instead of matching them, until the call ends."""
    begin_call_until(state, market, why, state.now_ns + call_ns)


def begin_call_until(state: State, market: Market, why: str, until_ns: int) -> None:
    """Collect orders until a time; those that are good for continuous trading only go."""
    emit(
        state,
        ev.PhaseChanged(
            market.spec.market,
            Phase.AUCTION,
            why,
            until_ns,
            min(state.seq * ORDERS_PER_COMMAND, SYSTEM_ORDERS_FROM),
        ),
    )
    cancel_good_for(state, market, TimeInForce.GFN, Cause.CALL_BEGAN)


def has_call(market: Market, force: TimeInForce) -> bool:
    """Say whether a market's calls rule ever makes a call that such an order could wait for."""
    if market.pool is not None:
        return False
    rule = market.rules.calls
    if force is TimeInForce.CLS:
        closes = ScheduleInputs(0, Session.REGULAR, NS_PER_DAY, Session.AFTER_MARKET)
        return rule.scheduled(closes) is not None
    opens = ScheduleInputs(0, Session.PRE_MARKET, NS_PER_DAY, Session.REGULAR)
    reopens = CallInputs("reopen", LONG_NS, market.spec.reopen_call_ns)
    return rule.scheduled(opens) is not None or rule.call_ns(reopens) > 0


def joins_call(market: Market, force: TimeInForce) -> bool:
    """Say whether the market is in the call that such an order is for."""
    return market.phase is Phase.AUCTION and market.phase_why in CALLS_OF.get(force, ())


def cancel_good_for(state: State, market: Market, force: TimeInForce, cause: Cause) -> None:
    """Cancel the resting orders of one time in force, bids first, the best first."""
    gone = [
        order
        for side in (Side.BUY, Side.SELL)
        for order in market.book.resting(side)
        if order.accepted.time_in_force is force
    ]
    for order in gone:
        cancel(state, order, cause)


def begin_reopen_call(state: State, market: Market, internal_since_ns: int) -> None:
    """Begin a call if the rule wants one after internal pricing, and there is trading to pause."""
    if market.phase is not Phase.CONTINUOUS or not internal_since_ns:
        return
    lasted_ns = state.now_ns - internal_since_ns
    call_ns = market.rules.calls.call_ns(
        CallInputs("reopen", lasted_ns, market.spec.reopen_call_ns)
    )
    if call_ns > 0:
        begin_call(state, market, "reopen", call_ns)


def begin_outage_call(state: State, market: Market, until_ns: int) -> None:
    """Let a call follow an outage of the venue, if the rule wants one; a call in hand goes on.

    It begins with the outage, so that nothing trades at its end before it; its time counts from
    the restart.
    """
    down_ns = until_ns - state.now_ns
    call_ns = market.rules.calls.call_ns(CallInputs("outage", down_ns, market.spec.reopen_call_ns))
    if call_ns <= 0:
        return
    ends_ns = until_ns + call_ns
    if market.phase is Phase.CONTINUOUS:
        begin_call_until(state, market, "outage", ends_ns)
    elif market.phase is Phase.AUCTION and (market.phase_until_ns or 0) < ends_ns:
        emit(state, ev.CallExtended(market.spec.market, ends_ns, None, None))


def plan_call(state: State, market: Market) -> None:
    """After a change of session: let the next call of the day be due, or none."""
    call = scheduled_call(state, market)
    begins_ns = None
    if call is not None and call.ends_ns > state.now_ns:
        begins_ns = max(call.begins_ns, state.now_ns)
    if begins_ns != market.next_call_ns:
        emit(state, ev.CallScheduled(market.spec.market, begins_ns))


def scheduled_call(state: State, market: Market) -> ScheduledCall | None:
    """Return the call that the session's next change asks for, or ``None``."""
    source = source_of(state, market)
    return market.rules.calls.scheduled(
        ScheduleInputs(state.now_ns, source.session, source.next_change_ns, source.next_session)
    )


def begin_scheduled_call(state: State, market: Market) -> None:
    """The timer of a call at a time of day; there must be trading to pause."""
    emit(state, ev.CallScheduled(market.spec.market, None))
    call = scheduled_call(state, market)
    if call is not None and call.ends_ns > state.now_ns and market.phase is Phase.CONTINUOUS:
        begin_call_until(state, market, call.why, call.ends_ns)
