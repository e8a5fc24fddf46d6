"""Backstop rule ``none``: nobody takes over; at the close-out margin the last resort acts.

    due:         never taken over
    last resort: equity < 2/3 × maintenance, or as ``closeout_thirds`` says

Parameters: ``closeout_thirds`` (in thirds of maintenance; where Lighter's close-out margin lies
for its real-world markets is assumed). The insurance fund pays nothing here while equity is above
zero; below it pays what its caps allow (``claim_micros_max`` 0: nothing). What nobody can take
stays with the fund and is unwound whole, at no worse than ``protection_e4`` (2 %) every
``unwind_interval_ns`` (10 s).

Guards against a fund's own loss, and the counterparty gets a better price than the mark: the loser
is not bankrupt yet.

Does not guard against losing positions sooner and more often.

Rounding: none; the limit towards the mark.

Source: Lighter, real-world and prelaunch markets (fact sheet, section 6): no fee, below the
close-out margin direct ADL.
"""

from typing import Annotated, ClassVar

import msgspec

from venue.core.policies import BackstopInputs, UnwindAnswer, UnwindInputs
from venue.core.units import NS_PER_SECOND
from venue.rules.backstop.selling import at_protection
from venue.rules.backstop.spending import Spending
from venue.rules.parameters import Duration, ShareE4
from venue.rules.properties import Property


class NoBackstop(Spending, frozen=True, kw_only=True):
    """Straight to the last resort."""

    exempt: ClassVar[dict[Property, str]] = {}
    holder: ClassVar[str] = "insurance"
    provider_fee_e6: ClassVar[int] = 0

    closeout_thirds: Annotated[int, msgspec.Meta(ge=0, le=3)] = 2
    unwind_interval_ns: Duration = 10 * NS_PER_SECOND
    protection_e4: ShareE4 = 200

    def due(self, seen: BackstopInputs) -> bool:
        """Say whether the account is below its close-out margin: a wait for the book ends there.

        >>> from venue.rules.examples import BACKSTOP
        >>> NoBackstop().due(BACKSTOP)  # 1,000 of 1,600
        True
        """
        return 3 * seen.equity_micros < self.closeout_thirds * seen.maintenance_micros

    def takes_over(self, seen: BackstopInputs) -> bool:
        """Say no."""
        return False

    def resorts(self, seen: BackstopInputs) -> bool:
        """Say whether the last resort acts: at the close-out margin, or below zero."""
        return seen.equity_micros < 0 or self.due(seen)

    def unwind(self, seen: UnwindInputs) -> UnwindAnswer:
        """Return all that the fund holds after all, and the limit.

        >>> from venue.rules.examples import UNWIND
        >>> NoBackstop().unwind(UNWIND)
        UnwindAnswer(lots=10000, limit_nanos=245000000000)
        """
        return at_protection(seen, abs(seen.size_lots), self.protection_e4)
