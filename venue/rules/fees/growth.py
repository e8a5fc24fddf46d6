"""Fees rule ``growth``: a new market's fees, cut to a tenth, with a deployer's share on top.

    rate = listing's × (1 + s, or 2 s from s = 1 on) × ``left_e4``

Parameters: ``left_e4``: what is left of fees and rebates, in 1e-4 (growth mode: 1,000; 10,000: no
growth mode); ``deployer_e4``: the deployer's share s in 1e-4, 0 to 30,000.

Guards against an empty book at the start: trading costs next to nothing.

Does not guard against trades made for their own sake: where volume earns lower fees elsewhere, it
counts by the same tenth here.

Rounding: up to the next 1e-6, towards the venue. Source: Hyperliquid's HIP-3 growth mode (fees,
rebates and volume credit cut by 90 %) and deployer fee scale, venue-rules section 2.
"""

from typing import ClassVar

import msgspec

from venue.core.listing import Fees
from venue.core.policies import FeesInputs
from venue.rules.fees.scale import DeployerE4, LeftE4, scaled
from venue.rules.properties import Property


class Growth(msgspec.Struct, frozen=True):
    """The listing's fees, most of them waived."""

    exempt: ClassVar[dict[Property, str]] = {}
    volume_days: ClassVar[int] = 0

    left_e4: LeftE4 = 1_000
    deployer_e4: DeployerE4 = 0

    @property
    def credit_e4(self) -> int:
        """Volume counts as far as its fees are paid."""
        return self.left_e4

    def rates(self, seen: FeesInputs) -> Fees:
        """Return a tenth of the listing's fees.

        >>> from venue.rules.examples import FEES
        >>> Growth().rates(FEES), Growth(deployer_e4=10_000).rates(FEES)
        (Fees(maker_e6=15, taker_e6=45), Fees(maker_e6=30, taker_e6=90))
        """
        return scaled(seen.listed, deployer_e4=self.deployer_e4, left_e4=self.left_e4)
