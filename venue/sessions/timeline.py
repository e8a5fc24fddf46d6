"""The course of a calendar: sessions and gaps one after the other, overrides laid over them.

A trade date has sessions; what lies between two trade dates is one gap, NO_TRADING.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from venue.core.phases import Closure, Session
from venue.core.units import NS_PER_DAY
from venue.sessions.clocktime import new_york_date
from venue.sessions.hours import SATURDAY, Calendar, Span, is_trade_date, rows, sessions_of
from venue.sessions.overrides import Override, check_overrides
from venue.sessions.table import closures

# Of several reasons for one gap the first names it.
STRENGTH = (
    Closure.UNSCHEDULED,
    Closure.HOLIDAY,
    Closure.WEEKEND,
    Closure.EARLY_CLOSE,
    Closure.OVERNIGHT,
)

# Far enough back that the span before the one asked for is always seen whole.
_LOOKBACK_NS = 10 * NS_PER_DAY
_DAY = dt.timedelta(days=1)


def spans_around(calendar: Calendar, at_ns: int, overrides: Sequence[Override]) -> Iterator[Span]:
    """Yield the spans that hold, overrides included, from well before ``at_ns`` on."""
    applicable = [each for each in check_overrides(overrides) if each.calendar is calendar]
    start_ns = at_ns - _LOOKBACK_NS
    for override in reversed(applicable):
        if override.from_ns < at_ns and override.to_ns >= start_ns:
            start_ns = min(start_ns, override.from_ns - _LOOKBACK_NS)
    return _joined(_overlaid(table_spans(calendar, new_york_date(start_ns)), applicable))


def gap_closure(calendar: Calendar, last: dt.date, following: dt.date) -> Closure:
    """Name the gap between two trade dates by its strongest reason."""
    table = rows(calendar)
    reasons = {Closure.OVERNIGHT}
    if last in table:
        reasons.add(table[last].kind)
    date = last + _DAY
    while date < following:
        reasons.add(Closure.WEEKEND if date.weekday() >= SATURDAY else table[date].kind)
        date += _DAY
    return next(closure for closure in STRENGTH if closure in reasons)


def table_spans(calendar: Calendar, start: dt.date) -> Iterator[Span]:
    """Yield sessions and gaps in order, from the trade date at or before ``start`` on.

    Ends with the table's margin, so nobody may rely on the last span's end.
    """
    table = closures()
    last = max(start, table.first_date)
    while not is_trade_date(calendar, last):
        last -= _DAY
    while last <= table.last_date:
        today = sessions_of(calendar, last)
        yield from today
        following = last + _DAY
        while not is_trade_date(calendar, following):
            following += _DAY
        opens_ns = sessions_of(calendar, following)[0].from_ns
        closes_ns = today[-1].to_ns
        if closes_ns < opens_ns:
            closure = gap_closure(calendar, last, following)
            yield Span(Session.NO_TRADING, closure, closes_ns, opens_ns)
        last = following


def _overlaid(base: Iterable[Span], overrides: Sequence[Override]) -> Iterator[Span]:
    for span in base:
        at_ns = span.from_ns
        for override in overrides:
            if override.to_ns <= at_ns or override.from_ns >= span.to_ns:
                continue
            if override.from_ns > at_ns:
                yield Span(span.session, span.closure, at_ns, override.from_ns)
            begins_ns = max(at_ns, override.from_ns)
            at_ns = min(span.to_ns, override.to_ns)
            yield Span(override.session, override.closure, begins_ns, at_ns)
        if at_ns < span.to_ns:
            yield Span(span.session, span.closure, at_ns, span.to_ns)


def _joined(parts: Iterable[Span]) -> Iterator[Span]:
    """Join neighbours that say the same."""
    held: Span | None = None
    for part in parts:
        if held is not None and (held.session, held.closure) == (part.session, part.closure):
            held = msgspec.structs.replace(held, to_ns=part.to_ns)
            continue
        if held is not None:
            yield held
        held = part
    if held is not None:
        yield held
