"""The checked-in table by itself: odd days, the CME rule, and the page that describes it all."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

from scripts.calendar_table import cme_close
from venue.core.phases import Closure, Session
from venue.core.units import NS_PER_DAY
from venue.sessions import Calendar, changes, closures
from venue.sessions.clocktime import new_york_text
from venue.sessions.hours import sessions_of

ROOT = Path(__file__).parents[2]
ORDINARY_MONDAY = dt.date(2025, 4, 14)


def test_odd_days_are_in_the_table() -> None:
    nyse = closures().nyse
    shut = ["2012-10-29", "2012-10-30", "2018-12-05", "2025-01-09", "2025-04-18"]
    early = ["2026-11-27", "2026-12-24", "2027-11-26"]

    assert [nyse[dt.date.fromisoformat(date)].close for date in shut] == [None] * 5
    assert [nyse[dt.date.fromisoformat(date)].close for date in early] == ["13:00"] * 3
    assert closures().cme[dt.date(2025, 4, 18)].close is None


def test_only_listed_exceptions_break_the_cme_rule() -> None:
    table = closures()

    broken = {
        date
        for date, row in table.nyse.items()
        if row.kind is Closure.UNSCHEDULED or table.cme[date].close != cme_close(date, row)
    }

    assert {str(date) for date in broken} == {
        "2012-10-29",
        "2012-10-30",
        "2018-12-05",
        "2025-01-09",
    }
    assert set(table.cme) == set(table.nyse)


def test_longest_gap_fits_into_the_table_margin() -> None:
    longest_ns = max(
        each.next_change_ns - each.since_ns
        for calendar in Calendar
        for each in changes(calendar, closures().covers_from_ns, closures().covers_to_ns - 1)
    )

    assert longest_ns < 5 * NS_PER_DAY


def documented_hours() -> list[tuple[str, str, str, str]]:
    """Return calendar, session, from and to of each row of the rule table in the documents."""
    text = (ROOT / "docs" / "sessions.md").read_text(encoding="utf-8")
    table = text.split("## The rule table")[1].split("**Overnight")[0]
    hours: list[tuple[str, str, str, str]] = []
    calendar = ""
    for row in table.splitlines():
        cells = [cell.strip().strip("`") for cell in row.strip("|").split("|")]
        if len(cells) == 6 and cells[2] in Session.__members__:
            calendar = cells[0] or calendar
            hours.append((calendar, cells[2], cells[3][:5], cells[4][:5]))
        elif len(cells) == 6 and cells[2] == "the three above":
            calendar = cells[0] or calendar
            hours.extend((calendar, *each[1:]) for each in hours[:3])
    return hours


def test_hours_are_those_of_the_documented_rule_table() -> None:
    coded = [
        (
            calendar.value,
            span.session.value,
            new_york_text(span.from_ns)[11:16],
            new_york_text(span.to_ns)[11:16],
        )
        for calendar in Calendar
        for span in sessions_of(calendar, ORDINARY_MONDAY)
    ]

    assert coded == documented_hours()


def test_run_time_imports_no_calendar_library() -> None:
    forbidden = "{'pandas', 'exchange_calendars', 'pandas_market_calendars'}"
    code = f"import sys, venue.sessions; print(sorted({forbidden} & set(sys.modules)))"

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
