"""Margin rule ``flat``: one initial and one maintenance fraction, whatever the size.

    initial = the most of notional / chosen leverage and notional × initial fraction
    maintenance = notional × maintenance fraction

The listing's tiers are not read; the highest leverage is one over the initial fraction, rounded
down.

Parameters: ``initial_e4`` and ``maintenance_e4`` in 1e-4 of notional, maintenance at most initial;
``transfer_e4``: what must stay when money leaves, in 1e-4 of position value, 0: initial margin
alone.

Guards against nothing that depends on size: it is the simplest margin there is.

Does not guard against one account that is larger than the book.

Rounding: initial margin up to the next micro-dollar. Source: dYdX v4's classes, initial/maintenance
5/3 %, 10/5 %, 20/10 % (venue-rules section 8).
"""

from typing import Annotated, ClassVar

import msgspec

from venue.core.policies import CrowdInputs, LadderInputs, Ladders, Rung
from venue.core.units import E4
from venue.rules.parameters import ShareE4
from venue.rules.properties import Property

# An initial fraction below 1 % would be a leverage above 100.
InitialE4 = Annotated[int, msgspec.Meta(ge=100, le=E4)]
MaintenanceE4 = Annotated[int, msgspec.Meta(ge=1, le=E4)]


class Flat(msgspec.Struct, frozen=True):
    """One pair of fractions for every size."""

    exempt: ClassVar[dict[Property, str]] = {}
    release_e4: ClassVar[int] = 0
    owed_e4: ClassVar[int] = 0

    initial_e4: InitialE4 = 500
    maintenance_e4: MaintenanceE4 = 300
    transfer_e4: ShareE4 = 0

    def __post_init__(self) -> None:
        if self.maintenance_e4 > self.initial_e4:
            raise ValueError("maintenance_e4 must be at most initial_e4")

    def ladders(self, seen: LadderInputs) -> Ladders:
        """Return one rung for each side.

        >>> from venue.rules.examples import LADDER
        >>> Flat(initial_e4=1_000, maintenance_e4=500).ladders(LADDER).short
        (Rung(from_micros=0, initial_e4=1000, maintenance_e4=500),)
        >>> Flat().ladders(LADDER).leverage_max
        20
        """
        rungs = (Rung(0, self.initial_e4, self.maintenance_e4),)
        return Ladders(rungs, rungs, E4 // self.initial_e4)

    def crowded_e4(self, seen: CrowdInputs) -> int:
        """Return 0: open interest changes nothing."""
        return 0
