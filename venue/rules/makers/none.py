"""Makers rule ``none``: nobody owes quotes.

Guards against nothing; it is here to be compared with.

Does not guard against makers who leave when they are needed.

Rounding: none. Source: most venues, whose makers come for spread and fees alone.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import DutyInputs, QuotedInputs
from venue.rules.properties import Property


class NoMakers(msgspec.Struct, frozen=True):
    """No bonds, no duties."""

    exempt: ClassVar[dict[Property, str]] = {}
    epoch_ns: ClassVar[int] = 0
    bond_micros_min: ClassVar[int] = 0
    range_e4: ClassVar[int] = 0
    centre: ClassVar[str] = "mark"

    def quotes(self, seen: QuotedInputs) -> bool:
        """Say that nothing is owed.

        >>> from venue.rules.examples import DUTY, QUOTES
        >>> NoMakers().quotes(QUOTES), NoMakers().penalty_e12(DUTY)
        (True, 0)
        """
        return True

    def penalty_e12(self, seen: DutyInputs) -> int:
        """Return nothing."""
        return 0
