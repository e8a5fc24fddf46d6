"""Funding rule ``twap_vega``: the mark's average minus the index's, and an interest held in bounds.

    d    = f_twap - s_twap
    held = clamp((1 + dt × r) × s_twap - f_twap, lo × s_twap, hi × s_twap)
    f    = scale × (d + held) / s_twap, held within the rate bounds

f_twap and s_twap are the means over the period of mark and index, without the time in a call: no
sample is taken then, and the core pays the share of the period that was sampled, which is Vega's
"fraction of the period not in auction".

Parameters: ``interest_e12_per_year`` (r; 0), ``lower_e12`` and ``upper_e12`` (lo, hi; both 0, so
that interest adds nothing; from -100 % to 100 %), ``scale_e4`` (10,000), ``rate_min_e12`` and
``rate_max_e12`` (bounds of the period's rate; ``None``: none). Vega sets them by market; the
defaults here are Vega's own neutral ones. Payments are counted at the index.

Vega's perpetual also adds a margin funding factor × what a position owes so far to its maintenance
margin: ``owed_e4`` of the margin rule ``levels``.

Guards against a single sample: it is one of hundreds. Against a call: its time does not count.

Does not guard against a mark that is led by whoever pays for it, all period long. With neutral
bounds there is no dead zone: every difference is paid.

Rounding: means half to even to a nano-dollar, the rate to 1e-12.

Source: Vega specs 0053 (product builtin perpetual future).
"""

from typing import ClassVar

import msgspec

from venue.core.policies import FundingAnswer, SampleInputs, SettleInputs
from venue.core.units import E4, E12, NS_PER_DAY, clamp, div_half_even
from venue.rules.funding.parts import bounded_e12
from venue.rules.parameters import FactorE4, RateE12
from venue.rules.properties import Property

NS_PER_YEAR = 365 * NS_PER_DAY
# Where no bound is set, no period costs more than ten times the position.
RATE_E12_MAX = 10 * E12


class Sums(msgspec.Struct, frozen=True, array_like=True):
    """What averages come from: the first index, sums of differences from it, how many samples.

    Differences, so that a day of samples fits 64 bits.
    """

    base_nanos: int = 0
    index_nanos: int = 0
    mark_nanos: int = 0
    samples: int = 0


NO_SUMS = Sums()


def added(memory: Sums, index_nanos: int, mark_nanos: int) -> Sums:
    """Return the sums with one more sample.

    >>> added(added(NO_SUMS, 250, 251), 252, 250)
    Sums(base_nanos=250, index_nanos=2, mark_nanos=1, samples=2)
    """
    base = memory.base_nanos or index_nanos
    return Sums(
        base,
        memory.index_nanos + index_nanos - base,
        memory.mark_nanos + mark_nanos - base,
        memory.samples + 1,
    )


def averages(memory: Sums) -> tuple[int, int]:
    """Return the means of index and mark, half to even; there is a sample.

    >>> averages(Sums(base_nanos=250, index_nanos=2, mark_nanos=2, samples=2))
    (251, 251)
    """
    return (
        memory.base_nanos + div_half_even(memory.index_nanos, memory.samples),
        memory.base_nanos + div_half_even(memory.mark_nanos, memory.samples),
    )


class TwapVega(msgspec.Struct, frozen=True):
    """The difference of two averages, with interest in bounds."""

    exempt: ClassVar[dict[Property, str]] = {}
    # The interest rate is the axis of symmetry; the contract test mirrors about none.
    symmetric_with: ClassVar[dict[str, int]] = {"interest_e12_per_year": 0}

    interest_e12_per_year: RateE12 = 0
    lower_e12: RateE12 = 0
    upper_e12: RateE12 = 0
    scale_e4: FactorE4 = 10_000
    rate_min_e12: RateE12 | None = None
    rate_max_e12: RateE12 | None = None

    def __post_init__(self) -> None:
        if self.lower_e12 > self.upper_e12:
            raise ValueError("lower_e12 must not be above upper_e12")
        low, high = self.rate_min_e12, self.rate_max_e12
        if low is not None and high is not None and low > high:
            raise ValueError("rate_min_e12 must not be above rate_max_e12")

    @property
    def impact_micros(self) -> int:
        """Return the notional of the impact prices: the least, it reads none."""
        return 1

    def initial(self) -> Sums:
        """Return the memory of a period that has just begun."""
        return NO_SUMS

    def sample(self, seen: SampleInputs, memory: Sums) -> Sums:
        """Add index and mark as they stand."""
        return added(memory, seen.index_nanos, seen.mark_nanos)

    def settle(self, seen: SettleInputs, memory: Sums) -> tuple[FundingAnswer, Sums]:
        """Return the period's rate.

        >>> from venue.rules.examples import SETTLE
        >>> period = Sums(250_000_000_000, 0, 250_000_000, 1)  # the mark a dollar in a thousand up
        >>> TwapVega().settle(SETTLE, period)[0].rate_e12
        1000000000
        >>> held = TwapVega(lower_e12=-500_000_000, upper_e12=500_000_000)
        >>> held.settle(SETTLE, period)[0].rate_e12  # a clamp of 5 bp takes half of it
        500000000
        """
        if memory.samples == 0:
            return FundingAnswer(0, 0, 0, "index"), NO_SUMS
        index_nanos, mark_nanos = averages(memory)
        premium_e12 = bounded_e12(mark_nanos - index_nanos, index_nanos)
        interest_e12 = div_half_even(self.interest_e12_per_year * seen.interval_ns, NS_PER_YEAR)
        held_e12 = clamp(interest_e12 - premium_e12, low=self.lower_e12, high=self.upper_e12)
        rate_e12 = div_half_even((premium_e12 + held_e12) * self.scale_e4, E4)
        rate_e12 = clamp(
            rate_e12,
            low=-RATE_E12_MAX if self.rate_min_e12 is None else self.rate_min_e12,
            high=RATE_E12_MAX if self.rate_max_e12 is None else self.rate_max_e12,
        )
        return FundingAnswer(rate_e12, premium_e12, memory.samples, "index"), NO_SUMS
