"""What the underlying's market is doing at an instant, and every change of it in order.

Pure: calendar, instant and overrides in, answer out. The rules are in docs/sessions.md, the hours
in ``hours.py``, the dates in ``closures.toml``.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import msgspec

from venue.core.phases import Closure, Session
from venue.sessions.clocktime import new_york_text
from venue.sessions.hours import Calendar, Span
from venue.sessions.overrides import Override
from venue.sessions.table import CalendarError, closures
from venue.sessions.timeline import spans_around


class SessionNow(msgspec.Struct, frozen=True):
    """A session with its closure kind, since when it holds, and what comes next and when."""

    session: Session
    closure: Closure
    since_ns: int
    next_change_ns: int
    next_session: Session


def session_at(calendar: Calendar, at_ns: int, overrides: Sequence[Override] = ()) -> SessionNow:
    """Return the session at an instant; at the very instant of a change, the new one.

    Refuses an instant outside the covered years.

    Source: docs/sessions.md, the rule table.

    >>> friday_noon_ns = 1_744_387_200_000_000_000  # 2025-04-11 12:00 in New York
    >>> session_at(Calendar.US_EQUITY, friday_noon_ns).session.value
    'REGULAR'
    """
    _check_covered(at_ns)
    for span, following in pairwise(spans_around(calendar, at_ns, overrides)):
        if span.to_ns > at_ns:
            return _now(span, following)
    raise AssertionError("the table's margin ends before its last covered year")


def changes(
    calendar: Calendar, from_ns: int, to_ns: int, overrides: Sequence[Override] = ()
) -> Iterator[SessionNow]:
    """Yield every change after ``from_ns`` up to ``to_ns``, the latter included, in order.

    So intervals that touch share no change and lose none. ``since_ns`` is the change's time.
    Refuses an interval that is not inside the covered years, before yielding anything.
    """
    _check_covered(from_ns)
    _check_covered(to_ns)
    timeline = pairwise(spans_around(calendar, from_ns, overrides))
    return _changes(timeline, from_ns, to_ns)


def next_change(calendar: Calendar, after_ns: int, overrides: Sequence[Override] = ()) -> int:
    """Return the instant of the first change after ``after_ns``."""
    return session_at(calendar, after_ns, overrides).next_change_ns


def _changes(
    timeline: Iterable[tuple[Span, Span]], from_ns: int, to_ns: int
) -> Iterator[SessionNow]:
    for span, following in timeline:
        if span.from_ns > to_ns:
            return
        if span.from_ns > from_ns:
            yield _now(span, following)


def _now(span: Span, following: Span) -> SessionNow:
    return SessionNow(span.session, span.closure, span.from_ns, span.to_ns, following.session)


def _check_covered(at_ns: int) -> None:
    table = closures()
    if not table.covers_from_ns <= at_ns < table.covers_to_ns:
        raise CalendarError(
            f"no sessions known at {at_ns} ns: the table covers the years {table.first_year} to"
            f" {table.last_year}, {new_york_text(table.covers_from_ns)} included to"
            f" {new_york_text(table.covers_to_ns)} excluded"
        )
