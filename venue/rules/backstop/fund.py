"""Backstop rule ``fund``: the insurance fund takes positions over, and sells them in pieces.

    due:         equity < 2/3 × maintenance
    takes over:  fund equity after >= fund maintenance after + floor
    unwinds:     every interval; all, if it is worth no more than ``full_micros``;
                 else min(slice_micros_max, fraction × position), at no worse than ``protection_e4``
                 from the mark

Parameters: ``due_thirds`` (in thirds of maintenance, so that 2/3 is exact),
``floor_micros`` (what the fund keeps; 0), ``unwind_interval_ns`` (10 s), ``fraction_e4`` (50 %),
``slice_micros_max`` ($50,000), ``full_micros`` ($10,000), ``protection_e4`` (2 %). Caps on what the
fund spends: ``claim_micros_max`` a liquidation, ``draw_micros_max`` a market within
``draw_interval_ns`` (0: for ever); ``gates_withdrawals`` while somebody is insolvent.

Guards against a position that the book did not take: the fund holds it instead of throwing it at
the book, and never takes on more than it can carry with margin.

Does not guard against the fund's own loss: it takes over at the mark, which the clamp may hold far
from where anybody trades, and it holds through the gap what it could not sell before it. Once it is
down to its floor, ADL comes first.

Rounding: a slice down to whole lots, but at least one lot; the limit towards the mark.

Source: Hyperliquid's liquidator vault (backstop below 2/3 of maintenance, margin not returned; fact
sheet, section 1); Vega's disposal of the network's position (section 11: step 10 s, fraction 0.5,
full 50, at most 100: 280 lots go as 100, 90, 45, 45).
"""

from typing import Annotated, ClassVar

import msgspec

from venue.core.policies import BackstopInputs, UnwindAnswer, UnwindInputs
from venue.core.units import E6, NS_PER_SECOND
from venue.rules.backstop.selling import at_protection, slice_lots
from venue.rules.backstop.spending import Spending
from venue.rules.parameters import Duration, Micros, PositiveMicros, PositiveShareE4, ShareE4
from venue.rules.properties import Property


class Fund(Spending, frozen=True, kw_only=True):
    """The insurance fund: takes over what it can carry, and unwinds it slowly."""

    exempt: ClassVar[dict[Property, str]] = {}
    holder: ClassVar[str] = "insurance"
    provider_fee_e6: ClassVar[int] = 0

    due_thirds: Annotated[int, msgspec.Meta(ge=0, le=3)] = 2
    unwind_interval_ns: Duration = 10 * NS_PER_SECOND
    fraction_e4: PositiveShareE4 = 5_000
    slice_micros_max: PositiveMicros = 50_000 * E6
    full_micros: Micros = 10_000 * E6
    protection_e4: ShareE4 = 200

    def due(self, seen: BackstopInputs) -> bool:
        """Say whether the account is so far below maintenance that the book has had its time.

        >>> from venue.rules.examples import BACKSTOP
        >>> Fund().due(BACKSTOP)  # 1,000 of 1,600 is less than two thirds
        True
        >>> Fund().due(BACKSTOP._replace(maintenance_micros=1_500_000_000))  # two thirds
        False
        """
        return 3 * seen.equity_micros < self.due_thirds * seen.maintenance_micros

    def takes_over(self, seen: BackstopInputs) -> bool:
        """Say whether the fund could carry the position and keep its floor.

        >>> from venue.rules.examples import BACKSTOP
        >>> Fund().takes_over(BACKSTOP), Fund(floor_micros=49_000_000_000).takes_over(BACKSTOP)
        (True, False)
        """
        return seen.fund_equity_micros >= seen.fund_maintenance_micros + self.floor_micros

    def resorts(self, seen: BackstopInputs) -> bool:
        """Say whether the last resort acts: once equity is below zero."""
        return seen.equity_micros < 0

    def unwind(self, seen: UnwindInputs) -> UnwindAnswer:
        """Return what the fund sells (or buys back) now: lots, unsigned, and the limit.

        >>> from venue.rules.examples import UNWIND
        >>> Fund().unwind(UNWIND)  # $2,500: all of it, at 2 % below $250.00 or better
        UnwindAnswer(lots=10000, limit_nanos=245000000000)
        >>> Fund().unwind(UNWIND._replace(size_lots=-280_000)).lots  # $70,000: half of it
        140000
        """
        lots = slice_lots(
            seen,
            full_micros=self.full_micros,
            fraction_e4=self.fraction_e4,
            slice_micros_max=self.slice_micros_max,
        )
        return at_protection(seen, lots, self.protection_e4)
