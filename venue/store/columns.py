"""Columns of a file: as they are in the tables, or plain, in the units that people use.

Plain: prices and money in dollars, sizes in contracts, rates as fractions, all of them exact
decimals; times in UTC. The ending of a name says what a column was: ``_ticks``, ``_micros`` and
``_nanos`` become ``_dollars``, ``_lots`` becomes ``_contracts``, ``_ns`` becomes ``_utc``, and
``_e12`` and ``_e4`` go. What a tick and a lot are is in the table ``markets``.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from sqlalchemy import BigInteger, Boolean, Table

from venue.core.units import NS_PER_SECOND, Units
from venue.store.errors import HistoryRefused

Kind = Literal["int", "text", "bool", "decimal", "time"]
Row = tuple[Any, ...]

# Endings of names: what they become, and how many places the decimal has; ``None``: the market's.
ENDINGS: dict[str, tuple[str, int | None]] = {
    "_ticks": ("_dollars", None),
    "_lots": ("_contracts", None),
    "_micros": ("_dollars", 6),
    "_nanos": ("_dollars", 9),
    "_e12": ("", 12),
    "_e9": ("", 9),
    "_e4": ("", 4),
}
# Micro-dollars a lot, which money is counted at, and micro-dollars times 1e4, which margins are
# compared with: the name says what the ending does not.
OTHERS: dict[str, tuple[str, int]] = {
    "mark.mark_micros": ("mark_a_lot_dollars", 6),
    "funding.price_micros": ("price_a_lot_dollars", 6),
    "funding_rates.price_micros": ("price_a_lot_dollars", 6),
    "markets.tick_lot_micros": ("tick_a_lot_dollars", 6),
    "liquidations.maintenance_e4": ("maintenance_dollars", 10),
    "liquidations.maintenance_after_e4": ("maintenance_after_dollars", 10),
}


class Column(NamedTuple):
    """A column of a file. ``decimal`` holds ``Decimal``s, ``time`` whole ns since 1970 UTC."""

    name: str
    kind: Kind
    nullable: bool = False


def stored(table: Table) -> list[Column]:
    """Return a table's columns as they are."""
    return [
        Column(column.name, _kind(column.type), bool(column.nullable)) for column in table.columns
    ]


def _kind(column_type: Any) -> Kind:
    if isinstance(column_type, Boolean):
        return "bool"
    return "int" if isinstance(column_type, BigInteger) else "text"


class MarketUnits:
    """What ticks and lots were under each name, from a command on: names are given again."""

    def __init__(self, listed: Iterable[tuple[str, int, int | None, int | None, str | None]]):
        """``listed``: name, the command ``seq``, tick, lot, and the name before; in order."""
        self._by_name: dict[str, tuple[list[int], list[Units]]] = {}
        for name, seq, tick_nanos, lot_e9, before in listed:
            if tick_nanos is None or lot_e9 is None:
                units = self.of(before or "", seq)
            else:
                units = Units(tick_nanos=tick_nanos, lot_e9=lot_e9)
            seqs, found = self._by_name.setdefault(name, ([], []))
            seqs.append(seq)
            found.append(units)

    @property
    def names(self) -> Sequence[str]:
        """Every name that a market has had, in the order of listings."""
        return list(self._by_name)

    def of(self, market: str, seq: int) -> Units:
        """Return the units under a name at a command, or refuse."""
        seqs, units = self._by_name.get(market, ([], []))
        place = bisect_right(seqs, seq)
        if not place:
            raise HistoryRefused(
                f"expected {market} in the table markets, found {', '.join(self.names) or 'none'}:"
                " tables that an older version made are made again with `venue db rebuild`"
            )
        return units[place - 1]


class Plain:
    """The plain columns of a table; ``row`` turns one of its rows into theirs."""

    def __init__(self, asked: str, table: Table, units: "MarketUnits") -> None:
        """``asked`` is the word for the table."""
        self._units = units
        self._was = stored(table)
        shown = [_shown(asked, column) for column in self._was]
        self.columns = [column for column, _ in shown]
        self._places = [places for _, places in shown]
        names = [column.name for column in self._was]
        self._market = names.index("market") if "market" in names else None
        self._seq = names.index("seq")

    def row(self, row: Row) -> Row:
        """Return a row's values in plain units."""
        return tuple(
            self._plain(value, was, column, places, row)
            for value, was, column, places in zip(
                row, self._was, self.columns, self._places, strict=True
            )
        )

    def _plain(self, value: Any, was: Column, column: Column, places: int | None, row: Row) -> Any:
        if value is None or column.kind != "decimal":
            return value
        if places is not None:
            return decimal(value, places)
        units = self._of(row)
        return decimal(value * (units.tick_nanos if "ticks" in was.name else units.lot_e9), 9)

    def _of(self, row: Row) -> Units:
        market = None if self._market is None else row[self._market]
        return self._units.of(market or "", row[self._seq])


def _shown(asked: str, column: Column) -> tuple[Column, int | None]:
    other = OTHERS.get(f"{asked}.{column.name}")
    if other is not None:
        return Column(other[0], "decimal", column.nullable), other[1]
    if column.kind != "int":
        return column, None
    if column.name.endswith("_ns"):
        return Column(f"{column.name.removesuffix('_ns')}_utc", "time", column.nullable), None
    if column.name == "lots":
        return Column("contracts", "decimal", column.nullable), None
    for ending, (becomes, places) in ENDINGS.items():
        if column.name.endswith(ending):
            name = column.name.removesuffix(ending) + becomes
            return Column(name, "decimal", column.nullable), places
    return column, None


def decimal(value: int, places: int) -> Decimal:
    """Return a whole number of parts as an exact decimal.

    >>> decimal(-1_500_000, 6)
    Decimal('-1.500000')
    """
    return Decimal((int(value < 0), tuple(int(digit) for digit in str(abs(value))), -places))


def utc(at_ns: int) -> str:
    """Return a time in ns as ISO 8601 of UTC, to the nanosecond.

    >>> utc(1_744_862_400_000_000_001)
    '2025-04-17T04:00:00.000000001Z'
    """
    seconds, ns = divmod(at_ns, NS_PER_SECOND)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{ns:09}Z"


def text_of(value: Any, kind: Kind) -> Any:
    """Return a value as CSV and JSON have it: decimals without an exponent, times in UTC."""
    if value is None:
        return None
    if kind == "decimal":
        return f"{value:f}"
    return utc(value) if kind == "time" else value
