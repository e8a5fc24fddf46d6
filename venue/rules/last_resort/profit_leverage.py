"""Last resort ``profit_leverage``: who gained most with most leverage is deleveraged first.

    rank, long:   (M / entry) × (notional / equity)
    rank, short:  (entry / M) × (notional / equity)

Parameters: ``price``, what the counterparty is closed at. ``bankruptcy`` (the default) is exact:
the bankrupt account ends at zero, nobody pays more than it lacked, and no fund is touched.
``previous_mark`` is Hyperliquid's: fairer to read off a screen, but where it lies beyond the
bankruptcy price a remainder is left to pay, where it lies before it the counterparty gives up more
than was lacking, and where no clamp holds the mark neither has a bound; so it requires a clamp,
unless the rulebook accepts that risk by name. ``oracle`` is the index. ``seniority``: ``buffer`` (a
counterparty keeps its maintenance), or ``profits_only`` first (it keeps its entry price too);
``any`` is ``buffer`` here, for ADL leaves nobody below maintenance.

Guards against taking from those who did not gain, or from accounts without positions: they are
never in the queue. A hedged or lightly levered account comes late.

Does not guard against a reset of the rank by closing and reopening (a new entry), nor against
concentration: the first in the queue may lose all of the position, also one half of a hedge. An
account without equity has rank 0; the core skips it in any case.

Rounding: down, to 1e-12.

Source: Hyperliquid documentation, auto-deleveraging. As written there, (mark / entry), the first
factor rewards only longs; here it is mirrored for shorts.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import ResortInputs
from venue.core.units import E12, div_floor
from venue.rules.last_resort.parameters import Price, Seniority
from venue.rules.properties import Property


class ProfitLeverage(msgspec.Struct, frozen=True):
    """Profit times leverage, the same for longs and shorts."""

    exempt: ClassVar[dict[Property, str]] = {}
    form: ClassVar[str] = "ranked"

    price: Price = "bankruptcy"
    seniority: Seniority = "buffer"

    def weigh(self, seen: ResortInputs) -> int:
        """Return the rank in 1e-12.

        >>> from venue.rules.examples import RESORT
        >>> ProfitLeverage().weigh(RESORT)  # 250 / 200 × 2,500 / 500 = 6.25
        6250000000000
        >>> short = RESORT._replace(size_lots=-10_000, entry_micros=-3_125_000_000)
        >>> ProfitLeverage().weigh(short)  # sold at 312.50: 312.50 / 250 × 5
        6250000000000
        """
        if seen.equity_micros <= 0:
            return 0
        value_micros = max(1, abs(seen.size_lots) * seen.mark_micros)
        entry_micros = max(1, abs(seen.entry_micros))
        if seen.size_lots > 0:
            gained, from_micros = value_micros, entry_micros
        else:
            gained, from_micros = entry_micros, value_micros
        return div_floor(gained * seen.notional_micros * E12, from_micros * seen.equity_micros)
