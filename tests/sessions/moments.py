"""Instants as a person writes them, for the tests of sessions; UTC throughout."""

import datetime as dt

from venue.core.units import NS_PER_SECOND
from venue.sessions import SessionNow


def utc(text: str) -> int:
    """Return nanoseconds of a UTC time such as ``2025-04-18 00:00``."""
    return int(dt.datetime.fromisoformat(text + "+00:00").timestamp()) * NS_PER_SECOND


def written(at_ns: int) -> str:
    """Return an instant as ``utc`` reads it."""
    return f"{dt.datetime.fromtimestamp(at_ns // NS_PER_SECOND, tz=dt.UTC):%Y-%m-%d %H:%M}"


def line(now: SessionNow) -> str:
    """Return a session as the tables of the tests have it."""
    return f"{written(now.since_ns)} {now.session.value} {now.closure.value}"


def table(text: str) -> list[str]:
    """Return the lines of a table, without indentation and notes after a ``#``."""
    lines = (" ".join(row.split("#")[0].split()) for row in text.strip().splitlines())
    return [row for row in lines if row]
