"""Last resort ``adl_random``: from a pseudo-random account on, round the list.

    rank = - ((n - draw) mod among)

for the n-th of ``among`` opposite accounts in order of their ids. ``draw`` comes from the sequence
number of the command and the liquidation's id, so a replay draws the same.

Parameters: ``price`` (``bankruptcy``, dYdX's; ``oracle`` is its final settlement) and ``seniority``
(``buffer``; see ``profit_leverage``).

Guards against being known beforehand: nobody can trade his way down a queue.

Does not guard against bad luck: an unlevered hedge may be first, and a levered winner last.

Rounding: none.

Source: dYdX v4 (fact sheet, section 8): governance documents say most profitable and most levered
first; the code starts at a pseudo-random subaccount of the opposite side and walks, and the code
wins.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import ResortInputs
from venue.rules.last_resort.parameters import Price, Seniority
from venue.rules.properties import Property


class AdlRandom(msgspec.Struct, frozen=True):
    """A walk from a drawn place."""

    exempt: ClassVar[dict[Property, str]] = {}
    form: ClassVar[str] = "ranked"

    price: Price = "bankruptcy"
    seniority: Seniority = "buffer"

    def weigh(self, seen: ResortInputs) -> int:
        """Return the rank: 0 for the one drawn, one less for each after it.

        >>> from venue.rules.examples import RESORT
        >>> three = [RESORT._replace(nth=n, among=3, draw=7) for n in range(3)]
        >>> [AdlRandom().weigh(each) for each in three]  # 7 mod 3: the second is first
        [-2, 0, -1]
        """
        return -((seen.nth - seen.draw) % seen.among)
