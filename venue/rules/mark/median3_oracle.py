"""Mark rule ``median3_oracle``: the middle one of index, smoothed basis and local book.

    1. O                                     the index
    2. O + EMA150s(mid - O)                  the basis, smoothed over ``basis_tau_ns``
    3. median(best bid, best ask, last)      the local book
    M = median(1, 2, 3)

The average is ``num <- num × exp(-t/tau) + sample × t``, ``den <- den × exp(-t/tau) + t``,
``num / den``: a constant basis of 20 is 20 from the first sample.

What is missing, and what then counts:

- no last trade: 3 is the mid;
- a side of the book empty, or a call auction: 3 is missing, for one side alone says nothing of
  where the price is and costs little to place. 2 keeps the average as it stood. Of the two that
  exist the third is Hyperliquid's ``EMA30s(3)``, smoothed over ``local_tau_ns``;
- no mid ever: only the index is left, M = O.

The local price lies within bid and ask always, for the last trade only picks where. With two
components and a helper M lies between them. A sample stands for the time since the last update,
at most ``elapsed_ns_max`` (10 s), so that the first quote after an outage does not outweigh
everything before it; a time without a mid does not age the average.

``stale_after_ns`` (HIP-3: 10 s; 0, the default: never): while outside prices count and none has
been believed for longer, M is 3 alone, or the previous mark where 3 is missing. While pricing is
internal the index is the venue's own and never stale.

Guards against one wrong component: a spike of the book moves M no farther than the nearer of the
other two, and a jump of the index no farther than the book and the basis let it.

Does not guard against two that move together. Of the three, two are anchored in O: where the index
is wrong, M follows it, and while the underlying is closed and the index follows our book, so does
M. How fast M may go is the clamp's matter.

Rounding: half to even, to a nano-dollar (mid, averages).

Source: HIP-3 (``median(markPxs, local)``) with trade.xyz's ``markPxs`` (oracle, and oracle +
EMA150s of the basis); Hyperliquid documentation, robust price indices, "if exactly two exist, add
EMA30s(component 2)", which is the local one there; stale fallback to the local price after 10 s,
HIP-3 (venue-rules.md, section 2). Felix averages the basis over 300 s in one text and 150 s in
another, QFEX over 150 s.
"""

from typing import ClassVar

import msgspec

from venue.core.fixed import DecayedMean, decayed_mean
from venue.core.phases import Pricing
from venue.core.policies import MarkInputs
from venue.core.units import NS_PER_SECOND, div_half_even
from venue.rules.mark.parts import middle
from venue.rules.parameters import Duration, Wait
from venue.rules.properties import Property


class MarkMemory(msgspec.Struct, frozen=True, array_like=True):
    """The two averages, in nano-dollars: of mid - index, and of the local price."""

    basis: DecayedMean = DecayedMean()
    local: DecayedMean = DecayedMean()


NEVER_MARKED = MarkMemory()


class Median3Oracle(msgspec.Struct, frozen=True):
    """Median of the index, the index plus the smoothed basis, and the local book."""

    exempt: ClassVar[dict[Property, str]] = {}

    basis_tau_ns: Duration = 150 * NS_PER_SECOND
    local_tau_ns: Duration = 30 * NS_PER_SECOND
    elapsed_ns_max: Duration = 10 * NS_PER_SECOND
    stale_after_ns: Wait = 0

    def initial(self) -> MarkMemory:
        """Return the memory of a market whose book has not been seen."""
        return NEVER_MARKED

    def mark(self, seen: MarkInputs, memory: MarkMemory) -> tuple[int, MarkMemory]:
        """Return the candidate mark in nano-dollars, before the clamp.

        >>> from venue.rules.examples import MARK
        >>> rule = Median3Oracle()
        >>> bid_up = MARK._replace(
        ...     best_bid_nanos=252_000_000_000,
        ...     best_ask_nanos=254_000_000_000,
        ...     last_nanos=252_500_000_000,
        ... )
        >>> rule.mark(bid_up, NEVER_MARKED)[0]  # of 250, 250 + 3 and 252.50: the book
        252500000000
        >>> calm = rule.mark(MARK, NEVER_MARKED)[1]  # 3 s at no basis
        >>> rule.mark(bid_up, calm)[0]  # 2 is now 250 + 3 × 3 / (3 exp(-0.02) + 3)
        251514999500
        >>> rule.mark(MARK._replace(best_bid_nanos=None), NEVER_MARKED)[0]  # only the index
        250000000000
        >>> silent = bid_up._replace(external_at_ns=MARK.now_ns - 11 * NS_PER_SECOND)
        >>> Median3Oracle(stale_after_ns=10 * NS_PER_SECOND).mark(silent, calm)[0]  # 3 alone
        252500000000
        """
        index_nanos = seen.index_nanos
        bid_nanos = seen.best_bid_nanos
        ask_nanos = seen.best_ask_nanos
        local_nanos = None
        if bid_nanos is not None and ask_nanos is not None:
            mid_nanos = div_half_even(bid_nanos + ask_nanos, 2)
            last_nanos = mid_nanos if seen.last_nanos is None else seen.last_nanos
            local_nanos = middle(bid_nanos, ask_nanos, last_nanos)
            memory = self._sampled(seen, memory, mid_nanos - index_nanos, local_nanos)
        if (
            self.stale_after_ns
            and seen.pricing is Pricing.EXTERNAL
            and seen.now_ns - seen.external_at_ns > self.stale_after_ns
        ):
            return self._without_oracle(seen, local_nanos), memory
        basis_nanos = memory.basis.mean
        if local_nanos is None:
            local_nanos = memory.local.mean
        if basis_nanos is None or local_nanos is None:
            return index_nanos, memory
        return middle(index_nanos, index_nanos + basis_nanos, local_nanos), memory

    def _without_oracle(self, seen: MarkInputs, local_nanos: int | None) -> int:
        if local_nanos is not None:
            return local_nanos
        previous_nanos = seen.previous_mark_nanos
        return seen.index_nanos if previous_nanos is None else previous_nanos

    def _sampled(
        self, seen: MarkInputs, memory: MarkMemory, basis_nanos: int, local_nanos: int
    ) -> MarkMemory:
        elapsed_ns = min(seen.since_update_ns, self.elapsed_ns_max)
        return MarkMemory(
            decayed_mean(
                memory.basis, sample=basis_nanos, elapsed_ns=elapsed_ns, tau_ns=self.basis_tau_ns
            ),
            decayed_mean(
                memory.local, sample=local_nanos, elapsed_ns=elapsed_ns, tau_ns=self.local_tau_ns
            ),
        )
