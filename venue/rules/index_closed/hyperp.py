"""Index rule ``hyperp``: the average of the last day's marks, as where there is no underlying.

    O = min(sum_i w^i × m_i × (1 - w) / (1 - w^n), cap × anchor),  i = 0 (now) ... n - 1

m_i is the mark of i minutes ago, w = exp(-1 / tau) with tau in minutes; w^n of the 1,440 minutes of
a day at tau 480 is exp(-3), so the factor is (1 - exp(-1/480)) / (1 - exp(-3)) and the weights sum
to exactly one. Marks from before internal pricing began count as the last external price.

Parameters: ``tau_minutes`` (480: 8 hours), ``minutes`` (n, 1,440), ``cap_times`` (4: the index is
at most four times the anchor). One mark a minute, the first of it; a minute without a mark (the
venue was down) is not counted.

Guards against spikes of the mark: a minute at twice the price moves the index by 0.2 %.

Does not guard against itself: the mark is drawn to the index and the index to the mark, so that
together they go wherever they are pushed for long enough. It never looks at the book.

Rounding: sums in 1e-3 nano-dollar, half to even at each minute, the weights to 1e-18; what is lost
fades with the weights and stays under 0.001 nano-dollar of the index, which is rounded half even.

Source: Hyperliquid, hyperps (venue-rules.md, section 1); there the padding is the listing price.
"""

from typing import ClassVar

import msgspec

from venue.core.fixed import E18, exp_neg_e18
from venue.core.policies import ClosedInputs
from venue.core.units import NS_PER_MINUTE, div_half_even
from venue.rules.parameters import Count, Minutes
from venue.rules.properties import Property

# Sums are kept in 1e-3 nano-dollar: a rounding a minute, fading, is then nothing.
FINE = 1_000


class HyperpMemory(msgspec.Struct, frozen=True, array_like=True):
    """The marks of the window, as differences from the anchor, and their weighted sum.

    ``gaps_nanos`` has the oldest first; ``sum_fine`` is sum w^i × gap_i in 1e-3 nano-dollar.
    ``anchor_ns`` says which closure they belong to, ``minute`` when the last was taken.
    """

    anchor_ns: int = -1
    minute: int = -1
    sum_fine: int = 0
    gaps_nanos: tuple[int, ...] = ()


NO_MARKS = HyperpMemory()


class Hyperp(msgspec.Struct, frozen=True):
    """A day of minutely marks, the newest weighted most."""

    exempt: ClassVar[dict[Property, str]] = {}

    tau_minutes: Minutes = 480
    minutes: Minutes = 1_440
    cap_times: Count = 4

    @property
    def impact_micros(self) -> int:
        """Micro-dollars of notional whose impact prices it wants: the least, it reads none."""
        return 1

    def initial(self) -> HyperpMemory:
        """Return the memory of a market that has seen no mark."""
        return NO_MARKS

    def index(self, seen: ClosedInputs, memory: HyperpMemory) -> tuple[int, HyperpMemory]:
        """Return the index in nano-dollars, and take the minute's mark if there is none yet.

        >>> from venue.rules.examples import CLOSED
        >>> doubled = CLOSED._replace(mark_nanos=500_000_000_000)
        >>> Hyperp().index(doubled, NO_MARKS)[0]  # 250 × (1 + 0.002081164701 / 0.950212931632)
        250547552194
        """
        anchor_nanos = seen.last_external_nanos
        if memory.anchor_ns != seen.last_external_ns:
            memory = HyperpMemory(anchor_ns=seen.last_external_ns)
        minute = seen.now_ns // NS_PER_MINUTE
        if minute != memory.minute and seen.mark_nanos is not None:
            memory = self._taken(memory, minute, seen.mark_nanos - anchor_nanos)
        window_e18 = E18 - exp_neg_e18(self.minutes, self.tau_minutes)
        newest_e18 = E18 - exp_neg_e18(1, self.tau_minutes)
        average = anchor_nanos + div_half_even(memory.sum_fine * newest_e18, window_e18 * FINE)
        return min(average, self.cap_times * anchor_nanos), memory

    def _taken(self, memory: HyperpMemory, minute: int, gap_nanos: int) -> HyperpMemory:
        gaps = memory.gaps_nanos
        total = memory.sum_fine * exp_neg_e18(1, self.tau_minutes) + gap_nanos * FINE * E18
        if len(gaps) >= self.minutes:
            total -= gaps[0] * FINE * exp_neg_e18(self.minutes, self.tau_minutes)
            gaps = gaps[1:]
        return HyperpMemory(memory.anchor_ns, minute, div_half_even(total, E18), (*gaps, gap_nanos))
