"""Funding: the premium is sampled by one timer and settled by another."""

from venue.core import events as ev
from venue.core.apply import emit, pack_memory
from venue.core.impact import impact_prices
from venue.core.liquidation import check_unit
from venue.core.margin import unit_of
from venue.core.phases import Phase
from venue.core.policies import SampleInputs, SettleInputs
from venue.core.state import INSURANCE, Market, State, source_of
from venue.core.units import E4, E12, div_ceil, div_half_even


def sample_premium(state: State, market: Market) -> None:
    """Take one sample; none in a call or halt, or before there is an index."""
    name = market.spec.market
    if market.phase is not Phase.CONTINUOUS or market.index_nanos is None:
        emit(state, ev.PremiumSampled(name, state.now_ns, None))
        return
    rule = market.rules.funding
    bid, ask = impact_prices(market, rule.impact_micros)
    assert market.mark_nanos is not None, "a market in continuous trading has a mark"
    memory = rule.sample(
        SampleInputs(
            state.now_ns,
            market.index_nanos,
            market.mark_nanos,
            bid,
            ask,
            source_of(state, market).session,
            market.pricing,
        ),
        market.funding_memory,
    )
    emit(state, ev.PremiumSampled(name, state.now_ns, pack_memory(memory)))


def payment_micros(*, size_lots: int, price_micros: int, rate_e12: int) -> int:
    """Return what one position pays when funding settles; negative, what it receives.

    payment = size × price × rate

    Args:
        size_lots: position in lots, long positive, short negative.
        price_micros: the price that the funding rule names, in micro-dollars a lot.
        rate_e12: rate for the interval in 1e-12 of notional; positive when longs pay shorts.

    Rounds up, towards the venue: payers cover receivers, and the remainder, less than one
    micro-dollar a position, goes to the rounding account.

    Source: seed 000, section 2; Hyperliquid pays on the oracle price (venue-rules section 1).

    >>> payment_micros(size_lots=10_000, price_micros=250_000, rate_e12=12_500_000)
    31250
    """
    return div_ceil(size_lots * price_micros * rate_e12, E12)


def settle_funding(state: State, market: Market) -> None:
    """Move funding between longs and shorts for the interval that ends now.

    The rule's rate is scaled by the share of the interval that was sampled (none: zero) and by
    the session's terms, half even. Then whoever it left below maintenance is liquidated.
    """
    spec = market.spec
    due = spec.funding_interval_ns // spec.sample_interval_ns
    source = source_of(state, market)
    answer, memory = market.rules.funding.settle(
        SettleInputs(state.now_ns, spec.funding_interval_ns, due, source.session, market.pricing),
        market.funding_memory,
    )
    sampled_e4 = min(answer.samples, due) * E4 // due
    rate_e12 = div_half_even(
        answer.rate_e12 * min(answer.samples, due) * market.terms.funding_e4, due * E4
    )
    price_micros = market.mark_micros
    if answer.pay_on == "index":
        price_micros = spec.units.micros_per_lot(market.index_nanos or 0)
    payments = []
    rounding = 0
    if rate_e12:
        for account_id in sorted(market.holders):
            holding = state.accounts[account_id].holdings[spec.market]
            paid = payment_micros(
                size_lots=holding.size_lots, price_micros=price_micros, rate_e12=rate_e12
            )
            payments.append((account_id, paid))
            rounding += paid
    emit(
        state,
        ev.FundingSettled(
            spec.market,
            state.now_ns,
            rate_e12,
            answer.premium_e12,
            sampled_e4,
            price_micros,
            tuple(payments),
            rounding,
            pack_memory(memory),
        ),
    )
    for account_id, paid in payments:
        if paid > 0 and account_id != INSURANCE:
            check_unit(state, unit_of(state.accounts[account_id], spec.market))
