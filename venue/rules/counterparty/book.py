"""Counterparty rule ``book``: orders trade with one another, in price-time priority.

Parameters: none; nothing here is asked for a price.

Guards against a price that nobody stands behind: every trade has two orders.

Does not guard against an empty book: where nobody rests an order, nobody trades.

Rounding: none. Source: Hyperliquid, trade.xyz, QFEX and all other venues of the fact sheet but
sections 7 and 10.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import Quote, QuoteInputs
from venue.core.units import E4, NS_PER_DAY
from venue.rules.properties import Property


class Book(msgspec.Struct, frozen=True):
    """The other orders."""

    exempt: ClassVar[dict[Property, str]] = {}
    is_pool: ClassVar[bool] = False
    epoch_ns: ClassVar[int] = NS_PER_DAY
    notice_ns: ClassVar[int] = 0
    waits_for_open: ClassVar[bool] = True
    fee_share_e4: ClassVar[int] = 0
    reserve_e4: ClassVar[int] = 0
    gain_max_e4: ClassVar[int | None] = None
    traders_e4: ClassVar[int] = E4
    adl_above_e4: ClassVar[int | None] = None
    adl_to_e4: ClassVar[int] = 0
    counts_collateral: ClassVar[bool] = False

    def quote(self, seen: QuoteInputs) -> Quote:
        """Return the index: a book is never asked.

        >>> from venue.rules.examples import QUOTE
        >>> Book().quote(QUOTE)
        Quote(price_nanos=250000000000, refused=None)
        """
        return Quote(seen.index_nanos)
