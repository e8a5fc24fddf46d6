"""Funding rule ``skew_gmx``: the larger side pays by the imbalance of open interest.

    b = |OI_long - OI_short|^exponent / (OI_long + OI_short)        in dollars
    f = factor × b a second, at most ``max``                        (static)
    adaptive: f <- f + towards the larger side × increase × b × t   while b > stable threshold,
                                                                    or f points the other way
              |f| <- |f| - decrease × t                             while b < decrease threshold
              f stays in between; |f| held between ``min`` and ``max`` when it is paid

The larger side pays the rate, the smaller receives what was paid, by size. With one side empty
nobody pays.

Only against a pool do longs and shorts differ. In a book every long has a short, the imbalance is
what the insurance fund holds (usually nothing), and this rule pays nothing: list it with the pool.

Parameters: ``factor_e18`` (a second, in 1e-18; 1/50,000), ``exponent_e4`` (1; to 2),
``max_e18_per_second`` (1e-4 a second: the example's rate passes), ``min_e18_per_second`` (0),
``increase_e18`` (a second a second; 0: the static curve), ``decrease_e18``,
``stable_e4`` and ``decrease_below_e4`` (thresholds of b; 5 % and 0, as in one listing).

Guards against leaning on the pool; the adaptive curve goes on raising the price of it until
somebody leans back, where the static one settles for a price that the crowd may accept.

Does not guard against a premium: there is none, trades are at the oracle. With an exponent other
than 1 the rate depends on the market's size in dollars. With an increase set a constant imbalance
raises the rate up to its bound: constant in is not constant out.

Rounding: powers by ``fixed.ln_e18`` and ``fixed.exp_e18``, to a 1e-16th of theirs; half to even,
rates in 1e-18 a second and 1e-12 an interval.

Source: GMX synthetics a5c0c88, MarketUtils (getNextFundingFactorPerSecond): there a rate that has
fallen to nothing keeps its sign at the smallest unit, here at 1e-18.
"""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from venue.core.fixed import E18, exp_e18, ln_e18
from venue.core.policies import FundingAnswer, SampleInputs, SettleInputs
from venue.core.units import E4, E6, E12, NS_PER_SECOND, clamp, div_half_even
from venue.rules.parameters import ShareE4
from venue.rules.properties import Property

LN2_E18 = 693_147_180_559_945_309

# A rate a second, or its growth: up to 1 %, in 1e-18.
SecondE18 = Annotated[int, Meta(ge=0, le=E18 // 100)]


def _power_e18(micros: int, exponent_e4: int) -> int:
    """Return dollars to the exponent: exp(e ln d), taken within 0 and 1 and shifted up again."""
    power_e18 = div_half_even(exponent_e4 * ln_e18(micros, E6), E4)
    doublings = max(0, power_e18 // LN2_E18 + 1)
    return exp_e18(power_e18 - doublings * LN2_E18, E18) << doublings


class GmxMemory(msgspec.Struct, frozen=True, array_like=True):
    """The rate a second that adapts, in 1e-18, and how many samples this interval has."""

    rate_e18: int = 0
    samples: int = 0


class SkewGmx(msgspec.Struct, frozen=True):
    """A rate by imbalance, static or adaptive."""

    exempt: ClassVar[dict[Property, str]] = {}

    factor_e18: Annotated[int, Meta(ge=0, le=E18)] = E18 // 50_000
    exponent_e4: Annotated[int, Meta(ge=E4 // 2, le=2 * E4)] = 10_000
    max_e18_per_second: SecondE18 = E18 // 10_000
    min_e18_per_second: SecondE18 = 0
    increase_e18: SecondE18 = 0
    decrease_e18: SecondE18 = 0
    stable_e4: ShareE4 = 500
    decrease_below_e4: ShareE4 = 0

    def __post_init__(self) -> None:
        if self.min_e18_per_second > self.max_e18_per_second:
            raise ValueError("min_e18_per_second must not be above max_e18_per_second")
        if self.decrease_below_e4 > self.stable_e4:
            raise ValueError("decrease_below_e4 must not be above stable_e4")

    @property
    def impact_micros(self) -> int:
        """Return the notional of the impact prices: the least, it reads none."""
        return 1

    def initial(self) -> GmxMemory:
        """Return the memory of a fresh market: no rate yet."""
        return GmxMemory()

    def sample(self, seen: SampleInputs, memory: GmxMemory) -> GmxMemory:
        """Count the time; prices do not matter."""
        return GmxMemory(memory.rate_e18, memory.samples + 1)

    def imbalance_e18(self, long_micros: int, short_micros: int) -> int:
        """Return |long - short|^exponent / total in dollars, in 1e-18.

        >>> SkewGmx().imbalance_e18(150_000 * E6, 50_000 * E6) == E18 // 2
        True
        """
        apart_micros = abs(long_micros - short_micros)
        total_micros = long_micros + short_micros
        if not apart_micros:
            return 0
        if self.exponent_e4 == E4:
            return div_half_even(apart_micros * E18, total_micros)
        return div_half_even(_power_e18(apart_micros, self.exponent_e4) * E6, total_micros)

    def settle(self, seen: SettleInputs, memory: GmxMemory) -> tuple[FundingAnswer, GmxMemory]:
        """Return the interval's rate.

        >>> from venue.rules.examples import SETTLE
        >>> lean = SETTLE._replace(long_micros=150_000 * E6, short_micros=50_000 * E6)
        >>> SkewGmx().settle(lean, GmxMemory(0, 720))[0].rate_e12  # 0.001 % a second
        36000000000
        """
        samples = min(memory.samples, seen.samples_due)
        longs, shorts = seen.long_micros, seen.short_micros
        if not (samples and longs and shorts):
            return FundingAnswer(0, 0, samples, "index", "shared"), GmxMemory(memory.rate_e18, 0)
        imbalance_e18 = self.imbalance_e18(longs, shorts)
        leaning = (longs > shorts) - (longs < shorts)
        saved_e18 = paid_e18 = leaning * min(
            div_half_even(self.factor_e18 * imbalance_e18, E18), self.max_e18_per_second
        )
        if self.increase_e18:
            elapsed_ns = seen.interval_ns * samples // seen.samples_due
            saved_e18 = self._adapted_e18(memory.rate_e18, imbalance_e18, leaning, elapsed_ns)
            sign = -1 if saved_e18 < 0 else 1
            paid_e18 = sign * max(abs(saved_e18), self.min_e18_per_second) if saved_e18 else 0
        rate_e12 = div_half_even(paid_e18 * seen.interval_ns, (E18 // E12) * NS_PER_SECOND)
        premium_e12 = leaning * div_half_even(imbalance_e18, E18 // E12)
        answer = FundingAnswer(rate_e12, premium_e12, samples, "index", "shared")
        return answer, GmxMemory(saved_e18, 0)

    def _adapted_e18(self, rate: int, imbalance: int, leaning: int, elapsed_ns: int) -> int:
        most = self.max_e18_per_second
        if rate * leaning <= 0 or imbalance * E4 > self.stable_e4 * E18:
            grown = div_half_even(self.increase_e18 * imbalance * elapsed_ns, E18 * NS_PER_SECOND)
            return clamp(rate + leaning * grown, low=-most, high=most)
        if imbalance * E4 < self.decrease_below_e4 * E18:
            fallen = div_half_even(self.decrease_e18 * elapsed_ns, NS_PER_SECOND)
            sign = -1 if rate < 0 else 1
            return sign * max(1, abs(rate) - fallen)
        return rate
