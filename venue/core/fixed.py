"""Exponential, logarithm, power, root and decaying averages in whole numbers.

Promises: the same answer on every machine, Python version and hash seed, for there is no
float anywhere; a stated maximum error; constant in, constant out. Answers are scaled by
1e18 (``_e18``): one unit is 1e-18.

``exp``, ``ln`` and ``pow`` are worked out in binary fixed point with at least 50 spare bits
and then rounded to the nearest unit, so their error is at most half a unit plus 2**-40 of
one, and an answer that is a whole number of units comes out exactly. Roots are exact.
"""

from functools import lru_cache

import msgspec

from venue.core.fixed_series import NARROW_BITS, WIDE_BITS, exp_of, ln_of
from venue.core.units import E18 as E18
from venue.core.units import NS_PER_DAY, div_half_even

# Beyond this exponent no rule has business; exp(128) is about 4e55.
EXPONENT_MAX = 128
POWER_MAX = 4

# A decaying weight is held in picoseconds. Thirty days of time constant and thirty days of
# elapsed time together are 5.2e18 ps, below 2**63.
PS_PER_NS = 1_000
DECAY_NS_MAX = 30 * NS_PER_DAY


@lru_cache(maxsize=4096)
def exp_neg_e18(numerator: int, denominator: int) -> int:
    """Return the weight that is left of an old value: exp(-numerator / denominator).

    Args:
        numerator: elapsed time, zero or more, in the denominator's unit (say ns).
        denominator: time constant tau, positive.

    Rounds to the nearest 1e-18; error at most 0.5 units + 2**-40. Zero elapsed is exactly
    1e18, and more than 43 tau is 0. Answers are remembered, as cadences repeat.

    Source: venue-rules.md, sections 1 and 3 (``exp(-t/2.5min)``, ``b = exp(-dt/tau)``).

    >>> exp_neg_e18(0, 150)
    1000000000000000000
    >>> exp_neg_e18(3, 150)  # exp(-0.02) = 1 - 0.02 + 0.0002 - 0.0000013...
    980198673306755302
    """
    assert numerator >= 0, f"elapsed must not be negative, found {numerator}"
    assert denominator > 0, f"time constant must be positive, found {denominator}"
    return exp_of(-numerator, denominator, NARROW_BITS)


def exp_e18(numerator: int, denominator: int) -> int:
    """Return exp(numerator / denominator), of either sign, up to exp(128).

    Rounds to the nearest 1e-18; error at most 0.5 units + 2**-40, absolute and not relative.

    Source: decision 6 of the plan; the series is Taylor's.

    >>> exp_e18(1, 1)  # 2.718281828459045235...
    2718281828459045235
    >>> exp_e18(0, 7), exp_e18(-50, 1)
    (1000000000000000000, 0)
    """
    assert denominator > 0, f"denominator must be positive, found {denominator}"
    assert numerator <= EXPONENT_MAX * denominator, f"exponent must be at most {EXPONENT_MAX}"
    return exp_of(numerator, denominator, NARROW_BITS if numerator <= 0 else WIDE_BITS)


def ln_e18(numerator: int, denominator: int) -> int:
    """Return the natural logarithm of numerator / denominator, both positive.

    Rounds to the nearest 1e-18; error at most 0.5 units + 2**-40 for numbers below 2**4096.
    Equal numbers give exactly 0.

    Source: decision 6 of the plan; ln f = 2 atanh((f - 1) / (f + 1)).

    >>> ln_e18(2, 1)  # 0.693147180559945309...
    693147180559945309
    >>> ln_e18(250, 250), ln_e18(1, 2)
    (0, -693147180559945309)
    """
    assert numerator > 0, f"numerator must be positive, found {numerator}"
    assert denominator > 0, f"denominator must be positive, found {denominator}"
    return div_half_even(ln_of(numerator, denominator, NARROW_BITS) * E18, 1 << NARROW_BITS)


