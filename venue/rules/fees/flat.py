"""Fees rule ``flat``: the listing's maker and taker fee, for everybody, always.

    fee = notional × rate of the listing; a negative maker fee is a rebate

Guards against nothing: it is what a new account pays on most venues.

Does not guard against trades made for their own sake where the maker is paid more than the taker
pays: a listing refuses that.

Rounding: each fee up to the next micro-dollar, a rebate too. Source: the base tier of a venue, as
the listing says it.
"""

from typing import ClassVar

import msgspec

from venue.core.listing import Fees
from venue.core.policies import FeesInputs
from venue.core.units import E4
from venue.rules.properties import Property


class FlatFees(msgspec.Struct, frozen=True):
    """The listing's own fees."""

    exempt: ClassVar[dict[Property, str]] = {}
    volume_days: ClassVar[int] = 0
    credit_e4: ClassVar[int] = E4

    def rates(self, seen: FeesInputs) -> Fees:
        """Return the listing's fees.

        >>> from venue.rules.examples import FEES
        >>> FlatFees().rates(FEES)
        Fees(maker_e6=150, taker_e6=450)
        """
        return seen.listed
