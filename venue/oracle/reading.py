"""From rows to entries: each row of a recording becomes prints, a bar or a fault.

A fault is a value here, with its line: whether it refuses the file (``recording.read``) or is
left out and listed (``repair``) is for the caller to say.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta, tzinfo
from itertools import chain
from pathlib import Path
from typing import TypeVar

import msgspec

from venue.core.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND
from venue.oracle.bars import DEFAULT_BAR_RULE
from venue.oracle.errors import RecordingError, SourceError
from venue.oracle.figures import (
    CADENCE_NS_MAX,
    STAMP_NS_MAX,
    STAMP_NS_MIN,
    FigureError,
    fixed_price_nanos,
    name_of,
    price_nanos,
    stamp_ns,
    whole_number,
    zone_named,
)
from venue.oracle.formats import AUTO, Format, Kind, format_named, placed, recognised
from venue.oracle.rows import Row, rows

Answer = TypeVar("Answer")

# A trade tape of a liquid share prints within this, outside regular hours too.
TICK_CADENCE_NS = 10 * NS_PER_SECOND

# A bar of one day is the regular session, 09:30 to 16:00 in the zone of the recording; it
# comes once a day.
DAILY_OPEN = timedelta(hours=9, minutes=30)
DAILY_LENGTH_NS = 6 * NS_PER_HOUR + 30 * NS_PER_MINUTE


class Reading(msgspec.Struct, frozen=True):
    """How a recording is to be read; what is ``None`` the file or its format says.

    ``format``: a name from ``FORMATS``, or ``auto``. ``underlying``: what the file is of, or,
    where it has a column for that, which one to take. ``source``: the name that its prints
    carry. ``zone``: of stamps without an offset. ``bar_rule``: from ``BAR_RULES``. ``bar_ns``:
    the length of a bar. ``stamped_at_end``: stamps name the end of a bar, not its start.
    ``cadence_ns``: what prints declare instead of the bar's length.
    """

    format: str = AUTO
    underlying: str | None = None
    source: str | None = None
    zone: str | None = None
    bar_rule: str = DEFAULT_BAR_RULE
    bar_ns: int | None = None
    stamped_at_end: bool = False
    cadence_ns: int | None = None


class Entry(msgspec.Struct, frozen=True):
    """One readable row. ``prices`` holds open, high, low and close of a bar, else one price.

    ``cadence_ns`` and ``source`` are ``None`` where the row does not say.
    """

    line: int
    at_ns: int
    source_time_ns: int
    underlying: str
    prices: tuple[int, ...]
    source: str | None = None
    cadence_ns: int | None = None


class Fault(msgspec.Struct, frozen=True):
    """One row that cannot be read, and why."""

    line: int
    expected: str
    found: str


class Table(msgspec.Struct, frozen=True):
    """A recording as rows: its shape, where its columns are, and the rows themselves."""

    path: Path
    shape: Format
    header: Row | None
    at: dict[str, int]
    zone: tzinfo
    width: int
    fixed_prices: bool
    rows: Iterator[Row]


def table(path: Path, how: Reading) -> Table:
    """Open a recording: recognise its shape and check header, zone and names.

    ``RecordingError`` when the file is empty, of no known shape, or without a column that its
    shape needs.
    """
    all_rows = rows(path)
    first = next(all_rows, None)
    if first is None:
        raise RecordingError(path, expected="a header and rows", found="an empty file")
    second = next(all_rows, None)
    shape = _shape(path, how, first, second)
    header = None if shape.order else first
    at = placed(shape, first.cells)
    for needed in shape.needs:
        if needed not in at:
            raise RecordingError(
                path,
                line=first.line,
                expected=f"a column {' or '.join(shape.columns[needed])} ({shape.name})",
                found=", ".join(first.cells),
            )
    data = chain([first] if header is None else [], [] if second is None else [second], all_rows)
    top = first if header is None else second
    if top is None:
        raise RecordingError(path, expected="at least one row below the header", found="none")
    return Table(
        path=path,
        shape=shape,
        header=header,
        at=at,
        zone=checked(path, lambda: zone_named(how.zone or shape.zone)),
        width=max(at[what] for what in at if what != "volume") + 1,
        fixed_prices=shape.fixed_prices and not _has_point(top, at),
        rows=data,
    )


def entries(seen: Table, how: Reading) -> Iterator[tuple[Row, Entry | Fault | None]]:
    """Yield every row with its entry or its fault; ``None``: a row of another underlying."""
    if "underlying" not in seen.at and how.underlying is None:
        raise RecordingError(
            seen.path,
            expected="to be told which underlying this is, since no column says it: with --market, "
            "or `venue serve --replay-market`",
            found="nothing of it",
        )
    if how.underlying is not None:
        wanted = how.underlying
        checked(seen.path, lambda: name_of(wanted, of="an underlying"))
    for row in seen.rows:
        if not row.is_text:
            yield row, Fault(row.line, "text in UTF-8", ",".join(row.cells))
            continue
        try:
            yield row, _entry(seen, how, row)
        except FigureError as error:
            yield row, Fault(row.line, error.expected, str(error.found))


def checked(path: Path, ask: Callable[[], Answer]) -> Answer:
    """Ask, and turn a refusal into one that names the file."""
    try:
        return ask()
    except (FigureError, SourceError) as error:
        raise RecordingError(path, expected=error.expected, found=error.found) from None


def _entry(seen: Table, how: Reading, row: Row) -> Entry | None:
    if len(row.cells) < seen.width:
        raise FigureError(expected=f"at least {seen.width} cells", found=f"{len(row.cells)}")
    cells = {what: row.cells[at] for what, at in seen.at.items() if at < len(row.cells)}
    underlying = how.underlying
    if "underlying" in cells:
        underlying = name_of(cells["underlying"], of="an underlying")
        if how.underlying not in (None, underlying):
            return None
    assert underlying is not None, "a row without an underlying"
    if seen.shape.kind is Kind.PRINTS:
        return _print_entry(row, cells, underlying)
    at_ns = _stamp(seen, cells)
    if seen.shape.kind is Kind.TICKS:
        source_time_ns = at_ns
        if "source_stamp" in cells:
            source_time_ns = stamp_ns(cells["source_stamp"], seen.zone)
        prices: tuple[int, ...] = (_price(seen, cells["price"]),)
        return Entry(row.line, at_ns, source_time_ns, underlying, prices)
    open_, high, low, close = (_price(seen, cells[w]) for w in ("open", "high", "low", "close"))
    if not low <= min(open_, close) <= max(open_, close) <= high:
        raise FigureError(
            expected="low <= open, close <= high",
            found=" ".join(cells[what] for what in ("open", "high", "low", "close")),
        )
    return Entry(row.line, at_ns, at_ns, underlying, (open_, high, low, close))


def _print_entry(row: Row, cells: dict[str, str], underlying: str) -> Entry:
    stamps = [
        whole_number(cells[what], what=what, low=STAMP_NS_MIN, high=STAMP_NS_MAX)
        for what in ("received_ns", "source_time_ns")
    ]
    nanos = price_nanos(cells["price"])
    if len(cells["price"].partition(".")[2]) > 9:
        raise FigureError(expected="a price of at most 9 decimals", found=cells["price"])
    return Entry(
        line=row.line,
        at_ns=stamps[0],
        source_time_ns=stamps[1],
        underlying=underlying,
        prices=(nanos,),
        source=name_of(cells["source"], of="a source"),
        cadence_ns=whole_number(cells["cadence_ns"], what="cadence_ns", low=1, high=CADENCE_NS_MAX),
    )


def _stamp(seen: Table, cells: dict[str, str]) -> int:
    text = cells["stamp"]
    if "clock" in cells:
        text = f"{text} {cells['clock']}"
    if seen.shape.daily:
        hours, minutes = divmod(DAILY_OPEN // timedelta(minutes=1), 60)
        # A date with a time is not daily; the doubled time that this makes is refused.
        text = f"{text} {hours:02d}:{minutes:02d}"
    return stamp_ns(text, seen.zone)


def _price(seen: Table, text: str) -> int:
    return fixed_price_nanos(text) if seen.fixed_prices else price_nanos(text)


def _shape(path: Path, how: Reading, first: Row, second: Row | None) -> Format:
    if how.format != AUTO:
        return checked(path, lambda: format_named(how.format))
    shape = recognised(first.cells, None if second is None else second.cells)
    if shape is None:
        raise RecordingError(
            path,
            line=first.line,
            expected="a header of a known format (see docs/recordings.md)",
            found=", ".join(first.cells),
        )
    return shape


def _has_point(row: Row, at: dict[str, int]) -> bool:
    columns = [at[what] for what in ("price", "open", "close") if what in at]
    return any("." in row.cells[column] for column in columns if column < len(row.cells))
