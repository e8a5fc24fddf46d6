"""Last resort ``equity_prorata``: everybody in the market pays in proportion to equity.

    payment_i = shortfall × equity_i / sum of equity

over all accounts with a position in the market, long or short. Nobody's position is closed; the
fund takes the bankrupt one over at the mark and unwinds it.

Parameter: ``seniority``, whose money is asked first: ``buffer`` (the default: nobody is brought
below maintenance), then ``any``.

Guards against making the next account bankrupt: who has more pays more.

Does not guard against paying for a stranger: a large account with a small position pays most.

Rounding: by cumulative share, so that the parts add up to the loss to the micro-dollar.

Source: fact sheet, section 16.20: the wealth-space sharing that papers on ADL compare ranks with.
No venue of that list does it.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import ResortInputs
from venue.rules.last_resort.parameters import Seniority
from venue.rules.properties import Property


class EquityProrata(msgspec.Struct, frozen=True):
    """In proportion to equity."""

    exempt: ClassVar[dict[Property, str]] = {}
    form: ClassVar[str] = "shared"
    price: ClassVar[str] = "bankruptcy"

    seniority: Seniority = "buffer"

    def weigh(self, seen: ResortInputs) -> int:
        """Return the weight: equity in micro-dollars, or nothing.

        >>> from venue.rules.examples import RESORT
        >>> EquityProrata().weigh(RESORT), EquityProrata().weigh(RESORT._replace(equity_micros=-1))
        (500000000, 0)
        """
        return max(0, seen.equity_micros)
