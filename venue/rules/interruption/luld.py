"""Interruption rule ``luld``: limit up, limit down, on our own trades.

    band      = reference ± share: 5 % (tier 1) or 10 % (tier 2) above $3; 20 % from $0.75 to $3;
                the lesser of $0.15 and 75 % below $0.75; doubled 9:30-9:45 and 15:35-16:00
    reference = mean of the last 5 minutes' trades, taken over when it has moved by 1 % or more
    at a band = 15 s limit state, then a call of 5 min, made longer by 5 min at a time until the
                uncross would lie within its collar: the band that was hit ± 5 %, and 5 % more of it
                for every time

Parameters: ``tier`` (1, 2), ``limit_state_ns`` (15 s), ``pause_ns`` (5 min, and each extension),
``update_e4`` (1e-4: 100 is 1 %), ``collar_e4`` (1e-4: 500 is 5 %), ``hours``: ``regular`` draws no
bands outside the REGULAR session, as the stock market does, ``always`` draws them round the clock.
Before the first trade the reference is the mark.

Guards against a thin book being walked in a moment: whoever would trade beyond the band waits at it
for 15 s, and if nobody takes the other side, all others get five minutes to come.

Does not guard against a slow walk, as the reference follows, nor against a gap of the index: the
mark moves by its own rule. Orders that cannot rest are cancelled at the band and begin nothing. A
bid above the upper band, or an ask below the lower, is repriced to it and loses its time priority.

Rounding: the mean half even, the shares down to a nano-dollar, then inwards to whole ticks. The
mean counts the last trade of each mark interval that had one, in steps of 15 s: the stock market
counts every trade.

Source: the National Market System plan to address extraordinary market volatility (venue-rules
section 14). From memory, assumed: ``update_e4``, ``collar_e4`` and where the collar stands.
"""

from typing import ClassVar, Literal

import msgspec

from venue.core.phases import Session
from venue.core.policies import Bounds, BoundsInputs, InterruptInputs, OnHalt
from venue.core.units import E4, E9, NS_PER_MINUTE, NS_PER_SECOND, div_half_even
from venue.rules.parameters import Duration, PositiveShareE4
from venue.rules.properties import Property

WINDOW_NS = 5 * NS_PER_MINUTE
STEP_NS = 15 * NS_PER_SECOND
# The first fifteen and the last twenty-five minutes of the REGULAR session have doubled bands.
OPENING_NS = 15 * NS_PER_MINUTE
CLOSING_NS = 25 * NS_PER_MINUTE
LOW_NANOS, CENTS_NANOS = 3 * E9, 3 * E9 // 4
TIER_E4 = {1: 500, 2: 1_000}


class Step(msgspec.Struct, frozen=True, array_like=True):
    """Trades seen in one step of the window: since when, their prices' sum, and how many."""

    since_ns: int
    sum_nanos: int
    count: int


class Window(msgspec.Struct, frozen=True, array_like=True):
    """The steps of the window, and their sums together."""

    steps: tuple[Step, ...] = ()
    sum_nanos: int = 0
    count: int = 0


class LuldMemory(msgspec.Struct, frozen=True, array_like=True):
    """The reference, the window, lots traded when last asked, and the bands in force."""

    reference_nanos: int = 0
    window: Window = Window()
    traded_lots: int = 0
    low_nanos: int = 0
    high_nanos: int = 0


