"""Open-orders rule ``by_volume``: one order more for every so many dollars ever traded.

    most = max(listed, min(orders_cap, listed + floor(traded / step_micros)))

``listed`` is the listing's ``open_orders_max`` (1,000 as shipped); ``traded`` is the notional of an
account's own trades, maker's and taker's, in all markets of the venue since volume is counted here,
this moment's included, and as far as each market's trades count (growth mode: a tenth). Trades are
counted from the listing of the first market whose rules ask for it. What was earned stays.

Parameters: ``step_micros`` ($5 million), ``orders_cap`` (5,000; 1 to 100,000): the most that volume
earns; a listing with a higher limit keeps it. ``exits_to_listed`` (default no; Hyperliquid: yes):
what volume earns is for orders that may open. Who has as many open orders and trigger orders as the
listing says may place no other that is reduce-only, nor a trigger order, nor a bracket. What was
placed before stays, and a trigger fires. So beyond the listing's number a position is closed by an
order that is not reduce-only, or after a cancel.

Guards against an account that fills the book's memory with orders, and lets who trades much quote
many levels.

Does not guard against volume made by two accounts for one another; it costs them the fees. That a
sub-account counts by itself is assumed.

Rounding: down to whole orders. Source: Hyperliquid, rate limits and user limits (venue-rules.md,
section 1): 1,000 open orders, one more for every 5 M of volume, at most 5,000; an order placed with
at least 1,000 others open is rejected if it is reduce-only or a trigger order.
"""

from typing import Annotated, ClassVar

import msgspec

from venue.core.policies import OpenOrdersInputs
from venue.core.units import E6
from venue.rules.parameters import PositiveMicros
from venue.rules.properties import Property


class ByVolume(msgspec.Struct, frozen=True):
    """A thousand orders, and more for who trades more."""

    exempt: ClassVar[dict[Property, str]] = {}
    counts_volume: ClassVar[bool] = True

    step_micros: PositiveMicros = 5_000_000 * E6
    orders_cap: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 5_000
    exits_to_listed: bool = False

    def open_orders_max(self, seen: OpenOrdersInputs) -> int:
        """Return the limit of an account by what it has traded.

        >>> from venue.rules.examples import OPEN_ORDERS
        >>> ByVolume().open_orders_max(OPEN_ORDERS)
        1000
        >>> ByVolume().open_orders_max(OPEN_ORDERS._replace(traded_micros=10_000_000 * E6))
        1002
        >>> ByVolume().open_orders_max(OPEN_ORDERS._replace(traded_micros=10**18))
        5000
        """
        earned = seen.listed_max + seen.traded_micros // self.step_micros
        return max(seen.listed_max, min(self.orders_cap, earned))
