"""Clamp rule ``none``: a mark goes where the mark rule says, at once.

M = the candidate.

Guards against nothing; it is here to be compared with. Its one merit is that the mark is never
behind: nobody looks solvent who is not.

Does not guard against a gap: the whole of it is one update, and every account between the old mark
and the new is below maintenance, or bankrupt, in the same instant.

Rounding: none. Source: pool venues without a clamp (Ostium, GMX).
"""

from typing import ClassVar

import msgspec

from venue.core.policies import ClampInputs
from venue.rules.memory import NOTHING, Nothing
from venue.rules.properties import Property


class NoClamp(msgspec.Struct, frozen=True):
    """The candidate itself."""

    exempt: ClassVar[dict[Property, str]] = {}

    def initial(self) -> Nothing:
        """Return the memory: nothing."""
        return NOTHING

    def clamp(self, seen: ClampInputs, memory: Nothing) -> tuple[int, Nothing]:
        """Return the candidate in nano-dollars.

        >>> from venue.rules.examples import CLAMP
        >>> NoClamp().clamp(CLAMP._replace(candidate_nanos=220_000_000_000), NOTHING)[0]
        220000000000
        """
        return seen.candidate_nanos, memory
