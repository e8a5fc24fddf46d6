"""Margin rule ``oi_scaled``: a crowded market asks more of who comes in, not of who is in.

    initial = min(base + max((OI − lower) / (upper − lower) × (1 − base), 0), 1)
    maintenance = notional × maintenance fraction, always

OI is open interest at the mark. From ``upper`` on, a position is opened with its whole notional.

Parameters: ``initial_e4`` (base) and ``maintenance_e4`` in 1e-4 of notional; ``lower_micros`` and
``upper_micros`` in micro-dollars of open interest, lower less than upper; ``transfer_e4``: what
must stay when money leaves, in 1e-4 of position value. The two bounds are assumed: dYdX sets them
market by market.

Guards against open interest that the book could not liquidate, without a hard cap.

Does not guard against positions that were opened before it was crowded; nor within one interval of
the mark, for the fraction is worked out with the mark.

Rounding: the fraction up to the next 1e-4. Source: dYdX v4, venue-rules section 8 (vector: base
5 %, halfway: 52.5 %).
"""

from typing import ClassVar

import msgspec

from venue.core.policies import CrowdInputs, LadderInputs, Ladders, Rung
from venue.core.units import E4, E6, div_ceil
from venue.rules.margin.flat import InitialE4, MaintenanceE4
from venue.rules.parameters import Micros, PositiveMicros, ShareE4
from venue.rules.properties import Property


class OiScaled(msgspec.Struct, frozen=True):
    """Flat margin, whose initial fraction grows with open interest."""

    exempt: ClassVar[dict[Property, str]] = {}
    release_e4: ClassVar[int] = 0
    owed_e4: ClassVar[int] = 0

    initial_e4: InitialE4 = 500
    maintenance_e4: MaintenanceE4 = 300
    lower_micros: Micros = 25_000_000 * E6
    upper_micros: PositiveMicros = 50_000_000 * E6
    transfer_e4: ShareE4 = 0

    def __post_init__(self) -> None:
        if self.maintenance_e4 > self.initial_e4:
            raise ValueError("maintenance_e4 must be at most initial_e4")
        if self.lower_micros >= self.upper_micros:
            raise ValueError("lower_micros must be less than upper_micros")

    def ladders(self, seen: LadderInputs) -> Ladders:
        """Return the base fractions, for each side alike.

        >>> from venue.rules.examples import LADDER
        >>> OiScaled().ladders(LADDER).long
        (Rung(from_micros=0, initial_e4=500, maintenance_e4=300),)
        """
        rungs = (Rung(0, self.initial_e4, self.maintenance_e4),)
        return Ladders(rungs, rungs, E4 // self.initial_e4)

    def crowded_e4(self, seen: CrowdInputs) -> int:
        """Return the initial fraction at this open interest; 0 below the lower bound.

        >>> OiScaled().crowded_e4(CrowdInputs(37_500_000 * E6))  # halfway
        5250
        >>> OiScaled().crowded_e4(CrowdInputs(0)), OiScaled().crowded_e4(CrowdInputs(10**15))
        (0, 10000)
        """
        over = seen.open_interest_micros - self.lower_micros
        if over <= 0:
            return 0
        span = self.upper_micros - self.lower_micros
        return min(E4, self.initial_e4 + div_ceil(over * (E4 - self.initial_e4), span))
