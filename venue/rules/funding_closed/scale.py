"""Funding_closed rule ``scale``: a part of the rate while closed.

    paid = scale × f while closed, else f

Parameter: ``scale_e4`` (5,000: half; 0 to 100,000).

Guards against a part of a weekend's funding by a thin book, and leaves a part of its pull.

Does not guard against an interval that ends just after a session changed: the scale at its end
counts for all of it.

Rounding: half to even to 1e-12. Source: venue-rules 16.10 (``scale x``); trade.xyz's half is on all
hours, and is a parameter of its funding.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import PauseAnswer, PauseInputs
from venue.core.units import E4, div_half_even
from venue.rules.parameters import FactorE4
from venue.rules.properties import Property


class Scale(msgspec.Struct, frozen=True):
    """A factor while closed."""

    exempt: ClassVar[dict[Property, str]] = {}

    scale_e4: FactorE4 = 5_000

    def samples(self, *, is_closed: bool) -> bool:
        """Say whether a sample is taken: always."""
        return True

    def pause(self, seen: PauseInputs) -> PauseAnswer:
        """Return the rate, scaled while closed.

        >>> Scale().pause(PauseInputs(12_500_000, 0, True))
        PauseAnswer(rate_e12=6250000, accrued_e12=0)
        """
        if not seen.is_closed:
            return PauseAnswer(seen.rate_e12, 0)
        return PauseAnswer(div_half_even(seen.rate_e12 * self.scale_e4, E4), 0)
