"""Write ``venue/sessions/closures.toml``: NYSE from two libraries that agree, CME by rule.

Run by ``scripts/make_calendar``, in development only: the libraries cost seconds to import.
"""

import argparse
import datetime as dt
import sys
import tomllib
from pathlib import Path
from typing import Any

from venue.core.phases import Closure
from venue.sessions.table import MARGIN, PATH, Row

YEARS = (2012, 2028)
OVERNIGHT_FROM = dt.date(2023, 5, 15)
EXCEPTIONS = Path(__file__).with_name("cme_exceptions.toml")

CME_SHUT = ("New Year's Day", "Christmas Day")
GOOD_FRIDAY = "Good Friday"
# Holiday halts moved from 10:30 to 12:00 Chicago time with Memorial Day 2014.
CME_NOON_FROM = dt.date(2014, 5, 1)
# The jobs report is due on the first Friday; Good Friday falls on it in some years.
FIRST_FRIDAY_MAX = 7

# Names in the library's words, and in ours.
NAMES = {
    "Dr. Martin Luther King Jr. Day": "Martin Luther King Jr. Day",
    "President's Day": "Presidents' Day",
    "July 4th": "Independence Day",
    "Thanksgiving": "Thanksgiving Day",
    "Christmas": "Christmas Day",
    "Juneteenth National Independence Day": "Juneteenth",
}
UNSCHEDULED = {
    dt.date(2012, 10, 29): "Hurricane Sandy",
    dt.date(2012, 10, 30): "Hurricane Sandy",
    dt.date(2018, 12, 5): "National Day of Mourning (G. H. W. Bush)",
    dt.date(2025, 1, 9): "National Day of Mourning (Carter)",
}
EARLY_NAMES = {7: "Eve of Independence Day", 11: "Day after Thanksgiving", 12: "Christmas Eve"}

HEADER = """\
# Closed and shortened days, {first} to {last} with three weeks either side; New York time.
# Written by scripts/make_calendar and compared by the tests: do not edit by hand.
# A row without "close" has no trade date; with it, the trade date ends then.
# overnight_from: the first trade date with an overnight session (docs/sessions.md says why).

first_year = {first}
last_year = {last}
overnight_from = {overnight}
"""


def nyse_rows() -> dict[dt.date, Row]:
    """Return the unusual dates of NYSE; stop if the two libraries differ on any."""
    import exchange_calendars
    import pandas_market_calendars

    first, last = dt.date(YEARS[0], 1, 1) - MARGIN, dt.date(YEARS[1], 12, 31) + MARGIN
    ours = exchange_calendars.get_calendar("XNYS", start=first, end=last)
    other = pandas_market_calendars.get_calendar("NYSE").schedule(first, last)
    closes = _closes(ours.schedule["close"])
    if closes != _closes(other["market_close"]):
        sys.exit(
            "the two libraries differ on NYSE: decide by hand, then say so in docs/sessions.md"
        )
    names = ours.regular_holidays.holidays(first, last, return_name=True)
    named = {stamp.date(): NAMES.get(name, name) for stamp, name in names.items()}
    rows: dict[dt.date, Row] = {}
    for date in _weekdays(first, last):
        close = closes.get(date)
        if close == "16:00":
            continue
        if close is not None:
            rows[date] = Row(Closure.EARLY_CLOSE, EARLY_NAMES[date.month], close)
        elif date in UNSCHEDULED:
            rows[date] = Row(Closure.UNSCHEDULED, UNSCHEDULED[date])
        else:
            rows[date] = Row(Closure.HOLIDAY, named[date])
    return rows


def cme_rows(nyse: dict[dt.date, Row]) -> dict[dt.date, Row]:
    """Return the unusual dates of CME index futures: the rule, and the listed exceptions."""
    listed = tomllib.loads(EXCEPTIONS.read_text(encoding="utf-8"))
    exceptions = {dt.date.fromisoformat(date): row for date, row in listed.items()}
    rows: dict[dt.date, Row] = {}
    for date, row in nyse.items():
        if date in exceptions:
            exception = exceptions[date]
            rows[date] = Row(Closure.UNSCHEDULED, exception["name"], exception["close"])
        elif row.kind is Closure.UNSCHEDULED:
            sys.exit(f"{date}: what did CME do? write it into {EXCEPTIONS.name}")
        else:
            rows[date] = Row(row.kind, row.name, cme_close(date, row))
    return rows


def cme_close(date: dt.date, nyse: Row) -> str | None:
    """Return when CME index futures end on a scheduled unusual date of NYSE, by the rule."""
    if nyse.kind is Closure.EARLY_CLOSE:
        return "13:15"
    if nyse.name in CME_SHUT:
        return None
    if nyse.name == GOOD_FRIDAY:
        return "09:15" if date.day <= FIRST_FRIDAY_MAX else None
    return "13:00" if date >= CME_NOON_FROM else "11:30"


def render() -> str:
    """Return the whole file."""
    nyse = nyse_rows()
    parts = [HEADER.format(first=YEARS[0], last=YEARS[1], overnight=OVERNIGHT_FROM)]
    for exchange, rows in (("nyse", nyse), ("cme", cme_rows(nyse))):
        parts.append(f"\n[{exchange}]\n")
        parts.extend(_line(date, row) for date, row in sorted(rows.items()))
    return "".join(parts)


def _line(date: dt.date, row: Row) -> str:
    close = "" if row.close is None else f'close = "{row.close}", '
    return f'{date} = {{ kind = "{row.kind.value}", {close}name = "{row.name}" }}\n'


def _closes(column: Any) -> dict[dt.date, str]:
    local = column.dt.tz_convert("America/New_York").dt.strftime("%H:%M")
    return {stamp.date(): close for stamp, close in local.items()}


def _weekdays(first: dt.date, last: dt.date) -> list[dt.date]:
    days = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5]


def main() -> None:
    """Write the table, or compare it with the one checked in."""
    parser = argparse.ArgumentParser(prog="scripts/make_calendar", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    check = parser.parse_args().check
    text = render()
    if not check:
        PATH.write_text(text, encoding="utf-8")
    elif not PATH.exists() or PATH.read_text(encoding="utf-8") != text:
        sys.exit(f"{PATH.name} is not what scripts/make_calendar writes")


if __name__ == "__main__":
    main()
