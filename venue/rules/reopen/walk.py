"""Reopen rule ``walk``: the index walks to the outside price, so much in so much time.

    reach = O_prev × step × dt* / interval,  dt* = min(dt, interval)
    O     = the outside price, as near to O_prev as one reach lets it come; there: done

Parameters: ``step_e4`` (1e-4 of the previous index: 100 is 1 %) in ``interval_ns`` (3 s). Between
two marks a print moves the index by its share of the time only, so more prints do not make it
faster; a longer pause does not make it jump.

Guards against one wrong print at the open, and against a gap that reaches index, funding and bands
in one instant: Friday 190 and Monday 228 are 19 updates of 1 %, 57 s.

Does not guard against anybody who trades ahead of it: while it walks, everyone knows where it
goes. The outside price may move meanwhile; it walks to where that is now.

Rounding: the reach down to a nano-dollar, so never faster than the step; after a whole interval at
least one nano-dollar, so that it arrives.

Source: the walking mark of devnet.one (0.5 % in 3 s) and HIP-3 (1 %), here for the index; HIP-3's
earlier text clamped oracle and mark alike to 1 % an update.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import ReopenAnswer, ReopenInputs
from venue.core.units import E4, NS_PER_SECOND
from venue.rules.parameters import Duration, PositiveShareE4
from venue.rules.properties import Property


class Walk(msgspec.Struct, frozen=True):
    """At most ``step_e4`` of the previous index in ``interval_ns``."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.SYMMETRIC: "a step is a share of the index, so the way down takes more of them",
    }

    step_e4: PositiveShareE4 = 100
    interval_ns: Duration = 3 * NS_PER_SECOND

    def index(self, seen: ReopenInputs) -> ReopenAnswer:
        """Return the index after one more piece of the way.

        >>> from venue.rules.examples import REOPEN
        >>> monday = REOPEN._replace(outside_nanos=220_000_000_000)
        >>> Walk().index(monday)  # 3 s after the last update: 250 - 1 %
        ReopenAnswer(index_nanos=247500000000, is_done=False)
        >>> Walk().index(monday._replace(since_update_ns=1_000_000_000)).index_nanos  # a third
        249166666667
        """
        previous_nanos = seen.previous_index_nanos
        gap_nanos = seen.outside_nanos - previous_nanos
        elapsed_ns = min(seen.since_update_ns, self.interval_ns)
        reach_nanos = previous_nanos * self.step_e4 * elapsed_ns // (E4 * self.interval_ns)
        if elapsed_ns == self.interval_ns and reach_nanos == 0:
            reach_nanos = 1
        if abs(gap_nanos) <= reach_nanos:
            return ReopenAnswer(seen.outside_nanos, is_done=True)
        reached_nanos = previous_nanos + (reach_nanos if gap_nanos > 0 else -reach_nanos)
        return ReopenAnswer(reached_nanos, is_done=False)
