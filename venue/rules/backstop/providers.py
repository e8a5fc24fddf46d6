"""Backstop rule ``providers``: accounts that opted in take positions over, and are paid for it.

    due:         equity <= share × maintenance (the close-out margin)
    takes over:  the fund can cover what the account lacks, and the providers together can take all
    lots_i:      by available margin, within each one's cap and initial margin; at the mark
    fee:         provider_fee_e6 of the notional that adds to a provider's position, from the fund

What the account has left is drained to the insurance fund; what it lacks comes from it. A part that
only reduces a provider's position earns nothing. Whatever somehow comes to the fund itself is
unwound as ``fund`` does.

Parameters: ``closeout_thirds`` (2, in thirds of maintenance: QFEX's close-out margin is not
expanded in what is public, so it is assumed), ``provider_fee_e6`` (0.1 %, assumed),
``unwind_interval_ns`` (10 s), ``fraction_e4`` (50 %), ``slice_micros_max``
($50,000), ``full_micros`` ($10,000), ``protection_e4`` (2 %). The fund has the caps of ``fund``.

Guards against selling into a thin book: positions go to those who said that they want them.

Does not guard against providers leaving, or being short of margin, when they are needed; then the
last resort comes next.

Rounding: lots down by share, what is left over by account id; fees down, to the fund's favour.

Source: QFEX, liquidation, second stage (fact sheet, section 4).
"""

from typing import Annotated, ClassVar

import msgspec

from venue.core.policies import BackstopInputs, UnwindAnswer, UnwindInputs
from venue.core.units import E6, NS_PER_SECOND
from venue.rules.backstop.selling import at_protection, slice_lots
from venue.rules.backstop.spending import Spending
from venue.rules.parameters import (
    Duration,
    FeeE6,
    Micros,
    PositiveMicros,
    PositiveShareE4,
    ShareE4,
)
from venue.rules.properties import Property


class Providers(Spending, frozen=True, kw_only=True):
    """Opt-in accounts, by available margin."""

    exempt: ClassVar[dict[Property, str]] = {}
    holder: ClassVar[str] = "providers"

    closeout_thirds: Annotated[int, msgspec.Meta(ge=0, le=3)] = 2
    provider_fee_e6: FeeE6 = 1_000
    unwind_interval_ns: Duration = 10 * NS_PER_SECOND
    fraction_e4: PositiveShareE4 = 5_000
    slice_micros_max: PositiveMicros = 50_000 * E6
    full_micros: Micros = 10_000 * E6
    protection_e4: ShareE4 = 200

    def due(self, seen: BackstopInputs) -> bool:
        """Say whether the account is at or below its close-out margin.

        >>> from venue.rules.examples import BACKSTOP
        >>> Providers().due(BACKSTOP)  # 1,000 of 1,600
        True
        """
        return 3 * seen.equity_micros <= self.closeout_thirds * seen.maintenance_micros

    def takes_over(self, seen: BackstopInputs) -> bool:
        """Say whether the fund can cover what the account lacks and keep its floor.

        >>> from venue.rules.examples import BACKSTOP
        >>> broke = BACKSTOP._replace(equity_micros=-1, fund_equity_micros=-1)
        >>> Providers().takes_over(BACKSTOP), Providers().takes_over(broke)
        (True, False)
        """
        return seen.equity_micros >= 0 or seen.fund_equity_micros >= self.floor_micros

    def resorts(self, seen: BackstopInputs) -> bool:
        """Say whether the last resort acts: at the close-out margin, when nobody took it."""
        return self.due(seen)

    def unwind(self, seen: UnwindInputs) -> UnwindAnswer:
        """Return what the fund sells (or buys back) now: lots, unsigned, and the limit.

        >>> from venue.rules.examples import UNWIND
        >>> Providers().unwind(UNWIND)
        UnwindAnswer(lots=10000, limit_nanos=245000000000)
        """
        lots = slice_lots(
            seen,
            full_micros=self.full_micros,
            fraction_e4=self.fraction_e4,
            slice_micros_max=self.slice_micros_max,
        )
        return at_protection(seen, lots, self.protection_e4)
