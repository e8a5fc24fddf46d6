"""The scheduler: tells the core of every close and open, at its own time.

One task, stopped by cancelling it. It decides nothing: the calendar says what is due
(``agenda.py``), the clock says when it is now, the sequencer takes the commands.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NoReturn, Protocol

from venue.core.commands import ChangeSession
from venue.sessions.agenda import Due, due_at_start, due_between, next_due
from venue.sessions.hours import Calendar
from venue.sessions.overrides import Override, check_overrides

Submit = Callable[[ChangeSession, int], Awaitable[object]]


class Clock(Protocol):
    """The venue's time, whatever drives it."""

    def now_ns(self) -> int:
        """Return the venue's time in nanoseconds since the Unix epoch."""
        ...

    async def sleep_until(self, at_ns: int) -> None:
        """Return once the venue's time has reached ``at_ns``; at once if it has."""
        ...


async def keep_sessions(
    *,
    calendars: Mapping[str, Calendar],
    known: Mapping[str, ChangeSession | None],
    clock: Clock,
    submit: Submit,
    overrides: Sequence[Override] = (),
    resumed_from_ns: int | None = None,
) -> NoReturn:
    """Submit what was missed, then every change as it comes, until cancelled.

    Args:
        calendars: the calendar of each listed underlying.
        known: the last command that the core took for each; ``None``: none yet.
        clock: the venue's clock.
        submit: takes a command and the stamp that it is due at; waited for, one at a time, so
            that the order stands.
        overrides: the operator's; checked here.
        resumed_from_ns: stamp of the journal's last command, if there is one.

    Raises ``CalendarError`` when the venue's time leaves the covered years.
    """
    overrides = check_overrides(overrides)
    stamps_ns = [last.since_ns for last in known.values() if last is not None]
    if resumed_from_ns is not None:
        stamps_ns.append(resumed_from_ns)
    done_ns = max(clock.now_ns(), *stamps_ns) if stamps_ns else clock.now_ns()
    await _submit_all(
        submit,
        due_at_start(
            calendars,
            known,
            now_ns=done_ns,
            resumed_from_ns=resumed_from_ns,
            overrides=overrides,
        ),
    )
    while True:
        due_ns = next_due(calendars, done_ns, overrides)
        await clock.sleep_until(due_ns)
        # A fast clock may be past further changes by now: their turn comes next, without sleep.
        await _submit_all(submit, due_between(calendars, done_ns, due_ns, overrides))
        done_ns = due_ns


async def _submit_all(submit: Submit, due: Sequence[Due]) -> None:
    for each in due:
        await submit(each.command, each.at_ns)
