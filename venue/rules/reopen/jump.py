"""Reopen rule ``jump``: the index is the outside price with the first print believed.

    O = the outside price, at once

Guards against an index that is known to be wrong: nobody can trade against a price that walks
slowly to where everybody sees it go. The mark's clamp, not the index, gives liquidators time.

Does not guard against what follows from one print: funding, bands and triggers on the index move
with all of the gap at that instant.

Rounding: none. Source: trade.xyz (on resumption the oracle reverts to the external price on the
next tick); HIP-3's clamp holds back the mark alone.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import ReopenAnswer, ReopenInputs
from venue.rules.properties import Property


class Jump(msgspec.Struct, frozen=True):
    """All of the way with the first outside price."""

    exempt: ClassVar[dict[Property, str]] = {}

    def index(self, seen: ReopenInputs) -> ReopenAnswer:
        """Return the outside price, and that the way is done.

        >>> from venue.rules.examples import REOPEN
        >>> Jump().index(REOPEN._replace(outside_nanos=228_000_000_000))  # Friday 250, Monday 228
        ReopenAnswer(index_nanos=228000000000, is_done=True)
        """
        return ReopenAnswer(seen.outside_nanos, is_done=True)
