"""Mark rule ``last``: the mark is our last trade.

M = P, the price of the last trade; O before the first one.

Guards against a wrong index: what the sources say does not reach anybody's margin.

Does not guard against our own book: one lot traded across a thin weekend book moves everybody's
mark, and a dead book leaves the mark where it was however far the world has gone.

Rounding: none. Source: what simple venues and paper exchanges do; how thin marks are exploited was
seen on prelaunch markets in 2025 (XPL).
"""

from typing import ClassVar

import msgspec

from venue.core.policies import MarkInputs
from venue.rules.memory import NOTHING, Nothing
from venue.rules.properties import Property


class MarkIsLast(msgspec.Struct, frozen=True):
    """M = P."""

    exempt: ClassVar[dict[Property, str]] = {}

    def initial(self) -> Nothing:
        """Return the memory: nothing."""
        return NOTHING

    def mark(self, seen: MarkInputs, memory: Nothing) -> tuple[int, Nothing]:
        """Return the last trade's price in nano-dollars, or the index before there was one.

        >>> from venue.rules.examples import MARK
        >>> MarkIsLast().mark(MARK._replace(last_nanos=240_000_000_000), NOTHING)[0]
        240000000000
        >>> MarkIsLast().mark(MARK._replace(last_nanos=None), NOTHING)[0]
        250000000000
        """
        if seen.last_nanos is None:
            return seen.index_nanos, memory
        return seen.last_nanos, memory
