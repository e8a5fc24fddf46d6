"""Funding rule ``clamped_8h``: what centralised venues pay every eight hours.

    P = mean of the impact premium over the interval, later samples weighing more where asked
    F = [P + clamp(I - P, -c, +c)] / (8 / N), N the interval in hours, held within the caps

BitMEX: N = 8, capped at 75 % of IM - MM. Binance: even or rising weights, any N, its own cap.

Parameters: ``interest_e12`` (I for 8 h; 1 bp), ``clamp_e12`` (c; 5 bp), ``weights`` (``even``, or
``rising``: the k-th sample counts k times, so that the premium of the last hours decides),
``margin_cap_e4`` (7,500: 75 % of IM - MM for the interval; ``None``: none), ``cap_e12`` (a cap for
the interval whatever its length; ``None``: none), ``impact_micros`` ($4,000: Binance's 200 USDT
over an initial margin of 5 %), ``pay_on`` (``mark``).

Guards against a spike (a mean), and with a cap by the margins against a funding that liquidates.

Does not guard against the clock: whoever closes a second before the settlement pays nothing, and
with eight hours between settlements that is a trade of its own. Rising weights make the last hour a
target.

Rounding: samples, mean, rate and caps half to even to 1e-12. Premiums are of the index; BitMEX
measures impact prices from its fair price and adds the fair basis, which comes to the same but for
the order of taking the positive part.

Source: Binance, ``[P + clamp(I - P, 0.05 %, -0.05 %)] / (8 / N)``, read in part. BitMEX: P + clamp,
8 h, cap 75 % of IM - MM, from memory; Binance's rising weights too.
"""

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from venue.core.policies import FundingAnswer, SampleInputs, SettleInputs
from venue.core.units import E4, E6, E12, NS_PER_HOUR, clamp, div_half_even
from venue.rules.funding.parts import impact_premium_e12, margins_apart_e12, share_e12
from venue.rules.parameters import PositiveMicros, PositiveRateE12, RateE12
from venue.rules.properties import Property

FORMULA_HOURS = 8


class Weighted(msgspec.Struct, frozen=True, array_like=True):
    """A weighted sum as ``whole`` × 1e12 + ``rest``, so that a day of samples fits 64 bits."""

    whole: int = 0
    rest: int = 0
    samples: int = 0


NO_SAMPLES = Weighted()


class Clamped8h(msgspec.Struct, frozen=True):
    """A clamped premium for eight hours, paid by the interval's share of them."""

    exempt: ClassVar[dict[Property, str]] = {}
    # The interest rate is the axis of symmetry; the contract test mirrors about none.
    symmetric_with: ClassVar[dict[str, int]] = {"interest_e12": 0}

    interest_e12: RateE12 = 100_000_000
    clamp_e12: PositiveRateE12 = 500_000_000
    weights: Literal["even", "rising"] = "even"
    margin_cap_e4: Annotated[int, Meta(ge=1, le=10 * E4)] | None = 7_500
    cap_e12: PositiveRateE12 | None = None
    impact_micros: PositiveMicros = 4_000 * E6
    pay_on: Literal["index", "mark"] = "mark"

    def initial(self) -> Weighted:
        """Return the memory of an interval that has just begun."""
        return NO_SAMPLES

    def sample(self, seen: SampleInputs, memory: Weighted) -> Weighted:
        """Add the premium as it stands, with its weight.

        >>> from venue.rules.examples import SAMPLE
        >>> bid_up = SAMPLE._replace(impact_bid_nanos=252_500_000_000)
        >>> Clamped8h(weights="rising").sample(bid_up, Weighted(0, 0, 199))  # 200 times 1 %
        Weighted(whole=2, rest=0, samples=200)
        """
        premium_e12 = impact_premium_e12(
            seen.impact_bid_nanos, seen.impact_ask_nanos, seen.index_nanos, seen.index_nanos
        )
        samples = memory.samples + 1
        weight = samples if self.weights == "rising" else 1
        whole, rest = divmod(memory.rest + weight * premium_e12, E12)
        return Weighted(memory.whole + whole, rest, samples)

    def settle(self, seen: SettleInputs, memory: Weighted) -> tuple[FundingAnswer, Weighted]:
        """Return the interval's rate.

        >>> from venue.rules.examples import SETTLE
        >>> eight = SETTLE._replace(interval_ns=8 * NS_PER_HOUR, samples_due=5_760)
        >>> quiet = Weighted(0, 0, 5_760)
        >>> Clamped8h().settle(eight, quiet)[0].rate_e12  # the interest: 1 bp
        100000000
        """
        n = memory.samples
        if n == 0:
            return FundingAnswer(0, 0, 0, self.pay_on), NO_SAMPLES
        weight = n * (n + 1) // 2 if self.weights == "rising" else n
        premium_e12 = div_half_even(memory.whole * E12 + memory.rest, weight)
        held_e12 = clamp(self.interest_e12 - premium_e12, low=-self.clamp_e12, high=self.clamp_e12)
        rate_e12 = share_e12(premium_e12 + held_e12, seen.interval_ns, FORMULA_HOURS * NS_PER_HOUR)
        if self.margin_cap_e4 is not None:
            apart_e12 = margins_apart_e12(seen.leverage_max, seen.maintenance_e4)
            cap_e12 = div_half_even(apart_e12 * self.margin_cap_e4, E4)
            rate_e12 = clamp(rate_e12, low=-cap_e12, high=cap_e12)
        if self.cap_e12 is not None:
            rate_e12 = clamp(rate_e12, low=-self.cap_e12, high=self.cap_e12)
        return FundingAnswer(rate_e12, premium_e12, n, self.pay_on), NO_SAMPLES
