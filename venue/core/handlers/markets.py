"""Markets are listed; and downtime of the venue itself."""

from venue.core import events as ev
from venue.core.apply import emit, pack_memory
from venue.core.apply_prices import initial_memories
from venue.core.calls import begin_outage_call
from venue.core.commands import ListMarket, PassTime, RecordDowntime
from venue.core.handlers.accounts import disconnect
from venue.core.handlers.pools import open_pool
from venue.core.handlers.prices import begin_internal
from venue.core.handlers.refusing import reject
from venue.core.liquidator_vault import open_vault
from venue.core.listing import (
    ACCOUNT_NOTIONAL_MICROS_MAX,
    ListingUnfit,
    fault,
    notional_micros_max,
)
from venue.core.phases import Pricing
from venue.core.rejects import Reason
from venue.core.state import State
from venue.core.units import NS_PER_MINUTE

# An outage of this much counts as internal pricing.
INTERNAL_MIN_NS = 30 * NS_PER_MINUTE


def list_market(state: State, command: ListMarket) -> None:
    """Open a market; its timers begin at the next whole interval of venue time."""
    spec = command.spec
    if spec.market in state.markets or spec.market in state.renamed:
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
            tuple(pack_memory(memory) for memory in initial_memories(rules).values()),
        ),
    )
    open_vault(state, state.markets[spec.market])
    open_pool(state, state.markets[spec.market])


def _next_whole(now_ns: int, interval_ns: int) -> int:
    return (now_ns // interval_ns + 1) * interval_ns


def record_downtime(state: State, command: RecordDowntime) -> None:
    """Lose every connection as of the last durable time; skip marks and samples of the outage.

    The calls rule may have a call follow at once. Quotes are as stale after a long outage as after
    a weekend: it counts as internal pricing, so that another may follow with the first print.
    """
    if command.until_ns < state.now_ns:
        reject(state, command, Reason.TIME_PASSED, now_ns=state.now_ns)
        return
    for _, account in sorted(state.accounts.items()):
        for connection in sorted(account.cancel_on_disconnect):
            disconnect(state, account, connection)
    emit(state, ev.DowntimeRecorded(state.now_ns, command.until_ns))
    for _, market in sorted(state.markets.items()):
        begin_outage_call(state, market, command.until_ns)
    if command.until_ns - state.now_ns >= INTERNAL_MIN_NS:
        for market in state.markets.values():
            if market.pricing is Pricing.EXTERNAL:
                begin_internal(state, market, "downtime")


def pass_time(state: State, command: PassTime) -> None:
    """Nothing but time: the timers that were due have run."""
