"""The synthetic path of one market: where its price is at any time, without walking there.

Time is cut into stretches. A *regular* stretch is one regular session; a *quiet* one is all
between two of them: after-market, closed time, pre-market. The move over a whole stretch is
drawn first, from a stream of its own: Student-t over a quiet one, which is the gap; so the
level at the start of any day is a sum of a few draws a day. Inside, a Brownian bridge leads
from one end to the other, minute by minute; closed time is one jump in it.

All markets of one seed share one factor, in gaps, days and minutes alike.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

from venue.core.units import NS_PER_HOUR, NS_PER_MINUTE
from venue.oracle.chance import Stream, student_width
from venue.oracle.errors import SourceError
from venue.oracle.hours import OpenInterval, Piece, Span, spans
from venue.oracle.markets import (
    CLOSED_SHARE,
    DAY_DEGREES,
    GAP_MAX,
    QUIET_SHARES,
    WEEKEND_NS,
    WEEKNIGHT_NS,
    MinuteVolatility,
    SyntheticMarket,
)

# Closed time counts in full from a weeknight's 20:00-04:00 on, and less when shorter.
_CLOSED_FULL_NS = 8 * NS_PER_HOUR


class Cell(NamedTuple):
    """The smallest piece of a path: a minute of trading, or one closed time.

    ``low`` and ``high`` are the levels, ln(price / price at the start of the hours), at its
    two ends; ``width`` is the standard deviation of the path over it.
    """

    from_ns: int
    to_ns: int
    is_open: bool
    low: float
    high: float
    width: float


class Stretch(NamedTuple):
    """A span with what was drawn for it.

    ``start`` is the level at its start, ``total`` the move over it, ``scale`` what the widths
    of its cells are multiplied by.
    """

    span: Span
    start: float
    total: float
    scale: float


class Path:
    """One market's path over its trading hours, which are taken as needed and remembered.

    What follows the last regular session of the hours has no path: it depends on the next
    open. So the hours must reach beyond the next regular session.
    """

    def __init__(self, seed: bytes, market: SyntheticMarket, hours: Iterable[OpenInterval]) -> None:
        self.market = market
        self._seed = seed
        self._coming = spans(hours)
        self._known: list[Stretch] = []
        self._bridged: tuple[Stretch, list[Cell]] | None = None

    def cells(self, from_ns: int, to_ns: int) -> Iterator[Cell]:
        """Yield the cells that reach into a span of time, in order."""
        for stretch in self.stretches():
            if stretch.span.from_ns >= to_ns:
                return
            if stretch.span.to_ns <= from_ns:
                continue
            for cell in self.bridge(stretch):
                if cell.to_ns > from_ns and cell.from_ns < to_ns:
                    yield cell

    def level(self, at_ns: int) -> float:
        """Return ln(price / price at the start of the hours) at the start of a minute.

        In closed time it is the level at which trading stopped; before all hours, 0.
        """
        last: Cell | None = None
        for cell in self.cells(at_ns - NS_PER_MINUTE, at_ns + 1):
            last = cell
        if last is not None:
            return last.low if last.to_ns > at_ns else last.high
        if not self._known or at_ns > self._known[0].span.from_ns:
            raise SourceError(
                expected=f"hours of {self.market.underlying} with a regular session after the "
                f"anchor, {at_ns}",
                found="hours that end before",
            )
        return 0.0

    def stretches(self) -> Iterator[Stretch]:
        yield from self._known
        for span in self._coming:
            self._known.append(self._drawn(span))
            yield self._known[-1]

    def _drawn(self, span: Span) -> Stretch:
        market = self.market
        before = self._known[-1] if self._known else None
        start = 0.0 if before is None else before.start + before.total
        label = "day" if span.is_regular else "gap"
        common = Stream(self._seed, label, span.name)
        own = Stream(self._seed, label, span.name, market.underlying)
        # Equal streams for all markets: the wild days and weekends are the same ones.
        width = Stream(self._seed, label, span.name, "width")
        normal = _mixed(market.loading, common.normal(), own.normal())
        if span.is_regular:
            variance = _variance(market.volatility, _minutes(span))
            # A width of mean square 1: the profile holds on average, not on every day.
            scale = student_width(width, DAY_DEGREES) * sqrt(1.0 - 2.0 / DAY_DEGREES)
            return Stretch(span, start, normal * sqrt(variance) * scale, scale)
        closed_ns = WEEKNIGHT_NS if before is None else span.to_ns - span.from_ns
        law = market.weekend if closed_ns >= WEEKEND_NS else market.overnight
        share = min(1.0, sqrt(closed_ns / WEEKNIGHT_NS))
        scale = min(GAP_MAX, law.scale * student_width(width, law.degrees) * share)
        total = max(-GAP_MAX, min(GAP_MAX, law.centre * share + scale * normal))
        return Stretch(span, start, total, scale)

    def bridge(self, stretch: Stretch) -> list[Cell]:
        if self._bridged is not None and self._bridged[0] is stretch:
            return self._bridged[1]
        span, market = stretch.span, self.market
        pieces = span.pieces()
        if span.is_regular:
            widths = _regular_widths(market.volatility, _minutes(span))
        else:
            widths = _quiet_widths(pieces)
        normals = self._normals(pieces)
        walked = sum(width * normal for width, normal in zip(widths, normals, strict=True))
        variance = sum(width * width for width in widths)
        # What the free walk misses of the total is made up in step with its variance.
        missing = stretch.total - stretch.scale * walked

        cells: list[Cell] = []
        low = stretch.start
        for piece, width, normal in zip(pieces, widths, normals, strict=True):
            step = stretch.scale * width * normal + missing * width * width / variance
            cells.append(
                Cell(
                    piece.from_ns,
                    piece.to_ns,
                    piece.session is not None,
                    low,
                    low + step,
                    stretch.scale * width,
                )
            )
            low += step
        self._bridged = (stretch, cells)
        return cells

    def _normals(self, pieces: list[Piece]) -> list[float]:
        # One stream an hour, a number a minute; closed time has a stream of its own.
        market = self.market
        hours: dict[int, list[float]] = {}
        normals: list[float] = []
        for piece in pieces:
            if piece.session is None:
                common = Stream(self._seed, "closed", piece.to_ns).normal()
                own = Stream(self._seed, "closed", piece.to_ns, market.underlying).normal()
                normals.append(_mixed(market.loading, common, own))
                continue
            hour, minute = divmod(piece.from_ns // NS_PER_MINUTE, 60)
            if hour not in hours:
                factor = Stream(self._seed, "hour", hour)
                alone = Stream(self._seed, "hour", hour, market.underlying)
                hours[hour] = [
                    _mixed(market.loading, factor.normal(), alone.normal()) for _ in range(60)
                ]
            normals.append(hours[hour][minute])
        return normals


def _mixed(loading: float, common: float, own: float) -> float:
    return loading * common + sqrt(1.0 - loading * loading) * own


def _minutes(span: Span) -> int:
    return (span.to_ns - span.from_ns) // NS_PER_MINUTE


@lru_cache(maxsize=256)
def _variance(volatility: MinuteVolatility, minutes: int) -> float:
    return sum(width**2 for width in _regular_widths(volatility, minutes))


def _regular_widths(volatility: MinuteVolatility, minutes: int) -> list[float]:
    return [volatility.at_bp(minute, minutes) * 1e-4 for minute in range(minutes)]


def _quiet_widths(pieces: list[Piece]) -> list[float]:
    # Shares of the gap's variance, scaled to sum to 1; their roots are the widths.
    shares = []
    for piece in pieces:
        length_ns = piece.to_ns - piece.from_ns
        if piece.session is None:
            shares.append(CLOSED_SHARE * min(1.0, length_ns / _CLOSED_FULL_NS))
        else:
            full, full_ns = QUIET_SHARES[piece.session]
            shares.append(full * length_ns / full_ns)
    total = sum(shares)
    return [sqrt(share / total) for share in shares]
