"""The fair mark of a funded power: where nobody gains by holding the contract or its replication.

    g = (p − 1) × (r + p σ² / 2),   Q = exp(g D),   mark / index = k Q / (1 + k − Q),  k = D / f

f is the period over which mark less index is paid, D the interval at which it is. In the limit of
short intervals it is 1 / (1 − f g). There is none unless Q < 1 + k (in the limit f g < 1): a claim
that grows faster than its funding can charge is worth no finite price.

Source: derived (venue-rules.md, section 13, "fair mark of a funded claim on S^p"); for p = 1/2 and
r = 0 a year's funding is σ² / 8, the fee that seed 003 asks of a pool.
"""

from typing import Final

from venue.core.fixed import E18, EXPONENT_MAX, exp_e18
from venue.core.policies import Rules
from venue.core.units import E4, NS_PER_DAY, div_half_even

YEAR_NS: Final = 365 * NS_PER_DAY


def growth(*, power: tuple[int, int], sigma_e4: int, rate_e4: int = 0) -> tuple[int, int]:
    """Return g a year as a fraction, exactly.

    Args:
        power: p as a fraction.
        sigma_e4: volatility a year, in 1e-4.
        rate_e4: rate of interest a year, in 1e-4.

    >>> numerator, denominator = growth(power=(2, 1), sigma_e4=6_000)
    >>> numerator / denominator  # 0.6²
    0.36
    >>> numerator, denominator = growth(power=(1, 2), sigma_e4=9_000)
    >>> numerator / denominator  # -0.81 / 8: 10.125 % a year
    -0.10125
    """
    power_n, power_d = power
    doubled = 2 * power_d * rate_e4 * E4 + power_n * sigma_e4 * sigma_e4
    return (power_n - power_d) * doubled, 2 * power_d * power_d * E4 * E4


def fair_mark_nanos(
    index_nanos: int,
    *,
    power: tuple[int, int],
    sigma_e4: int,
    period_ns: int,
    interval_ns: int,
    rate_e4: int = 0,
) -> int | None:
    """Return the fair mark in nano-dollars, half to even; ``None`` where there is none.

    >>> squared = dict(power=(2, 1), sigma_e4=6_000, period_ns=420 * 3600 * 10**9)
    >>> fair_mark_nanos(100_000_000_000, interval_ns=3600 * 10**9, **squared)  # +1.7606 %
    101760560926
    """
    numerator, denominator = growth(power=power, sigma_e4=sigma_e4, rate_e4=rate_e4)
    grown_n, grown_d = numerator * interval_ns, denominator * YEAR_NS
    if grown_n >= EXPONENT_MAX * grown_d:
        return None
    grown_e18 = exp_e18(grown_n, grown_d)
    left = period_ns * E18 + interval_ns * E18 - period_ns * grown_e18
    if left <= 0:
        return None
    return div_half_even(index_nanos * interval_ns * grown_e18, left)


def funded_mark_nanos(
    rules: Rules, index_nanos: int, *, sigma_e4: int, interval_ns: int, rate_e4: int = 0
) -> int | None:
    """Return the fair mark of a market under its own contract and funding.

    ``None`` too where the funding rule has no period over which it pays mark less index.
    """
    period_ns: int | None = getattr(rules.funding, "period_ns", None)
    if period_ns is None:
        return None
    return fair_mark_nanos(
        index_nanos,
        power=rules.contract.power,
        sigma_e4=sigma_e4,
        period_ns=period_ns,
        interval_ns=interval_ns,
        rate_e4=rate_e4,
    )


def continuous_e18(*, power: tuple[int, int], sigma_e4: int, period_ns: int) -> int | None:
    """Return 1 / (1 − f g) in 1e-18, half to even, at no interest; ``None`` unless f g < 1.

    >>> continuous_e18(power=(1, 1), sigma_e4=6_000, period_ns=YEAR_NS)  # p = 1: the index
    1000000000000000000
    """
    numerator, denominator = growth(power=power, sigma_e4=sigma_e4)
    whole = denominator * YEAR_NS
    left = whole - numerator * period_ns
    return div_half_even(whole * E18, left) if left > 0 else None
