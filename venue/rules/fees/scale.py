"""What a deployer's share and growth mode make of a fee; shared by the fee rules."""

from typing import Annotated

import msgspec

from venue.core.listing import Fees
from venue.core.units import E4, div_ceil
from venue.rules.parameters import PositiveShareE4

# A deployer's share s of the fees, up to 300 %.
DeployerE4 = Annotated[int, msgspec.Meta(ge=0, le=3 * E4)]
# What is left of fees and rebates: all of them, or a tenth in growth mode.
LeftE4 = PositiveShareE4


def scaled(fees: Fees, *, deployer_e4: int, left_e4: int) -> Fees:
    """Return fees with a deployer's share on top, and what growth mode leaves of them.

    With a share s the user pays (1 + s) times the fee below s = 1 and 2 s times from there on; a
    rebate is not raised. Rounds up, towards the venue.

    Source: Hyperliquid's HIP-3 fees, venue-rules section 2.

    >>> scaled(Fees(150, 450), deployer_e4=10_000, left_e4=10_000)
    Fees(maker_e6=300, taker_e6=900)
    >>> scaled(Fees(-30, 240), deployer_e4=5_000, left_e4=1_000)
    Fees(maker_e6=-3, taker_e6=36)
    """
    factor_e4 = E4 + deployer_e4 if deployer_e4 < E4 else 2 * deployer_e4
    return Fees(
        _scale(fees.maker_e6, factor_e4, left_e4), _scale(fees.taker_e6, factor_e4, left_e4)
    )


def _scale(rate_e6: int, factor_e4: int, left_e4: int) -> int:
    if rate_e6 < 0:
        return div_ceil(rate_e6 * left_e4, E4)
    return div_ceil(rate_e6 * factor_e4 * left_e4, E4 * E4)
