"""Corporate rule ``none``: nothing is done about a dividend; "the market prices it in".

    steps = none

Guards against nothing: at ex the index falls with the stock, longs lose the dividend and shorts
gain it, unless the perp has traded that much below the index before.

Does not guard against a trader who did not know: the venue announces the ex-date all the same.

Rounding: none. Source: QFEX, venue-rules.md section 4 and section 16.11 [V 14c].
"""

from typing import ClassVar

import msgspec

from venue.core.policies import ActionStep, DividendInputs
from venue.rules.properties import Property


class NoAdjustment(msgspec.Struct, frozen=True):
    """Nothing at all."""

    exempt: ClassVar[dict[Property, str]] = {}

    def dividend(self, seen: DividendInputs) -> tuple[ActionStep, ...]:
        """Return no step.

        >>> from venue.rules.examples import DIVIDEND
        >>> NoAdjustment().dividend(DIVIDEND)
        ()
        """
        return ()
