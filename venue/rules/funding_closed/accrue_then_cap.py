"""Funding_closed rule ``accrue_then_cap``: what is due while closed is paid at the reopen.

    accrued <- accrued + f            while closed; nothing is paid
    paid     = f + clamp(accrued, ± cap)   at the first settlement after

Parameter: ``cap_e12`` (1 % of notional for the whole closure, assumed). What is beyond the cap is
forgotten.

Guards against liquidations by funding while nobody can bring money, and against a weekend that
costs more than a stated part of the position.

Does not guard against leaving: whoever closes before that settlement pays nothing of what was put
by, and whoever opens pays or gets all of it. The accrued rate is known, so the book prices it.

Rounding: none beyond the rate's own. Source: venue-rules 16.10 (``accrue_then_cap``); no venue that
was read has it."""

from typing import ClassVar

import msgspec

from venue.core.policies import PauseAnswer, PauseInputs
from venue.core.units import E12, clamp
from venue.rules.parameters import PositiveRateE12
from venue.rules.properties import Property


class AccrueThenCap(msgspec.Struct, frozen=True):
    """Put by while closed, paid with a cap when open again."""

    exempt: ClassVar[dict[Property, str]] = {}

    cap_e12: PositiveRateE12 = E12 // 100

    def samples(self, *, is_closed: bool) -> bool:
        """Say whether a sample is taken: always."""
        return True

    def pause(self, seen: PauseInputs) -> PauseAnswer:
        """Return nothing while closed, and what was put by with the first rate after.

        >>> AccrueThenCap().pause(PauseInputs(12_500_000, 100_000_000, True))
        PauseAnswer(rate_e12=0, accrued_e12=112500000)
        >>> AccrueThenCap().pause(PauseInputs(12_500_000, 112_500_000, False))
        PauseAnswer(rate_e12=125000000, accrued_e12=0)
        """
        if seen.is_closed:
            return PauseAnswer(0, seen.accrued_e12 + seen.rate_e12)
        put_by_e12 = clamp(seen.accrued_e12, low=-self.cap_e12, high=self.cap_e12)
        return PauseAnswer(seen.rate_e12 + put_by_e12, 0)
