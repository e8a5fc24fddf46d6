"""Backstop rule ``network``: a network party holds what it is handed, and disposes of it by steps.

    takes over:  always, with all the margin
    every step:  all, if no more than ``full_lots``;
                 else min(book_share × lots on the book within reach, fraction × position)

Parameters: ``unwind_interval_ns`` (the time step; 10 s), ``fraction_e4`` (50 %), ``full_lots``
(50), ``book_share_e4`` (Vega's maximum fraction of the book's side consumed; 1 %),
``protection_e4`` (its slippage range; 10 %). The network party is the insurance fund here; its loss
beyond what it has is for the last resort. Caps as in ``fund``.

Guards against taking more of a thin book than it bears.

Does not guard against time, nor against loss: it takes everything, whatever it has.

Rounding: lots down, but at least one while the book has any within reach; the limit towards the
mark.

Source: Vega specs, position resolution (fact sheet, section 11): step 10 s, fraction 0.5, full 50,
m 0.01, N 10,000: 280 lots go as 100, 90, 45, 45. There the order lies also within the price
monitoring bounds, and never moves the mark.
"""

from typing import Annotated, ClassVar

import msgspec

from venue.core.policies import BackstopInputs, UnwindAnswer, UnwindInputs
from venue.core.units import E4, NS_PER_SECOND, div_floor
from venue.rules.backstop.selling import at_protection
from venue.rules.backstop.spending import Spending
from venue.rules.parameters import Duration, PositiveShareE4, ShareE4
from venue.rules.properties import Property


class Network(Spending, frozen=True, kw_only=True):
    """The network party: takes all, disposes of it by steps."""

    exempt: ClassVar[dict[Property, str]] = {}
    holder: ClassVar[str] = "insurance"
    provider_fee_e6: ClassVar[int] = 0

    unwind_interval_ns: Duration = 10 * NS_PER_SECOND
    fraction_e4: PositiveShareE4 = 5_000
    full_lots: Annotated[int, msgspec.Meta(ge=0, le=10**9)] = 50
    book_share_e4: PositiveShareE4 = 100
    protection_e4: ShareE4 = 1_000

    def due(self, seen: BackstopInputs) -> bool:
        """Say that it is due at once: whatever is below maintenance is handed over."""
        return True

    def takes_over(self, seen: BackstopInputs) -> bool:
        """Say yes: the network party takes everything."""
        return True

    def resorts(self, seen: BackstopInputs) -> bool:
        """Say whether the last resort acts: once equity is below zero."""
        return seen.equity_micros < 0

    def unwind(self, seen: UnwindInputs) -> UnwindAnswer:
        """Return what the network party disposes of now: lots, unsigned, and the limit.

        >>> from venue.rules.examples import UNWIND
        >>> Network().unwind(UNWIND._replace(size_lots=280, book_lots=10_000)).lots
        100
        """
        lots = abs(seen.size_lots)
        if lots > self.full_lots:
            by_book = div_floor(seen.book_lots * self.book_share_e4, E4)
            by_fraction = div_floor(lots * self.fraction_e4, E4)
            least = 1 if seen.book_lots else 0
            lots = max(least, min(by_book, by_fraction))
        return at_protection(seen, lots, self.protection_e4)
