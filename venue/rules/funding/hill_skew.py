"""Funding rule ``hill_skew``: a pool's traders pay for leaning one way, more steeply in the middle.

    d      = (OI_long - OI_short) / cap, within ±1
    hill   = x² / (0.16 + x²),  x = 1.84 d
    target = max × clamp(sign(d) × scale × hill + inflection, ±1)
    fr     <- target + (fr - target) × exp(-spring × t)
    f      = the mean of fr over the interval; rollover by volatility besides

The larger side pays, the smaller receives what was paid, by size: receivers get the ratio of open
interests. The spring is stronger after a change of sign and weaker on the way down.

Only against a pool do longs and shorts differ. In a book every long has a short, the skew is what
the insurance fund holds (usually nothing), and this rule pays next to nothing: list it with the
pool.

Parameters: ``max_e12_per_hour`` (0.01 % an hour, assumed), ``scale_long_e4`` and ``scale_short_e4``
(hill's scale by side; 10,000), ``inflection_e12`` (0), ``spring_ns`` (time constant; 8 h, assumed),
``spring_up_e4`` and ``spring_down_e4`` (its factors on a change of sign and on a fall; 20,000 and
5,000, assumed), ``rollover_e12_per_hour``, ``volatility_e4_per_year``, ``slope_e4`` (see rollover;
0 here). The cap is the listing's limit of open interest, or the larger side where that is more.

Guards against one-sided days, which the pool would pay for: leaning costs, and earns whoever leans
back. The spring lets no single trade at the settlement decide an interval.

Does not guard against a premium: there is none, trades are at the oracle. It pays for balance even
where the crowd is right, and the payers are its only brake.

Rounding: half to even to 1e-12. Skew is read at the settlement, not averaged.

Source: Ostium's contracts da3b944 (OstiumPairInfos, funding v2); open interest there excludes the
pool, and where the other side is empty the payers pay into nothing: here they do not pay (assumed).
"""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from venue.core.fixed import E18, exp_neg_e18
from venue.core.policies import FundingAnswer, SampleInputs, SettleInputs
from venue.core.units import E4, E12, NS_PER_HOUR, clamp, div_half_even
from venue.rules.funding.rollover import Moves as IndexMoves
from venue.rules.funding.rollover import (
    SlopeE4,
    VolatilityE4,
    moved,
    rollover_e12,
    volatility_e4_per_year,
)
from venue.rules.parameters import Duration, FactorE4, PositiveRateE12, RateE12
from venue.rules.properties import Property

# x = 1.84 d, and 0.16 in the squares' unit of 1e-4.
_STEEP_E2 = 184
_HALF_E4 = 1_600

SpringE4 = Annotated[int, Meta(ge=1, le=100 * E4)]


class HillMemory(msgspec.Struct, frozen=True, array_like=True):
    """The rate that relaxes, an hour's, and the index's moves in this interval."""

    rate_e12_per_hour: int = 0
    moves: IndexMoves = IndexMoves()


def hill_e12(skew_e12: int) -> int:
    """Return x² / (0.16 + x²) with x = 1.84 d, half to even.

    >>> [hill_e12(d * 10**10) // 10**9 for d in (5, 10, 25, 50)]  # .050 .174 .569 .841
    [50, 174, 569, 841]
    """
    x_e14 = _STEEP_E2 * skew_e12
    square = x_e14 * x_e14
    return div_half_even(square * E12, _HALF_E4 * E12 * E12 + square)