def pow_e18(base_n: int, base_d: int, exponent_n: int, exponent_d: int) -> int:
    """Return (base_n / base_d) ** (exponent_n / exponent_d) for exponents from 0 to 4.

    Args:
        base_n, base_d: the base, zero or more, as a fraction; say a price and a reference.
        exponent_n, exponent_d: the exponent as a fraction: 2, 1 squares and 1, 2 takes a root.

    Rounds half-even, and exactly, for whole exponents; else to the nearest 1e-18 with an
    error of at most 0.5 units + 2**-40. Exponent 0 gives 1, also for base 0. The answer must
    not pass exp(128), about 4e55.

    Source: power perpetuals (venue-rules.md, section 13); base ** p = exp(p ln base).

    >>> pow_e18(3, 2, 2, 1)  # 1.5 squared
    2250000000000000000
    >>> pow_e18(4, 9, 1, 2)  # two thirds
    666666666666666667
    """
    assert base_n >= 0, f"base must not be negative, found {base_n}"
    assert base_d > 0, f"denominator of the base must be positive, found {base_d}"
    assert exponent_d > 0, f"denominator of the exponent must be positive, found {exponent_d}"
    assert 0 <= exponent_n <= POWER_MAX * exponent_d, f"exponent must be from 0 to {POWER_MAX}"

    whole, rest = divmod(exponent_n, exponent_d)
    if rest == 0:
        return div_half_even(base_n**whole * E18, base_d**whole)
    if base_n == 0:
        return 0
    product_n = exponent_n * ln_of(base_n, base_d, WIDE_BITS)
    product_d = exponent_d << WIDE_BITS
    assert product_n <= EXPONENT_MAX * product_d, f"power must be at most exp({EXPONENT_MAX})"
    return exp_of(product_n, product_d, WIDE_BITS)


