"""Actions rule ``all_allowed``: nothing is blocked, whatever the index rule says of its price.

Guards against nothing: a venue that lists it relies on silence (internal pricing), on the mark's
median and clamp, and on the session's terms.

Does not guard against a price that the index rule itself calls uncertain: it fires triggers and
liquidates like any other.

Rounding: none. Source: Hyperliquid and HIP-3 have no such table.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import Action, ActionsInputs
from venue.rules.properties import Property


class AllAllowed(msgspec.Struct, frozen=True):
    """Every action, at every validity."""

    exempt: ClassVar[dict[Property, str]] = {}

    def blocked(self, seen: ActionsInputs) -> tuple[Action, ...]:
        """Return no action.

        >>> from venue.rules.examples import ACTIONS
        >>> AllAllowed().blocked(ACTIONS)
        ()
        """
        return ()
