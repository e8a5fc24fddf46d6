"""What price, funding, session and phase events do to the state."""

import msgspec

from venue.core import events as ev
from venue.core.book import Book
from venue.core.commands import MarginMode
from venue.core.margin_tiers import MarginTiers
from venue.core.phases import Phase, Pricing
from venue.core.policies import Memory, Rules, Terms, TermsInputs
from venue.core.state import NO_SOURCE, Market, Source, State, refresh_bounds, touch
from venue.core.timers import Timer

ISOLATED = MarginMode.ISOLATED
SAMPLE_PREMIUM, SETTLE_FUNDING = Timer.SAMPLE_PREMIUM, Timer.SETTLE_FUNDING
UPDATE_MARK = Timer.UPDATE_MARK


def unpack_memory(data: bytes, like: Memory) -> Memory:
    """Return a rule's memory from its JSON bytes, of the type that the rule began with."""
    return msgspec.json.decode(data, type=type(like))


def market_listed(state: State, event: ev.MarketListed) -> None:
    spec = event.spec
    rules = state.build_rules(spec)
    index, closed, mark, clamp, funding = event.memories
    market = Market(
        spec=spec,
        rules=rules,
        terms=terms_now(state, spec.underlying, rules, Pricing.INTERNAL),
        phase=Phase.LISTED,
        next_mark_ns=event.next_mark_ns,
        next_sample_ns=event.next_sample_ns,
        next_funding_ns=event.next_funding_ns,
        index_memory=unpack_memory(index, rules.index_open.initial()),
        closed_memory=unpack_memory(closed, rules.index_closed.initial()),
        mark_memory=unpack_memory(mark, rules.mark.initial()),
        clamp_memory=unpack_memory(clamp, rules.clamp.initial()),
        funding_memory=unpack_memory(funding, rules.funding.initial()),
        tick_lot_micros=spec.units.tick_lot_micros,
        tiers=MarginTiers.of(spec.tiers),
        book=Book(),
    )
    state.markets[spec.market] = market
    refresh_bounds(market)
    state.timers.set(event.next_mark_ns, UPDATE_MARK, (spec.market,))
    state.timers.set(event.next_sample_ns, SAMPLE_PREMIUM, (spec.market,))
    state.timers.set(event.next_funding_ns, SETTLE_FUNDING, (spec.market,))


def print_judged(state: State, event: ev.PrintJudged) -> None:
    market = state.markets[event.market]
    if event.memory is not None:
        market.index_memory = unpack_memory(event.memory, market.index_memory)


def index_updated(state: State, event: ev.IndexUpdated) -> None:
    market = state.markets[event.market]
    market.index_nanos = event.index_nanos
    market.index_at_ns = state.now_ns
    if market.terms.band_from == "anchor":
        refresh_bounds(market)
    if event.closed_memory is not None:
        market.closed_memory = unpack_memory(event.closed_memory, market.closed_memory)
    if event.open_memory is not None:
        market.index_memory = unpack_memory(event.open_memory, market.index_memory)


def pricing_changed(state: State, event: ev.PricingChanged) -> None:
    market = state.markets[event.market]
    market.pricing = event.pricing
    market.pricing_since_ns = event.since_ns
    market.anchor_nanos = event.anchor_nanos
    market.anchor_ns = event.anchor_ns
    refresh_terms(state, market)


def refresh_terms(state: State, market: Market) -> None:
    """Ask the terms rule what holds now; terms are derived, never stored in an event."""
    market.terms = terms_now(state, market.spec.underlying, market.rules, market.pricing)
    refresh_bounds(market)


def terms_now(state: State, underlying: str, rules: Rules, pricing: Pricing) -> Terms:
    """Return the terms that hold in the underlying's present session."""
    source = state.sources.get(underlying, NO_SOURCE)
    return rules.terms.terms(
        TermsInputs(session=source.session, closure=source.closure, pricing=pricing)
    )


