"""Trading hours of plain New York weeks, without holidays, for tests."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from venue.core.phases import Session
from venue.oracle import OpenInterval

NEW_YORK = ZoneInfo("America/New_York")


def at(day: date, clock: str) -> int:
    """Return a New York time of a day in ns."""
    local = datetime.combine(day, time.fromisoformat(clock), tzinfo=NEW_YORK)
    return int(local.timestamp()) * 10**9


def share_hours(first: date, days: int) -> Iterator[OpenInterval]:
    """Yield the sessions of a share, 04:00 to 20:00 on weekdays."""
    for day in (first + timedelta(days=number) for number in range(days)):
        if day.weekday() < 5:
            yield OpenInterval(at(day, "04:00"), at(day, "09:30"), Session.PRE_MARKET)
            yield OpenInterval(at(day, "09:30"), at(day, "16:00"), Session.REGULAR)
            yield OpenInterval(at(day, "16:00"), at(day, "20:00"), Session.AFTER_MARKET)


def future_hours(first: date, days: int) -> Iterator[OpenInterval]:
    """Yield the sessions of an index future, 18:00 to 17:00, Sunday evening to Friday."""
    for day in (first + timedelta(days=number) for number in range(days)):
        if day.weekday() < 5:
            evening = at(day - timedelta(days=1), "18:00")
            yield OpenInterval(evening, at(day, "17:00"), Session.REGULAR)
