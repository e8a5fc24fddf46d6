"""Last resort ``adl_qfex``: the least equity for its maintenance is deleveraged first.

    rank = - account equity / position maintenance margin

Parameters: ``price`` and ``seniority`` (``buffer``; see ``profit_leverage``). At ``bankruptcy`` the
liquidated account is netted so that it ends flat with an equity of 0, which is QFEX's.

Guards against keeping the riskiest opposite accounts: those nearest to their own liquidation leave
first, whether they won or lost.

Does not guard against taking from losers, nor against breaking hedges: a levered account at a loss
is closed before an unlevered one at a profit.

Rounding: down, to 1e-12. An account without equity, or a position without maintenance, comes last.

Source: QFEX, liquidation, third stage (fact sheet, section 4): ranked by ``account equity /
position maintenance margin``. The direction is not stated there; ascending, the most levered
first, is assumed.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import ResortInputs
from venue.core.units import E12, div_floor
from venue.rules.last_resort.parameters import Price, Seniority
from venue.rules.properties import Property

LAST_E12 = -(1 << 62)


class AdlQfex(msgspec.Struct, frozen=True):
    """Equity for maintenance, ascending."""

    exempt: ClassVar[dict[Property, str]] = {}
    form: ClassVar[str] = "ranked"

    price: Price = "bankruptcy"
    seniority: Seniority = "buffer"

    def weigh(self, seen: ResortInputs) -> int:
        """Return the rank in 1e-12.

        >>> from venue.rules.examples import RESORT
        >>> AdlQfex().weigh(RESORT)  # 500 / 62.50
        -8000000000000
        """
        if seen.equity_micros <= 0 or seen.maintenance_micros <= 0:
            return LAST_E12
        return div_floor(-seen.equity_micros * E12, seen.maintenance_micros)
