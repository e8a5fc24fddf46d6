"""Close-out rule ``market_full``: all of it, at once, at any price.

Lots: the whole position. Limit: none to speak of, one nano-dollar for a long and ten times the mark
for a short (a venue refuses prices beyond ten times anyway; HIP-3 does). Then wait ``retry_ns``.

Guards against waiting: whatever the book holds is taken now.

Does not guard against the book: the order walks down a thin one as far as it goes, and what it
fetches below the bankruptcy price is a shortfall that the fund, or others, must pay.

Rounding: none. Source: the plain market order that simple venues close out with.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import CloseoutAnswer, CloseoutInputs
from venue.core.units import NS_PER_SECOND
from venue.rules.parameters import Wait
from venue.rules.properties import Property

# Far enough to be no limit, near enough to stay a price.
MARKS_AT_MOST = 10


class MarketFull(msgspec.Struct, frozen=True):
    """The whole position at any price."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.SYMMETRIC: "a price has a floor at zero and no ceiling, so the limits differ",
    }

    retry_ns: Wait = 3 * NS_PER_SECOND

    def closeout(self, seen: CloseoutInputs) -> CloseoutAnswer:
        """Return the whole position (unsigned), a limit that is none, and the wait.

        >>> from venue.rules.examples import CLOSEOUT
        >>> MarketFull().closeout(CLOSEOUT)
        CloseoutAnswer(lots=10000, limit_nanos=1, cooldown_ns=3000000000)
        """
        limit_nanos = 1 if seen.size_lots > 0 else MARKS_AT_MOST * seen.mark_nanos
        return CloseoutAnswer(abs(seen.size_lots), limit_nanos, self.retry_ns)
