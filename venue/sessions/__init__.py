"""Sessions: when the underlying trades, from a checked-in table, and who tells the core of it.

The rules are in docs/sessions.md. Read ``hours.py`` first, then ``calendar.py``.
"""

from venue.sessions.agenda import Due, command_of, due_at_start, due_between, missed, next_due
from venue.sessions.calendar import SessionNow, changes, next_change, session_at
from venue.sessions.hours import Calendar, calendar_named
from venue.sessions.overrides import (
    Override,
    OverrideRow,
    check_overrides,
    overrides_of,
    read_overrides,
)
from venue.sessions.scheduler import Clock, Submit, keep_sessions
from venue.sessions.table import CalendarError, Table, closures

__all__ = [
    "Calendar",
    "CalendarError",
    "Clock",
    "Due",
    "Override",
    "OverrideRow",
    "SessionNow",
    "Submit",
    "Table",
    "calendar_named",
    "changes",
    "check_overrides",
    "closures",
    "command_of",
    "due_at_start",
    "due_between",
    "keep_sessions",
    "missed",
    "next_change",
    "next_due",
    "overrides_of",
    "read_overrides",
    "session_at",
]
