"""Funding rule ``twap_drift``: the book's average minus the oracle's, a 24th of it each hour.

    d = mid_twap - oracle_twap + oracle_twap × offset
    f = clamp(d / oracle_twap, ±cap) / 24 for an hour; 0 where mark and oracle diverge

mid_twap is the mean over the hour of the book's middle (the mark, where a side is empty), each
sample sanitised first: held within ± ``sanitise_e4`` of the average so far. If at the settlement
the mark is further than ``divergence_e4`` from the index, nothing is paid.

Parameters: ``offset_e12`` (1/5000: with no difference longs pay 7.3 % a year), ``cap_e12`` (3 % a
day in contract tiers A and B, 5 % in C, 10 % below), ``sanitise_e4`` (10, 20 or 50 %),
``divergence_e4`` (10 %), ``periods`` (24). Payments are counted at the index.

Drift's pool takes the other side of an imbalance there, and what it may pay is capped by a third of
its fees: the receiving side then gets less than the other pays. In a book every long has a short,
so the two sides are equal and the cap never binds; against a pool ``receivers`` is ``at_most``, and
what traders do not receive stays with the house.

Guards against a fat finger in the average (sanitised), against settling on a broken oracle or a
broken book (divergence), and against a spike (cap).

Does not guard against a patient push: the sanitised average follows. A block at a divergence
of 10 % pays nothing just when the premium is largest.

Rounding: half to even. Source: Drift protocol-v2 0ae3e3b, controller/funding.rs, state.rs (guards).
The weight of a sample in Drift's own average differs (an exponential with the funding period as
time constant); an even mean over the period is assumed here.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import FundingAnswer, SampleInputs, SettleInputs
from venue.core.units import E4, E12, NS_PER_HOUR, clamp, div_half_even
from venue.rules.funding.parts import bounded_e12
from venue.rules.funding.twap_vega import NO_SUMS, Sums, added, averages
from venue.rules.parameters import Count, PositiveRateE12, PositiveShareE4, RateE12
from venue.rules.properties import Property


class TwapDrift(msgspec.Struct, frozen=True):
    """The difference of two sanitised averages plus an offset, a day's rate by the hour."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.SYMMETRIC: "sanitising is by ratios, wider in dollars above than below",
        Property.CONTINUOUS: "beyond the divergence nothing is paid: a step to zero",
        Property.CONSTANT: "sanitising holds a far first sample, and lets the average follow it",
    }

    offset_e12: RateE12 = E12 // 5_000
    cap_e12: PositiveRateE12 = 30_000_000_000
    sanitise_e4: PositiveShareE4 = 1_000
    divergence_e4: PositiveShareE4 = 1_000
    periods: Count = 24

    @property
    def impact_micros(self) -> int:
        """Return the notional of the impact prices: the least, it reads none."""
        return 1

    def initial(self) -> Sums:
        """Return the memory of an hour that has just begun."""
        return NO_SUMS

    def sample(self, seen: SampleInputs, memory: Sums) -> Sums:
        """Add index and sanitised middle.

        >>> from venue.rules.examples import SAMPLE
        >>> wild = SAMPLE._replace(mid_nanos=400_000_000_000)  # against 250: held at 275
        >>> TwapDrift().sample(wild, NO_SUMS).mark_nanos
        25000000000
        """
        index_nanos = seen.index_nanos
        around_nanos = averages(memory)[1] if memory.samples else index_nanos
        reach_nanos = around_nanos * self.sanitise_e4 // E4
        book_nanos = seen.mark_nanos if seen.mid_nanos is None else seen.mid_nanos
        held_nanos = clamp(
            book_nanos, low=around_nanos - reach_nanos, high=around_nanos + reach_nanos
        )
        return added(memory, index_nanos, held_nanos)

    def settle(self, seen: SettleInputs, memory: Sums) -> tuple[FundingAnswer, Sums]:
        """Return the hour's rate, or nothing where mark and index diverge.

        >>> from venue.rules.examples import SETTLE
        >>> quiet = Sums(250_000_000_000, 0, 0, 720)
        >>> TwapDrift().settle(SETTLE, quiet)[0].rate_e12  # 1/5000 a day
        8333333
        """
        if memory.samples == 0:
            return FundingAnswer(0, 0, 0, "index", "at_most"), NO_SUMS
        index_nanos, book_nanos = averages(memory)
        premium_e12 = bounded_e12(book_nanos - index_nanos, index_nanos)
        apart_nanos = abs(seen.mark_nanos - seen.index_nanos)
        if apart_nanos * E4 > seen.index_nanos * self.divergence_e4:
            blocked = FundingAnswer(0, premium_e12, memory.samples, "index", "at_most")
            return blocked, NO_SUMS
        day_e12 = clamp(premium_e12 + self.offset_e12, low=-self.cap_e12, high=self.cap_e12)
        rate_e12 = div_half_even(day_e12 * seen.interval_ns, self.periods * NS_PER_HOUR)
        answer = FundingAnswer(rate_e12, premium_e12, memory.samples, "index", "at_most")
        return answer, NO_SUMS
