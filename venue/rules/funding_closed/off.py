"""Funding_closed rule ``off``: nothing is sampled and nothing is paid while closed.

    paid = 0 while closed, else f × share of the interval that was open

Guards against a weekend's funding by a thin book, and against paying for a bet that is right.

Does not guard against a weekend's premium: nothing draws P towards O until the market opens.

Rounding: none. Source: devnet.one's equities (funding off when closed); QFEX has the same by a
rule of its own.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import PauseAnswer, PauseInputs
from venue.rules.properties import Property


class Off(msgspec.Struct, frozen=True):
    """Nothing while closed."""

    exempt: ClassVar[dict[Property, str]] = {}

    def samples(self, *, is_closed: bool) -> bool:
        """Say whether a sample is taken: not while closed."""
        return not is_closed

    def pause(self, seen: PauseInputs) -> PauseAnswer:
        """Return the rate, or zero while closed.

        >>> Off().pause(PauseInputs(12_500_000, 0, True))
        PauseAnswer(rate_e12=0, accrued_e12=0)
        """
        return PauseAnswer(0 if seen.is_closed else seen.rate_e12, 0)
