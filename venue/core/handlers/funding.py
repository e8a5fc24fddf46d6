"""Funding: the premium is sampled by one timer and settled by another."""

from typing import NamedTuple

from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.apply import emit, pack_memory
from venue.core.bounds import is_blocked
from venue.core.contract import carried_nanos
from venue.core.fund_target import fill_fund
from venue.core.impact import impact_prices
from venue.core.liquidation import check_unit
from venue.core.margin import unit_of
from venue.core.margin_tiers import MarginTiers
from venue.core.market import Market
from venue.core.payments import kept_by, payment_micros, payments, stands_aside
from venue.core.phases import Phase, Pricing, Session
from venue.core.policies import Action, FundingAnswer, PauseInputs, SampleInputs, SettleInputs
from venue.core.policies.funding import UNCHANGED_E18
from venue.core.state import State, source_of
from venue.core.units import E4, E12, div_ceil, div_half_even

__all__ = ["payment_micros", "sample_premium", "settle_funding"]


def is_closed(state: State, market: Market) -> bool:
    """Say whether the underlying is closed: no outside price, or no session."""
    return (
        market.pricing is Pricing.INTERNAL or source_of(state, market).session is Session.NO_TRADING
    )


def sample_premium(state: State, market: Market) -> None:
    """Take one sample; none in a call or halt, before there is an index, or while blocked.

    Nor while closed, where the funding_closed rule does not want it.
    """
    name = market.spec.market
    if (
        market.phase is not Phase.CONTINUOUS
        or market.index_nanos is None
        or is_blocked(market, Action.FUND)
        or not market.rules.funding_closed.samples(is_closed=is_closed(state, market))
    ):
        emit(state, ev.PremiumSampled(name, state.now_ns, None))
        return
    rule = market.rules.funding
    bid, ask = impact_prices(market, rule.impact_micros)
    assert market.mark_nanos is not None, "a market in continuous trading has a mark"
    units = market.spec.units
    best_bid, best_ask = market.book.bids.best_ticks(), market.book.asks.best_ticks()
    mid_nanos = None
    if best_bid is not None and best_ask is not None:
        mid_nanos = (best_bid + best_ask) * units.tick_nanos // 2
    memory = rule.sample(
        SampleInputs(
            state.now_ns,
            market.index_nanos,
            market.mark_nanos,
            bid,
            ask,
            source_of(state, market).session,
            market.pricing,
            mid_nanos,
            None if market.last_ticks is None else market.last_ticks * units.tick_nanos,
            bool(market.mark_held),
            market.tiers.leverage_max,
            market.tiers.long.fractions_e4[0],
        ),
        market.funding_memory,
    )
    emit(state, ev.PremiumSampled(name, state.now_ns, pack_memory(memory)))
    if market.rules.margin.owed_e4:
        _owe(state, market)


