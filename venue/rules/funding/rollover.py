"""Funding rule ``rollover``: every position, long or short, pays for the volatility it rests on.

    r = max × share(v),   share(v) = V s (s - 1) / (V s - v) + 1 - s

v is the volatility of the index over the interval, a year's rate; V the highest that counts, s > 1
the slope: the share rises from nothing at v = 0 to all at v = V, the smaller s the more of it at
the end. Nothing moves between longs and shorts. What is paid goes to the venue (to its pool where
there is one).

Parameters: ``rollover_e12_per_hour`` (max; 0.005 % an hour, assumed), ``volatility_e4_per_year``
(V; 100 % a year, assumed), ``slope_e4`` (s; 1.5, assumed).

Guards against free rides on the pool: it carries the gap of every position that nobody else takes,
and asks for a rent that grows with what may happen.

Does not guard against a gap after a calm week: realised volatility is small on Friday evening, and
while the index is frozen it is nothing at all.

Rounding: returns, variance and rate half to even, the root down. A sample's return counts for at
most ±100 %.

Source: Ostium's contracts da3b944 (OstiumPairInfos), rollover by block. There volatility is set
from outside; here it is worked out from the interval's samples (assumed)."""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from venue.core.fixed import isqrt
from venue.core.policies import FundingAnswer, SampleInputs, SettleInputs
from venue.core.units import E4, E12, NS_PER_DAY, NS_PER_HOUR, clamp, div_half_even
from venue.rules.parameters import PositiveRateE12
from venue.rules.properties import Property

NS_PER_YEAR = 365 * NS_PER_DAY

# A slope above one, to a hundred.
SlopeE4 = Annotated[int, Meta(ge=E4 + 1, le=100 * E4)]
# A year's volatility, up to ten times the price.
VolatilityE4 = Annotated[int, Meta(ge=1, le=10 * E4)]


class Moves(msgspec.Struct, frozen=True, array_like=True):
    """The last index, the sum of its squared returns in 1e-12, and how many samples."""

    index_nanos: int = 0
    squares_e12: int = 0
    samples: int = 0


NO_MOVES = Moves()


def moved(memory: Moves, index_nanos: int) -> Moves:
    """Return the moves with one more sample.

    >>> moved(Moves(250, 0, 1), 255)  # 2 % squared
    Moves(index_nanos=255, squares_e12=400000000, samples=2)
    """
    if not memory.index_nanos or memory.index_nanos == index_nanos:
        return Moves(index_nanos, memory.squares_e12, memory.samples + 1)
    return_e12 = clamp(
        div_half_even((index_nanos - memory.index_nanos) * E12, memory.index_nanos),
        low=-E12,
        high=E12,
    )
    squares_e12 = memory.squares_e12 + div_half_even(return_e12 * return_e12, E12)
    return Moves(index_nanos, squares_e12, memory.samples + 1)


def volatility_e4_per_year(memory: Moves, interval_ns: int, samples_due: int) -> int:
    """Return the volatility of the time that was sampled, as a year's; rounded down.

    >>> volatility_e4_per_year(Moves(250, 11_415_525, 720), NS_PER_HOUR, 720)  # 0.34 % in an hour
    3162
    """
    if not memory.samples:
        return 0
    span_ns = interval_ns * memory.samples // samples_due
    return isqrt(memory.squares_e12 * NS_PER_YEAR // (max(1, span_ns) * E4))


def rollover_e12(max_e12: int, volatility_e4: int, volatility_e4_max: int, slope_e4: int) -> int:
    """Return ``max`` × share(v), rounded half to even; v above V counts as V.

    >>> [rollover_e12(100, v, 10_000, 15_000) for v in (0, 2_500, 5_000, 7_500, 10_000, 20_000)]
    [0, 10, 25, 50, 100, 100]
    """
    v = min(volatility_e4, volatility_e4_max)
    # V s (s-1) / (V s - v) + 1 - s  =  v (s-1) / (V s - v), with s in 1e-4 throughout.
    return div_half_even(max_e12 * v * (slope_e4 - E4), volatility_e4_max * slope_e4 - v * E4)


class Rollover(msgspec.Struct, frozen=True):
    """A rent by volatility on every position."""

    exempt: ClassVar[dict[Property, str]] = {}

    rollover_e12_per_hour: PositiveRateE12 = 50_000_000
    volatility_e4_per_year: VolatilityE4 = 10_000
    slope_e4: SlopeE4 = 15_000

    @property
    def impact_micros(self) -> int:
        """Return the notional of the impact prices: the least, it reads none."""
        return 1

    def initial(self) -> Moves:
        """Return the memory of an interval that has just begun."""
        return NO_MOVES

    def sample(self, seen: SampleInputs, memory: Moves) -> Moves:
        """Add the index's move."""
        return moved(memory, seen.index_nanos)

    def settle(self, seen: SettleInputs, memory: Moves) -> tuple[FundingAnswer, Moves]:
        """Return the interval's rent.

        >>> from venue.rules.examples import SETTLE
        >>> hour = Moves(250_000_000_000, 28_538_813, 720)  # 50 % a year
        >>> Rollover().settle(SETTLE, hour)[0].rollover_e12  # a quarter of the most
        12500000
        """
        volatility_e4 = volatility_e4_per_year(memory, seen.interval_ns, seen.samples_due)
        most_e12 = div_half_even(self.rollover_e12_per_hour * seen.interval_ns, NS_PER_HOUR)
        rent_e12 = rollover_e12(most_e12, volatility_e4, self.volatility_e4_per_year, self.slope_e4)
        answer = FundingAnswer(0, 0, memory.samples, "index", "shared", rent_e12)
        return answer, Moves(memory.index_nanos, 0, 0)
