"""Operator's overrides: what holds instead of the calendar for a while, and why.

Written as ``[[session_overrides]]`` in venue.toml; every mistake in them is refused by name.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from venue.core.complaints import in_words
from venue.core.phases import Closure, Session
from venue.sessions.clocktime import NEW_YORK, instant_ns, new_york_text
from venue.sessions.hours import Calendar
from venue.sessions.table import CalendarError, closures

OVERRIDES_MAX = 1_000
WHY_MAX = 200


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """From ``from_ns`` (included) to ``to_ns`` (excluded) the calendar says this instead."""

    calendar: Calendar
    from_ns: int
    to_ns: int
    session: Session
    closure: Closure
    why: str


class OverrideRow(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}
):
    """An override as a person writes it; a time without offset is New York's."""

    calendar: Calendar
    from_: dt.datetime
    to: dt.datetime
    session: Session
    closure: Closure
    why: str


class _File(msgspec.Struct, frozen=True):
    session_overrides: list[OverrideRow] = []


def read_overrides(text: str) -> tuple[Override, ...]:
    """Return the overrides in a TOML text, checked and in order; other tables are ignored."""
    try:
        file = msgspec.toml.decode(text, type=_File)
    except msgspec.ValidationError as error:
        said = in_words(str(error), _File, msgspec.toml.decode(text))
        raise CalendarError(f"session_overrides are not readable: {said}") from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise CalendarError(f"session_overrides are not readable: {error}") from error
    return overrides_of(file.session_overrides)


def overrides_of(rows: Iterable[OverrideRow]) -> tuple[Override, ...]:
    """Return written overrides as records, checked and in order."""
    return check_overrides(
        [
            Override(
                calendar=row.calendar,
                from_ns=_instant_ns(row.from_),
                to_ns=_instant_ns(row.to),
                session=row.session,
                closure=row.closure,
                why=row.why,
            )
            for row in rows
        ]
    )


def check_overrides(overrides: Sequence[Override]) -> tuple[Override, ...]:
    """Return overrides in order of calendar and time; refuse any that do not make sense."""
    if len(overrides) > OVERRIDES_MAX:
        raise CalendarError(f"at most {OVERRIDES_MAX} session overrides; found {len(overrides)}")
    ordered = sorted(overrides, key=lambda each: (each.calendar.value, each.from_ns, each.to_ns))
    for override in ordered:
        if (fault := _fault(override)) is not None:
            raise CalendarError(f"session override {_text(override)}: {fault}")
    for one, other in pairwise(ordered):
        if one.calendar is other.calendar and other.from_ns < one.to_ns:
            raise CalendarError(
                f"session overrides overlap: {_text(one)} and {_text(other)}; join or part them"
            )
    return tuple(ordered)


def _fault(override: Override) -> str | None:
    table = closures()
    if override.to_ns <= override.from_ns:
        return "expected an end after its beginning"
    if override.from_ns < table.covers_from_ns or override.to_ns > table.covers_to_ns:
        return f"the table covers {table.first_year} to {table.last_year} only"
    if override.session is Session.REGULAR and override.closure is not Closure.NONE:
        return f"REGULAR goes with closure none; found {override.closure.value}"
    if override.session is Session.NO_TRADING and override.closure is Closure.NONE:
        return "NO_TRADING needs a closure other than none"
    if not 0 < len(override.why.strip()) <= WHY_MAX:
        return f"expected a reason of 1 to {WHY_MAX} characters in why"
    return None


def _text(override: Override) -> str:
    begins, ends = new_york_text(override.from_ns), new_york_text(override.to_ns)
    return f"of {override.calendar.value} from {begins} to {ends}"


def _instant_ns(written: dt.datetime) -> int:
    if written.tzinfo is not None:
        return instant_ns(written)
    first = written.replace(tzinfo=NEW_YORK, fold=0)
    second = written.replace(tzinfo=NEW_YORK, fold=1)
    if first.utcoffset() != second.utcoffset():
        raise CalendarError(
            f"session override at {written}: daylight saving skips or repeats this New York time;"
            " expected an offset, as in 2026-11-01T01:30:00-05:00"
        )
    return instant_ns(first)
