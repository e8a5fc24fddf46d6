"""Index rule ``last_print``: the index is the last print. No guards.

O = the price of the print that has just come; between prints O stays.

Guards against nothing but a price that is not positive. It is here to be compared with.

Does not guard against late, mistyped or repeated prints, a source that is wrong, nor a feed
that has died: each goes straight into the index, and with ``mark`` = ``index`` into everybody's
margin. After a close the first print of the next session ends internal pricing, whatever it says.

Rounding: none. Source: what an oracle that takes last trades does (recorded late reports of TSLA,
2025-04-07 08:04 and 2025-04-09 08:02 New York, were up to 6.4 % off the market).
"""

from typing import ClassVar

import msgspec

from venue.core.phases import Pricing
from venue.core.policies import OpenAnswer, OpenInputs, Verdict
from venue.rules.memory import NOTHING, Nothing
from venue.rules.properties import Property


class LastPrint(msgspec.Struct, frozen=True):
    """The index is the last print, whatever it is."""

    exempt: ClassVar[dict[Property, str]] = {}

    def initial(self) -> Nothing:
        """Return the memory: nothing."""
        return NOTHING

    def index(self, seen: OpenInputs, memory: Nothing) -> tuple[OpenAnswer, Nothing]:
        """Return the price of the print, or, when only time has passed, the index as it was.

        >>> from venue.rules.examples import OPEN, PRINT
        >>> false = PRINT._replace(price_nanos=234_000_000_000)  # -6.4 %, 17 minutes late
        >>> LastPrint().index(OPEN._replace(arrived=false), NOTHING)[0].index_nanos
        234000000000
        """
        arrived = seen.arrived
        if arrived is not None and arrived.price_nanos > 0:
            return OpenAnswer(arrived.price_nanos, Verdict.ACCEPTED), memory
        # Time alone does not bring outside prices back.
        is_external = seen.pricing is Pricing.EXTERNAL
        index_nanos = seen.previous_index_nanos if is_external else None
        if arrived is not None:
            return OpenAnswer(index_nanos, Verdict.NOT_POSITIVE), memory
        verdict = Verdict.STALE if index_nanos is None else Verdict.ACCEPTED
        return OpenAnswer(index_nanos, verdict), memory
