"""Bars become prints by a stated rule, without look-ahead.

A bar says where a price began, how far it went and where it ended; it does not say when the
high and the low were. Each rule below is a guess at that, written down as offsets from the
bar's start. What every rule keeps:

* no print before its bar begins, and none at or after its end;
* the open is known at the bar's start, the close just before its end (59/60 of it), never
  before: a bot that trades on a print cannot know what the rest of the bar brings;
* a bar's prints depend on that bar alone.

Every print declares the bar's length as its cadence unless the reader of the recording says
otherwise: between two bars a source may be silent that long and still be alive.
"""

from collections.abc import Callable
from enum import Enum

import msgspec

from venue.oracle.errors import SourceError


class Bar(msgspec.Struct, frozen=True):
    """One bar: its start, its length, and four prices in nano-dollars."""

    at_ns: int
    length_ns: int
    open_nanos: int
    high_nanos: int
    low_nanos: int
    close_nanos: int


class Moment(Enum):
    """Where in a bar a print stands, in 1/60 of its length: seconds, for a one-minute bar."""

    OPEN = 0
    FIRST = 15
    SECOND = 45
    CLOSE = 59

    def of(self, bar: Bar) -> int:
        """Return the time in ns since the Unix epoch, rounded down."""
        return bar.at_ns + bar.length_ns * self.value // 60


# A rule returns (time, price) pairs in time order.
BarRule = Callable[[Bar], list[tuple[int, int]]]


def open_near_far_close(bar: Bar) -> list[tuple[int, int]]:
    """Open at 0 s, the nearer of high and low at 15 s, the other at 45 s, close at 59 s.

    Nearer to the open; when both are as near, the low comes first. The offsets are those of
    a bar of one minute; longer bars scale.

    Source: the path that strategy testers take from a bar (open, near, far, close).

    >>> [(t, p) for t, p in open_near_far_close(Bar(0, 60, 100, 109, 98, 105))]
    [(0, 100), (15, 98), (45, 109), (59, 105)]
    """
    to_high_nanos = bar.high_nanos - bar.open_nanos
    to_low_nanos = bar.open_nanos - bar.low_nanos
    near_nanos, far_nanos = bar.low_nanos, bar.high_nanos
    if to_high_nanos < to_low_nanos:
        near_nanos, far_nanos = far_nanos, near_nanos
    return _four(bar, near_nanos, far_nanos)


def high_low_first(bar: Bar) -> list[tuple[int, int]]:
    """Open at 0 s, high at 15 s, low at 45 s, close at 59 s: the high always comes first.

    >>> high_low_first(Bar(0, 60, 100, 109, 98, 105))
    [(0, 100), (15, 109), (45, 98), (59, 105)]
    """
    return _four(bar, bar.high_nanos, bar.low_nanos)


def low_high_first(bar: Bar) -> list[tuple[int, int]]:
    """Open at 0 s, low at 15 s, high at 45 s, close at 59 s: the low always comes first.

    >>> low_high_first(Bar(0, 60, 100, 109, 98, 105))
    [(0, 100), (15, 98), (45, 109), (59, 105)]
    """
    return _four(bar, bar.low_nanos, bar.high_nanos)


def open_close(bar: Bar) -> list[tuple[int, int]]:
    """Open at 0 s and close at 59 s: wicks, and the false prints in them, are left out.

    >>> open_close(Bar(0, 60, 100, 109, 98, 105))
    [(0, 100), (59, 105)]
    """
    return [(Moment.OPEN.of(bar), bar.open_nanos), (Moment.CLOSE.of(bar), bar.close_nanos)]


def close_only(bar: Bar) -> list[tuple[int, int]]:
    """Close at 59 s and nothing else.

    >>> close_only(Bar(0, 60, 100, 109, 98, 105))
    [(59, 105)]
    """
    return [(Moment.CLOSE.of(bar), bar.close_nanos)]


BAR_RULES: dict[str, BarRule] = {
    "open_near_far_close": open_near_far_close,
    "high_low_first": high_low_first,
    "low_high_first": low_high_first,
    "open_close": open_close,
    "close_only": close_only,
}
DEFAULT_BAR_RULE = "open_near_far_close"


def bar_rule(name: str) -> BarRule:
    """Return the rule of that name; ``SourceError`` names the ones there are."""
    rule = BAR_RULES.get(name)
    if rule is None:
        raise SourceError(expected=f"a bar rule ({', '.join(BAR_RULES)})", found=name)
    return rule


def _four(bar: Bar, second_nanos: int, third_nanos: int) -> list[tuple[int, int]]:
    return [
        (Moment.OPEN.of(bar), bar.open_nanos),
        (Moment.FIRST.of(bar), second_nanos),
        (Moment.SECOND.of(bar), third_nanos),
        (Moment.CLOSE.of(bar), bar.close_nanos),
    ]
