"""The scheduler under clocks that keep time, run late, and jump."""

import asyncio

import pytest

from tests.sessions.moments import utc
from venue.core.commands import ChangeSession
from venue.core.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_SECOND
from venue.sessions import (
    Calendar,
    CalendarError,
    command_of,
    due_at_start,
    due_between,
    keep_sessions,
    session_at,
)

CALENDARS = {"TSLA": Calendar.US_EQUITY_24_5, "NDX": Calendar.CME_INDEX_FUTURE}
START_NS = utc("2025-04-11 19:45")
END_NS = utc("2025-04-22 00:00")


class LabClock:
    """A clock that moves when somebody sleeps, and wakes ``late_ns`` after the time asked for."""

    def __init__(self, start_ns: int, end_ns: int, late_ns: int = 0) -> None:
        self.time_ns, self.end_ns, self.late_ns = start_ns, end_ns, late_ns

    def now_ns(self) -> int:
        return self.time_ns

    async def sleep_until(self, at_ns: int) -> None:
        if at_ns > self.end_ns:
            raise asyncio.CancelledError
        self.time_ns = max(self.time_ns, at_ns + self.late_ns)


class Journal:
    """Takes commands as the sequencer does, one at a time."""

    def __init__(self) -> None:
        self.taken: list[tuple[int, ChangeSession]] = []
        self.busy = False

    async def submit(self, command: ChangeSession, at_ns: int) -> None:
        assert not self.busy, "two commands at once"
        self.busy = True
        await asyncio.sleep(0)
        self.taken.append((at_ns, command))
        self.busy = False


def run(
    clock: LabClock,
    known: dict[str, ChangeSession | None] | None = None,
    resumed_from_ns: int | None = None,
) -> list[tuple[int, ChangeSession]]:
    journal = Journal()
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(
            keep_sessions(
                calendars=CALENDARS,
                known=known or {},
                clock=clock,
                submit=journal.submit,
                resumed_from_ns=resumed_from_ns,
            )
        )
    return journal.taken


@pytest.mark.parametrize(
    "late_ns",
    [
        pytest.param(0, id="on time"),
        pytest.param(3 * NS_PER_SECOND, id="three seconds late"),
        pytest.param(5 * NS_PER_HOUR, id="past the next change"),
        pytest.param(4 * NS_PER_DAY, id="days late"),
    ],
)
def test_every_change_is_submitted_once_with_its_own_time(late_ns: int) -> None:
    taken = run(LabClock(START_NS, END_NS, late_ns))

    first = due_at_start(CALENDARS, {}, now_ns=START_NS)
    rest = due_between(CALENDARS, START_NS, END_NS)
    assert taken == [(each.at_ns, each.command) for each in first + rest]
    assert len(rest) == 24 + 12  # by hand: stocks around the clock, and index futures


def test_restart_submits_what_was_missed_and_goes_on() -> None:
    known: dict[str, ChangeSession | None] = {
        name: command_of(name, session_at(calendar, START_NS))
        for name, calendar in CALENDARS.items()
    }
    monday_ns = utc("2025-04-14 15:00")

    taken = run(LabClock(monday_ns, END_NS), known, resumed_from_ns=START_NS)

    expected = due_between(CALENDARS, START_NS, END_NS)
    assert taken == [(each.at_ns, each.command) for each in expected]


def test_clock_behind_the_journal_repeats_nothing() -> None:
    """The journal ended at 21:30, and the wall clock has been set back an hour since."""
    ended_ns = utc("2025-04-11 21:30")
    known: dict[str, ChangeSession | None] = {
        name: command_of(name, session_at(calendar, ended_ns))
        for name, calendar in CALENDARS.items()
    }

    taken = run(LabClock(ended_ns - NS_PER_HOUR, END_NS), known, resumed_from_ns=ended_ns)

    expected = due_between(CALENDARS, ended_ns, END_NS)
    assert taken == [(each.at_ns, each.command) for each in expected]


def test_end_of_the_table_stops_the_scheduler_with_the_years() -> None:
    clock = LabClock(utc("2028-12-29 12:00"), utc("2029-06-01 00:00"))

    with pytest.raises(CalendarError, match="covers the years 2012 to 2028"):
        asyncio.run(
            keep_sessions(calendars=CALENDARS, known={}, clock=clock, submit=Journal().submit)
        )
