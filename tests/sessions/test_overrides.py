"""The operator's word against the calendar's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sessions.moments import line, table, utc
from venue.core.phases import Closure, Session
from venue.core.units import NS_PER_HOUR
from venue.sessions import (
    Calendar,
    CalendarError,
    Override,
    changes,
    check_overrides,
    read_overrides,
    session_at,
)

MOURNING = """
listen = "127.0.0.1:8000"

[[session_overrides]]
calendar = "us_equity"
from = 2027-03-09T04:00:00
to = 2027-03-09T20:00:00
session = "NO_TRADING"
closure = "unscheduled"
why = "national day of mourning"
"""


def override(begins: str, ends: str, closure: Closure = Closure.HALT) -> Override:
    return Override(
        calendar=Calendar.US_EQUITY,
        from_ns=utc(begins),
        to_ns=utc(ends),
        session=Session.NO_TRADING,
        closure=closure,
        why="a test",
    )


def course(overrides: tuple[Override, ...], after: str, until: str) -> list[str]:
    found = changes(Calendar.US_EQUITY, utc(after), utc(until), overrides)
    return [line(each) for each in found]


def test_override_from_toml_wins_over_the_table() -> None:
    overrides = read_overrides(MOURNING)

    assert course(overrides, "2027-03-08 22:00", "2027-03-10 14:00") == table("""
        2027-03-09 01:00 NO_TRADING overnight
        2027-03-09 09:00 NO_TRADING unscheduled
        2027-03-10 01:00 NO_TRADING overnight
        2027-03-10 09:00 PRE_MARKET none
    """)


def test_halt_at_noon_gives_way_to_the_calendar_at_its_end() -> None:
    overrides = (override("2025-04-14 16:00", "2025-04-14 16:05"),)

    assert course(overrides, "2025-04-14 12:00", "2025-04-14 21:00") == table("""
        2025-04-14 13:30 REGULAR none
        2025-04-14 16:00 NO_TRADING halt
        2025-04-14 16:05 REGULAR none
        2025-04-14 20:00 AFTER_MARKET none
    """)


def test_halt_over_a_change_swallows_it() -> None:
    overrides = (override("2025-04-14 19:50", "2025-04-14 20:30"),)

    assert course(overrides, "2025-04-14 14:00", "2025-04-14 23:00") == table("""
        2025-04-14 19:50 NO_TRADING halt
        2025-04-14 20:30 AFTER_MARKET none
    """)


def test_override_that_repeats_the_calendar_changes_nothing() -> None:
    overrides = (override("2025-04-12 00:00", "2025-04-13 00:00", Closure.WEEKEND),)
    saturday_ns = utc("2025-04-12 12:00")

    with_override = session_at(Calendar.US_EQUITY, saturday_ns, overrides)

    assert with_override == session_at(Calendar.US_EQUITY, saturday_ns)


def test_since_reaches_back_through_overrides_that_say_the_same() -> None:
    overrides = (
        override("2025-01-06 15:00", "2025-03-01 15:00"),
        override("2025-03-01 15:00", "2025-06-02 15:00"),
    )

    now = session_at(Calendar.US_EQUITY, utc("2025-05-30 15:00"), overrides)

    assert now.since_ns == utc("2025-01-06 15:00")
    assert now.next_change_ns == utc("2025-06-02 15:00")


def test_override_of_one_calendar_leaves_the_others_alone() -> None:
    overrides = (override("2025-04-14 16:00", "2025-04-14 17:00"),)
    inside_ns = utc("2025-04-14 16:30")

    for calendar in (Calendar.US_EQUITY_24_5, Calendar.CME_INDEX_FUTURE):
        assert session_at(calendar, inside_ns, overrides) == session_at(calendar, inside_ns)


APRIL_NS = utc("2025-04-01 00:00")
halts = st.lists(st.tuples(st.integers(0, 700), st.integers(1, 200)), max_size=4).map(
    lambda pairs: tuple(
        Override(
            calendar=Calendar.US_EQUITY,
            from_ns=APRIL_NS + 1_000 * place * NS_PER_HOUR + begins * NS_PER_HOUR,
            to_ns=APRIL_NS + 1_000 * place * NS_PER_HOUR + (begins + length) * NS_PER_HOUR,
            session=Session.NO_TRADING,
            closure=Closure.HALT,
            why="a test",
        )
        for place, (begins, length) in enumerate(pairs)
    )
)


@given(overrides=halts, hours=st.integers(0, 4_500))
def test_inside_the_override_holds_and_outside_the_calendar(
    overrides: tuple[Override, ...], hours: int
) -> None:
    at_ns = APRIL_NS + hours * NS_PER_HOUR
    inside = any(each.from_ns <= at_ns < each.to_ns for each in overrides)
    plain = session_at(Calendar.US_EQUITY, at_ns)

    now = session_at(Calendar.US_EQUITY, at_ns, overrides)

    expected = (Session.NO_TRADING, Closure.HALT) if inside else (plain.session, plain.closure)
    assert (now.session, now.closure) == expected
    assert now.since_ns <= at_ns < now.next_change_ns
    following = session_at(Calendar.US_EQUITY, now.next_change_ns, overrides)
    assert (following.since_ns, following.session) == (now.next_change_ns, now.next_session)
    assert (following.session, following.closure) != (now.session, now.closure)


REFUSED = [
    pytest.param(
        "to = 2027-03-09T20:00:00", "to = 2027-03-09T04:00:00", "an end after", id="empty"
    ),
    pytest.param("2027-03-09T20", "2031-03-09T20", "covers 2012 to 2028 only", id="uncovered"),
    pytest.param('"unscheduled"', '"none"', "NO_TRADING needs a closure", id="closed for nothing"),
    pytest.param('"NO_TRADING"', '"REGULAR"', "REGULAR goes with closure none", id="open yet shut"),
    pytest.param('"national day of mourning"', '" "', "expected a reason", id="no reason"),
    pytest.param('"us_equity"', '"lse"', "not readable.*lse", id="unknown calendar"),
    pytest.param('why = "nat', 'reason = "nat', "not readable.*reason", id="unknown field"),
    pytest.param("from = 2027-03-09T04:00:00", 'from = "soon"', "not readable", id="not a time"),
    pytest.param("from = 2027-03-09T04:00:00\n", "", "not readable.*from", id="no beginning"),
    pytest.param("from = 2027-03-09T04:00:00", "from = 2026-11-01T01:30:00", "repeats", id="twice"),
    pytest.param("from = 2027-03-09T04:00:00", "from = 2026-03-08T02:30:00", "skips", id="never"),
    pytest.param("[[session_overrides]]", "[[session_overrides", "not readable", id="not TOML"),
]


@pytest.mark.parametrize(("written", "instead", "refusal"), REFUSED)
def test_senseless_override_is_refused_by_name(written: str, instead: str, refusal: str) -> None:
    assert written in MOURNING

    with pytest.raises(CalendarError, match=refusal):
        read_overrides(MOURNING.replace(written, instead))


def test_offset_settles_an_hour_that_comes_twice() -> None:
    text = MOURNING.replace("2027-03-09T04:00:00", "2026-11-01T01:30:00-05:00")

    assert read_overrides(text)[0].from_ns == utc("2026-11-01 06:30")


def test_overrides_that_overlap_are_refused_with_both() -> None:
    overrides = [
        override("2025-04-14 16:00", "2025-04-14 17:00"),
        override("2025-04-14 16:59", "2025-04-14 18:00"),
    ]

    with pytest.raises(CalendarError, match=r"overlap: of us_equity from 2025-04-14 12:00.*12:59"):
        check_overrides(overrides)
    with pytest.raises(CalendarError, match="overlap"):
        session_at(Calendar.US_EQUITY, utc("2025-04-14 12:00"), overrides)


def test_text_without_overrides_has_none() -> None:
    assert read_overrides('listen = "127.0.0.1:8000"') == ()
