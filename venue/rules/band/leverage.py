"""Band rule ``leverage``: the mark stays within 1/L of the last external price.

    M within E × (1 ± min(reach, cap))     E the last external price, reach = 1/L

L is the listing's highest leverage, so at the bound a position opened at E with the most leverage
has lost its whole initial margin, and no more. While outside prices come E moves with them, and the
rule holds nothing, unless ``while_external``.

Parameters: ``reach_e4`` (1e-4 of E; ``None``: 1/L), ``reach_e4_max`` (the cap, 10,000: none),
``while_external``.

Guards against a thin weekend book that is pushed for hours: a liquidation price outside the band
cannot be reached, so nobody whose margin covers 1/L is liquidated before the outside speaks again.

Does not guard against the gap: news worth more than 1/L stops the mark at the bound, where all who
should be liquidated wait, and the reopen is the larger for it. Whoever opened at the bound can lose
twice as far.

Rounding: the reach down to a nano-dollar.

Source: trade.xyz, discovery bounds v1, and examples SP500 ±2 % at 50x, XYZ100 ±3.5 % at 30x
(venue-rules.md, section 3); edgeX, mark clamped to last_close × (1 ± 1/L) (section 5); devnet.one,
leverage band round the anchor; Lighter, mark within 1/L, and 0.5 % in its earlier rule (section 6).
"""

from typing import ClassVar

import msgspec

from venue.core.phases import Pricing
from venue.core.policies import BandInputs
from venue.core.units import clamp
from venue.rules.band.reach import reach_nanos
from venue.rules.memory import NOTHING, Nothing
from venue.rules.parameters import PositiveShareE4
from venue.rules.properties import Property


class LeverageBand(msgspec.Struct, frozen=True):
    """Within 1/L of the last external price, while there is no new one."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.SYMMETRIC: "the reach is a share of the reference: higher is wider in dollars",
    }

    reach_e4: PositiveShareE4 | None = None
    reach_e4_max: PositiveShareE4 = 10_000
    while_external: bool = False

    def initial(self) -> Nothing:
        """Return the memory: nothing."""
        return NOTHING

    def band(self, seen: BandInputs, memory: Nothing) -> tuple[int, Nothing]:
        """Return the mark in nano-dollars.

        >>> from venue.rules.examples import BAND
        >>> far = BAND._replace(candidate_nanos=270_000_000_000)
        >>> LeverageBand().band(far, NOTHING)[0]  # 250 + 250 / 20
        262500000000
        >>> LeverageBand().band(far._replace(pricing=Pricing.EXTERNAL), NOTHING)[0]
        270000000000
        """
        external = seen.external_nanos
        if external is None or (seen.pricing is Pricing.EXTERNAL and not self.while_external):
            return seen.candidate_nanos, memory
        reach = reach_nanos(
            external,
            leverage_max=seen.leverage_max,
            reach_e4=self.reach_e4,
            reach_e4_max=self.reach_e4_max,
        )
        return clamp(seen.candidate_nanos, low=external - reach, high=external + reach), memory
