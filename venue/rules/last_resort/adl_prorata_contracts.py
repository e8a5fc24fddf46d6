"""Last resort ``adl_prorata_contracts``: every opposite position gives up the same share of it.

    lots_i = lots to close × |size_i| / sum of |size| of the opposite side

Parameters: ``price`` (``bankruptcy``) and ``seniority`` (``buffer``; see ``profit_leverage``). Who
cannot give up so much and keep its maintenance gives up what it can; the others cover it.

Guards against concentration: nobody loses the whole of a hedge while others lose nothing.

Does not guard against taking from who took no risk: an unlevered account pays like a levered one.

Rounding: lots down to whole ones by cumulative share; what is left over goes round once more, by
account id.

Source: fact sheet, section 16.20. No venue of that list does quite this; it is the contract-space
sharing that papers on ADL compare ranks with.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import ResortInputs
from venue.rules.last_resort.parameters import Price, Seniority
from venue.rules.properties import Property


class AdlProrataContracts(msgspec.Struct, frozen=True):
    """The same share of every opposite position."""

    exempt: ClassVar[dict[Property, str]] = {}
    form: ClassVar[str] = "prorata"

    price: Price = "bankruptcy"
    seniority: Seniority = "buffer"

    def weigh(self, seen: ResortInputs) -> int:
        """Return the weight: lots, unsigned.

        >>> from venue.rules.examples import RESORT
        >>> AdlProrataContracts().weigh(RESORT._replace(size_lots=-400))
        400
        """
        return abs(seen.size_lots)
