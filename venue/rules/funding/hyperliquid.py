"""Funding rule ``hyperliquid``: the mean premium of impact prices plus a held interest rate.

    IPD = max(impact_bid - S, 0) - max(S - impact_ask, 0)        a side too thin contributes 0
    P   = mean of IPD / S over the interval's samples
    F8h = P + clamp(I - P, -c, +c)
    f   = scale × F8h × interval / 8 h, held within ± cap × interval / 1 h

Positive: longs pay shorts. Parameters: ``interest_e12`` (I, a rate for 8 h in 1e-12; 0.01 %),
``clamp_e12`` (c; 0.05 %), ``scale_e4`` (10,000 is Hyperliquid's own, 5,000 trade.xyz's half),
``cap_e12_per_hour`` (4 %), ``impact_micros`` ($6,000), ``pay_on`` (``index`` or ``mark``: the price
that payments are counted at). The scale multiplies the whole formula, the interest too; the cap
holds what comes out.

Guards against a spike (it is one sample of 720), a lone quote (impact prices need size behind
them) and an empty book (premium 0, and the interest rate alone remains).

Does not guard against a premium that is kept up: whoever pays for the size sets the rate. At the
weekend it measures our book against an index that our book moves, so it says less than it seems. A
correct bet on Monday's gap pays funding for being right.

Rounding: each sample half to even to 1e-12, the mean and the rate too. A sample counts for at most
±1,000 %, far beyond where the cap binds, so that the sum fits 64 bits. No sample, no funding.

Source: Hyperliquid documentation, funding (S 10,000 and impact bid 10,100 give 0.11875 % an hour);
trade.xyz's scale of 0.5 since 2025-12-19. Rates recorded on trade.xyz in
August 2026 fit c = 0.03 % (``clamp_e12=300_000_000``) in every row, and not the published 0.05 %.
"""

from typing import ClassVar, Literal

import msgspec

from venue.core.policies import FundingAnswer, SampleInputs, SettleInputs
from venue.core.units import E4, E6, NS_PER_HOUR, clamp, div_half_even
from venue.rules.funding.parts import impact_premium_e12
from venue.rules.parameters import FactorE4, PositiveMicros, PositiveRateE12, RateE12
from venue.rules.properties import Property

# The formula's rate is for eight hours.
FORMULA_HOURS = 8


class FundingMemory(msgspec.Struct, frozen=True, array_like=True):
    """The samples of this interval: their sum in 1e-12, and how many."""

    sum_e12: int = 0
    samples: int = 0


NO_SAMPLES = FundingMemory()


class HyperliquidFunding(msgspec.Struct, frozen=True):
    """Mean premium plus a clamped interest rate, paid by the hour."""

    exempt: ClassVar[dict[Property, str]] = {}
    # The interest rate is the axis of symmetry; the contract test mirrors about none.
    symmetric_with: ClassVar[dict[str, int]] = {"interest_e12": 0}

    interest_e12: RateE12 = 100_000_000
    clamp_e12: PositiveRateE12 = 500_000_000
    scale_e4: FactorE4 = 10_000
    cap_e12_per_hour: PositiveRateE12 = 40_000_000_000
    impact_micros: PositiveMicros = 6_000 * E6
    pay_on: Literal["index", "mark"] = "index"

    def initial(self) -> FundingMemory:
        """Return the memory of an interval that has just begun."""
        return NO_SAMPLES

    def sample(self, seen: SampleInputs, memory: FundingMemory) -> FundingMemory:
        """Add the premium as it stands now.

        >>> from venue.rules.examples import SAMPLE
        >>> bid_up = SAMPLE._replace(impact_bid_nanos=252_500_000_000)  # 1 % above $250.00
        >>> HyperliquidFunding().sample(bid_up, NO_SAMPLES)
        FundingMemory(sum_e12=10000000000, samples=1)
        """
        premium_e12 = impact_premium_e12(
            seen.impact_bid_nanos, seen.impact_ask_nanos, seen.index_nanos, seen.index_nanos
        )
        return FundingMemory(memory.sum_e12 + premium_e12, memory.samples + 1)

    def settle(
        self, seen: SettleInputs, memory: FundingMemory
    ) -> tuple[FundingAnswer, FundingMemory]:
        """Return the interval's rate, and the memory of the next interval.

        >>> from venue.rules.examples import SETTLE
        >>> hour = FundingMemory(sum_e12=720 * 10_000_000_000, samples=720)  # P = 1 %
        >>> HyperliquidFunding().settle(SETTLE, hour)[0].rate_e12  # (1 - 0.05) / 8 = 0.11875 %
        1187500000
        >>> HyperliquidFunding(scale_e4=5_000).settle(SETTLE, hour)[0].rate_e12  # half
        593750000
        """
        if memory.samples == 0:
            return FundingAnswer(0, 0, 0, self.pay_on), NO_SAMPLES
        premium_e12 = div_half_even(memory.sum_e12, memory.samples)
        held_e12 = clamp(self.interest_e12 - premium_e12, low=-self.clamp_e12, high=self.clamp_e12)
        rate_e12 = div_half_even(
            (premium_e12 + held_e12) * self.scale_e4 * seen.interval_ns,
            E4 * FORMULA_HOURS * NS_PER_HOUR,
        )
        cap_e12 = div_half_even(self.cap_e12_per_hour * seen.interval_ns, NS_PER_HOUR)
        rate_e12 = clamp(rate_e12, low=-cap_e12, high=cap_e12)
        return FundingAnswer(rate_e12, premium_e12, memory.samples, self.pay_on), NO_SAMPLES
