"""Funding rule ``mark_minus_index``: whoever is long pays the difference, over a stated period.

    f = mean of (M - I) / I over the interval × interval / period

For everlasting options and power perps, whose fair mark is not the index: funding = mark minus
payoff. Held for ``period`` at a constant difference a long pays all of it. The fair mark of a claim
that grows at g over its index is then 1 / (1 - g × period) of it (section 13).

Parameters: ``period_ns`` (f; 24 h, up to 30 days; Squeeth's is 420 h), ``cap_e12`` (of the
interval's rate; ``None``: no cap). Payments are counted at the index.

Guards against a basis that lasts: there is no dead zone and no interest.

Does not guard against a short period: where g × period reaches one there is no fair mark at all,
and the contract's price has nothing to stand on. While the index is frozen it charges for news.

Rounding: samples, mean and rate half to even to 1e-12.

Source: Paradigm, everlasting options (read in part); Opyn's Squeeth 6dc8cd9 for the period.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import FundingAnswer, SampleInputs, SettleInputs
from venue.core.units import NS_PER_HOUR, clamp, div_half_even
from venue.rules.funding.parts import NO_SAMPLES, Samples, bounded_e12
from venue.rules.parameters import Duration, PositiveRateE12
from venue.rules.properties import Property


class MarkMinusIndex(msgspec.Struct, frozen=True):
    """The basis, paid off over a period."""

    exempt: ClassVar[dict[Property, str]] = {}

    period_ns: Duration = 24 * NS_PER_HOUR
    cap_e12: PositiveRateE12 | None = None

    @property
    def impact_micros(self) -> int:
        """Return the notional of the impact prices: the least, it reads none."""
        return 1

    def initial(self) -> Samples:
        """Return the memory of an interval that has just begun."""
        return NO_SAMPLES

    def sample(self, seen: SampleInputs, memory: Samples) -> Samples:
        """Add the basis as it stands.

        >>> from venue.rules.examples import SAMPLE
        >>> MarkMinusIndex().sample(SAMPLE._replace(mark_nanos=252_500_000_000), NO_SAMPLES)
        Samples(sum_e12=10000000000, samples=1)
        """
        basis_e12 = bounded_e12(seen.mark_nanos - seen.index_nanos, seen.index_nanos)
        return Samples(memory.sum_e12 + basis_e12, memory.samples + 1)

    def settle(self, seen: SettleInputs, memory: Samples) -> tuple[FundingAnswer, Samples]:
        """Return the interval's rate.

        >>> from venue.rules.examples import SETTLE
        >>> MarkMinusIndex().settle(SETTLE, Samples(24 * 10**9, 1))[0].rate_e12  # a 24th
        1000000000
        """
        if memory.samples == 0:
            return FundingAnswer(0, 0, 0, "index"), NO_SAMPLES
        basis_e12 = div_half_even(memory.sum_e12, memory.samples)
        rate_e12 = div_half_even(memory.sum_e12 * seen.interval_ns, memory.samples * self.period_ns)
        if self.cap_e12 is not None:
            rate_e12 = clamp(rate_e12, low=-self.cap_e12, high=self.cap_e12)
        return FundingAnswer(rate_e12, basis_e12, memory.samples, "index"), NO_SAMPLES
