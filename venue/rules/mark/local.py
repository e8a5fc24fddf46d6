"""Mark rule ``median_local``: the middle one of bid, ask and last trade.

M = median(best bid, best ask, last)

What is missing, and what then counts: no last trade, the mid; a side of the book empty, or a call
auction, the previous mark; no mark yet, the index.

Guards against a single trade through a thin book: the last trade only picks a price within bid and
ask. Guards against a wrong index, which has no say.

Does not guard against our own book: whoever quotes both sides a little higher moves everybody's
margin at once. No outside price holds the mark, so a clamp and a band are all that stand between a
weekend's book and a cascade.

Rounding: half to even, to a nano-dollar (mid).

Source: QFEX, an earlier rulebook (venue-rules.md, section 4); the local component of HIP-3
(section 2). What stands for an empty side is assumed.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import MarkInputs
from venue.rules.mark.parts import local_nanos
from venue.rules.memory import NOTHING, Nothing
from venue.rules.properties import Property


class MedianLocal(msgspec.Struct, frozen=True):
    """M = median(best bid, best ask, last)."""

    exempt: ClassVar[dict[Property, str]] = {}

    def initial(self) -> Nothing:
        """Return the memory: nothing."""
        return NOTHING

    def mark(self, seen: MarkInputs, memory: Nothing) -> tuple[int, Nothing]:
        """Return the candidate mark in nano-dollars.

        >>> from venue.rules.examples import MARK
        >>> MedianLocal().mark(MARK._replace(last_nanos=240_000_000_000), NOTHING)[0]  # the bid
        249900000000
        >>> empty = MARK._replace(best_bid_nanos=None, previous_mark_nanos=251_000_000_000)
        >>> MedianLocal().mark(empty, NOTHING)[0]
        251000000000
        """
        local = local_nanos(seen)
        if local is not None:
            return local, memory
        if seen.previous_mark_nanos is not None:
            return seen.previous_mark_nanos, memory
        return seen.index_nanos, memory
