"""The shapes of recordings that are known: one table, and how a file's shape is told.

A format says which columns hold what, under all the names that its vendor and those who
pass its files on have used, in which zone stamps without an offset are, and how prices are
written. The table is in the order in which shapes are tried: the most particular first.
"""

from enum import Enum

import msgspec

from venue.oracle.errors import SourceError
from venue.oracle.figures import has_clock

NEW_YORK = "America/New_York"
OWN_FORMAT = "venue"
AUTO = "auto"

# The venue's own columns, in order.
OWN_COLUMNS = (
    "received_ns",
    "source_time_ns",
    "underlying",
    "source",
    "price",
    "cadence_ns",
)


class Kind(Enum):
    """What a row of a recording is."""

    PRINTS = "prints"
    BARS = "bars"
    TICKS = "ticks"


class Format(msgspec.Struct, frozen=True):
    """One shape of recording.

    ``columns`` maps what a column holds to the names it may have, in lower case; ``needs``
    are the ones that a file of this shape must have; ``marks`` are names of which all must be
    there for the shape to be recognised. ``order`` holds what the columns of a file without
    header are. ``fixed_prices`` means whole numbers of 1e-9 dollar where the first price has
    no decimal point. ``daily`` means that a stamp is a date alone.
    """

    name: str
    about: str
    kind: Kind
    columns: dict[str, tuple[str, ...]] = {}
    needs: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    zone: str = NEW_YORK
    fixed_prices: bool = False
    daily: bool = False


_BAR_NEEDS = ("stamp", "open", "high", "low", "close")
_BAR_COLUMNS = {
    "stamp": ("timestamp", "datetime", "date_time", "date", "time", "t", "ts", "window_start"),
    "underlying": ("ticker", "symbol", "underlying", "s"),
    "open": ("open", "o"),
    "high": ("high", "h"),
    "low": ("low", "l"),
    "close": ("close", "c"),
}
_TICK_NEEDS = ("stamp", "price")
_TICK_COLUMNS = {
    "stamp": ("timestamp", "datetime", "date_time", "date", "time", "t", "ts"),
    "underlying": ("ticker", "symbol", "underlying", "s"),
    "price": ("price", "p", "last"),
}

