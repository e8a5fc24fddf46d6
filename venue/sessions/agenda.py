"""Which session commands are due, and when: pure functions under the scheduler.

Promises that every change of a calendar becomes one command an underlying, stamped with its own
time, in order of time and then of the underlying's name, however far a clock jumps.
"""

from collections.abc import Mapping, Sequence

import msgspec

from venue.core.commands import ChangeSession
from venue.sessions.calendar import SessionNow, changes, next_change, session_at
from venue.sessions.hours import Calendar
from venue.sessions.overrides import Override
from venue.sessions.table import CalendarError


class Due(msgspec.Struct, frozen=True):
    """A session command and the time that it is to be stamped with."""

    at_ns: int
    command: ChangeSession


def command_of(underlying: str, now: SessionNow) -> ChangeSession:
    """Return the command that tells the core of a session."""
    return ChangeSession(
        underlying=underlying,
        session=now.session,
        closure=now.closure,
        since_ns=now.since_ns,
        next_change_ns=now.next_change_ns,
        next_session=now.next_session,
    )


def missed(
    underlying: str,
    calendar: Calendar,
    since_ns: int,
    now_ns: int,
    overrides: Sequence[Override] = (),
) -> list[ChangeSession]:
    """Return every change after ``since_ns`` up to ``now_ns``, in order.

    Each carries its own time in ``since_ns``. The bounds are those of ``changes``.
    """
    return [command_of(underlying, each) for each in changes(calendar, since_ns, now_ns, overrides)]


def next_due(
    calendars: Mapping[str, Calendar], after_ns: int, overrides: Sequence[Override] = ()
) -> int:
    """Return the instant of the first change of any underlying after ``after_ns``.

    A clock that is stepped or accelerated never goes past it without asking ``due_between``.
    """
    if not calendars:
        raise CalendarError("expected at least one underlying with a calendar; found none")
    return min(next_change(calendar, after_ns, overrides) for calendar in set(calendars.values()))


def due_between(
    calendars: Mapping[str, Calendar],
    from_ns: int,
    to_ns: int,
    overrides: Sequence[Override] = (),
) -> list[Due]:
    """Return what is due after ``from_ns`` up to ``to_ns``, in order of time, then underlying."""
    due = [
        Due(command.since_ns, command)
        for underlying, calendar in calendars.items()
        for command in missed(underlying, calendar, from_ns, to_ns, overrides)
    ]
    return _ordered(due)


def due_at_start(
    calendars: Mapping[str, Calendar],
    known: Mapping[str, ChangeSession | None],
    *,
    now_ns: int,
    resumed_from_ns: int | None = None,
    overrides: Sequence[Override] = (),
) -> list[Due]:
    """Return what the core has to be told at start: missed changes with their own times, and now.

    Args:
        calendars: the calendar of each listed underlying.
        known: the last command that the core took for an underlying; absent or ``None``: none.
        now_ns: the venue's time.
        resumed_from_ns: stamp of the journal's last command; ``None``: that of the last known
            change. No stamp is before it, because stamps never go back.
        overrides: the operator's.
    """
    due: list[Due] = []
    for underlying, calendar in calendars.items():
        last = known.get(underlying)
        current = command_of(underlying, session_at(calendar, now_ns, overrides))
        if last is not None:
            from_ns = last.since_ns if resumed_from_ns is None else resumed_from_ns
            then = command_of(underlying, session_at(calendar, from_ns, overrides))
            if not _same(then, last):
                due.append(Due(from_ns, then))
                last = then
            for command in missed(underlying, calendar, from_ns, now_ns, overrides):
                due.append(Due(command.since_ns, command))
                last = command
        if last != current:
            due.append(Due(now_ns, current))
    return _ordered(due)


def _same(one: ChangeSession, other: ChangeSession) -> bool:
    """Whether two commands tell of the same session, what comes next aside."""
    return (one.session, one.closure, one.since_ns) == (
        other.session,
        other.closure,
        other.since_ns,
    )


def _ordered(due: list[Due]) -> list[Due]:
    return sorted(due, key=lambda each: (each.at_ns, each.command.underlying))
