"""Funding_closed rule ``on``: funding runs at weekends as on weekdays.

    paid = f

Guards against a premium that stands all weekend for nothing.

Does not guard against the loop: the premium is measured against an index that the book itself
moves, and a correct bet on Monday's gap pays for being right.

Rounding: none. Source: Hyperliquid and trade.xyz (funding runs at weekends, against the internal
oracle).
"""

from typing import ClassVar

import msgspec

from venue.core.policies import PauseAnswer, PauseInputs
from venue.rules.properties import Property


class On(msgspec.Struct, frozen=True):
    """As if nothing were closed."""

    exempt: ClassVar[dict[Property, str]] = {}

    def samples(self, *, is_closed: bool) -> bool:
        """Say whether a sample is taken: always."""
        return True

    def pause(self, seen: PauseInputs) -> PauseAnswer:
        """Return the rate as it is.

        >>> On().pause(PauseInputs(12_500_000, 0, True))
        PauseAnswer(rate_e12=12500000, accrued_e12=0)
        """
        return PauseAnswer(seen.rate_e12, seen.accrued_e12)
