"""Mark rule ``half_way``: M lies so far on the way from the index to our last trade.

M = O + share × (P − O); before the first trade M = O. Rounding: half to even, so that what is up
for longs is down for shorts by as much.

Guards against nothing: whoever trades last moves everybody's margin. It is here to be copied:
docs/own-rules.md shows it as a rule of one's own, and no rulebook uses it.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import MarkInputs
from venue.core.units import E4, div_half_even
from venue.rules.memory import NOTHING, Nothing
from venue.rules.parameters import ShareE4
from venue.rules.properties import Property


class HalfWay(msgspec.Struct, frozen=True):
    """``share_e4``: how far on the way, in 1e-4."""

    exempt: ClassVar[dict[Property, str]] = {}

    share_e4: ShareE4 = 5_000

    def initial(self) -> Nothing:
        """Return no memory: the rule needs none."""
        return NOTHING

    def mark(self, seen: MarkInputs, memory: Nothing) -> tuple[int, Nothing]:
        """Return the mark in nano-dollars.

        >>> from venue.rules.examples import MARK
        >>> HalfWay().mark(MARK._replace(last_nanos=252_000_000_000), NOTHING)[0]
        251000000000
        """
        if seen.last_nanos is None:
            return seen.index_nanos, memory
        way_nanos = seen.last_nanos - seen.index_nanos
        return seen.index_nanos + div_half_even(way_nanos * self.share_e4, E4), memory