class HillSkew(msgspec.Struct, frozen=True):
    """A target by the skew of open interest, relaxed towards, and rollover."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.CONSTANT: "the rate relaxes towards its target, so a constant skew moves it",
        Property.CONTINUOUS: "the spring changes where the rate changes sign or begins to fall",
    }

    max_e12_per_hour: PositiveRateE12 = 100_000_000
    scale_long_e4: FactorE4 = 10_000
    scale_short_e4: FactorE4 = 10_000
    inflection_e12: RateE12 = 0
    spring_ns: Duration = 8 * NS_PER_HOUR
    spring_up_e4: SpringE4 = 20_000
    spring_down_e4: SpringE4 = 5_000
    rollover_e12_per_hour: PositiveRateE12 = 0
    volatility_e4_per_year: VolatilityE4 = 10_000
    slope_e4: SlopeE4 = 15_000

    @property
    def impact_micros(self) -> int:
        """Return the notional of the impact prices: the least, it reads none."""
        return 1

    def initial(self) -> HillMemory:
        """Return the memory of a fresh market: no rate yet."""
        return HillMemory()

    def sample(self, seen: SampleInputs, memory: HillMemory) -> HillMemory:
        """Add the index's move, which rollover wants, and count the time."""
        return HillMemory(memory.rate_e12_per_hour, moved(memory.moves, seen.index_nanos))

    def target_e12_per_hour(self, skew_e12: int) -> int:
        """Return the rate that a skew asks for.

        >>> HillSkew().target_e12_per_hour(-500_000_000_000)  # .841 of the most, shorts pay
        -84101749
        """
        scale_e4 = self.scale_long_e4 if skew_e12 >= 0 else -self.scale_short_e4
        share_e12 = div_half_even(scale_e4 * hill_e12(skew_e12), E4) + self.inflection_e12
        return div_half_even(self.max_e12_per_hour * clamp(share_e12, low=-E12, high=E12), E12)

    def settle(self, seen: SettleInputs, memory: HillMemory) -> tuple[FundingAnswer, HillMemory]:
        """Return the interval's rate, after the spring has worked for what was sampled of it.

        >>> from venue.rules.examples import SETTLE
        >>> lean = SETTLE._replace(long_micros=3, short_micros=1, interest_micros_max=4)
        >>> hour = HillMemory(0, IndexMoves(1, 0, 720))
        >>> HillSkew().settle(lean, hour)[0].rate_e12  # on the mean 6 % of the way there
        5044021
        """
        samples = min(memory.moves.samples, seen.samples_due)
        before, after = memory.rate_e12_per_hour, memory.rate_e12_per_hour
        skew_e12 = _skew_e12(seen)
        mean = before
        if samples:
            elapsed_ns = seen.interval_ns * samples // seen.samples_due
            target = self.target_e12_per_hour(skew_e12)
            mean, after = _relaxed(before, target, elapsed_ns, self._spring_ns(before, target))
        rate_e12 = div_half_even(mean * seen.interval_ns, NS_PER_HOUR)
        rent_e12 = 0
        if self.rollover_e12_per_hour:
            rent_e12 = rollover_e12(
                div_half_even(self.rollover_e12_per_hour * seen.interval_ns, NS_PER_HOUR),
                volatility_e4_per_year(memory.moves, seen.interval_ns, seen.samples_due),
                self.volatility_e4_per_year,
                self.slope_e4,
            )
        kept = HillMemory(after, IndexMoves(memory.moves.index_nanos, 0, 0))
        return FundingAnswer(rate_e12, skew_e12, samples, "index", "shared", rent_e12), kept

    def _spring_ns(self, rate: int, target: int) -> int:
        if rate * target < 0:
            return max(1, self.spring_ns * E4 // self.spring_up_e4)
        if abs(target) <= abs(rate):
            return max(1, self.spring_ns * E4 // self.spring_down_e4)
        return self.spring_ns


def _skew_e12(seen: SettleInputs) -> int:
    cap = max(seen.interest_micros_max, seen.long_micros, seen.short_micros)
    if not cap:
        return 0
    return div_half_even((seen.long_micros - seen.short_micros) * E12, cap)


def _relaxed(rate: int, target: int, elapsed_ns: int, tau_ns: int) -> tuple[int, int]:
    """Return the mean over the time that passed, and where the rate stands then."""
    left_e18 = exp_neg_e18(elapsed_ns, tau_ns)
    after = target + div_half_even((rate - target) * left_e18, E18)
    mean = target + div_half_even((rate - target) * (E18 - left_e18) * tau_ns, E18 * elapsed_ns)
    return mean, after
