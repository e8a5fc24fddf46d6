"""What is due, after a start, after downtime, after a jump of the clock."""

import msgspec
import pytest

from tests.sessions.moments import utc, written
from venue.core.commands import ChangeSession
from venue.core.phases import Closure, Session
from venue.sessions import (
    Calendar,
    CalendarError,
    Due,
    Override,
    command_of,
    due_at_start,
    due_between,
    missed,
    next_due,
    session_at,
)

CALENDARS = {"TSLA": Calendar.US_EQUITY, "NDX": Calendar.CME_INDEX_FUTURE}
FRIDAY_NS = utc("2025-04-11 19:45")
MONDAY_NS = utc("2025-04-14 14:30")


def rows(due: list[Due]) -> list[str]:
    return [
        f"{written(each.at_ns)} {each.command.underlying} {each.command.session.value}"
        for each in due
    ]


def known_at(at_ns: int) -> dict[str, ChangeSession | None]:
    return {
        underlying: command_of(underlying, session_at(calendar, at_ns))
        for underlying, calendar in CALENDARS.items()
    }


def test_missed_changes_come_in_order_with_their_own_times() -> None:
    found = missed("TSLA", Calendar.US_EQUITY, FRIDAY_NS, utc("2025-04-14 13:30"))

    assert found == [
        ChangeSession(
            underlying="TSLA",
            session=Session.AFTER_MARKET,
            closure=Closure.NONE,
            since_ns=utc("2025-04-11 20:00"),
            next_change_ns=utc("2025-04-12 00:00"),
            next_session=Session.NO_TRADING,
        ),
        ChangeSession(
            underlying="TSLA",
            session=Session.NO_TRADING,
            closure=Closure.WEEKEND,
            since_ns=utc("2025-04-12 00:00"),
            next_change_ns=utc("2025-04-14 08:00"),
            next_session=Session.PRE_MARKET,
        ),
        ChangeSession(
            underlying="TSLA",
            session=Session.PRE_MARKET,
            closure=Closure.NONE,
            since_ns=utc("2025-04-14 08:00"),
            next_change_ns=utc("2025-04-14 13:30"),
            next_session=Session.REGULAR,
        ),
        ChangeSession(
            underlying="TSLA",
            session=Session.REGULAR,
            closure=Closure.NONE,
            since_ns=utc("2025-04-14 13:30"),
            next_change_ns=utc("2025-04-14 20:00"),
            next_session=Session.AFTER_MARKET,
        ),
    ]


def test_changes_of_several_underlyings_are_merged_by_time_then_name() -> None:
    calendars = {**CALENDARS, "AAPL": Calendar.US_EQUITY}

    assert rows(due_between(calendars, FRIDAY_NS, utc("2025-04-14 08:00"))) == [
        "2025-04-11 20:00 AAPL AFTER_MARKET",
        "2025-04-11 20:00 TSLA AFTER_MARKET",
        "2025-04-11 21:00 NDX NO_TRADING",
        "2025-04-12 00:00 AAPL NO_TRADING",
        "2025-04-12 00:00 TSLA NO_TRADING",
        "2025-04-13 22:00 NDX REGULAR",
        "2025-04-14 08:00 AAPL PRE_MARKET",
        "2025-04-14 08:00 TSLA PRE_MARKET",
    ]


def test_first_start_tells_the_current_session_now() -> None:
    due = due_at_start(CALENDARS, {"TSLA": None}, now_ns=FRIDAY_NS)

    assert rows(due) == ["2025-04-11 19:45 NDX REGULAR", "2025-04-11 19:45 TSLA REGULAR"]
    assert due[1].command.since_ns == utc("2025-04-11 13:30")


def test_start_with_nothing_missed_says_nothing() -> None:
    known = known_at(FRIDAY_NS)

    assert due_at_start(CALENDARS, known, now_ns=FRIDAY_NS + 60) == []


def test_downtime_over_the_weekend_is_made_up_in_order() -> None:
    due = due_at_start(CALENDARS, known_at(FRIDAY_NS), now_ns=MONDAY_NS, resumed_from_ns=FRIDAY_NS)

    assert due == due_between(CALENDARS, FRIDAY_NS, MONDAY_NS)
    assert [each.at_ns for each in due] == [each.command.since_ns for each in due]


def test_change_that_the_journal_just_missed_is_put_right_at_its_end() -> None:
    """The close was due at 20:00; the process died at 20:01 before it was journalled."""
    died_ns = utc("2025-04-11 20:01")

    due = due_at_start(
        {"TSLA": Calendar.US_EQUITY},
        known_at(FRIDAY_NS),
        now_ns=utc("2025-04-12 01:00"),
        resumed_from_ns=died_ns,
    )

    assert rows(due) == ["2025-04-11 20:01 TSLA AFTER_MARKET", "2025-04-12 00:00 TSLA NO_TRADING"]
    assert due[0].command.since_ns == utc("2025-04-11 20:00")


def test_new_override_ahead_is_announced_at_start() -> None:
    halt = Override(
        calendar=Calendar.US_EQUITY,
        from_ns=utc("2025-04-11 19:50"),
        to_ns=utc("2025-04-11 19:55"),
        session=Session.NO_TRADING,
        closure=Closure.HALT,
        why="a test",
    )
    known = known_at(FRIDAY_NS)

    due = due_at_start(CALENDARS, known, now_ns=FRIDAY_NS + 60, overrides=[halt])

    assert known["TSLA"] is not None
    expected = msgspec.structs.replace(
        known["TSLA"], next_change_ns=halt.from_ns, next_session=Session.NO_TRADING
    )
    assert due == [Due(FRIDAY_NS + 60, expected)]


def test_next_due_is_the_earliest_change_of_all() -> None:
    assert written(next_due(CALENDARS, utc("2025-04-11 20:00"))) == "2025-04-11 21:00"
    assert written(next_due(CALENDARS, utc("2025-04-11 21:00"))) == "2025-04-12 00:00"


def test_next_due_of_no_underlying_is_refused() -> None:
    with pytest.raises(CalendarError, match="at least one underlying"):
        next_due({}, FRIDAY_NS)
