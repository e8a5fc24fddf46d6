"""What price, funding, session and phase events do to the state."""

from typing import Final

import msgspec

from venue.core import events as ev
from venue.core.apply_plans import skip_turns, wake_for_call
from venue.core.averaging import note_index
from venue.core.bounds import last_external_nanos, refresh_bounds
from venue.core.commands import MarginMode
from venue.core.contract import carried_nanos, drifted_norm_e18
from venue.core.guarding import mean_ns_of, note_prices, refresh_blocked
from venue.core.listing import MarketSpec
from venue.core.margin_tiers import MarginTiers
from venue.core.market import NEW_FEED, NO_SOURCE, Market, Source
from venue.core.phases import Phase, Pricing, Session
from venue.core.policies import Memory, Rules, Terms, TermsInputs, Verdict
from venue.core.policies.funding import UNCHANGED_E18
from venue.core.pool_book import book_for
from venue.core.source_units import hear_as_others
from venue.core.state import State, pay, touch
from venue.core.timers import Timer
from venue.core.volatility import note_return
from venue.core.volumes import begin_counting, begin_day

ISOLATED: Final = MarginMode.ISOLATED
SAMPLE_PREMIUM: Final = Timer.SAMPLE_PREMIUM
SETTLE_FUNDING: Final = Timer.SETTLE_FUNDING
UPDATE_MARK: Final = Timer.UPDATE_MARK
ACCEPTED: Final = Verdict.ACCEPTED
NOT_SPLIT: Final = Verdict.NOT_SPLIT


def unpack_memory(data: bytes, like: Memory) -> Memory:
    """Return a rule's memory from its JSON bytes, of the type that the rule began with."""
    return msgspec.json.decode(data, type=type(like))


# Where a market keeps what each kind of rule remembers, in the order of listings and checkpoints.
# Kinds that came later stand at the end: what an older one does not hold begins afresh.
MEMORIES: tuple[tuple[str, str], ...] = (
    ("index_memory", "index_open"),
    ("closed_memory", "index_closed"),
    ("mark_memory", "mark"),
    ("clamp_memory", "clamp"),
    ("funding_memory", "funding"),
    ("band_memory", "band"),
    ("interruption_memory", "interruption"),
    ("closeout_memory", "closeout"),
)


def initial_memories(rules: Rules) -> dict[str, Memory]:
    """Return what the rules of a fresh market remember, by the field that holds it."""
    return {field: getattr(rules, kind).initial() for field, kind in MEMORIES}


def unpack_memories(rules: Rules, packed: tuple[bytes, ...]) -> dict[str, Memory]:
    """Return what the rules remember from the bytes of a listing or a checkpoint."""
    memories = initial_memories(rules)
    for (field, _), data in zip(MEMORIES, packed, strict=False):
        memories[field] = unpack_memory(data, memories[field])
    return memories


def market_listed(state: State, event: ev.MarketListed) -> None:
    spec = event.spec
    rules = state.build_rules(spec)
    market = Market(
        spec=spec,
        rules=rules,
        terms=terms_now(state, spec, rules, Pricing.INTERNAL),
        phase=Phase.LISTED,
        next_mark_ns=event.next_mark_ns,
        next_sample_ns=event.next_sample_ns,
        next_funding_ns=event.next_funding_ns,
        tick_lot_micros=spec.units.tick_lot_micros,
        tiers=MarginTiers.by(rules.margin, spec.tiers),
        book=book_for(rules),
        **unpack_memories(rules, event.memories),
    )
    hear_as_others(state, market)
    state.markets[spec.market] = market
    refresh_blocked(state, market)
    refresh_bounds(market)
    begin_counting(state, market)
    schedule_closing(state, market)
    state.timers.set(event.next_mark_ns, UPDATE_MARK, (spec.market,))
    state.timers.set(event.next_sample_ns, SAMPLE_PREMIUM, (spec.market,))
    state.timers.set(event.next_funding_ns, SETTLE_FUNDING, (spec.market,))


def print_judged(state: State, event: ev.PrintJudged) -> None:
    market = state.markets[event.market]
    if event.memory is not None:
        market.index_memory = unpack_memory(event.memory, market.index_memory)
    if event.verdict is ACCEPTED:
        market.heard_at_ns = state.now_ns
    elif event.verdict is NOT_SPLIT:
        feed = market.feeds.get(event.source, NEW_FEED)
        market.feeds[event.source] = msgspec.structs.replace(feed, held_nanos=event.price_nanos)


