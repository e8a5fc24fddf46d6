"""What must hold of every calendar at every instant, and what is refused."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sessions.moments import utc
from venue.core.phases import Closure, Session
from venue.core.units import NS_PER_DAY, NS_PER_MINUTE
from venue.sessions import (
    Calendar,
    CalendarError,
    SessionNow,
    calendar_named,
    changes,
    closures,
    next_change,
    session_at,
)
from venue.sessions.clocktime import NEW_YORK
from venue.sessions.table import read_table

FROM_NS, TO_NS = closures().covers_from_ns, closures().covers_to_ns
instants = st.integers(FROM_NS, TO_NS - 1)
calendars = st.sampled_from(Calendar)


def naive_session(calendar: Calendar, at_ns: int) -> Session:
    """A second opinion: look at the clock on the wall in New York and think of nothing else."""
    if calendar is Calendar.US_EQUITY_REGULAR:
        whole_day = naive_session(Calendar.US_EQUITY, at_ns)
        return whole_day if whole_day is Session.REGULAR else Session.NO_TRADING
    wall = dt.datetime.fromtimestamp(at_ns // 1_000_000_000, tz=NEW_YORK)
    today, tomorrow = wall.date(), wall.date() + dt.timedelta(days=1)
    table = closures()
    if calendar is Calendar.CME_INDEX_FUTURE:
        if wall.hour >= 18:
            shut = tomorrow.weekday() >= 5 or (
                tomorrow in table.cme and table.cme[tomorrow].close is None
            )
            return Session.NO_TRADING if shut else Session.REGULAR
        row = table.cme.get(today)
        if today.weekday() >= 5 or (row is not None and row.close is None):
            return Session.NO_TRADING
        ends = "17:00" if row is None else str(row.close)
        return Session.REGULAR if f"{wall:%H:%M}" < ends else Session.NO_TRADING
    night_of = today if wall.hour < 4 else tomorrow
    if wall.hour < 4 or wall.hour >= 20:
        row = table.nyse.get(night_of)
        shut = night_of.weekday() >= 5 or (row is not None and row.close is None)
        if calendar is Calendar.US_EQUITY or shut or night_of < table.overnight_from:
            return Session.NO_TRADING
        return Session.OVERNIGHT
    row = table.nyse.get(today)
    if today.weekday() >= 5 or (row is not None and row.close is None):
        return Session.NO_TRADING
    close, end = ("16:00", "20:00") if row is None else ("13:00", "17:00")
    now = f"{wall:%H:%M}"
    if now < "09:30":
        return Session.PRE_MARKET
    if now < close:
        return Session.REGULAR
    return Session.AFTER_MARKET if now < end else Session.NO_TRADING


@given(calendar=calendars, at_ns=instants)
def test_session_is_the_one_that_the_clock_on_the_wall_shows(
    calendar: Calendar, at_ns: int
) -> None:
    assert session_at(calendar, at_ns).session is naive_session(calendar, at_ns)


@given(calendar=calendars, at_ns=instants)
def test_session_announces_its_neighbours(calendar: Calendar, at_ns: int) -> None:
    now = session_at(calendar, at_ns)

    assert now.since_ns <= at_ns < now.next_change_ns
    if now.since_ns > FROM_NS:
        assert session_at(calendar, now.since_ns) == now
        assert session_at(calendar, now.since_ns - 1).next_change_ns == now.since_ns
    if now.next_change_ns < TO_NS:
        following = session_at(calendar, now.next_change_ns)
        assert following.session is now.next_session
        assert following.since_ns == now.next_change_ns


@given(calendar=calendars, at_ns=instants)
def test_closure_fits_its_session(calendar: Calendar, at_ns: int) -> None:
    now = session_at(calendar, at_ns)
    allowed = {
        Session.REGULAR: {Closure.NONE},
        Session.PRE_MARKET: {Closure.NONE},
        Session.AFTER_MARKET: {Closure.NONE, Closure.EARLY_CLOSE},
        Session.OVERNIGHT: {Closure.OVERNIGHT},
        Session.NO_TRADING: set(Closure) - {Closure.NONE, Closure.HALT},
    }

    assert now.closure in allowed[now.session]


@given(calendar=calendars, start_ns=instants, days=st.lists(st.integers(0, 40), max_size=4))
def test_intervals_that_touch_lose_no_change_and_share_none(
    calendar: Calendar, start_ns: int, days: list[int]
) -> None:
    bounds = [start_ns]
    for each in days:
        bounds.append(min(bounds[-1] + each * NS_PER_DAY, TO_NS - 1))

    parts: list[SessionNow] = []
    for one, other in pairwise(bounds):
        parts.extend(changes(calendar, one, other))

    assert parts == list(changes(calendar, bounds[0], bounds[-1]))


@pytest.mark.parametrize("calendar", list(Calendar))
def test_next_change_walks_through_all_years(calendar: Calendar) -> None:
    walked: list[int] = []
    at_ns = FROM_NS
    while (at_ns := next_change(calendar, at_ns)) < TO_NS:
        walked.append(at_ns)

    assert walked == [each.since_ns for each in changes(calendar, FROM_NS, TO_NS - 1)]
    assert len(walked) > 17 * 250 * 2


def test_before_its_start_24_5_is_us_equity() -> None:
    until_ns = utc("2023-05-12 00:00")

    around_the_clock = list(changes(Calendar.US_EQUITY_24_5, FROM_NS, until_ns))

    assert around_the_clock == list(changes(Calendar.US_EQUITY, FROM_NS, until_ns))
    assert Session.OVERNIGHT not in {each.session for each in around_the_clock}


def test_edges_of_the_table_know_what_lies_beyond() -> None:
    first = session_at(Calendar.US_EQUITY, FROM_NS)
    last = session_at(Calendar.CME_INDEX_FUTURE, TO_NS - 1)

    assert first == SessionNow(
        session=Session.NO_TRADING,
        closure=Closure.HOLIDAY,
        since_ns=utc("2011-12-31 01:00"),
        next_change_ns=utc("2012-01-03 09:00"),
        next_session=Session.PRE_MARKET,
    )
    assert last == SessionNow(
        session=Session.NO_TRADING,
        closure=Closure.HOLIDAY,
        since_ns=utc("2028-12-29 22:00"),
        next_change_ns=utc("2029-01-01 23:00"),
        next_session=Session.REGULAR,
    )


@pytest.mark.parametrize("at_ns", [0, FROM_NS - 1, TO_NS, TO_NS + 100 * 365 * NS_PER_DAY])
def test_instant_outside_the_table_is_refused_with_the_years(at_ns: int) -> None:
    with pytest.raises(CalendarError, match=r"covers the years 2012 to 2028"):
        session_at(Calendar.US_EQUITY, at_ns)


@pytest.mark.parametrize(("from_ns", "to_ns"), [(FROM_NS - 1, FROM_NS), (FROM_NS, TO_NS)])
def test_interval_outside_the_table_is_refused_before_it_begins(from_ns: int, to_ns: int) -> None:
    with pytest.raises(CalendarError, match=r"covers the years 2012 to 2028"):
        changes(Calendar.US_EQUITY, from_ns, to_ns)


def test_unknown_calendar_is_refused_with_the_known_ones() -> None:
    with pytest.raises(CalendarError, match=r"us_equity_regular, cme_index_future; found 'lse'"):
        calendar_named("lse")

    assert calendar_named("us_equity") is Calendar.US_EQUITY


def test_broken_table_is_refused_with_the_place() -> None:
    with pytest.raises(CalendarError, match=r"not readable.*kind"):
        read_table(
            "first_year = 2012\nlast_year = 2028\novernight_from = 2023-05-15\n[cme]\n[nyse]\n"
            '2012-01-02 = { kind = "day off", name = "New Year" }\n'
        )


def test_a_session_lasts_at_least_an_hour_or_is_the_daily_break() -> None:
    for calendar in Calendar:
        for each in changes(calendar, FROM_NS, TO_NS - 1):
            assert each.next_change_ns - each.since_ns >= 60 * NS_PER_MINUTE
