"""Mark rule ``index``: the mark is the index.

M = O.

Guards against our own book: no quote and no trade here moves anybody's margin, as long as the
index rule does not listen to the book either.

Does not guard against a wrong index: with ``last_print`` one false print liquidates. Where P and O
lie apart, accounts are judged at a price at which nobody can trade here.

Rounding: none. Source: the plain choice of pool venues, mark = oracle.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import MarkInputs
from venue.rules.memory import NOTHING, Nothing
from venue.rules.properties import Property


class MarkIsIndex(msgspec.Struct, frozen=True):
    """M = O."""

    exempt: ClassVar[dict[Property, str]] = {}

    def initial(self) -> Nothing:
        """Return the memory: nothing."""
        return NOTHING

    def mark(self, seen: MarkInputs, memory: Nothing) -> tuple[int, Nothing]:
        """Return the index in nano-dollars.

        >>> from venue.rules.examples import MARK
        >>> MarkIsIndex().mark(MARK._replace(last_nanos=1), NOTHING)[0]
        250000000000
        """
        return seen.index_nanos, memory
