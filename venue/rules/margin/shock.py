"""Margin rule ``shock``: what a contract on S^p loses when the underlying moves, side by side.

    m = 1 / L, the move of the underlying that a tier's highest leverage stands for
    initial of a long  = 1 − (1 − m)^p        of a short = (1 + m)^p − 1
    maintenance: the same with m / 2

For p = 1 that is ``tiers``. For p = 2 a short loses more than a long, for p = 0.5 less; below p =
0.5 the contract hardly moves, and a floor stands for the basis between mark and index (for p = 0
there is nothing else). Tiers are the listing's, L the leverage of the underlying, not of the
contract: at p = 2 and L = 10 a long is opened with 19 %.

Parameters: ``power_n`` / ``power_d`` is p, 0 to 4; ``floor_e4`` the least initial fraction where
p < 0.5, in 1e-4, its half the least maintenance; ``transfer_e4``: what must stay when money leaves,
in 1e-4 of position value. The highest leverage is one over the smaller initial fraction, rounded
down.

Guards against curvature: the same move of the underlying costs the holder of S² almost twice as
much, and the short more than the long.

Does not guard against a gap of more than m / 2: +30 % costs the short of S² 69 %. Nor against a
change of volatility, which moves the fair mark of a power without any move of S.

Rounding: fractions up to the next 1e-4. Source: derived, venue-rules section 13 (table: m = 10 %,
p = 0.5: 5.13 / 4.88 %, p = 2: 19 / 21 %).
"""

from typing import Annotated, ClassVar, Literal

import msgspec

from venue.core.fixed import E18, pow_e18
from venue.core.policies import CrowdInputs, LadderInputs, Ladders, Rung
from venue.core.units import E4, div_ceil
from venue.rules.parameters import PositiveShareE4, ShareE4
from venue.rules.properties import Property

POWER_MAX = 4
# Rational powers down to hundredths.
PowerN = Annotated[int, msgspec.Meta(ge=0, le=400)]
PowerD = Annotated[int, msgspec.Meta(ge=1, le=100)]


class Shock(msgspec.Struct, frozen=True):
    """Margin from the loss in a move of the underlying; longs and shorts apart."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.SYMMETRIC: "a power loses more on one side than on the other; for p = 1 it holds",
    }
    release_e4: ClassVar[int] = 0
    owed_e4: ClassVar[int] = 0

    power_n: PowerN = 2
    power_d: PowerD = 1
    floor_e4: PositiveShareE4 = 500
    transfer_e4: ShareE4 = 1_000

    def __post_init__(self) -> None:
        if self.power_n > POWER_MAX * self.power_d:
            raise ValueError("power_n / power_d must be from 0 to 4")

    def ladders(self, seen: LadderInputs) -> Ladders:
        """Return the rungs of longs, and those of shorts.

        >>> from venue.core.listing import Tier
        >>> told = Shock().ladders(LadderInputs((Tier(0, 10),)))
        >>> told.long, told.short  # 19 and 21 %; with half the move 9.75 and 10.25 %
        ((Rung(from_micros=0, initial_e4=1900, maintenance_e4=975),), \
(Rung(from_micros=0, initial_e4=2100, maintenance_e4=1025),))
        """
        long, short = (
            tuple(
                Rung(
                    tier.from_micros,
                    self._fraction_e4(side, tier.leverage_max, E4),
                    self._fraction_e4(side, 2 * tier.leverage_max, E4 // 2),
                )
                for tier in seen.tiers
            )
            for side in ("long", "short")
        )
        least = max(1, min(long[0].initial_e4, short[0].initial_e4))
        return Ladders(long, short, max(1, min(100, E4 // least)))

    def _fraction_e4(self, side: Literal["long", "short"], inverse: int, floor_of: int) -> int:
        """Return the loss in a move of 1 / ``inverse``, rounded up; at least the floor's share."""
        loss_e18 = loss_of_move_e18(side, inverse, self.power_n, self.power_d)
        fraction = div_ceil(loss_e18 * E4, E18)
        if 2 * self.power_n < self.power_d:
            fraction = max(fraction, div_ceil(self.floor_e4 * floor_of, E4))
        return fraction

    def crowded_e4(self, seen: CrowdInputs) -> int:
        """Return 0: open interest changes nothing."""
        return 0


def loss_of_move_e18(side: str, inverse: int, power_n: int, power_d: int) -> int:
    """Return what a move of 1 / ``inverse`` against a side costs it, in 1e-18 of notional.

    >>> loss_of_move_e18("short", 10, 2, 1) * 100 // E18  # +10 % on S²
    21
    """
    if side == "long":
        return E18 - pow_e18(inverse - 1, inverse, power_n, power_d)
    return pow_e18(inverse + 1, inverse, power_n, power_d) - E18
