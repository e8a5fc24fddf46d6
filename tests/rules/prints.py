"""Minute bars as prints, and an index rule driven by them the way a venue would."""

import csv
from bisect import bisect_left
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

from venue.core.phases import Closure, Pricing, Session
from venue.core.policies import IndexOpenRule, OpenInputs, Print
from venue.core.units import NS_PER_MINUTE, NS_PER_SECOND

NEW_YORK = ZoneInfo("America/New_York")
DATA = Path(__file__).parents[2] / ".." / "shared" / "data"
TSLA = DATA / "TSLA_1min_ext_2025-04-07_2025-04-21.csv"


class Bar(NamedTuple):
    """One minute in nano-dollars, its start in ns since the Unix epoch."""

    at_ns: int
    open_nanos: int
    high_nanos: int
    low_nanos: int
    close_nanos: int


class Point(NamedTuple):
    """One print, the index after it, and the five-minute median of closes about its minute."""

    at_ns: int
    print_nanos: int
    index_nanos: int
    median_nanos: int
    session: Session

    @property
    def off_e4(self) -> int:
        """How far the index is from the median, in 1e-4, rounded down."""
        return abs(self.index_nanos - self.median_nanos) * 10_000 // self.median_nanos

    @property
    def print_off_e4(self) -> int:
        """How far the print is from the median, in 1e-4, rounded down."""
        return abs(self.print_nanos - self.median_nanos) * 10_000 // self.median_nanos


def new_york_ns(text: str) -> int:
    """Return a New York wall time, such as ``2025-04-14 04:00``, in ns since the Unix epoch."""
    moment = datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)
    return int(moment.timestamp()) * NS_PER_SECOND


def recorded_bars() -> list[Bar]:
    """Return the recording's bars, in order of time (one row of the file is not)."""
    with TSLA.open() as lines:
        rows = [[cell.strip() for cell in row] for row in csv.reader(lines)]
    bars = [Bar(new_york_ns(row[0]), *(_nanos(cell) for cell in row[1:5])) for row in rows[1:]]
    return sorted(bars)


def session_at(at_ns: int) -> Session:
    """Return the session of a US stock; the bars have none at night or on closed days."""
    moment = datetime.fromtimestamp(at_ns // NS_PER_SECOND, NEW_YORK)
    minute = moment.hour * 60 + moment.minute
    if minute < 9 * 60 + 30:
        return Session.PRE_MARKET
    return Session.REGULAR if minute < 16 * 60 else Session.AFTER_MARKET


def prints_of(bar: Bar) -> list[tuple[int, int]]:
    """Return (time, price): open, the nearer of high and low, the other, close."""
    near, far = bar.low_nanos, bar.high_nanos
    if bar.high_nanos - bar.open_nanos < bar.open_nanos - bar.low_nanos:
        near, far = far, near
    prices = (bar.open_nanos, near, far, bar.close_nanos)
    return [
        (bar.at_ns + s * NS_PER_SECOND, p) for s, p in zip((0, 15, 45, 59), prices, strict=True)
    ]


def medians_of(bars: list[Bar]) -> list[int]:
    """Return for each bar the median of the closes from two minutes before to two after."""
    starts = [bar.at_ns for bar in bars]
    medians = []
    for bar in bars:
        first = bisect_left(starts, bar.at_ns - 2 * NS_PER_MINUTE)
        after = bisect_left(starts, bar.at_ns + 2 * NS_PER_MINUTE + 1)
        medians.append(int(median(b.close_nanos for b in bars[first:after])))
    return medians


def drive(rule: IndexOpenRule, bars: list[Bar], skip: frozenset[int] = frozenset()) -> list[Point]:
    """Feed every print to a rule; while it says ``None`` the index stays, as a thin book's does.

    ``skip`` holds times of prints that never arrive.
    """
    memory = rule.initial()
    index: int | None = None
    pricing = Pricing.EXTERNAL
    points = []
    for bar, median_nanos in zip(bars, medians_of(bars), strict=True):
        session = session_at(bar.at_ns)
        for at_ns, price in prints_of(bar):
            if at_ns in skip:
                continue
            seen = OpenInputs(
                now_ns=at_ns,
                arrived=Print("tape", price, at_ns, at_ns, NS_PER_MINUTE),
                previous_index_nanos=index,
                pricing=pricing,
                pricing_since_ns=0,
                session=session,
                closure=Closure.NONE,
                session_since_ns=0,
            )
            answer, memory = rule.index(seen, memory)
            pricing = Pricing.INTERNAL if answer.index_nanos is None else Pricing.EXTERNAL
            index = index if answer.index_nanos is None else answer.index_nanos
            assert index is not None, "the first print of a market is believed"
            points.append(Point(at_ns, price, index, median_nanos, session))
    return points


def off_hours(points: list[Point]) -> list[Point]:
    """Return the points outside REGULAR hours."""
    return [point for point in points if point.session is not Session.REGULAR]


def share_off_ppm(points: list[Point]) -> int:
    """Return at how many of a million prints outside REGULAR hours the index is over 1 % off."""
    outside = off_hours(points)
    far = sum(
        abs(point.index_nanos - point.median_nanos) * 100 > point.median_nanos for point in outside
    )
    return far * 1_000_000 // len(outside)


def _nanos(cell: str) -> int:
    whole, _, rest = cell.partition(".")
    return int(whole + rest.ljust(9, "0"))
