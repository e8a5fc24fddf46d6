"""Band rule ``none``: nothing holds the mark in all.

M = what the clamp let through.

Guards against nothing; it is here to be compared with. The mark never stands at a bound while the
world goes on, so the step at the reopen is no larger than the book left it.

Does not guard against a thin weekend book that is pushed for hours: step by step the mark follows,
and whoever it passes is liquidated at prices that Monday does not confirm.

Rounding: none. Source: Hyperliquid, whose perps have no band round an outside price
(venue-rules.md, section 15a, closed bound).
"""

from typing import ClassVar

import msgspec

from venue.core.policies import BandInputs
from venue.rules.memory import NOTHING, Nothing
from venue.rules.properties import Property


class NoBand(msgspec.Struct, frozen=True):
    """The clamped candidate itself."""

    exempt: ClassVar[dict[Property, str]] = {}

    def initial(self) -> Nothing:
        """Return the memory: nothing."""
        return NOTHING

    def band(self, seen: BandInputs, memory: Nothing) -> tuple[int, Nothing]:
        """Return the candidate in nano-dollars.

        >>> from venue.rules.examples import BAND
        >>> NoBand().band(BAND._replace(candidate_nanos=400_000_000_000), NOTHING)[0]
        400000000000
        """
        return seen.candidate_nanos, memory
