"""Mark rule ``funding_basis``: the index, and what funding is still to come.

M = O × (1 + rate × time left / interval)

``rate`` is the funding rate that was settled last, for a whole interval; ``time left`` is until the
next settlement. Who is long and owes funding soon is marked so much higher, and the difference runs
out to nothing as the settlement comes.

Guards against our own book altogether: no quote and no trade here moves anybody's margin, but
through the funding rate, which is an average.

Does not guard against a wrong index. While the underlying is closed and the index is frozen, the
mark is frozen too, to within the funding rate, and the whole weekend's news is one step at the
reopen.

Rounding: half to even, to a nano-dollar.

Source: BitMEX, fair price (venue-rules.md, section 12). BitMEX publishes its rate one interval
ahead; here the rate last settled stands for it (assumed).
"""

from typing import ClassVar

import msgspec

from venue.core.policies import MarkInputs
from venue.rules.mark.parts import with_funding_nanos
from venue.rules.memory import NOTHING, Nothing
from venue.rules.properties import Property


class FundingBasis(msgspec.Struct, frozen=True):
    """M = O × (1 + rate × time left / interval)."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.SYMMETRIC: "funding still to come is a share of the index, not a distance from it",
    }

    def initial(self) -> Nothing:
        """Return the memory: nothing."""
        return NOTHING

    def mark(self, seen: MarkInputs, memory: Nothing) -> tuple[int, Nothing]:
        """Return the candidate mark in nano-dollars.

        >>> from venue.rules.examples import MARK
        >>> one_percent = MARK._replace(rate_e12=10_000_000_000)
        >>> FundingBasis().mark(one_percent, NOTHING)[0]  # half the interval is left
        251250000000
        >>> FundingBasis().mark(one_percent._replace(settles_in_ns=0), NOTHING)[0]
        250000000000
        """
        return with_funding_nanos(seen), memory
