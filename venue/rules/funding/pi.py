"""Funding rule ``pi``: a controller that answers how large a deviation is, and how long it lasts.

    e = mean of (S - M) / S over the interval
    I <- I × leak^t + t × (e + e_before) / 2
    u = Kp × e + Ki × I   a second, nothing within the noise barrier, held within its bounds

Mode ``payment``: f = -u × interval, longs pay while the mark is above the index. Mode ``drift``: no
cash moves and the target moves by (1 + u)^t; that makes sense only for a contract on a constant (p
= 0, RAI's redemption price), where the target may be anything.

The integral stands still while the underlying is closed (no outside price, or no session) and while
the clamp holds the mark back: both are deviations that no payment can cure (anti-windup).

Parameters: ``kp_e18`` and ``ki_e18`` (gains a second and a second squared, in 1e-18; 7.5e-8 and
2.23e-14, RAI's simulations; HAI has 1.547e-7 and 1.3785e-14), ``half_life_ns`` (of the integral,
27.8 days; ``None``: no leak), ``barrier_e12`` (0) and ``barrier_on`` (``deviation``: |e| must reach
it, ``output``: |u| must, as in the contracts, where with gains a second it never does),
``low_e18_per_second`` and ``high_e18_per_second`` (-90 % and +950 % a year), ``mode``.

Guards against a premium that is kept up: the integral raises its price for as long as it lasts.
Against noise, with the barrier.

Does not guard against manipulation with little liquidity, nor against positive feedback where a
payment drives the payer further: RAI's authors advise to pause it below a least liquidity. After a
long premium the integral pays the other way long after.

Rounding: half to even; errors in 1e-12, the integral in 1e-12 seconds within ±4e18, the output in
1e-18 a second.

Source: Reflexer's geb-rrfm-calculators 56c709d and simulations ce23878; HAI de5a2d0 (half-life 30
d, barrier 0.5 %, update 1 h). The mode of payment is derived."""

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from venue.core.fixed import E18, exp_e18, exp_neg_e18, ln_e18
from venue.core.phases import Pricing, Session
from venue.core.policies import FundingAnswer, SampleInputs, SettleInputs
from venue.core.units import E12, NS_PER_DAY, NS_PER_SECOND, clamp, div_half_even
from venue.rules.funding.parts import bounded_e12
from venue.rules.parameters import PositiveRateE12
from venue.rules.properties import Property

LN2_E18 = 693_147_180_559_945_309
INTEGRAL_MAX = 4 * E18

