"""Close-out rule ``market_full``: all of it, at once, at any price.

Lots: the whole position. Limit: none to speak of, one nano-dollar for a long and ten times the mark
for a short (a venue refuses prices beyond ten times anyway; HIP-3 does). Then wait ``retry_ns``.
``fee_e6`` of what trades (0) goes to the insurance fund. ``cancel_orders_first`` (true).

Guards against waiting: whatever the book holds is taken now.

Does not guard against the book: the order walks down a thin one as far as it goes, and what it
fetches below the bankruptcy price is a shortfall that the fund, or others, must pay.

Rounding: none. Source: the plain market order that simple venues close out with.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import CloseoutAnswer, CloseoutInputs
from venue.core.units import NS_PER_SECOND
from venue.rules.memory import NOTHING, Nothing
from venue.rules.parameters import FeeE6, Wait
from venue.rules.properties import Property

# Far enough to be no limit, near enough to stay a price.
MARKS_AT_MOST = 10


class MarketFull(msgspec.Struct, frozen=True):
    """The whole position at any price."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.SYMMETRIC: "a price has a floor at zero and no ceiling, so the limits differ",
    }

    retry_ns: Wait = 3 * NS_PER_SECOND
    fee_e6: FeeE6 = 0
    cancel_orders_first: bool = True

    def initial(self) -> Nothing:
        """Return the memory of a fresh market: none."""
        return NOTHING

    def closeout(self, seen: CloseoutInputs, memory: Nothing) -> tuple[CloseoutAnswer, Nothing]:
        """Return the whole position (unsigned), a limit that is none, and the wait.

        >>> from venue.rules.examples import CLOSEOUT
        >>> MarketFull().closeout(CLOSEOUT, NOTHING)[0][:3]
        (10000, 1, 3000000000)
        """
        limit_nanos = 1 if seen.size_lots > 0 else MARKS_AT_MOST * seen.mark_nanos
        answer = CloseoutAnswer(abs(seen.size_lots), limit_nanos, self.retry_ns, self.fee_e6)
        return answer, memory
