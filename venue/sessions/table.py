"""The table of closed and shortened days, as checked in; nothing here imports a calendar library.

``closures.toml`` is written by ``scripts/make_calendar``. It says for each exchange which dates
have no trade date and which end early; hours are in ``hours.py``, the rules in docs/sessions.md.
"""

import datetime as dt
from functools import cache
from pathlib import Path

import msgspec

from venue.core.phases import Closure
from venue.sessions.clocktime import date_start_ns

PATH = Path(__file__).with_name("closures.toml")

# The table has rows this long before and after the years that it covers, so that "since" and
# "next" are right at both edges. The longest gap since 2012 is five days.
MARGIN = dt.timedelta(days=21)


class CalendarError(ValueError):
    """A question about sessions that cannot be answered; says what was expected and found."""


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One unusual date of an exchange.

    ``kind`` is holiday, unscheduled or early_close. ``close`` is when the day ends early, New
    York time as HH:MM; ``None`` when there is no trade date at all.
    """

    kind: Closure
    name: str
    close: str | None = None

    @property
    def close_minutes(self) -> int | None:
        """Minutes after midnight at which the day ends early, or ``None``: no trade date."""
        if self.close is None:
            return None
        hours, minutes = self.close.split(":")
        return int(hours) * 60 + int(minutes)


class Table(msgspec.Struct, frozen=True):
    """All rows, and what they cover: from ``first_year`` to ``last_year``, both included."""

    first_year: int
    last_year: int
    overnight_from: dt.date
    nyse: dict[dt.date, Row]
    cme: dict[dt.date, Row]

    @property
    def covers_from_ns(self) -> int:
        """Start of the first covered year in New York."""
        return date_start_ns(dt.date(self.first_year, 1, 1))

    @property
    def covers_to_ns(self) -> int:
        """End of the last covered year in New York; itself not covered."""
        return date_start_ns(dt.date(self.last_year + 1, 1, 1))

    @property
    def first_date(self) -> dt.date:
        """The first date with rows, margin included."""
        return dt.date(self.first_year, 1, 1) - MARGIN

    @property
    def last_date(self) -> dt.date:
        """The last date with rows, margin included."""
        return dt.date(self.last_year, 12, 31) + MARGIN


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    first_year: int
    last_year: int
    overnight_from: dt.date
    nyse: dict[str, Row]
    cme: dict[str, Row]


def read_table(text: str) -> Table:
    """Return the table in a TOML text; refuse one that is not of this shape."""
    try:
        file = msgspec.toml.decode(text, type=_File)
        return Table(
            first_year=file.first_year,
            last_year=file.last_year,
            overnight_from=file.overnight_from,
            nyse={dt.date.fromisoformat(date): row for date, row in file.nyse.items()},
            cme={dt.date.fromisoformat(date): row for date, row in file.cme.items()},
        )
    except (msgspec.MsgspecError, ValueError) as error:
        raise CalendarError(f"the table of closures is not readable: {error}") from error


@cache
def closures() -> Table:
    """Return the checked-in table, read once."""
    return read_table(PATH.read_text(encoding="utf-8"))