# A gain: up to 1e-3, in 1e-18.
GainE18 = Annotated[int, Meta(ge=0, le=E18 // 1_000)]
HalfLife = Annotated[int, Meta(ge=NS_PER_SECOND, le=3_650 * NS_PER_DAY)]
# A rate a second, up to a millionth: a year of it stays within what exp can answer.
OutputE18 = Annotated[int, Meta(ge=-E18 // 1_000_000, le=E18 // 1_000_000)]
ELAPSED_NS_MAX = 365 * NS_PER_DAY


class PiMemory(msgspec.Struct, frozen=True, array_like=True):
    """Errors of this interval, all and those that integrate; the integral, the error before."""

    sum_e12: int = 0
    samples: int = 0
    free_sum_e12: int = 0
    free_samples: int = 0
    integral_e12s: int = 0
    before_e12: int = 0


class Pi(msgspec.Struct, frozen=True):
    """Proportional and integral."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.CONSTANT: "the integral grows while a deviation lasts, and so does the rate"
    }

    kp_e18: GainE18 = 75_000_000_000
    ki_e18: GainE18 = 22_300
    half_life_ns: HalfLife | None = 2_400_000 * NS_PER_SECOND
    barrier_e12: PositiveRateE12 = 0
    barrier_on: Literal["deviation", "output"] = "deviation"
    low_e18_per_second: OutputE18 = -73_014_500_000
    high_e18_per_second: OutputE18 = 74_561_600_000
    mode: Literal["payment", "drift"] = "payment"

    def __post_init__(self) -> None:
        if self.low_e18_per_second > self.high_e18_per_second:
            raise ValueError("low_e18_per_second must not be above high_e18_per_second")

    @property
    def impact_micros(self) -> int:
        """Return the notional of the impact prices: the least, it reads none."""
        return 1

    def initial(self) -> PiMemory:
        """Return the memory of a fresh market: no error, no integral."""
        return PiMemory()

    def sample(self, seen: SampleInputs, memory: PiMemory) -> PiMemory:
        """Add the error; to the integral's too, unless closed or held by the clamp.

        >>> from venue.rules.examples import SAMPLE
        >>> up = SAMPLE._replace(mark_nanos=252_500_000_000)
        >>> Pi().sample(up._replace(is_held=True), PiMemory())
        PiMemory(sum_e12=-10000000000, samples=1, free_sum_e12=0, free_samples=0, integral_e12s=0, \
before_e12=0)
        """
        error_e12 = bounded_e12(seen.index_nanos - seen.mark_nanos, seen.index_nanos)
        is_frozen = (
            seen.is_held or seen.pricing is Pricing.INTERNAL or seen.session is Session.NO_TRADING
        )
        return PiMemory(
            memory.sum_e12 + error_e12,
            memory.samples + 1,
            memory.free_sum_e12 + (0 if is_frozen else error_e12),
            memory.free_samples + (0 if is_frozen else 1),
            memory.integral_e12s,
            memory.before_e12,
        )

    def settle(self, seen: SettleInputs, memory: PiMemory) -> tuple[FundingAnswer, PiMemory]:
        """Return the interval's rate, or its drift.

        >>> from venue.rules.examples import SETTLE
        >>> above = PiMemory(-10_000_000_000 * 720, 720)  # the mark 1 % above: 2.4 % a year
        >>> Pi().settle(SETTLE, above)[0].rate_e12 * 8_760  # 7.5e-10 a second
        23652000000
        """
        samples = min(memory.samples, seen.samples_due)
        if not samples:
            kept = PiMemory(integral_e12s=memory.integral_e12s, before_e12=memory.before_e12)
            return FundingAnswer(0, 0, 0, "index"), kept
        error_e12 = div_half_even(memory.sum_e12, memory.samples)
        integral_e12s, before_e12 = self._integrated(seen, memory)
        output_e18 = self._output_e18(error_e12, integral_e12s)
        rate_e12, drift_e18 = 0, E18
        if self.mode == "payment":
            rate_e12 = -div_half_even(output_e18 * seen.interval_ns, (E18 // E12) * NS_PER_SECOND)
        elif output_e18:
            elapsed_ns = seen.interval_ns * samples // seen.samples_due
            grown = ln_e18(E18 + output_e18, E18) * min(elapsed_ns, ELAPSED_NS_MAX)
            drift_e18 = exp_e18(grown, E18 * NS_PER_SECOND)
        answer = FundingAnswer(rate_e12, -error_e12, memory.samples, "index", drift_e18=drift_e18)
        return answer, PiMemory(integral_e12s=integral_e12s, before_e12=before_e12)

    def _integrated(self, seen: SettleInputs, memory: PiMemory) -> tuple[int, int]:
        if not memory.free_samples:
            return memory.integral_e12s, memory.before_e12
        free = min(memory.free_samples, seen.samples_due)
        elapsed_ns = seen.interval_ns * free // seen.samples_due
        error_e12 = div_half_even(memory.free_sum_e12, memory.free_samples)
        left = memory.integral_e12s
        if self.half_life_ns is not None and left:
            left_e18 = exp_neg_e18(elapsed_ns * LN2_E18, self.half_life_ns * E18)
            left = div_half_even(left * left_e18, E18)
        added = div_half_even((error_e12 + memory.before_e12) * elapsed_ns, 2 * NS_PER_SECOND)
        return clamp(left + added, low=-INTEGRAL_MAX, high=INTEGRAL_MAX), error_e12

    def _output_e18(self, error_e12: int, integral_e12s: int) -> int:
        output_e18 = div_half_even(self.kp_e18 * error_e12 + self.ki_e18 * integral_e12s, E12)
        compared_e12 = error_e12
        if self.barrier_on == "output":
            compared_e12 = div_half_even(output_e18, E18 // E12)
        if abs(compared_e12) < self.barrier_e12:
            return 0
        return clamp(output_e18, low=self.low_e18_per_second, high=self.high_e18_per_second)
