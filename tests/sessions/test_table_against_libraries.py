"""The checked-in table against two calendar libraries, every weekday from 2012 to 2028.

For NYSE both must agree with it. For CME index futures they do not: every difference stands in
``cme_differences.txt`` with its reason, and one more or one fewer fails.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.calendar_table import render
from venue.core.phases import Session
from venue.sessions import Calendar, changes, closures
from venue.sessions.clocktime import new_york_text
from venue.sessions.table import PATH

exchange_calendars = pytest.importorskip("exchange_calendars")
pandas_market_calendars = pytest.importorskip("pandas_market_calendars")

FIRST, LAST = dt.date(2012, 1, 1), dt.date(2028, 12, 31)
DIFFERENCES = Path(__file__).with_name("cme_differences.txt")
SHUT = "shut"
# exchange_calendars has no daily break: its CME day ends at 18:00 where ours ends at 17:00.
FULL_CME_DAY = {"18:00": "17:00"}

Hours = dict[dt.date, tuple[str, str]]


def library_hours(schedule: Any, opens: str, closes: str) -> Hours:
    """Return open and close of each trade date, ``YYYY-MM-DD HH:MM`` in New York."""
    local = [
        schedule[column].dt.tz_convert("America/New_York").dt.strftime("%Y-%m-%d %H:%M")
        for column in (opens, closes)
    ]
    return {
        stamp.date(): (begin, end) for stamp, begin, end in zip(schedule.index, *local, strict=True)
    }


def from_exchange_calendars(name: str) -> Hours:
    calendar = exchange_calendars.get_calendar(name, start=FIRST, end=LAST)
    return library_hours(calendar.schedule, "open", "close")


def from_pandas_market_calendars(name: str) -> Hours:
    schedule = pandas_market_calendars.get_calendar(name).schedule(FIRST, LAST)
    return library_hours(schedule, "market_open", "market_close")


def our_hours(calendar: Calendar) -> Hours:
    """Return begin and end of each regular session, as the calendar itself yields them."""
    hours: Hours = {}
    start_ns, end_ns = closures().covers_from_ns, closures().covers_to_ns
    for now in changes(calendar, start_ns, end_ns - 1):
        if now.session is Session.REGULAR:
            begin, end = new_york_text(now.since_ns)[:16], new_york_text(now.next_change_ns)[:16]
            hours[dt.date.fromisoformat(end[:10])] = (begin, end)
    return hours


def weekdays() -> Iterator[dt.date]:
    for number in range((LAST - FIRST).days + 1):
        date = FIRST + dt.timedelta(days=number)
        if date.weekday() < 5:
            yield date


@pytest.fixture(scope="module")
def cme_libraries() -> dict[str, Hours]:
    return {
        "exchange_calendars": from_exchange_calendars("CMES"),
        "pandas_market_calendars": from_pandas_market_calendars("CME Globex Equity"),
    }


def test_checked_in_table_is_what_the_script_writes() -> None:
    assert PATH.read_text(encoding="utf-8") == render()


def test_every_nyse_session_agrees_with_both_libraries() -> None:
    ours = our_hours(Calendar.US_EQUITY)

    assert len(ours) == 4273
    assert ours == from_exchange_calendars("XNYS")
    assert ours == from_pandas_market_calendars("NYSE")
    assert ours == our_hours(Calendar.US_EQUITY_24_5)


def test_nyse_extended_hours_agree_with_the_library_that_knows_them() -> None:
    schedule = pandas_market_calendars.get_calendar("NYSE").schedule(
        FIRST, LAST, market_times="all"
    )
    theirs = library_hours(schedule, "pre", "post")

    found: Hours = {}
    start_ns, end_ns = closures().covers_from_ns, closures().covers_to_ns
    begin = ""
    for now in changes(Calendar.US_EQUITY, start_ns, end_ns - 1):
        if now.session is Session.PRE_MARKET:
            begin = new_york_text(now.since_ns)[:16]
        elif now.session is Session.AFTER_MARKET:
            end = new_york_text(now.next_change_ns)[:16]
            found[dt.date.fromisoformat(end[:10])] = (begin, end)

    assert found == theirs


def test_every_cme_difference_is_pinned_with_its_reason(cme_libraries: dict[str, Hours]) -> None:
    ours = our_hours(Calendar.CME_INDEX_FUTURE)
    pinned = [
        row
        for row in DIFFERENCES.read_text(encoding="utf-8").splitlines()
        if row and not row.startswith("#")
    ]

    found: list[str] = []
    for date in weekdays():
        mine = ours[date][1][11:] if date in ours else SHUT
        for library, hours in cme_libraries.items():
            theirs = hours[date][1][11:] if date in hours else SHUT
            if FULL_CME_DAY.get(theirs, theirs) != mine:
                found.append(f"{date} {library} {theirs} ours {mine}")
    print("\n".join(found))

    assert found == [row.split(":: ")[0].strip() for row in pinned]
    assert all(len(row.split(":: ")[1]) > 10 for row in pinned), "a difference without a reason"


def test_every_cme_session_begins_at_18_the_evening_before(cme_libraries: dict[str, Hours]) -> None:
    ours = our_hours(Calendar.CME_INDEX_FUTURE)

    for hours in (ours, *cme_libraries.values()):
        for date, (begin, _) in hours.items():
            assert begin == f"{date - dt.timedelta(days=1)} 18:00"
