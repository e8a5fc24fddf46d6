"""Orders rule ``none``: every tick is a price, and nobody waits.

legal(p) = p. A market order trades as far as the listing's protection.

Guards against nothing beyond the listing's own limits; it is here to be compared with.

Does not guard against the fastest taker of a maker's stale quote.

Rounding: none. Source: order books with one fixed tick (venue-rules.md, section 16, number 22).
"""

from typing import ClassVar

import msgspec

from venue.core.policies import LegalPrices, PriceInputs
from venue.rules.properties import Property


class AnyOrder(msgspec.Struct, frozen=True):
    """The listing's own limits, and no wait."""

    exempt: ClassVar[dict[Property, str]] = {}
    changes_nothing: ClassVar[bool] = True
    taker_delay_ns: ClassVar[int] = 0
    market_orders_wait: ClassVar[bool] = False
    slippage_e4: ClassVar[int | None] = None
    trigger_slippage_e4: ClassVar[int | None] = None
    brackets_wait: ClassVar[bool] = False

    def legal(self, seen: PriceInputs) -> LegalPrices:
        """Return the price itself.

        >>> from venue.rules.examples import ORDER_PRICE
        >>> AnyOrder().legal(ORDER_PRICE)
        LegalPrices(below_ticks=25000, above_ticks=25000)
        """
        return LegalPrices(seen.price_ticks, seen.price_ticks)