def index_updated(state: State, event: ev.IndexUpdated) -> None:
    market = state.markets[event.market]
    note_index(market, state.now_ns)
    market.index_nanos = event.index_nanos
    market.index_at_ns = state.now_ns
    if event.pricing is Pricing.EXTERNAL:
        _note_open(state, market, event.index_nanos)
    terms = market.terms
    if terms.band_from != "mark" or terms.band_range_from != "mark":
        refresh_bounds(market)
    if market.index_mean_ps:
        refresh_blocked(state, market)
    if event.closed_memory is not None:
        market.closed_memory = unpack_memory(event.closed_memory, market.closed_memory)
    if event.open_memory is not None:
        market.index_memory = unpack_memory(event.open_memory, market.index_memory)


def _note_open(state: State, market: Market, index_nanos: int) -> None:
    """Keep the first external price of a REGULAR session."""
    source = state.sources.get(market.spec.underlying, NO_SOURCE)
    if source.session is Session.REGULAR and market.open_at_ns < source.since_ns:
        market.open_nanos = index_nanos
        market.open_at_ns = state.now_ns


def underlying_priced(state: State, event: ev.UnderlyingPriced) -> None:
    market = state.markets[event.market]
    market.underlying_nanos = event.underlying_nanos
    market.base_nanos = event.base_nanos
    note_return(market, event.underlying_nanos, state.now_ns)


def pricing_changed(state: State, event: ev.PricingChanged) -> None:
    market = state.markets[event.market]
    market.pricing = event.pricing
    market.pricing_since_ns = event.since_ns
    market.anchor_nanos = event.anchor_nanos
    market.anchor_ns = event.anchor_ns
    if event.pricing is Pricing.INTERNAL:
        market.reopen_since_ns = market.outside_nanos = market.uncross_nanos = None
    refresh_terms(state, market)


def refresh_terms(state: State, market: Market) -> None:
    """Ask the terms and actions rules what holds now; it is derived, never stored in an event."""
    market.terms = terms_now(
        state,
        market.spec,
        market.rules,
        market.pricing,
        is_closing=market.closing_since_ns is not None,
    )
    hold_terms(market)
    schedule_closing(state, market)
    refresh_blocked(state, market)
    refresh_bounds(market)


def hold_terms(market: Market) -> None:
    """While a halt lets positions only shrink, so do the terms."""
    if market.reducing_why:
        market.terms = market.terms._replace(reduce_only=True)


def terms_now(
    state: State, spec: MarketSpec, rules: Rules, pricing: Pricing, *, is_closing: bool = False
) -> Terms:
    """Return the terms that hold in the underlying's present session.

    A pool trades at outside prices alone: without them its market is closed.
    """
    source = state.sources.get(spec.underlying, NO_SOURCE)
    terms = rules.terms.terms(
        TermsInputs(
            session=source.session,
            closure=source.closure,
            pricing=pricing,
            leverage_max=spec.tiers[0].leverage_max,
            is_closing=is_closing,
        )
    )
    if rules.counterparty.is_pool and (
        pricing is Pricing.INTERNAL or source.session is Session.NO_TRADING
    ):
        return terms._replace(is_closed=True)
    return terms


def schedule_closing(state: State, market: Market) -> None:
    """Let a session begin to close as long before its end as its terms ask for."""
    market.closing_at_ns = None
    lead_ns = market.terms.closing_lead_ns
    if lead_ns is None or market.closing_since_ns is not None:
        return
    end_ns = state.sources.get(market.spec.underlying, NO_SOURCE).next_change_ns
    if end_ns is not None:
        market.closing_at_ns = end_ns - lead_ns
        state.timers.set(market.closing_at_ns, Timer.BEGIN_CLOSING, (market.spec.market,))


def session_closing(state: State, event: ev.SessionClosing) -> None:
    market = state.markets[event.market]
    market.closing_since_ns = event.at_ns
    refresh_terms(state, market)


def fee_day_began(state: State, event: ev.FeeDayBegan) -> None:
    begin_day(state, event.at_ns)


def validity_changed(state: State, event: ev.ValidityChanged) -> None:
    market = state.markets[event.market]
    market.validity = event.validity
    refresh_blocked(state, market)


def reopen_changed(state: State, event: ev.ReopenChanged) -> None:
    market = state.markets[event.market]
    if event.since_ns is None or market.reopen_since_ns is None:
        market.uncross_nanos = None
    market.reopen_since_ns = event.since_ns
    market.outside_nanos = None if event.since_ns is None else event.outside_nanos


