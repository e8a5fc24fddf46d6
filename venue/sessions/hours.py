"""The hours of each calendar, and what they make of one trade date.

See the rule table in docs/sessions.md; the times stand here and nowhere else.
"""

import datetime as dt
from enum import StrEnum
from functools import lru_cache

import msgspec

from venue.core.phases import Closure, Session
from venue.sessions.clocktime import new_york_ns
from venue.sessions.table import CalendarError, Row, closures


class Calendar(StrEnum):
    """The calendars an underlying can be listed with."""

    US_EQUITY = "us_equity"
    US_EQUITY_24_5 = "us_equity_24_5"
    US_EQUITY_REGULAR = "us_equity_regular"
    CME_INDEX_FUTURE = "cme_index_future"


class Span(msgspec.Struct, frozen=True):
    """One session from ``from_ns`` (included) to ``to_ns`` (excluded)."""

    session: Session
    closure: Closure
    from_ns: int
    to_ns: int


# Minutes after midnight of the trade date, New York; negative on the evening before.
_PRE, _OPEN, _CLOSE, _POST_MINUTES = 4 * 60, 9 * 60 + 30, 16 * 60, 4 * 60
_OVERNIGHT = -4 * 60
_CME_OPEN, _CME_CLOSE = -6 * 60, 17 * 60

SATURDAY = 5


def calendar_named(name: str) -> Calendar:
    """Return the calendar of a name, as a market's listing has it; refuse an unknown one."""
    try:
        return Calendar(name)
    except ValueError:
        known = ", ".join(calendar.value for calendar in Calendar)
        raise CalendarError(f"expected a calendar out of {known}; found {name!r}") from None


def rows(calendar: Calendar) -> dict[dt.date, Row]:
    """Return the unusual dates of a calendar's exchange."""
    table = closures()
    return table.cme if calendar is Calendar.CME_INDEX_FUTURE else table.nyse


def is_trade_date(calendar: Calendar, date: dt.date) -> bool:
    """Say whether a date has sessions: a weekday that is not shut all day."""
    row = rows(calendar).get(date)
    return date.weekday() < SATURDAY and (row is None or row.close is not None)


@lru_cache(maxsize=4096)
def sessions_of(calendar: Calendar, date: dt.date) -> tuple[Span, ...]:
    """Return the sessions of one trade date, in order and without holes."""
    row = rows(calendar).get(date)
    early = row.close_minutes if row is not None else None
    bounds: list[tuple[Session, Closure, int, int]] = []
    if calendar is Calendar.CME_INDEX_FUTURE:
        close = _CME_CLOSE if early is None else early
        bounds.append((Session.REGULAR, Closure.NONE, _CME_OPEN, close))
    else:
        close = _CLOSE if early is None else early
        if calendar is Calendar.US_EQUITY_REGULAR:
            regular = (new_york_ns(date, _OPEN), new_york_ns(date, close))
            return (Span(Session.REGULAR, Closure.NONE, *regular),)
        after = Closure.NONE if early is None else Closure.EARLY_CLOSE
        if calendar is Calendar.US_EQUITY_24_5 and date >= closures().overnight_from:
            bounds.append((Session.OVERNIGHT, Closure.OVERNIGHT, _OVERNIGHT, _PRE))
        bounds.append((Session.PRE_MARKET, Closure.NONE, _PRE, _OPEN))
        bounds.append((Session.REGULAR, Closure.NONE, _OPEN, close))
        bounds.append((Session.AFTER_MARKET, after, close, close + _POST_MINUTES))
    return tuple(
        Span(session, closure, new_york_ns(date, start), new_york_ns(date, end))
        for session, closure, start, end in bounds
    )
