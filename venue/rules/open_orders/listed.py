"""Open-orders rule ``listed``: as many as the listing says, for everybody.

most = the listing's ``open_orders_max``.

Guards against an account that fills the book's memory with orders.

Does not guard against many accounts that do it together. A market maker of many levels is held to
the same number as who has never traded.

Rounding: none. Source: most venues, with one number for all (venue-rules.md, section 16, number 22:
1,000).
"""

from typing import ClassVar

import msgspec

from venue.core.policies import OpenOrdersInputs
from venue.rules.properties import Property


class Listed(msgspec.Struct, frozen=True):
    """The listing's own limit."""

    exempt: ClassVar[dict[Property, str]] = {}
    counts_volume: ClassVar[bool] = False
    exits_to_listed: ClassVar[bool] = False

    def open_orders_max(self, seen: OpenOrdersInputs) -> int:
        """Return the listing's limit.

        >>> from venue.rules.examples import OPEN_ORDERS
        >>> Listed().open_orders_max(OPEN_ORDERS)
        1000
        """
        return seen.listed_max
