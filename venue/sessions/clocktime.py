"""New York clock time and nanoseconds UTC: the one place where the two meet.

Daylight saving is the time-zone database's business. No session begins or ends between 01:00
and 03:00, so no boundary of the rule table is skipped or doubled by a change of the clocks.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from venue.core.units import NS_PER_SECOND

NEW_YORK = ZoneInfo("America/New_York")

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_US = dt.timedelta(microseconds=1)
_NS_PER_US = 1_000


def instant_ns(moment: dt.datetime) -> int:
    """Return nanoseconds since the Unix epoch of a moment with an offset; exact."""
    return (moment - _EPOCH) // _US * _NS_PER_US


def new_york_ns(date: dt.date, minutes: int) -> int:
    """Return the instant at which clocks in New York show a time.

    Args:
        date: the calendar date that ``minutes`` count from.
        minutes: clock minutes after midnight; negative on the evening before.

    >>> new_york_ns(dt.date(2025, 1, 6), -240)  # Sunday 20:00 is 01:00 UTC
    1736125200000000000
    """
    clock = dt.datetime.combine(date, dt.time()) + dt.timedelta(minutes=minutes)
    return instant_ns(clock.replace(tzinfo=NEW_YORK))


def date_start_ns(date: dt.date) -> int:
    """Return midnight in New York at which a date begins."""
    return new_york_ns(date, 0)


def new_york_date(at_ns: int) -> dt.date:
    """Return the calendar date in New York at an instant.

    >>> new_york_date(1736125200000000000)
    datetime.date(2025, 1, 5)
    """
    return dt.datetime.fromtimestamp(at_ns // NS_PER_SECOND, tz=NEW_YORK).date()


def new_york_text(at_ns: int) -> str:
    """Return an instant as a person reads it, to the second.

    >>> new_york_text(1736125200000000000)
    '2025-01-05 20:00:00 New York'
    """
    moment = dt.datetime.fromtimestamp(at_ns // NS_PER_SECOND, tz=NEW_YORK)
    return f"{moment:%Y-%m-%d %H:%M:%S} New York"
