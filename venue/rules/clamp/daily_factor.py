"""Clamp rule ``daily_factor``: within a day a mark goes at most ten times up or down.

    M within [R / factor, R × factor]      R the mark at the start of the day (UTC)

R is the last mark before midnight, and the first mark on the day of the listing.

Parameter: ``factor``, a whole number: 10 by default.

Guards against a price that is wrong by an order of magnitude: a missed split, a source that reports
cents, a fat finger far off an empty book.

Does not guard against anything smaller. Within a factor of ten every gap is one update, so it takes
a step beside it (``step_and_daily``) for a liquidator to have time.

Rounding: R / factor up, so that the mark never leaves the range.

Source: HIP-3, all prices within 10x of the start-of-day value (venue-rules.md, section 2). That the
day is UTC's is assumed.
"""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from venue.core.policies import ClampInputs
from venue.core.units import NS_PER_DAY, clamp, div_ceil
from venue.rules.properties import Property

DailyFactorOf = Annotated[int, Meta(ge=2, le=1_000)]


class DayMemory(msgspec.Struct, frozen=True, array_like=True):
    """The day, counted from 1970, and the mark that it began with; 0: no mark yet."""

    day: int = 0
    begun_nanos: int = 0


NO_DAY = DayMemory()


def day_of(seen: ClampInputs, memory: DayMemory) -> DayMemory:
    """Return the present day and its first value: the mark that stood when it began.

    >>> from venue.rules.examples import CLAMP
    >>> day_of(CLAMP._replace(previous_mark_nanos=7), NO_DAY).begun_nanos
    7
    """
    day = seen.now_ns // NS_PER_DAY
    if day == memory.day and memory.begun_nanos:
        return memory
    begun_nanos = seen.previous_mark_nanos
    return DayMemory(day, seen.candidate_nanos if begun_nanos is None else begun_nanos)


def within_day(price_nanos: int, begun_nanos: int, factor: int) -> int:
    """Hold a price within ``factor`` times the day's first value, up or down.

    >>> within_day(2_600, 250, 10), within_day(2, 251, 10)
    (2500, 26)
    """
    return clamp(price_nanos, low=div_ceil(begun_nanos, factor), high=begun_nanos * factor)


class DailyFactor(msgspec.Struct, frozen=True):
    """At most ``factor`` times the mark that the day began with, up or down."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.SYMMETRIC: "ten times up is farther in dollars than ten times down",
    }

    factor: DailyFactorOf = 10

    def initial(self) -> DayMemory:
        """Return the memory of a market that was never marked."""
        return NO_DAY

    def clamp(self, seen: ClampInputs, memory: DayMemory) -> tuple[int, DayMemory]:
        """Return the mark in nano-dollars.

        >>> from venue.rules.examples import CLAMP
        >>> DailyFactor().clamp(CLAMP._replace(candidate_nanos=3_000_000_000_000), NO_DAY)[0]
        2500000000000
        >>> DailyFactor().clamp(CLAMP._replace(candidate_nanos=1), NO_DAY)[0]
        25000000000
        """
        memory = day_of(seen, memory)
        return within_day(seen.candidate_nanos, memory.begun_nanos, self.factor), memory
