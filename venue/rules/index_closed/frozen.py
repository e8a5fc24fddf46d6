"""Index rule ``frozen``: while the underlying is closed the index is the last outside price.

O = the last external index.

Guards against everything that our own book could do to the index: no quote, trade or spike at the
weekend moves it.

Does not guard against news: the index learns of it only with the first print of the next session,
and all of the gap falls on that one update. Funding then pulls the perp towards a price that
nobody believes.

Rounding: none. Source: the "frozen anchor" of QFEX, edgeX and devnet.one.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import ClosedInputs
from venue.rules.memory import NOTHING, Nothing
from venue.rules.properties import Property


class Frozen(msgspec.Struct, frozen=True):
    """The last outside price, until there is another."""

    exempt: ClassVar[dict[Property, str]] = {}

    @property
    def impact_micros(self) -> int:
        """Micro-dollars of notional whose impact prices it wants: the least, it reads none."""
        return 1

    def initial(self) -> Nothing:
        """Return the memory: nothing."""
        return NOTHING

    def index(self, seen: ClosedInputs, memory: Nothing) -> tuple[int, Nothing]:
        """Return the last external price in nano-dollars.

        >>> from venue.rules.examples import CLOSED
        >>> bid_up = CLOSED._replace(impact_bid_nanos=260_000_000_000)
        >>> Frozen().index(bid_up, NOTHING)[0]  # $250.00 all weekend
        250000000000
        """
        return seen.last_external_nanos, memory
