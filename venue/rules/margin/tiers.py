"""Margin rule ``tiers``: maintenance is half the initial margin at each tier's highest leverage.

    maintenance fraction of tier n = 1 / (2 L_n)
    maintenance = notional × fraction(n) − deduction(n), continuous where tiers meet
    initial     = the most of notional / chosen leverage and twice maintenance

Tiers are the listing's. Money may leave while the most of initial margin and ``transfer_e4`` of
the value of all positions stays.

Parameters: ``transfer_e4`` in 1e-4 of position value.

Guards against positions too large for the book at the leverage of small ones.

Does not guard against a gap of more than the maintenance margin: 2.5 % at 20x.

Rounding: fractions up to the next 1e-4, initial margin up to the next micro-dollar.

Source: Hyperliquid, venue-rules section 1: tiers, deductions, ``max(IM required, 10 % of total
position value)`` on transfers. trade.xyz, Felix and Ventuals run on the same machine.
"""

from typing import ClassVar

import msgspec

from venue.core.listing import maintenance_e4
from venue.core.policies import CrowdInputs, LadderInputs, Ladders, Rung
from venue.rules.parameters import ShareE4
from venue.rules.properties import Property


class Tiers(msgspec.Struct, frozen=True):
    """The listing's tiers, maintenance half of initial margin."""

    exempt: ClassVar[dict[Property, str]] = {}
    release_e4: ClassVar[int] = 0
    owed_e4: ClassVar[int] = 0

    transfer_e4: ShareE4 = 1_000

    def ladders(self, seen: LadderInputs) -> Ladders:
        """Return the same rungs for longs and shorts.

        >>> from venue.rules.examples import LADDER
        >>> Tiers().ladders(LADDER).long[0]  # 20x: 5 %, 2.5 %
        Rung(from_micros=0, initial_e4=500, maintenance_e4=250)
        """
        rungs = tuple(
            Rung(tier.from_micros, 2 * fraction, fraction)
            for tier in seen.tiers
            for fraction in (maintenance_e4(tier.leverage_max),)
        )
        return Ladders(rungs, rungs, seen.tiers[0].leverage_max)

    def crowded_e4(self, seen: CrowdInputs) -> int:
        """Return 0: open interest changes nothing."""
        return 0
