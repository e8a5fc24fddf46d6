"""Clamp rule ``step``: a mark moves at most 1 % at one update.

    M within M_prev × (1 ± step)

Parameter: ``step_e4`` (1e-4 of the previous mark: 100 is 1 %). Updates come at the market's mark
cadence, 3 s by default; a longer pause does not allow a longer step.

Guards against a gap that no liquidator could work in. The clamp is a time budget: between the
liquidation price of a 10x long (-5.26 %) and its bankruptcy (-10 %) lie 6 updates, some 15 to 18 s;
a gap of -30 % takes 36 updates, 108 s.

Does not guard against the gap itself: while the mark walks, accounts are judged at a price at which
nobody would trade, and who is bankrupt at the end of the walk looks solvent on the way. It knows no
band in all (no daily factor, no ±1/L), so it walks however far it is led.

Rounding: the reach down to a nano-dollar, so never more than the step; at least one nano-dollar, so
that no mark sticks.

Source: HIP-3, ``markPx`` moves at most 1 % from the previous one, updates at least 2.5 s and
usually 3 s apart; edgeX and devnet.one use 0.5 % in 3 s.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import ClampInputs
from venue.core.units import E4
from venue.rules.memory import NOTHING, Nothing
from venue.rules.parameters import PositiveShareE4
from venue.rules.properties import Property


class Step(msgspec.Struct, frozen=True):
    """At most ``step_e4`` from the previous mark at one update."""

    exempt: ClassVar[dict[Property, str]] = {}

    step_e4: PositiveShareE4 = 100

    def initial(self) -> Nothing:
        """Return the memory: nothing."""
        return NOTHING

    def clamp(self, seen: ClampInputs, memory: Nothing) -> tuple[int, Nothing]:
        """Return the mark in nano-dollars: the candidate, as near as one step lets it come.

        >>> from venue.rules.examples import CLAMP
        >>> Step().clamp(CLAMP._replace(candidate_nanos=220_000_000_000), NOTHING)[0]  # 250 - 1 %
        247500000000
        >>> Step().clamp(CLAMP._replace(previous_mark_nanos=None), NOTHING)[0]  # the first mark
        250000000000
        """
        candidate_nanos = seen.candidate_nanos
        previous_nanos = seen.previous_mark_nanos
        if previous_nanos is None:
            return candidate_nanos, memory
        reach_nanos = max(1, previous_nanos * self.step_e4 // E4)
        if candidate_nanos > previous_nanos + reach_nanos:
            return previous_nanos + reach_nanos, memory
        return max(candidate_nanos, previous_nanos - reach_nanos), memory
