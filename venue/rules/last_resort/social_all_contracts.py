"""Last resort ``social_all_contracts``: every contract, long or short, pays the same.

    payment_i = shortfall × |size_i| / sum of |size| over both sides

It is paid like a funding payment that both sides owe. Nobody's position is closed; the fund takes
the bankrupt one over at the mark and unwinds it.

Parameter: ``seniority``, whose money is asked first: ``buffer`` (the default: nobody is brought
below maintenance), then ``any``.

Guards against concentration, and it needs no ranking.

Does not guard against taking from the losing side: who has just lost pays as much a contract as who
has won.

Rounding: by cumulative share, so that the parts add up to the loss to the micro-dollar.

Source: Drift v2, resolve_perp_bankruptcy (fact sheet, section 9): socialised per contract over the
base of longs and shorts through cumulative funding. One article says one side; the code sums both.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import ResortInputs
from venue.rules.last_resort.parameters import Seniority
from venue.rules.properties import Property


class SocialAllContracts(msgspec.Struct, frozen=True):
    """In proportion to contracts of both sides."""

    exempt: ClassVar[dict[Property, str]] = {}
    form: ClassVar[str] = "shared"
    price: ClassVar[str] = "bankruptcy"

    seniority: Seniority = "buffer"

    def weigh(self, seen: ResortInputs) -> int:
        """Return the weight: lots, unsigned.

        >>> from venue.rules.examples import RESORT
        >>> SocialAllContracts().weigh(RESORT._replace(size_lots=-400))
        400
        """
        return abs(seen.size_lots)
