"""Last resort ``freeze``: the market halts, and nobody pays until the operator decides.

Where the fund cannot pay a shortfall whole, the market is halted and the liquidation waits, on
record as ``frozen``. The operator brings money into the fund, or not, and resumes: then the book is
asked first, then the fund, and while both fall short the market is halted again.

It has no parameters. It needs an exit: a fund that may pay, so no backstop ``none``.

Guards against a wrong print or an empty book being paid for by winners: nothing is final.

Does not guard against time: positions stay open and cannot be closed, and the shortfall grows or
shrinks with the price.

Rounding: none.

Source: fact sheet, section 16.20 (``freeze``); exchanges that halted and then cancelled or reworked
trades by hand.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import ResortInputs
from venue.rules.properties import Property


class Freeze(msgspec.Struct, frozen=True):
    """Nobody, yet."""

    exempt: ClassVar[dict[Property, str]] = {}
    form: ClassVar[str] = "frozen"
    price: ClassVar[str] = "bankruptcy"
    seniority: ClassVar[str] = "buffer"

    def weigh(self, seen: ResortInputs) -> int:
        """Return nothing: nobody pays.

        >>> from venue.rules.examples import RESORT
        >>> Freeze().weigh(RESORT)
        0
        """
        return 0