def _owe(state: State, market: Market) -> None:
    """Let what positions owe so far count as maintenance, as far as the margin rule says.

    owed = factor × the rate that would be settled now, up to the next 1e-4; at most what leaves
    maintenance within the notional. Who falls below is liquidated.

    Source: Vega specs 0053, section 5.
    """
    spec = market.spec
    answer, _ = market.rules.funding.settle(_settle_inputs(state, market), market.funding_memory)
    began_ns = market.next_funding_ns - spec.funding_interval_ns
    passed = -(-(state.now_ns - began_ns) // spec.sample_interval_ns)
    rate_e12 = _due(state, market, answer, max(1, passed)).rate_e12
    owed_e4 = div_ceil(abs(rate_e12) * market.rules.margin.owed_e4, E12)
    if owed_e4:
        base = MarginTiers.by(market.rules.margin, spec.tiers)
        owed_e4 = min(owed_e4, max(0, E4 - base.fraction_e4_max))
    _set_owed(state, market, owed_e4 if rate_e12 > 0 else -owed_e4)


def _set_owed(state: State, market: Market, owed_e4: int) -> None:
    if owed_e4 == market.owed_e4:
        return
    name = market.spec.market
    emit(state, ev.FundingOwed(name, owed_e4))
    for number in sorted(market.holders):
        if not stands_aside(number):
            check_unit(state, unit_of(state.accounts[number], name))


class _Due(NamedTuple):
    """What is due after the share that was sampled, the terms, and whether it is closed."""

    rate_e12: int
    accrued_e12: int
    rollover_e12: int
    drift_e18: int
    sampled_e4: int


def settle_funding(state: State, market: Market) -> None:
    """Move funding between longs and shorts for the interval that ends now.

    The rule's rate is scaled by the share of the interval that was sampled (none: zero) and by
    the session's terms, half even; the funding_closed rule has the last word on it. It is zero
    while the actions rule blocks funding. A drift multiplies the contract's index instead. Then
    whoever it left below maintenance is liquidated.
    """
    spec = market.spec
    answer, memory = market.rules.funding.settle(
        _settle_inputs(state, market), market.funding_memory
    )
    due = _due(state, market, answer, spec.funding_interval_ns // spec.sample_interval_ns)
    price_micros = market.mark_micros
    if answer.pay_on == "index":
        price_micros = spec.units.micros_per_lot(market.index_nanos or 0)
    moved = payments(
        _sizes(state, market) if due.rate_e12 or due.rollover_e12 else (),
        price_micros=price_micros,
        rate_e12=due.rate_e12,
        receivers=answer.receivers,
        rollover_e12=due.rollover_e12,
    )
    if market.pool is not None:
        moved = kept_by(moved, market.pool.account)
    before_e18 = market.norm_e18
    emit(
        state,
        ev.FundingSettled(
            spec.market,
            state.now_ns,
            due.rate_e12,
            answer.premium_e12,
            due.sampled_e4,
            price_micros,
            moved.paid_micros,
            moved.rounding_micros,
            pack_memory(memory),
            answer.receivers,
            due.rollover_e12,
            moved.kept_micros,
            due.drift_e18,
            due.accrued_e12,
        ),
    )
    drifted_nanos = carried_nanos(market.index_nanos, before_e18, market.norm_e18)
    if drifted_nanos is not None and drifted_nanos != market.index_nanos:
        emit(state, ev.IndexUpdated(spec.market, drifted_nanos, market.pricing, None, None))
    _set_owed(state, market, 0)
    for account_id, paid in moved.paid_micros:
        if paid > 0 and not stands_aside(account_id):
            check_unit(state, unit_of(state.accounts[account_id], spec.market))
    fill_fund(state, market)


def _sizes(state: State, market: Market) -> list[tuple[int, int]]:
    name = market.spec.market
    return [
        (account_id, state.accounts[account_id].holdings[name].size_lots)
        for account_id in sorted(market.holders)
    ]


def _settle_inputs(state: State, market: Market) -> SettleInputs:
    """Gather what the funding rule sees; open interest without the house's."""
    spec = market.spec
    longs = shorts = market.open_interest_lots
    house = (INSURANCE,) if market.pool is None else (market.pool.account, INSURANCE)
    for account_id in house:
        if account_id not in market.holders:
            continue
        held = state.accounts[account_id].holdings[spec.market].size_lots
        longs -= max(0, held)
        shorts -= max(0, -held)
    return SettleInputs(
        state.now_ns,
        spec.funding_interval_ns,
        spec.funding_interval_ns // spec.sample_interval_ns,
        source_of(state, market).session,
        market.pricing,
        market.index_nanos or 0,
        market.mark_nanos or 0,
        longs * market.mark_micros,
        shorts * market.mark_micros,
        market.interest_max_lots * market.mark_micros,
        market.tiers.leverage_max,
        market.tiers.long.fractions_e4[0],
    )


def _due(state: State, market: Market, answer: FundingAnswer, intervals: int) -> _Due:
    """Scale a rule's answer by the share of so many sample intervals that was sampled."""
    sampled = min(answer.samples, intervals)
    share, whole = sampled * market.terms.funding_e4, intervals * E4
    paused = market.rules.funding_closed.pause(
        PauseInputs(
            div_half_even(answer.rate_e12 * share, whole),
            market.funding_accrued_e12,
            is_closed(state, market),
        )
    )
    sampled_e4 = sampled * E4 // intervals
    if is_blocked(market, Action.FUND):
        return _Due(0, market.funding_accrued_e12, 0, UNCHANGED_E18, sampled_e4)
    return _Due(
        paused.rate_e12,
        paused.accrued_e12,
        div_half_even(answer.rollover_e12 * share, whole),
        answer.drift_e18 if sampled else UNCHANGED_E18,
        sampled_e4,
    )