def mark_updated(state: State, event: ev.MarkUpdated) -> None:
    market = state.markets[event.market]
    market.previous_mark_micros = market.mark_micros or event.mark_micros
    market.mark_nanos = event.mark_nanos
    market.mark_micros = event.mark_micros
    market.mark_at_ns = event.at_ns
    market.mark_held = int(event.is_held)
    market.mark_memory = unpack_memory(event.memory, market.mark_memory)
    market.clamp_memory = unpack_memory(event.clamp_memory, market.clamp_memory)
    if event.band_memory is not None:
        market.band_memory = unpack_memory(event.band_memory, market.band_memory)
    market.tape_from_lots = market.traded_lots
    market.tape_micros = 0
    market.marked_interest_lots = market.open_interest_lots
    if mean_ns_of(market):
        note_prices(market, state.now_ns)
        refresh_blocked(state, market)
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
        holding = pay(state, account_id, event.market, paid_micros)
        holding.funding_micros += paid_micros
    state.ledger.rounding_micros += event.rounding_micros
    state.ledger.fees_micros += event.kept_micros
    market.last_rate_e12 = event.rate_e12
    market.funding_accrued_e12 = event.accrued_e12
    if event.drift_e18 != UNCHANGED_E18:
        drift(market, event.drift_e18)
    market.funding_memory = unpack_memory(event.memory, market.funding_memory)
    market.next_funding_ns = event.at_ns + market.spec.funding_interval_ns
    state.timers.set(market.next_funding_ns, SETTLE_FUNDING, (event.market,))


def funding_owed(state: State, event: ev.FundingOwed) -> None:
    """Let maintenance be what it was listed with and what is owed; read everybody here anew."""
    market, name = state.markets[event.market], event.market
    market.owed_e4 = event.owed_e4
    market.tiers = MarginTiers.by(market.rules.margin, market.spec.tiers, event.owed_e4)
    refresh_bounds(market)
    state.sweep.change_tiers(name, market.tiers)
    for number in market.holders:
        account = state.accounts[number]
        is_isolated = account.holdings[name].mode is MarginMode.ISOLATED
        touch(state, account, name if is_isolated else "")
    state.marks_version += 1  # What is left of anybody's margin was worked out with the old.


def drift(market: Market, drift_e18: int) -> None:
    """Multiply the norm, and the prices of the contract that are references, not marks."""
    before = market.norm_e18
    after = market.norm_e18 = drifted_norm_e18(before, drift_e18)
    market.anchor_nanos = carried_nanos(market.anchor_nanos, before, after)
    market.close_nanos = carried_nanos(market.close_nanos, before, after)
    market.open_nanos = carried_nanos(market.open_nanos, before, after)
    market.outside_nanos = carried_nanos(market.outside_nanos, before, after)
    refresh_bounds(market)


def session_changed(state: State, event: ev.SessionChanged) -> None:
    before = state.sources.get(event.underlying, NO_SOURCE).session
    state.sources[event.underlying] = Source(
        event.session, event.closure, event.since_ns, event.next_change_ns, event.next_session
    )
    left_regular = before is Session.REGULAR and event.session is not Session.REGULAR
    for market in state.markets.values():
        if market.spec.underlying == event.underlying:
            if left_regular:
                market.close_nanos = last_external_nanos(market)
            market.closing_since_ns = None
            refresh_terms(state, market)


def phase_changed(state: State, event: ev.PhaseChanged) -> None:
    market = state.markets[event.market]
    market.phase = event.phase
    market.phase_why = event.why
    market.phase_until_ns = event.until_ns
    market.called_from_id = event.called_from_id
    market.extensions = 0
    market.limit_until_ns = None
    if event.phase is Phase.AUCTION and event.until_ns is not None:
        state.timers.set(event.until_ns, Timer.END_CALL, (event.market,))
    if event.phase is Phase.AUCTION:
        wake_for_call(state, event.market, event.why)


def auction_uncrossed(state: State, event: ev.AuctionUncrossed) -> None:
    if event.price_ticks is not None:
        market = state.markets[event.market]
        market.last_ticks = event.price_ticks
        if market.reopen_since_ns is not None:
            market.uncross_nanos = event.price_ticks * market.spec.units.tick_nanos


def downtime_recorded(state: State, event: ev.DowntimeRecorded) -> None:
    """Mark and sample timers skip to their next due time after the downtime."""
    state.downtimes += 1
    skip_turns(state, event.until_ns)
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