_ALL = (
    Format(
        name=OWN_FORMAT,
        about="the venue's own recording: one print a row",
        kind=Kind.PRINTS,
        columns={name: (name,) for name in OWN_COLUMNS},
        needs=OWN_COLUMNS,
        marks=("received_ns", "source_time_ns", "cadence_ns"),
        zone="UTC",
    ),
    Format(
        name="databento_trades",
        about="Databento trades: ts_recv, ts_event, prices in 1e-9 dollars or decimal",
        kind=Kind.TICKS,
        columns={
            "stamp": ("ts_recv",),
            "source_stamp": ("ts_event",),
            "underlying": ("symbol",),
            "price": ("price",),
        },
        needs=("stamp", "source_stamp", "price"),
        marks=("ts_recv", "ts_event", "price"),
        zone="UTC",
        fixed_prices=True,
    ),
    Format(
        name="databento",
        about="Databento OHLCV: ts_event, prices in 1e-9 dollars or decimal",
        kind=Kind.BARS,
        columns=_BAR_COLUMNS | {"stamp": ("ts_event",)},
        needs=_BAR_NEEDS,
        marks=("ts_event", "open", "close"),
        zone="UTC",
        fixed_prices=True,
    ),
    Format(
        name="polygon_trades",
        about="Polygon / Massive trades: sip_timestamp and participant_timestamp in ns",
        kind=Kind.TICKS,
        columns={
            "stamp": ("sip_timestamp",),
            "source_stamp": ("participant_timestamp",),
            "underlying": ("ticker",),
            "price": ("price",),
        },
        needs=("stamp", "source_stamp", "price"),
        marks=("sip_timestamp", "participant_timestamp", "price"),
        zone="UTC",
    ),
    Format(
        name="polygon",
        about="Polygon / Massive aggregates: ticker, window_start in ns",
        kind=Kind.BARS,
        columns=_BAR_COLUMNS | {"stamp": ("window_start",)},
        needs=_BAR_NEEDS,
        marks=("window_start", "open", "close"),
        zone="UTC",
    ),
    Format(
        name="alpaca",
        about="Alpaca bars: ISO stamps, with trade_count and vwap, or the short keys t o h l c",
        kind=Kind.BARS,
        columns=_BAR_COLUMNS,
        needs=_BAR_NEEDS,
        marks=("trade_count", "vwap", "open"),
        zone="UTC",
    ),
    Format(
        name="alpaca_short",
        about="Alpaca bars with the keys of their JSON: t o h l c v n vw",
        kind=Kind.BARS,
        columns=_BAR_COLUMNS,
        needs=_BAR_NEEDS,
        marks=("t", "o", "h", "l", "c"),
        zone="UTC",
    ),
    Format(
        name="daily",
        about="Yahoo / Stooq daily: Date, Open, High, Low, Close (Adj Close is not used)",
        kind=Kind.BARS,
        columns=_BAR_COLUMNS,
        needs=_BAR_NEEDS,
        marks=("date", "open", "close"),
        daily=True,
    ),
    Format(
        name="bars",
        about="bars with a header: timestamp, open, high, low, close, volume",
        kind=Kind.BARS,
        columns=_BAR_COLUMNS,
        needs=_BAR_NEEDS,
        marks=("open", "high", "low", "close"),
    ),
    Format(
        name="ticks",
        about="ticks with a header: timestamp, price, size",
        kind=Kind.TICKS,
        columns=_TICK_COLUMNS,
        needs=_TICK_NEEDS,
        marks=("price",),
    ),
    Format(
        name="kibot",
        about="Kibot intraday, no header: MM/DD/YYYY, HH:MM, open, high, low, close, volume",
        kind=Kind.BARS,
        order=("stamp", "clock", "open", "high", "low", "close", "volume"),
    ),
    Format(
        name="firstrate",
        about="First Rate Data, no header: stamp, open, high, low, close, volume",
        kind=Kind.BARS,
        order=("stamp", "open", "high", "low", "close", "volume"),
    ),
)

FORMATS: dict[str, Format] = {each.name: each for each in _ALL}


def format_named(name: str) -> Format:
    """Return the format of that name; ``SourceError`` names the ones there are."""
    found = FORMATS.get(name)
    if found is None:
        raise SourceError(expected=f"a format ({AUTO}, {', '.join(FORMATS)})", found=name)
    return found


def recognised(first: list[str], second: list[str] | None) -> Format | None:
    """Return the format that a file's first two rows show, or ``None``.

    ``second`` is ``None`` when there is no second row. A shape whose stamps are dates alone
    is told from the one with times by the second row.
    """
    names = {cell.lower() for cell in first}
    for each in _ALL:
        if not each.marks or not set(each.marks) <= names:
            continue
        if each.daily and (second is None or _has_clock(first, second)):
            continue
        return each
    if first and first[0][:1].isdigit():
        for each in _ALL:
            # The volume, which comes last, is left out by some.
            if each.order and len(first) in (len(each.order), len(each.order) - 1):
                split = not has_clock(first[0])
                if split == ("clock" in each.order):
                    return each
    return None


def placed(shape: Format, header: list[str]) -> dict[str, int]:
    """Return in which column of a file stands what; what is not there is left out."""
    if shape.order:
        return {what: at for at, what in enumerate(shape.order)}
    lower = [cell.lower() for cell in header]
    return {
        what: next(lower.index(name) for name in names if name in lower)
        for what, names in shape.columns.items()
        if any(name in lower for name in names)
    }


def _has_clock(first: list[str], second: list[str]) -> bool:
    at = [cell.lower() for cell in first].index("date")
    return at >= len(second) or has_clock(second[at])
