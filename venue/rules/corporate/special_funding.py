"""Corporate rule ``special_funding``: shorts pay longs the dividend once, the evening before ex.

Hours of New York on the day before the ex-date (``ex_ns`` is the midnight after it):

    16:00   funding settles every ``short_interval_ns``, where it settled less often before
    18:00   positions may only shrink; the mark stays within ``within_e4`` of the index
    20:00   every short pays the dividend on each unit, every long receives it; trading is normal
    00:00   the funding interval is what it was

Parameters:
    short_interval_ns: funding interval of the evening; 1 h. A whole number of minutes, to 8 h.
    within_e4: how far the mark may be from the index in the window, in 1e-4; 100, 0 to 5,000.

Guards against whoever would buy at 19:59 to be paid at 20:00: no position grows in the window.

Does not guard against a mark that has not fallen yet: shorts pay before ex, and gain at ex.

Rounding: payers round up, receivers down, the remainder is booked (``core/payments.py``).

Source: Aster's dividend procedure, venue-rules.md section 5 [V~ 22]. Its first line says "15:30:
interval to 1 h (from 16:00)": 15:30 is when it is told, which an announcement has done. That the
margin is checked after the payment, as after funding, is assumed.
"""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from venue.core.policies import ActionStep, DividendInputs, Does
from venue.core.units import NS_PER_HOUR, NS_PER_MINUTE
from venue.rules.properties import Property

_Interval = Annotated[int, Meta(ge=NS_PER_MINUTE, le=8 * NS_PER_HOUR, multiple_of=NS_PER_MINUTE)]


class SpecialFunding(msgspec.Struct, frozen=True):
    """A timetable with one payment."""

    exempt: ClassVar[dict[Property, str]] = {}

    short_interval_ns: _Interval = NS_PER_HOUR
    within_e4: Annotated[int, Meta(ge=0, le=5_000)] = 100

    def dividend(self, seen: DividendInputs) -> tuple[ActionStep, ...]:
        """Return the evening's steps.

        >>> from venue.rules.examples import DIVIDEND
        >>> hours = [(step.at_ns - DIVIDEND.ex_ns) // NS_PER_HOUR
        ...     for step in SpecialFunding().dividend(DIVIDEND)]
        >>> hours  # of an hourly market: 18:00 twice, 20:00 three times
        [-6, -6, -4, -4, -4]
        """
        ex = seen.ex_ns
        window = (
            ActionStep(ex - 6 * NS_PER_HOUR, Does.ONLY_REDUCE),
            ActionStep(ex - 6 * NS_PER_HOUR, Does.HOLD_MARK, self.within_e4),
            ActionStep(ex - 4 * NS_PER_HOUR, Does.PAY_DIVIDEND, seen.amount_nanos),
            ActionStep(ex - 4 * NS_PER_HOUR, Does.RELEASE_MARK),
            ActionStep(ex - 4 * NS_PER_HOUR, Does.TRADE_NORMALLY),
        )
        if seen.funding_interval_ns <= self.short_interval_ns:
            return window
        return (
            ActionStep(ex - 8 * NS_PER_HOUR, Does.SET_INTERVAL, self.short_interval_ns),
            *window,
            ActionStep(ex, Does.SET_INTERVAL, seen.funding_interval_ns),
        )
