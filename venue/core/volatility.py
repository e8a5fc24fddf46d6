"""How much an underlying moves: the mean of its squared returns a year, the past fading.

A return is counted from the first price that comes a minute or more after the last one that was; it
stands for the time between them, nights and weekends too. Only markets on a power ask: their fair
mark depends on it.

Source: seed 003 (σ² is the variance of the price returns); the window of a week is assumed.
"""

from typing import Protocol

from venue.core.fixed import E18, DecayedMean, decayed_mean, isqrt, ln_e18
from venue.core.units import E12, NS_PER_DAY, NS_PER_MINUTE, div_half_even

YEAR_NS = 365 * NS_PER_DAY
TAU_NS = 7 * NS_PER_DAY
SPACING_NS_MIN = NS_PER_MINUTE
# A variance of a million a year, 100,000 % of volatility: what no share has.
VARIANCE_E12_MAX = 1_000_000 * E12


class Varied(Protocol):
    """Where the mean is kept: a market, and whoever follows it by its events (``Market``)."""

    variance_whole: int
    variance_rest: int
    variance_ps: int
    varied_nanos: int
    varied_at_ns: int


def note_return(market: Varied, price_nanos: int, now_ns: int) -> None:
    """Count the return since the last price that was counted, if a minute has passed."""
    elapsed_ns = now_ns - market.varied_at_ns
    if market.varied_nanos and elapsed_ns < SPACING_NS_MIN:
        return
    if market.varied_nanos:
        return_e18 = ln_e18(price_nanos, market.varied_nanos)
        variance_e12 = div_half_even(
            return_e18 * return_e18 * YEAR_NS, elapsed_ns * E18 * (E18 // E12)
        )
        mean = decayed_mean(
            _mean_of(market),
            sample=min(variance_e12, VARIANCE_E12_MAX),
            elapsed_ns=elapsed_ns,
            tau_ns=TAU_NS,
        )
        market.variance_whole, market.variance_rest = mean.whole, mean.rest
        market.variance_ps = mean.den_ps
    market.varied_nanos, market.varied_at_ns = price_nanos, now_ns


def sigma_e4(market: Varied) -> int | None:
    """Return the volatility a year, in 1e-4, rounded down; ``None`` before the first return."""
    variance_e12 = _mean_of(market).mean
    return None if variance_e12 is None else isqrt(variance_e12) // 100


def _mean_of(market: Varied) -> DecayedMean:
    return DecayedMean(market.variance_whole, market.variance_rest, market.variance_ps)
