"""Trading hours as the synthetic source takes them: given from outside, cut to its needs.

The source knows no calendar: whoever starts it says when each underlying trades, as open
intervals in order of time, as many as are wanted; they are taken one by one, so that an
endless calendar will do.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from venue.core.phases import Session
from venue.core.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND
from venue.oracle.errors import SourceError

OPEN_SESSIONS = (
    Session.PRE_MARKET,
    Session.REGULAR,
    Session.AFTER_MARKET,
    Session.OVERNIGHT,
)


NEW_YORK = ZoneInfo("America/New_York")
CASH_OPEN_NS = 9 * NS_PER_HOUR + 30 * NS_PER_MINUTE
CASH_CLOSE_NS = 16 * NS_PER_HOUR

# A regular session longer than this is that of a future.
LONG_NS = 12 * NS_PER_HOUR


class OpenInterval(NamedTuple):
    """A span in which the underlying trades, and which of its sessions it is."""

    from_ns: int
    to_ns: int
    session: Session


class Piece(NamedTuple):
    """A minute of trading, or one closed time: ``session`` is ``None``."""

    from_ns: int
    to_ns: int
    session: Session | None


class Span(NamedTuple):
    """One regular session, or all between two of them, in pieces without holes.

    ``name`` tells it apart for all underlyings alike: the UTC day in which its regular
    session, or the one that it leads to, ends, and which one of that day it is.
    """

    is_regular: bool
    name: str
    intervals: tuple[OpenInterval, ...]
    from_ns: int
    to_ns: int

    def pieces(self) -> list[Piece]:
        """Return its minutes and closed times, in order, without holes."""
        found: list[Piece] = []
        last_ns = self.from_ns
        for from_ns, to_ns, session in self.intervals:
            if from_ns > last_ns:
                found.append(Piece(last_ns, from_ns, None))
            found.extend(
                Piece(at_ns, at_ns + NS_PER_MINUTE, session)
                for at_ns in range(from_ns, to_ns, NS_PER_MINUTE)
            )
            last_ns = to_ns
        if self.to_ns > last_ns:
            found.append(Piece(last_ns, self.to_ns, None))
        return found


def spans(hours: Iterable[OpenInterval]) -> Iterator[Span]:
    """Cut trading hours into spans: quiet and regular ones, each beginning where one ends.

    Bounds that are no whole minutes shrink inwards. What follows the last regular session is
    left out. ``SourceError`` when intervals are out of order or overlap.
    """
    quiet: list[OpenInterval] = []
    quiet_from_ns: int | None = None
    last_day = nth = 0
    for interval in _cash_hours(_whole_minutes(hours)):
        if quiet_from_ns is None:
            quiet_from_ns = interval.from_ns
        if interval.session is not Session.REGULAR:
            quiet.append(interval)
            continue
        day = interval.to_ns // NS_PER_DAY
        nth = nth + 1 if day == last_day else 0
        last_day = day
        if quiet_from_ns < interval.from_ns:
            yield Span(False, f"{day}.{nth}", tuple(quiet), quiet_from_ns, interval.from_ns)
        yield Span(True, f"{day}.{nth}", (interval,), interval.from_ns, interval.to_ns)
        quiet = []
        quiet_from_ns = interval.to_ns


def _whole_minutes(hours: Iterable[OpenInterval]) -> Iterator[OpenInterval]:
    last_ns = 0
    for from_ns, to_ns, session in hours:
        if session not in OPEN_SESSIONS:
            raise SourceError(
                expected=f"open hours ({', '.join(each.value for each in OPEN_SESSIONS)})",
                found=session,
            )
        if not last_ns <= from_ns < to_ns:
            raise SourceError(
                expected=f"hours in order, this interval to begin at or after {last_ns}",
                found=f"{from_ns} to {to_ns}",
            )
        last_ns = to_ns
        first_ns = -(-from_ns // NS_PER_MINUTE) * NS_PER_MINUTE
        end_ns = to_ns // NS_PER_MINUTE * NS_PER_MINUTE
        if first_ns < end_ns:
            yield OpenInterval(first_ns, end_ns, session)


def _cash_hours(hours: Iterable[OpenInterval]) -> Iterator[OpenInterval]:
    # A future's regular session of 23 hours moves at 09:30 and sleeps at night, as its shares
    # do: what is outside of New York's hours counts as overnight and after-market.
    for interval in hours:
        if interval.session is not Session.REGULAR or interval.to_ns - interval.from_ns <= LONG_NS:
            yield interval
            continue
        midnight_ns = _midnight_ns(interval.to_ns)
        open_ns = max(interval.from_ns, midnight_ns + CASH_OPEN_NS)
        close_ns = min(interval.to_ns, midnight_ns + CASH_CLOSE_NS)
        for from_ns, to_ns, session in (
            (interval.from_ns, min(open_ns, interval.to_ns), Session.OVERNIGHT),
            (open_ns, close_ns, Session.REGULAR),
            (max(close_ns, open_ns), interval.to_ns, Session.AFTER_MARKET),
        ):
            if from_ns < to_ns:
                yield OpenInterval(from_ns, to_ns, session)


def _midnight_ns(at_ns: int) -> int:
    # New York's midnight before a time. Its clocks change on Sundays at 02:00, when no future
    # trades, so that the hours of the day it begins count from it without exception.
    local = datetime.fromtimestamp(at_ns // NS_PER_SECOND, tz=NEW_YORK)
    return int(local.replace(hour=0, minute=0, second=0).timestamp()) * NS_PER_SECOND
