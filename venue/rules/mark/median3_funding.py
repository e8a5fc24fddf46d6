"""Mark rule ``median3_funding``: the middle one of index with funding, averaged basis, last.

    1. O × (1 + rate × time left / interval)
    2. O + mean(mid - O)        over the last ``samples``, taken every ``spacing_ns``
    3. P                        the last trade
    M = median(1, 2, 3)

The average is a plain moving one: every sample counts alike, and leaves after ``samples`` others.
``spacing_ns`` 0 takes one at every mark: with marks every 3 s, 10 samples are 30 s.

What is missing, and what then counts: no mid now (a side empty, a call): no sample, the average
stays; no mid ever: M is 1, as on BitMEX; no trade yet: the mid stands for 3, or 1 where there is
none.

Guards against one wrong component: a trade through a thin book moves M no farther than the nearer
of the other two, and 2 follows a moved mid only as fast as its window fills.

Does not guard against a book that is held somewhere for longer than the window: then 2 and 3 are
both there, and M with them. At the reopen the window still holds what was sampled on Friday.

Rounding: half to even, to a nano-dollar.

Source: Binance, 30 s since September 2025; Aster, 5 min (venue-rules.md, sections 5 and 12). How
often either samples is assumed: at every mark, and once a minute. The rate last settled stands for
the one that they publish ahead (assumed).
"""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from venue.core.policies import MarkInputs
from venue.core.rescaling import NewUnits
from venue.core.units import div_half_even
from venue.rules.mark.parts import mid_nanos, middle, with_funding_nanos
from venue.rules.parameters import Wait
from venue.rules.properties import Property

# A window is copied whole at every sample; sixty of them stay within 5 us.
Samples = Annotated[int, Meta(ge=1, le=60)]


class BasisWindow(msgspec.Struct, frozen=True, array_like=True):
    """The samples of mid - index in nano-dollars, the oldest first, and when the last was taken."""

    basis: tuple[int, ...] = ()
    sampled_ns: int = 0


NEVER_SAMPLED = BasisWindow()


class Median3Funding(msgspec.Struct, frozen=True):
    """Median of the index with funding, the index plus the averaged basis, and the last trade."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.SYMMETRIC: "funding still to come is a share of the index, not a distance from it",
    }

    samples: Samples = 10
    spacing_ns: Wait = 0

    def initial(self) -> BasisWindow:
        """Return the memory of a market whose book has not been seen."""
        return NEVER_SAMPLED

    def rescale(self, memory: BasisWindow, units: NewUnits) -> BasisWindow:
        """Return the memory in the units after a split: samples are differences of prices."""
        return BasisWindow(tuple(units.price(each) for each in memory.basis), memory.sampled_ns)

    def mark(self, seen: MarkInputs, memory: BasisWindow) -> tuple[int, BasisWindow]:
        """Return the candidate mark in nano-dollars.

        >>> from venue.rules.examples import MARK
        >>> rule = Median3Funding()
        >>> calm = rule.mark(MARK, NEVER_SAMPLED)[1]  # one sample of no basis
        >>> bid_up = MARK._replace(
        ...     best_bid_nanos=252_000_000_000,
        ...     best_ask_nanos=254_000_000_000,
        ...     last_nanos=253_000_000_000,
        ... )
        >>> rule.mark(bid_up, calm)[0]  # of 250, 250 + (0 + 3) / 2, and 253
        251500000000
        >>> rule.mark(MARK._replace(best_bid_nanos=None), NEVER_SAMPLED)[0]
        250000000000
        """
        with_funding = with_funding_nanos(seen)
        mid = mid_nanos(seen)
        if mid is not None and (
            not memory.basis or seen.now_ns - memory.sampled_ns >= self.spacing_ns
        ):
            basis = (*memory.basis, mid - seen.index_nanos)[-self.samples :]
            memory = BasisWindow(basis, seen.now_ns)
        if not memory.basis:
            return with_funding, memory
        mean_nanos = div_half_even(sum(memory.basis), len(memory.basis))
        last = seen.last_nanos
        if last is None:
            last = with_funding if mid is None else mid
        return middle(with_funding, seen.index_nanos + mean_nanos, last), memory
