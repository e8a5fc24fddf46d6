"""Weekend gaps from a file of daily prices: Friday's close and the next open, scaled to $250.

Adjusted prices of years ago would make a cent many basis points, so each weekend is scaled: Friday
closes at 250.00, and the open keeps its ratio, rounded half even to the cent.
"""

import csv
import datetime as dt
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from venue.core.units import E9, div_half_even

CLOSE_NANOS = 250 * E9
CENT_NANOS = E9 // 100
# A weekend has at least two days without trading.
CLOSED_DAYS_MIN = 2


class GapFault(ValueError):
    """A file of daily prices that cannot be read; says line, what was expected and found."""


class Weekend(NamedTuple):
    """One gap: the last day before it, the first after it, and its open at a close of 250.00."""

    friday: dt.date
    monday: dt.date
    open_nanos: int

    @property
    def gap_e4(self) -> int:
        """The gap in 1e-4 of Friday's close, half even."""
        return div_half_even((self.open_nanos - CLOSE_NANOS) * 10_000, CLOSE_NANOS)


def weekends(path: Path) -> list[Weekend]:
    """Return all gaps over at least two closed days, oldest first; ``GapFault`` if unreadable."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            days = [_day(path, line, row) for line, row in enumerate(csv.DictReader(file), start=2)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise GapFault(f"{path}: expected a readable file of daily prices, found {error}") from None
    found = []
    for (friday, _, close), (monday, opened, _) in pairwise(days):
        if monday <= friday:
            raise GapFault(f"{path}: expected days in order, found {monday} after {friday}")
        if (monday - friday).days > CLOSED_DAYS_MIN:
            cents = div_half_even(opened * CLOSE_NANOS, close * CENT_NANOS)
            found.append(Weekend(friday, monday, cents * CENT_NANOS))
    return found


def _day(path: Path, line: int, row: dict[str, str]) -> tuple[dt.date, int, int]:
    try:
        lower = {key.strip().lower(): value for key, value in row.items()}
        day = dt.date.fromisoformat(lower["date"].strip()[:10])
        opened, close = _micros(lower["open"]), _micros(lower["close"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise GapFault(
            f"{path}, line {line}: expected date, open and close, found {type(error).__name__}: "
            f"{error}"
        ) from None
    if opened <= 0 or close <= 0:
        raise GapFault(f"{path}, line {line}: expected prices above 0, found {row}")
    return day, opened, close


def _micros(text: str) -> int:
    whole, _, part = text.strip().partition(".")
    return int(whole + part[:6].ljust(6, "0"))