class Luld(msgspec.Struct, frozen=True):
    """Bands about the mean of recent trades; a limit state, then a pause."""

    exempt: ClassVar[dict[Property, str]] = {}
    cancels_beyond: ClassVar[bool] = False
    watches_mark: ClassVar[bool] = False
    on_halt: ClassVar[OnHalt] = "nothing"

    tier: Literal[1, 2] = 1
    limit_state_ns: Duration = 15 * NS_PER_SECOND
    pause_ns: Duration = 5 * NS_PER_MINUTE
    update_e4: PositiveShareE4 = 100
    collar_e4: PositiveShareE4 = 500
    hours: Literal["regular", "always"] = "regular"

    def initial(self) -> LuldMemory:
        """Return the memory: no reference yet."""
        return LuldMemory()

    def bounds(self, seen: BoundsInputs, memory: LuldMemory) -> tuple[Bounds | None, LuldMemory]:
        """Return the bands, and the memory with the trades seen since.

        >>> from venue.rules.examples import BOUNDS
        >>> rule = Luld()
        >>> [nanos / 1e9 for nanos in rule.bounds(BOUNDS, rule.initial())[0]]  # 250 ± 5 %
        [237.5, 262.5]
        """
        window = _moved(seen, memory)
        reference_nanos = memory.reference_nanos or seen.last_nanos or seen.mark_nanos
        if seen.is_fresh and seen.last_nanos is not None:
            reference_nanos = seen.last_nanos
        if window.count:
            mean_nanos = div_half_even(window.sum_nanos, window.count)
            if abs(mean_nanos - reference_nanos) * E4 >= reference_nanos * self.update_e4:
                reference_nanos = mean_nanos
        if self.hours == "regular" and seen.session is not Session.REGULAR:
            return None, LuldMemory(reference_nanos, window, seen.traded_lots)
        reach_nanos = self._reach_nanos(reference_nanos) * (2 if _is_doubled(seen) else 1)
        low_nanos, high_nanos = max(1, reference_nanos - reach_nanos), reference_nanos + reach_nanos
        after = LuldMemory(reference_nanos, window, seen.traded_lots, low_nanos, high_nanos)
        return Bounds(low_nanos, high_nanos), after

    def _reach_nanos(self, reference_nanos: int) -> int:
        if reference_nanos > LOW_NANOS:
            return reference_nanos * TIER_E4[self.tier] // E4
        if reference_nanos >= CENTS_NANOS:
            return reference_nanos // 5
        return min(15 * E9 // 100, reference_nanos * 3 // 4)

    def interrupt(self, seen: InterruptInputs, memory: LuldMemory) -> tuple[int, LuldMemory]:
        """Return the pause, or 0 when the uncross lies within the collar; only for its own calls.

        >>> from venue.rules.examples import BOUNDS, INTERRUPT
        >>> rule = Luld()
        >>> _, memory = rule.bounds(BOUNDS, rule.initial())
        >>> at = lambda dollars, extensions: rule.interrupt(INTERRUPT._replace(
        ...     price_nanos=dollars * 10**9, why="volatility", extensions=extensions), memory)[0]
        >>> [at(275, 0) // 10**9, at(276, 0) // 10**9, at(276, 1) // 10**9]  # 262.5 + 13.125
        [0, 300, 0]
        """
        if not seen.why:
            return self.pause_ns, memory
        if seen.why != "volatility" or seen.price_nanos is None or not memory.high_nanos:
            return 0, memory
        price_nanos, times = seen.price_nanos, seen.extensions + 1
        # A price between the bands is within any collar; beyond one, that band was hit.
        high_nanos = memory.high_nanos * (E4 + times * self.collar_e4)
        low_nanos = memory.low_nanos * (E4 - times * self.collar_e4)
        is_within = low_nanos <= price_nanos * E4 <= high_nanos
        return (0 if is_within else self.pause_ns), memory


def _moved(seen: BoundsInputs, memory: LuldMemory) -> Window:
    """Return the window with the trade since the last question, and without what has grown old."""
    if seen.is_fresh:
        return Window()
    window = memory.window
    steps, sum_nanos, count = window.steps, window.sum_nanos, window.count
    kept_from_ns = seen.now_ns - WINDOW_NS - STEP_NS
    while steps and steps[0].since_ns <= kept_from_ns:
        sum_nanos -= steps[0].sum_nanos
        count -= steps[0].count
        steps = steps[1:]
    price_nanos = seen.last_nanos
    if price_nanos is None or seen.traded_lots == memory.traded_lots:
        return window if steps is window.steps else Window(steps, sum_nanos, count)
    since_ns = seen.now_ns // STEP_NS * STEP_NS
    if steps and steps[-1].since_ns == since_ns:
        last = steps[-1]
        steps = (*steps[:-1], Step(since_ns, last.sum_nanos + price_nanos, last.count + 1))
    else:
        steps = (*steps, Step(since_ns, price_nanos, 1))
    return Window(steps, sum_nanos + price_nanos, count + 1)


def _is_doubled(seen: BoundsInputs) -> bool:
    if seen.session is not Session.REGULAR:
        return False
    if seen.now_ns - seen.session_since_ns < OPENING_NS:
        return True
    ends_ns = seen.next_change_ns
    return ends_ns is not None and ends_ns - seen.now_ns <= CLOSING_NS
