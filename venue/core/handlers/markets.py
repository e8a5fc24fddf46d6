"""Markets: list, halt, resume; and downtime of the venue itself."""

from venue.core import events as ev
from venue.core.apply import emit, pack_memory
from venue.core.commands import HaltMarket, ListMarket, PassTime, RecordDowntime, ResumeMarket
from venue.core.handlers.accounts import disconnect
from venue.core.handlers.prices import begin_internal
from venue.core.handlers.refusing import reject
from venue.core.handlers.reopen import INTERNAL_MIN_NS, begin_call, uncross
from venue.core.liquidation import check_touched
from venue.core.listing import (
    ACCOUNT_NOTIONAL_MICROS_MAX,
    ListingUnfit,
    fault,
    notional_micros_max,
)
from venue.core.phases import NEXT_PHASES, Phase, Pricing
from venue.core.rejects import Reason
from venue.core.state import Market, State


def list_market(state: State, command: ListMarket) -> None:
    """Open a market; its timers begin at the next whole interval of venue time."""
    spec = command.spec
    if spec.market in state.markets:
        reject(state, command, Reason.MARKET_EXISTS)
        return
    if fault(spec) is not None:
        reject(state, command, Reason.LISTING_UNFIT)
        return
    together = notional_micros_max(spec) + sum(
        notional_micros_max(market.spec) for market in state.markets.values()
    )
    if together > ACCOUNT_NOTIONAL_MICROS_MAX:
        reject(
            state,
            command,
            Reason.LISTING_UNFIT,
            notional_micros=together,
            notional_micros_max=ACCOUNT_NOTIONAL_MICROS_MAX,
        )
        return
    try:
        rules = state.build_rules(spec)
    except ListingUnfit:
        reject(state, command, Reason.LISTING_UNFIT)
        return
    emit(
        state,
        ev.MarketListed(
            spec,
            _next_whole(state.now_ns, spec.mark_interval_ns),
            _next_whole(state.now_ns, spec.sample_interval_ns),
            _next_whole(state.now_ns, spec.funding_interval_ns),
            tuple(
                pack_memory(rule.initial())
                for rule in (
                    rules.index_open,
                    rules.index_closed,
                    rules.mark,
                    rules.clamp,
                    rules.funding,
                )
            ),
        ),
    )


def _next_whole(now_ns: int, interval_ns: int) -> int:
    return (now_ns // interval_ns + 1) * interval_ns


def _market(state: State, command: HaltMarket | ResumeMarket) -> Market | None:
    market = state.markets.get(command.market)
    if market is None:
        reject(state, command, Reason.UNKNOWN_MARKET)
    return market


def halt_market(state: State, command: HaltMarket) -> None:
    """Stop trading; cancels stay allowed, liquidations wait, marks go on."""
    market = _market(state, command)
    if market is None:
        return
    if Phase.HALTED not in NEXT_PHASES[market.phase]:
        reject(state, command, Reason.MARKET_NOT_TRADING)
        return
    emit(state, ev.PhaseChanged(command.market, Phase.HALTED, command.why, None))


def resume_market(state: State, command: ResumeMarket) -> None:
    """End a halt, at once or by a call."""
    market = _market(state, command)
    if market is None:
        return
    if market.phase is not Phase.HALTED:
        reject(state, command, Reason.MARKET_NOT_TRADING)
        return
    if command.call_ns > 0:
        begin_call(state, market, "resume", command.call_ns)
    else:
        if market.book.is_crossed():  # The halt came in a call: what it collected trades first.
            uncross(state, market, market.called_from_id)
        emit(state, ev.PhaseChanged(command.market, Phase.CONTINUOUS, "resumed", None))
        if state.touched:
            check_touched(state)


def record_downtime(state: State, command: RecordDowntime) -> None:
    """Lose every connection as of the last durable time; skip marks and samples of the outage.

    Quotes are as stale after a long outage as after a weekend: it counts as internal pricing, so
    that a call follows.
    """
    if command.until_ns < state.now_ns:
        reject(state, command, Reason.TIME_PASSED, now_ns=state.now_ns)
        return
    for _, account in sorted(state.accounts.items()):
        for connection in sorted(account.cancel_on_disconnect):
            disconnect(state, account, connection)
    emit(state, ev.DowntimeRecorded(state.now_ns, command.until_ns))
    if command.until_ns - state.now_ns >= INTERNAL_MIN_NS:
        for market in state.markets.values():
            if market.pricing is Pricing.EXTERNAL:
                begin_internal(state, market, "downtime")


def pass_time(state: State, command: PassTime) -> None:
    """Nothing but time: the timers that were due have run."""
