"""Dated contracts of a quarterly future: their codes, when they expire, how one rolls to the next.

A contract expires on the third Friday of March, June, September or December (H, M, U, Z and the
year's last digit: Z5). Days are counted in New York's winter time, UTC - 5 h, all year: an hour
off in summer, in the night. All in whole numbers; the calendar is worked out, never looked up.
"""

from functools import lru_cache
from typing import NamedTuple

from venue.core.units import E4, NS_PER_DAY, NS_PER_HOUR

CODES = {3: "H", 6: "M", 9: "U", 12: "Z"}
NEW_YORK_NS = 5 * NS_PER_HOUR
FRIDAY = 4


class Contract(NamedTuple):
    """A contract's code, and its last day in days since the Unix epoch."""

    code: str
    month: int
    expires_day: int


def civil(day: int) -> tuple[int, int, int]:
    """Return year, month and day of the month of a day since the Unix epoch (Gregorian).

    >>> civil(0), civil(20_441)
    ((1970, 1, 1), (2025, 12, 19))
    """
    shifted = day + 719_468
    era, of_era = divmod(shifted, 146_097)
    year_of_era = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month = (5 * of_year + 2) // 153
    day_of_month = of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    return year_of_era + era * 400 + (month <= 2), month, day_of_month


def day_of(year: int, month: int, day_of_month: int) -> int:
    """Return the day since the Unix epoch; the inverse of ``civil``.

    >>> day_of(2025, 12, 19)
    20441
    """
    year -= month <= 2
    era, year_of_era = divmod(year, 400)
    of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day_of_month - 1
    of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + of_year
    return era * 146_097 + of_era - 719_468


def weekday(day: int) -> int:
    """Return 0 for Monday to 6 for Sunday.

    >>> weekday(20_441)  # 2025-12-19 is a Friday
    4
    """
    return (day + 3) % 7


def third_friday(year: int, month: int) -> int:
    """Return the day on which a month's contract expires.

    >>> civil(third_friday(2026, 3))
    (2026, 3, 20)
    """
    first = day_of(year, month, 1)
    return first + (FRIDAY - weekday(first)) % 7 + 14


def business_day(day: int) -> int:
    """Return which Monday-to-Friday day of its month a day is, or was the last before it.

    Holidays count as business days (QFEX treats them so).

    >>> business_day(day_of(2025, 12, 5)), business_day(day_of(2025, 12, 7))
    (5, 5)
    """
    first = day - civil(day)[2] + 1
    return sum(weekday(each) < 5 for each in range(first, day + 1))


@lru_cache(maxsize=512)
def quarterly(day: int) -> tuple[Contract, ...]:
    """Return the next three contracts that have not expired before a day, the nearest first.

    >>> [contract.code for contract in quarterly(day_of(2025, 12, 19))]
    ['Z5', 'H6', 'M6']
    """
    year, month, _ = civil(day)
    found: list[Contract] = []
    while len(found) < 3:
        if month in CODES:
            expires_day = third_friday(year, month)
            if expires_day >= day:
                found.append(Contract(f"{CODES[month]}{year % 10}", month, expires_day))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return tuple(found)


@lru_cache(maxsize=512)
def rolled(day: int, from_day: int, to_day: int) -> tuple[tuple[str, int], ...]:
    """Return which contracts count on a day, with their shares in 1e-4.

    In the month in which the front contract expires its share falls evenly from business day
    ``from_day`` (all) to ``to_day`` (nothing): by 20 % a day from 5 to 10.

    >>> [rolled(day_of(2025, 12, day), 5, 10) for day in (5, 8, 12)]
    [(('Z5', 10000),), (('Z5', 8000), ('H6', 2000)), (('H6', 10000),)]
    """
    front, following, _ = quarterly(day)
    if civil(day)[1] != front.month or day > front.expires_day:
        return ((front.code, E4),)
    gone = min(max(business_day(day) - from_day, 0), to_day - from_day)
    share_e4 = E4 * gone // (to_day - from_day)
    shares = ((front.code, E4 - share_e4), (following.code, share_e4))
    return tuple((code, share) for code, share in shares if share)


def new_york_day(now_ns: int) -> int:
    """Return the day since the Unix epoch in New York's winter time."""
    return (now_ns - NEW_YORK_NS) // NS_PER_DAY
