"""All timers of one market, from its fields: after a checkpoint, or under a new name."""

from venue.core.market import Market
from venue.core.phases import Phase
from venue.core.state import State
from venue.core.timers import Timer


def set_market_timers(state: State, market: Market) -> None:
    """Let every timer of a market be looked at when its field says."""
    key = (market.spec.market,)
    timers = state.timers
    due = (
        (market.next_mark_ns, Timer.UPDATE_MARK),
        (market.next_sample_ns, Timer.SAMPLE_PREMIUM),
        (market.next_funding_ns, Timer.SETTLE_FUNDING),
        (market.phase_until_ns if market.phase is Phase.AUCTION else None, Timer.END_CALL),
        (market.next_unwind_ns, Timer.UNWIND_FUND),
        (market.closing_at_ns, Timer.BEGIN_CLOSING),
        (market.next_forced_ns, Timer.FORCE_CLOSE),
        (market.limit_until_ns, Timer.END_LIMIT),
        (market.next_call_ns, Timer.BEGIN_CALL),
        (market.next_epoch_ns, Timer.JUDGE_MAKERS),
        (market.actions[0].steps[0].at_ns if market.actions else None, Timer.CORPORATE_ACTION),
    )
    for due_ns, kind in due:
        if due_ns is not None:
            timers.set(due_ns, kind, key)
