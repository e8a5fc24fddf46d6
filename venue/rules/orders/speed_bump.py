"""Orders rule ``speed_bump``: an order that would take waits, everything else does not.

An order that would trade at once waits ``taker_delay_ns`` (default 50 ms; 1 ms to 10 s), and then
is checked and matched as if it came then, in order of arrival. An order that would rest, and every
cancel, acts at once; so does a trigger that fires and a suborder of a TWAP, which nobody times. A
resting order may not be amended so that it takes: that would go round the wait.

Parameters: ``market_orders_wait`` (default yes): the venue speaks of limit orders; that a market
order waits as well is assumed, for it would be the way round. ``slippage_e4`` (1e-4 of the mark,
default none): how far a market order may trade.

Guards against takers of stale quotes: a maker who sees the price move has that long to cancel
before anybody takes the old one. Does not guard against takers who know more for longer than that,
nor makers against one another.

Rounding: none. Source: QFEX (venue-rules.md, section 4: 50 ms on taking limit orders, none on
cancels or adds).
"""

from typing import Annotated, ClassVar

import msgspec

from venue.core.policies import LegalPrices, PriceInputs
from venue.core.units import NS_PER_MS, NS_PER_SECOND
from venue.rules.properties import Property


class SpeedBump(msgspec.Struct, frozen=True):
    """Takers wait ``taker_delay_ns``."""

    exempt: ClassVar[dict[Property, str]] = {}
    changes_nothing: ClassVar[bool] = False
    trigger_slippage_e4: ClassVar[int | None] = None
    brackets_wait: ClassVar[bool] = False

    taker_delay_ns: Annotated[int, msgspec.Meta(ge=NS_PER_MS, le=10 * NS_PER_SECOND)] = (
        50 * NS_PER_MS
    )
    market_orders_wait: bool = True
    slippage_e4: Annotated[int, msgspec.Meta(ge=1, le=9_999)] | None = None

    def legal(self, seen: PriceInputs) -> LegalPrices:
        """Return the price itself.

        >>> from venue.rules.examples import ORDER_PRICE
        >>> SpeedBump().legal(ORDER_PRICE).above_ticks, SpeedBump().taker_delay_ns
        (25000, 50000000)
        """
        return LegalPrices(seen.price_ticks, seen.price_ticks)
