"""Fees rule ``maker_taker_skew``: who brings a pool into balance pays the maker's fee.

    maker part = what of the opening brings long and short open interest nearer to each other,
                 where the leverage is at most ``maker_leverage_max``; taker part = the rest
    opening fee = maker part × maker fee + taker part × taker fee

A maker's fee below zero is none here: a rebate comes out of what the taker of the same trade pays,
and against a pool there is no taker. Closing costs nothing. In a book, where nobody trades against
the pool, it is the listing's fees.

Parameters: ``maker_leverage_max``: above it all of an opening pays the taker's fee (20: assumed).

Guards against a pool that carries one side's risk alone: its counterweight is cheaper.

Does not guard against skew that funding does not pay for: the fee is paid once.

Rounding: the fee up to the next micro-dollar. Source: Ostium's contracts, venue-rules section 7
(opening fee: maker part where it reduces skew and leverage <= makerMaxLeverage).
"""

from typing import Annotated, ClassVar

import msgspec

from venue.core.listing import Fees
from venue.core.policies import FeesInputs, OpeningInputs
from venue.core.units import E4, E6, div_ceil
from venue.rules.properties import Property


class MakerTakerSkew(msgspec.Struct, frozen=True):
    """Maker's fee for what reduces the skew, taker's for what adds to it."""

    exempt: ClassVar[dict[Property, str]] = {}
    volume_days: ClassVar[int] = 0
    credit_e4: ClassVar[int] = E4

    maker_leverage_max: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20

    def rates(self, seen: FeesInputs) -> Fees:
        """Return the listing's fees: in a book there is no skew to reduce.

        >>> from venue.rules.examples import FEES
        >>> MakerTakerSkew().rates(FEES)
        Fees(maker_e6=150, taker_e6=450)
        """
        return seen.listed

    def opening_micros(self, seen: OpeningInputs) -> int:
        """Return what opening a position against the pool costs, in micro-dollars.

        >>> from venue.rules.examples import OPENING
        >>> MakerTakerSkew().opening_micros(OPENING)  # sells $2,500 where longs are $1,000 ahead
        825000
        """
        size = abs(seen.notional_micros)
        maker_micros = 0
        balances = (seen.notional_micros > 0) == (seen.skew_micros < 0)
        if balances and seen.leverage_e4 <= self.maker_leverage_max * E4:
            maker_micros = min(size, abs(seen.skew_micros))
        taker_micros = size - maker_micros
        maker_e6 = max(0, seen.listed.maker_e6)
        return div_ceil(maker_micros * maker_e6 + taker_micros * seen.listed.taker_e6, E6)
