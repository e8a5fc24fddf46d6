"""Corporate rule ``captured_by_funding``: the dividend reaches longs as funding, and not otherwise.

    steps = none; before ex the perp trades below the index, so funding is negative and shorts pay

Known moves of the index are priced by stepping backwards from ex: whoever buys at the discount
loses the dividend at ex and has received it as funding before. So nothing is done on the day.

Guards against a payment on a date, which could be bought an hour before. Does not guard against
funding that is capped or paused: what does not fit through the cap before ex is lost to longs. A
listing with this rule must have a funding rule that pays (``dividend_without_funding``).

Rounding: none. Source: trade.xyz, venue-rules.md section 3 [V~ 38].
"""

from typing import ClassVar

import msgspec

from venue.core.policies import ActionStep, DividendInputs
from venue.rules.properties import Property


class CapturedByFunding(msgspec.Struct, frozen=True):
    """Nothing but funding."""

    exempt: ClassVar[dict[Property, str]] = {}

    def dividend(self, seen: DividendInputs) -> tuple[ActionStep, ...]:
        """Return no step.

        >>> from venue.rules.examples import DIVIDEND
        >>> CapturedByFunding().dividend(DIVIDEND)
        ()
        """
        return ()