def mark_updated(state: State, event: ev.MarkUpdated) -> None:
    market = state.markets[event.market]
    market.previous_mark_micros = market.mark_micros or event.mark_micros
    market.mark_nanos = event.mark_nanos
    market.mark_micros = event.mark_micros
    market.mark_at_ns = event.at_ns
    market.mark_memory = unpack_memory(event.memory, market.mark_memory)
    market.clamp_memory = unpack_memory(event.clamp_memory, market.clamp_memory)
    state.marks_version += 1
    refresh_bounds(market)
    schedule_mark(state, market, event.at_ns)


def mark_skipped(state: State, event: ev.MarkSkipped) -> None:
    schedule_mark(state, state.markets[event.market], event.at_ns)


def schedule_mark(state: State, market: Market, at_ns: int) -> None:
    market.next_mark_ns = at_ns + market.spec.mark_interval_ns
    state.timers.set(market.next_mark_ns, UPDATE_MARK, (market.spec.market,))


def premium_sampled(state: State, event: ev.PremiumSampled) -> None:
    market = state.markets[event.market]
    if event.memory is not None:
        market.funding_memory = unpack_memory(event.memory, market.funding_memory)
    market.next_sample_ns = event.at_ns + market.spec.sample_interval_ns
    state.timers.set(market.next_sample_ns, SAMPLE_PREMIUM, (event.market,))


def funding_settled(state: State, event: ev.FundingSettled) -> None:
    market = state.markets[event.market]
    for account_id, paid_micros in event.payments:
        account = state.accounts[account_id]
        holding = account.holdings[event.market]
        holding.funding_micros += paid_micros
        if holding.mode is ISOLATED:
            holding.isolated_micros -= paid_micros
            touch(state, account, event.market)
        else:
            account.balance_micros -= paid_micros
            touch(state, account, "")
    state.ledger.rounding_micros += event.rounding_micros
    market.last_rate_e12 = event.rate_e12
    market.funding_memory = unpack_memory(event.memory, market.funding_memory)
    market.next_funding_ns = event.at_ns + market.spec.funding_interval_ns
    state.timers.set(market.next_funding_ns, SETTLE_FUNDING, (event.market,))


def session_changed(state: State, event: ev.SessionChanged) -> None:
    state.sources[event.underlying] = Source(
        event.session, event.closure, event.since_ns, event.next_change_ns, event.next_session
    )
    for market in state.markets.values():
        if market.spec.underlying == event.underlying:
            refresh_terms(state, market)


def phase_changed(state: State, event: ev.PhaseChanged) -> None:
    market = state.markets[event.market]
    market.phase = event.phase
    market.phase_why = event.why
    market.phase_until_ns = event.until_ns
    market.called_from_id = event.called_from_id
    if event.phase is Phase.AUCTION and event.until_ns is not None:
        state.timers.set(event.until_ns, Timer.END_CALL, (event.market,))


def auction_uncrossed(state: State, event: ev.AuctionUncrossed) -> None:
    if event.price_ticks is not None:
        state.markets[event.market].last_ticks = event.price_ticks


def downtime_recorded(state: State, event: ev.DowntimeRecorded) -> None:
    """Mark and sample timers skip to their next due time after the downtime."""
    state.downtimes += 1
    for name, market in state.markets.items():
        spec = market.spec
        market.next_mark_ns = _skip(market.next_mark_ns, spec.mark_interval_ns, event.until_ns)
        state.timers.set(market.next_mark_ns, UPDATE_MARK, (name,))
        market.next_sample_ns = _skip(
            market.next_sample_ns, spec.sample_interval_ns, event.until_ns
        )
        state.timers.set(market.next_sample_ns, SAMPLE_PREMIUM, (name,))


def _skip(due_ns: int, interval_ns: int, until_ns: int) -> int:
    """Return the first due time of a regular timer that is after ``until_ns``."""
    if due_ns > until_ns:
        return due_ns
    return due_ns + ((until_ns - due_ns) // interval_ns + 1) * interval_ns
