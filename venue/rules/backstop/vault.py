"""Backstop rule ``vault``: liquidity depositors take positions over, and keep the margin.

    due:         equity < 2/3 × maintenance
    takes over:  vault equity after >= vault maintenance after
    unwinds:     as ``fund`` does

The vault is an account of its own, ``liquidator_vault``. The operator seeds it, and anybody may pay
in for shares; a share is worth the vault's equity over all shares, so that everybody's profit and
loss is told. The position comes to it at the mark with all the margin that was left; none of it is
returned to the liquidated account. Shares may be given back ``lockup_ns`` after a depositor's
latest payment, as far as the vault does not need the money for what it holds; the rest waits. One
vault stands behind all markets with this rule; its shares have the terms of the first of them.

Parameters: ``due_thirds`` (in thirds of maintenance), ``lockup_ns`` (4 days); ``epoch_ns`` (0: a
request is executed at once), ``notice_ns`` (0) and ``waits_for_open`` (false), as in a pool;
``unwind_interval_ns`` (10 s), ``fraction_e4`` (50 %), ``slice_micros_max`` ($50,000),
``full_micros`` ($10,000), ``protection_e4`` (2 %); how a vault unwinds is not public, so these are
assumed. The insurance fund beside it has the caps of ``fund``.

Guards against throwing a position at a thin book, and keeps the insurance fund's money apart from
the risk of holding.

Does not guard against the depositors' own loss: the vault holds through the gap, and below zero it
is itself deleveraged. Without ``waits_for_open`` whoever is out of the lock-up may leave before a
weekend.

Rounding: a slice down to whole lots, but at least one lot; the limit towards the mark; shares and
what they pay down, so that what rounding leaves is the others'.

Source: Hyperliquid documentation, liquidator vault of HLP (fact sheet, section 1): below 2/3 of
maintenance it takes the cross positions and the cross margin; maintenance margin is not returned.
Protocol vaults: depositors share profit and loss, withdrawals four days after the latest deposit.
That a vault closes positions to pay who leaves is not modelled.
"""

from typing import Annotated, ClassVar

import msgspec

from venue.core.policies import BackstopInputs, ShareTerms, UnwindAnswer, UnwindInputs
from venue.core.units import E6, NS_PER_DAY, NS_PER_SECOND
from venue.rules.backstop.selling import at_protection, slice_lots
from venue.rules.backstop.spending import Spending
from venue.rules.parameters import (
    Duration,
    Micros,
    PositiveMicros,
    PositiveShareE4,
    ShareE4,
    Wait,
)
from venue.rules.properties import Property


class Vault(Spending, frozen=True, kw_only=True):
    """Depositors' vault: takes over what it can carry."""

    exempt: ClassVar[dict[Property, str]] = {}
    holder: ClassVar[str] = "vault"
    provider_fee_e6: ClassVar[int] = 0

    due_thirds: Annotated[int, msgspec.Meta(ge=0, le=3)] = 2
    unwind_interval_ns: Duration = 10 * NS_PER_SECOND
    fraction_e4: PositiveShareE4 = 5_000
    slice_micros_max: PositiveMicros = 50_000 * E6
    full_micros: Micros = 10_000 * E6
    protection_e4: ShareE4 = 200
    epoch_ns: Wait = 0
    notice_ns: Wait = 0
    lockup_ns: Wait = 4 * NS_PER_DAY
    waits_for_open: bool = False

    @property
    def shares(self) -> ShareTerms:
        """Return when depositors pay in and leave.

        >>> Vault().shares.lockup_ns // NS_PER_DAY
        4
        """
        return ShareTerms(self.epoch_ns, self.notice_ns, self.lockup_ns, self.waits_for_open)

    def due(self, seen: BackstopInputs) -> bool:
        """Say whether the account is below its share of maintenance.

        >>> from venue.rules.examples import BACKSTOP
        >>> Vault().due(BACKSTOP)  # 1,000 of 1,600 is less than two thirds
        True
        """
        return 3 * seen.equity_micros < self.due_thirds * seen.maintenance_micros

    def takes_over(self, seen: BackstopInputs) -> bool:
        """Say whether the vault could carry the position.

        >>> from venue.rules.examples import BACKSTOP
        >>> Vault().takes_over(BACKSTOP)
        True
        """
        return seen.fund_equity_micros >= seen.fund_maintenance_micros

    def resorts(self, seen: BackstopInputs) -> bool:
        """Say whether the last resort acts: once equity is below zero."""
        return seen.equity_micros < 0

    def unwind(self, seen: UnwindInputs) -> UnwindAnswer:
        """Return what the vault sells (or buys back) now: lots, unsigned, and the limit.

        >>> from venue.rules.examples import UNWIND
        >>> Vault().unwind(UNWIND)
        UnwindAnswer(lots=10000, limit_nanos=245000000000)
        """
        lots = slice_lots(
            seen,
            full_micros=self.full_micros,
            fraction_e4=self.fraction_e4,
            slice_micros_max=self.slice_micros_max,
        )
        return at_protection(seen, lots, self.protection_e4)