def root_floor(value: int, degree: int) -> int:
    """Return the greatest whole number whose ``degree``-th power does not pass ``value``.

    Exact; rounds down. ``value`` is zero or more, ``degree`` at least 1.

    Source: Newton's method from above, which falls until it stands on the floor.

    >>> root_floor(26, 3), root_floor(27, 3), root_floor(10**40, 2) == 10**20
    (2, 3, True)
    """
    assert value >= 0, f"root needs zero or more, found {value}"
    assert degree >= 1, f"degree must be at least 1, found {degree}"
    if degree >= value.bit_length():
        return min(value, 1)
    # The smallest power of two that is surely not below the root.
    root = 1 << -(-value.bit_length() // degree)
    while True:
        lower = ((degree - 1) * root + value // root ** (degree - 1)) // degree
        if lower >= root:
            return root
        root = lower


def isqrt(value: int) -> int:
    """Return the square root of ``value``, rounded down; exact.

    Source: ``root_floor`` of degree 2.

    >>> [isqrt(n) for n in (0, 3, 4, 99)]
    [0, 1, 2, 9]
    """
    return root_floor(value, 2)


def root_e18(numerator: int, denominator: int, degree: int) -> int:
    """Return the ``degree``-th root of numerator / denominator.

    Rounds half-even to 1e-18, exactly: the error is at most 0.5 units. The numerator is zero
    or more, the denominator positive, the degree at least 1.

    Source: ``root_floor`` of the fraction in half units; a tie is seen by raising it back.

    >>> root_e18(2, 1, 2)  # 1.414213562373095048 8...
    1414213562373095049
    >>> root_e18(8, 27, 3)  # two thirds
    666666666666666667
    """
    assert denominator > 0, f"denominator must be positive, found {denominator}"
    scaled = numerator * (2 * E18) ** degree
    halves = root_floor(scaled // denominator, degree)
    is_tie = halves**degree * denominator == scaled
    if is_tie:
        return div_half_even(halves, 2)
    return (halves + 1) // 2


def weighted_e18(old: int, new: int, weight_old_e18: int) -> int:
    """Return old × w + new × (1 - w): one step of an exponential average.

    Args:
        old, new: in one unit, either sign; the answer is in it too.
        weight_old_e18: w in 1e-18, from 0 to 1e18; ``exp_neg_e18(elapsed, tau)``.

    Rounds half-even. The answer never leaves the range of the two, so a constant stays
    itself. Each step is off by at most half a unit, a long average by 0.5 / (1 - w): it may
    stop that far from its target (25 units at 3 s of 150 s, 300 at 3 s of 30 min). Keep
    ``old`` in a finer unit, or use ``DecayedMean``, where that matters.

    Source: venue-rules.md, section 3 (``S = b × S_prev + (1 - b) × x``).

    >>> weighted_e18(100, 200, 750_000_000_000_000_000)  # 75 and 50
    125
    >>> weighted_e18(-20, -20, 980_198_673_306_755_302)
    -20
    """
    assert 0 <= weight_old_e18 <= E18, f"weight must be from 0 to 1e18, found {weight_old_e18}"
    return div_half_even(old * weight_old_e18 + new * (E18 - weight_old_e18), E18)


class DecayedMean(msgspec.Struct, frozen=True, array_like=True):
    """Memory of a mean weighted by time, whose past fades: num / den.

    ``num = whole × den_ps + rest`` and ``0 <= rest < den_ps``: the fraction is kept as a whole
    part and a rest, because num itself passes the 64 bits that the journal's encoding holds.
    ``whole`` and ``rest`` are in the samples' unit and in that unit times picoseconds;
    ``den_ps`` is the weight of all samples in picoseconds, 0 when there is none yet. With
    samples below 2**62 every field stays below 2**63 for ever.

    >>> DecayedMean().mean is None
    True
    """

    whole: int = 0
    rest: int = 0
    den_ps: int = 0

    @property
    def num(self) -> int:
        """Numerator: samples times picoseconds."""
        return self.whole * self.den_ps + self.rest

    @property
    def mean(self) -> int | None:
        """The mean, rounded half-even, in the samples' unit; ``None``: no sample yet."""
        den_ps = self.den_ps
        if den_ps == 0:
            return None
        twice = 2 * self.rest
        if twice > den_ps or (twice == den_ps and self.whole & 1):
            return self.whole + 1
        return self.whole


def decayed_mean(memory: DecayedMean, *, sample: int, elapsed_ns: int, tau_ns: int) -> DecayedMean:
    """Let the past fade for ``elapsed_ns``, add a sample that stood for so long.

    num <- num × exp(-t/tau) + sample × t ;  den <- den × exp(-t/tau) + t ;  mean = num / den

    Args:
        memory: the mean so far; ``DecayedMean()`` at the start.
        sample: in any one unit, either sign, below 2**62.
        elapsed_ns: t, zero or more; for the first sample the nominal cadence. Zero changes
            nothing. More than 30 days count as 30 days.
        tau_ns: time constant, from 1 ns to 30 days.

    den decays first and rounds half-even to a picosecond; num then decays by the ratio that
    den really took, half-even. So num = c × den stays true for a constant c, for ever, and
    the mean never leaves the range of its samples. Against exact arithmetic the mean is off
    by at most 0.5 + (4 × range of the samples + 1) / (shortest t in ps): with 3 s and prices
    within $100 of each other, 0.5 and 0.14 of a nano-dollar.

    Source: Hyperliquid's mark (venue-rules.md, section 1): basis 20 gives 20 from the start.

    >>> once = decayed_mean(DecayedMean(), sample=20, elapsed_ns=3, tau_ns=150)
    >>> once, once.mean
    (DecayedMean(whole=20, rest=0, den_ps=3000), 20)
    >>> twice = decayed_mean(once, sample=50, elapsed_ns=3, tau_ns=150)  # den 2941 + 3000
    >>> twice.num, twice.den_ps, twice.mean  # 20 × 2941 + 50 × 3000; 35.15
    (208820, 5941, 35)
    """
    assert elapsed_ns >= 0, f"elapsed must not be negative, found {elapsed_ns}"
    assert 0 < tau_ns <= DECAY_NS_MAX, f"tau must be from 1 ns to 30 days, found {tau_ns}"
    if elapsed_ns == 0:
        return memory
    elapsed_ns = min(elapsed_ns, DECAY_NS_MAX)
    added_ps = elapsed_ns * PS_PER_NS
    if memory.den_ps == 0:
        return DecayedMean(whole=sample, rest=0, den_ps=added_ps)

    kept_ps = div_half_even(memory.den_ps * exp_neg_e18(elapsed_ns, tau_ns), E18)
    num = div_half_even(memory.num * kept_ps, memory.den_ps) + sample * added_ps
    den_ps = kept_ps + added_ps
    whole, rest = divmod(num, den_ps)
    return DecayedMean(whole=whole, rest=rest, den_ps=den_ps)
