"""Orders rule ``significant_figures``: a price has so many figures, and no more decimals.

step(p) = min(1, max(10^(floor(log10 p) + 1 - figures), 10^-(decimals_max - size_decimals))), and a
price is legal when it is a whole number of steps and of the market's ticks. So a whole number of
dollars is always legal. ``size_decimals`` is how many decimals the lot has.

Parameters: ``figures`` (default 5; 1 to 12), ``decimals_max`` (default 6; 0 to 9),
``slippage_e4`` and ``trigger_slippage_e4`` (1e-4 of the mark): how far a market order, and one that
a trigger sends, may trade; default the listing's protection, and 1,000 (10 %) for triggers.
``taker_delay_ns`` (default 0): the wait of a ``speed_bump`` beside it. ``brackets_wait`` (default
no; Hyperliquid: yes): an order's bracket wakes when the order is filled whole, not with its first
fill; also when what is left of it is cancelled for want of margin. An order that is cancelled for
another reason, in part filled or not, takes its bracket with it.

Guards against queues by a tick that nobody can see: outbidding by a thousandth of a basis point is
not legal.

Does not guard against a position without its stop: where brackets wait, an immediate order that
finds half of its size leaves one. Does not guard against a tick too coarse for the price at a power
of ten, where the step jumps tenfold.

Rounding: none; an illegal price is refused with the nearest legal ones, never moved.

Source: Hyperliquid (venue-rules.md, section 1: five significant figures, 6 - szDecimals decimals,
integers
always; TP/SL market tolerance 10 %, children that wait for the parent's whole fill).
"""

from functools import lru_cache
from math import lcm
from typing import Annotated, ClassVar

import msgspec

from venue.core.policies import LegalPrices, PriceInputs
from venue.core.units import E9, NS_PER_SECOND
from venue.rules.properties import Property


class SignificantFigures(msgspec.Struct, frozen=True):
    """At most ``figures`` significant figures, whole dollars always."""

    exempt: ClassVar[dict[Property, str]] = {}
    changes_nothing: ClassVar[bool] = False

    figures: Annotated[int, msgspec.Meta(ge=1, le=12)] = 5
    decimals_max: Annotated[int, msgspec.Meta(ge=0, le=9)] = 6
    slippage_e4: Annotated[int, msgspec.Meta(ge=1, le=9_999)] | None = None
    trigger_slippage_e4: Annotated[int, msgspec.Meta(ge=1, le=9_999)] | None = 1_000
    taker_delay_ns: Annotated[int, msgspec.Meta(ge=0, le=10 * NS_PER_SECOND)] = 0
    market_orders_wait: bool = True
    brackets_wait: bool = False

    def legal(self, seen: PriceInputs) -> LegalPrices:
        """Return the nearest legal prices on both sides.

        At $1,234.56 five figures end at the dime; whole dollars have as many as they need:

        >>> cents = PriceInputs(123_456, tick_nanos=10_000_000, lot_e9=1_000_000)
        >>> SignificantFigures().legal(cents)
        LegalPrices(below_ticks=123450, above_ticks=123460)
        >>> SignificantFigures().legal(cents._replace(price_ticks=12_345_600))
        LegalPrices(below_ticks=12345600, above_ticks=12345600)
        """
        digits = len(str(seen.price_ticks * seen.tick_nanos))
        step = step_ticks(
            digits - self.figures, self.decimals_max, tick_nanos=seen.tick_nanos, lot_e9=seen.lot_e9
        )
        below = seen.price_ticks - seen.price_ticks % step
        return LegalPrices(below, below if below == seen.price_ticks else below + step)


@lru_cache(maxsize=1_024)
def step_ticks(past_figures: int, decimals_max: int, *, tick_nanos: int, lot_e9: int) -> int:
    """Return the step of legal prices in ticks; remembered, for prices share few of them.

    ``past_figures`` is how many digits of the price in nano-dollars lie beyond its figures.

    >>> step_ticks(7, 6, tick_nanos=10_000_000, lot_e9=1_000_000)  # $250.00: a cent
    1
    """
    size_decimals = 0
    while lot_e9 % 10 ** (9 - size_decimals):
        size_decimals += 1
    figure_nanos: int = 10 ** max(0, past_figures)
    decimal_nanos: int = 10 ** (9 - max(0, decimals_max - size_decimals))
    return lcm(min(E9, max(figure_nanos, decimal_nanos)), tick_nanos) // tick_nanos
