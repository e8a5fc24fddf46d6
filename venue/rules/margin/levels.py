"""Margin rule ``levels``: initial and release margin are multiples of maintenance.

    maintenance = notional / (2 L_n), tier by tier, as the listing's tiers say
                + owed_e4 × what the position would pay if funding settled now, if it would pay
    initial = maintenance × ``initial_level_e4``
    money may leave while maintenance × ``release_e4`` stays

Vega's levels: search 1.1, initial 1.2, release 1.3 times maintenance. Search is where Vega tops a
position's margin account up from the trader's general account: here a cross position has the whole
balance behind it always, so there is nothing to search.

Parameters: ``initial_level_e4`` and ``release_e4`` in 1e-4 of maintenance, ``release_e4`` at least
``initial_level_e4``. The highest leverage is one over the first tier's initial fraction, rounded
down. ``owed_e4`` (1e-4; 0 to 10,000, that is 1; default 0) is Vega's margin funding factor. What is
owed is asked after each sample of the premium, as a rate of the notional at the mark, in steps of a
basis point; who would receive needs no less.

Guards against money leaving that the next mark would ask for again; with ``owed_e4``, against
positions that cannot pay their funding when it falls due.

Does not guard against a gap: between initial margin and liquidation lie 20 % of maintenance, less
than on any other venue here.

Rounding: fractions up to the next 1e-4, what is owed too. Source: Vega specs 0019 and, for what
is owed, 0053 section 5; venue-rules section 11. Vega derives maintenance from a risk model of each
market and from the book's depth; the listing's tiers stand for it here (assumed).
"""

from typing import Annotated, ClassVar

import msgspec

from venue.core.listing import maintenance_e4
from venue.core.policies import CrowdInputs, LadderInputs, Ladders, Rung
from venue.core.units import E4, div_ceil
from venue.rules.parameters import ShareE4
from venue.rules.properties import Property

# From maintenance itself to three times as much.
LevelE4 = Annotated[int, msgspec.Meta(ge=E4, le=3 * E4)]


class Levels(msgspec.Struct, frozen=True):
    """Initial margin 1.2 times maintenance, release 1.3 times."""

    exempt: ClassVar[dict[Property, str]] = {}
    transfer_e4: ClassVar[int] = 0

    initial_level_e4: LevelE4 = 12_000
    release_e4: LevelE4 = 13_000
    owed_e4: ShareE4 = 0

    def __post_init__(self) -> None:
        if self.release_e4 < self.initial_level_e4:
            raise ValueError("release_e4 must be at least initial_level_e4")

    def ladders(self, seen: LadderInputs) -> Ladders:
        """Return the same rungs for longs and shorts.

        >>> from venue.rules.examples import LADDER
        >>> Levels().ladders(LADDER).long[0]  # 20x: maintenance 2.5 %, initial 3 %
        Rung(from_micros=0, initial_e4=300, maintenance_e4=250)
        """
        rungs = tuple(
            Rung(tier.from_micros, div_ceil(fraction * self.initial_level_e4, E4), fraction)
            for tier in seen.tiers
            for fraction in (maintenance_e4(tier.leverage_max),)
        )
        return Ladders(rungs, rungs, max(1, min(100, E4 // rungs[0].initial_e4)))

    def crowded_e4(self, seen: CrowdInputs) -> int:
        """Return 0: open interest changes nothing."""
        return 0
