"""Last resort ``adl_bitmex``: profit in per cent of entry, times effective leverage.

    PnL% = (mark value - entry value) / |entry value|
    leverage = |mark value| / (mark value - bankrupt value), which is |mark value| / equity
    rank = PnL% × leverage if PnL% > 0, else PnL% / leverage

Parameters: ``price`` (``bankruptcy``, BitMEX's) and ``seniority`` (``buffer``; see
``profit_leverage``).

Guards against taking from losers before winners: a loser's rank is below zero, and among losers the
most levered comes first.

Does not guard against concentration, nor against a reset of the rank by closing and reopening. The
equity is that of the whole margin unit, so a hedge counts.

Rounding: down, to 1e-12, in one division. An account without equity comes last.

Source: BitMEX, auto-deleveraging (fact sheet, section 12), for isolated positions in its own
words; a cross position has its unit's equity here. Values are signed, so shorts rank as longs do
with the same money won on the same entry.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import ResortInputs
from venue.core.units import E12, div_floor
from venue.rules.last_resort.parameters import Price, Seniority
from venue.rules.properties import Property

LAST_E12 = -(1 << 62)


class AdlBitmex(msgspec.Struct, frozen=True):
    """Profit in per cent, times leverage for winners, divided by it for losers."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.SYMMETRIC: "profit is counted in per cent of entry: at the mirrored pair of "
        "prices a short's entry is the higher one, and its percentage the smaller",
    }
    form: ClassVar[str] = "ranked"

    price: Price = "bankruptcy"
    seniority: Seniority = "buffer"

    def weigh(self, seen: ResortInputs) -> int:
        """Return the rank in 1e-12.

        >>> from venue.rules.examples import RESORT
        >>> AdlBitmex().weigh(RESORT)  # 500 / 2,000 × 2,500 / 500 = 1.25
        1250000000000
        >>> AdlBitmex().weigh(RESORT._replace(entry_micros=3_125_000_000))  # -0.2 / 5
        -40000000000
        """
        if seen.equity_micros <= 0:
            return LAST_E12
        value_micros = seen.size_lots * seen.mark_micros
        profit_micros = value_micros - seen.entry_micros
        entry_micros = max(1, abs(seen.entry_micros))
        size_micros = max(1, abs(value_micros))
        if profit_micros > 0:
            return div_floor(profit_micros * size_micros * E12, entry_micros * seen.equity_micros)
        return div_floor(profit_micros * seen.equity_micros * E12, entry_micros * size_micros)
