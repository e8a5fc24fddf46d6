"""Clamp rule ``step_and_daily``: 1 % at one update, 2.5 s between two, ten times in a day.

    M within M_prev × (1 ± step)           at one update
    M = M_prev                             until ``spacing_ns_min`` after the last update
    M within [R / factor, R × factor]      R the mark at the start of the day (UTC)

An update is a mark that differs from the one before; while the mark stands still the next one may
come at once. Parameters: ``step_e4`` (1e-4 of the previous mark), ``spacing_ns_min``, ``factor``.

Guards against a gap that no liquidator could work in, as ``step`` does, and against a venue that
would shorten the time by marking more often: however often marks are due, the mark goes at most
1 % in 2.5 s. Guards against a price wrong by an order of magnitude.

Does not guard against the gap itself: while the mark walks, accounts are judged at a price at which
nobody would trade. A walk of a weekend is not bounded in all; that is the band's matter.

Rounding: the reach down to a nano-dollar, so never more than the step, and at least one; R / factor
up.

Source: HIP-3, latest text: at least 2.5 s between two calls, ``markPx`` at most 1 % from the
previous one, all prices within 10x of the start-of-day value (venue-rules.md, section 2). That the
day is UTC's is assumed.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import ClampInputs
from venue.core.units import E4, NS_PER_MS
from venue.core.units import clamp as held_within
from venue.rules.clamp.daily_factor import DailyFactorOf, DayMemory, day_of, within_day
from venue.rules.parameters import PositiveShareE4, Wait
from venue.rules.properties import Property


class UpdateMemory(msgspec.Struct, frozen=True, array_like=True):
    """The day and its first mark, and when the mark last moved."""

    day: DayMemory = DayMemory()
    moved_ns: int = 0


NEVER_MOVED = UpdateMemory()


class StepAndDaily(msgspec.Struct, frozen=True):
    """A step at one update, updates not too close, and a factor in a day."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.SYMMETRIC: "ten times up is farther in dollars than ten times down",
    }

    step_e4: PositiveShareE4 = 100
    spacing_ns_min: Wait = 2_500 * NS_PER_MS
    factor: DailyFactorOf = 10

    def initial(self) -> UpdateMemory:
        """Return the memory of a market that was never marked."""
        return NEVER_MOVED

    def clamp(self, seen: ClampInputs, memory: UpdateMemory) -> tuple[int, UpdateMemory]:
        """Return the mark in nano-dollars.

        >>> from venue.rules.examples import CLAMP
        >>> down = CLAMP._replace(candidate_nanos=220_000_000_000)
        >>> mark, memory = StepAndDaily().clamp(down, NEVER_MOVED)
        >>> mark  # 250 - 1 %
        247500000000
        >>> soon = down._replace(now_ns=down.now_ns + 2_000_000_000, previous_mark_nanos=mark)
        >>> StepAndDaily().clamp(soon, memory)[0]  # 2 s later: not yet
        247500000000
        """
        day = day_of(seen, memory.day)
        previous_nanos = seen.previous_mark_nanos
        if previous_nanos is None:
            return seen.candidate_nanos, UpdateMemory(day, seen.now_ns)
        if seen.now_ns - memory.moved_ns < self.spacing_ns_min:
            return previous_nanos, UpdateMemory(day, memory.moved_ns)
        reach_nanos = max(1, previous_nanos * self.step_e4 // E4)
        stepped_nanos = held_within(
            seen.candidate_nanos,
            low=previous_nanos - reach_nanos,
            high=previous_nanos + reach_nanos,
        )
        mark_nanos = within_day(stepped_nanos, day.begun_nanos, self.factor)
        moved_ns = memory.moved_ns if mark_nanos == previous_nanos else seen.now_ns
        return mark_nanos, UpdateMemory(day, moved_ns)
