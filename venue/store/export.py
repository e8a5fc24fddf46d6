"""Write a part of the projections to a file: CSV for any program, Parquet with types.

Columns are those of the tables, units in their names, whole numbers as they are; or plain, as
``columns.py`` says. The file appears under its name only when it is whole, and none is ever
replaced unless that is asked for.
"""

import csv
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from venue.core.account import INSURANCE, VAULT
from venue.extras import how_to_install
from venue.store.columns import Column, Kind, MarketUnits, Plain, Row, stored, text_of
from venue.store.errors import HistoryRefused
from venue.store.projection_tables import ACCOUNTS, MARKETS
from venue.store.queries import Asked, history_table, stream

Batches = AsyncIterator[list[Row]]
# So many accounts are named where one that is not there was asked for.
NAMED_MAX = 20


class Writer(Protocol):
    """A file being written."""

    def write(self, rows: list[Row]) -> None: ...
    def close(self) -> None: ...


async def export(
    engine: AsyncEngine, asked: Asked, path: Path, *, plain: bool = False, replace: bool = False
) -> int:
    """Write the rows that are asked for to ``path`` (``.csv`` or ``.parquet``); return how many.

    An account or a market that nobody knows is refused, with those that there are.
    """
    table = history_table(asked.table)
    if not plain:
        return await write_file(path, stored(table), _known(engine, asked), replace=replace)
    shown = Plain(asked.table, table, await _units(engine))

    async def rows() -> Batches:
        async for batch in _known(engine, asked):
            yield [shown.row(row) for row in batch]

    return await write_file(path, shown.columns, rows(), replace=replace)


async def write_file(
    path: Path, columns: Sequence[Column], batches: Batches, *, replace: bool
) -> int:
    """Write rows to a file whose ending says its kind; return how many."""
    kind = path.suffix.lower()
    if kind not in WRITERS:
        raise HistoryRefused(
            f"expected a file name that ends in {' or '.join(WRITERS)}, found {path.name}"
        )
    if path.exists() and not replace:
        raise HistoryRefused(f"expected no file {path}, found one: --force replaces it")
    unfinished = path.with_name(path.name + ".unfinished")
    count = 0
    try:
        writer = WRITERS[kind](unfinished, columns)
        try:
            async for rows in batches:
                writer.write(rows)
                count += len(rows)
        finally:
            writer.close()
        unfinished.replace(path)
    except OSError as error:
        raise HistoryRefused(f"cannot write {path}: {error.strerror or error}") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return count


async def _known(engine: AsyncEngine, asked: Asked) -> Batches:
    """Yield the rows; where there are none, because nobody knows what was asked for, refuse."""
    count = 0
    async for rows in stream(engine, asked):
        count += len(rows)
        yield rows
    if count:
        return
    if asked.account not in (None, INSURANCE, VAULT):
        await _refuse_unknown_account(engine, asked.account)
    if asked.market is not None:
        names = (await _units(engine)).names
        if names and asked.market not in names:
            raise HistoryRefused(
                f"expected a market among {', '.join(names)}, found {asked.market}"
            )


async def _refuse_unknown_account(engine: AsyncEngine, account: int | None) -> None:
    question = select(ACCOUNTS.c.account, ACCOUNTS.c.name).order_by(ACCOUNTS.c.account)
    async with engine.connect() as connection:
        known = {row[0]: row[1] for row in await connection.execute(question)}
    if account in known:
        return
    named = [f"{number} ({name})" for number, name in known.items()][:NAMED_MAX]
    more = "" if len(known) <= NAMED_MAX else f" and {len(known) - NAMED_MAX} more"
    raise HistoryRefused(
        f"expected an account among {', '.join(named) or 'none'}{more}, found {account}"
    )


async def _units(engine: AsyncEngine) -> MarketUnits:
    of = MARKETS.c
    question = select(of.market, of.seq, of.tick_nanos, of.lot_e9, of.renamed_from).order_by(
        of.seq, of.number
    )
    async with engine.connect() as connection:
        return MarketUnits([tuple(row) for row in await connection.execute(question)])


class CsvFile:
    """Comma-separated, with a line of names; nothing stands for ``None``."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self._kinds: list[Kind] = [column.kind for column in columns]
        self._is_plain = not {"decimal", "time"}.isdisjoint(self._kinds)
        self._file = path.open("w", newline="", encoding="utf-8")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow([column.name for column in columns])

    def write(self, rows: list[Row]) -> None:
        if self._is_plain:
            rows = [tuple(map(text_of, row, self._kinds)) for row in rows]
        self._writer.writerows(rows)

    def close(self) -> None:
        self._file.close()


class ParquetFile:
    """Parquet, compressed with zstd: int64, text, booleans, decimals, times in ns of UTC."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        try:
            import pyarrow
            import pyarrow.parquet
        except ImportError:
            raise HistoryRefused(
                f"Parquet needs pyarrow, found none: {how_to_install('export')}; or export to .csv"
            ) from None
        self._arrow = pyarrow
        kinds: dict[Kind, Any] = {
            "int": pyarrow.int64(),
            "text": pyarrow.string(),
            "bool": pyarrow.bool_(),
            "decimal": pyarrow.decimal128(38, DECIMALS),
            "time": pyarrow.timestamp("ns", tz="UTC"),
        }
        self._schema = pyarrow.schema(
            [
                pyarrow.field(column.name, kinds[column.kind], nullable=column.nullable)
                for column in columns
            ]
        )
        self._writer = pyarrow.parquet.ParquetWriter(path, self._schema, compression="zstd")

    def write(self, rows: list[Row]) -> None:
        columns = [list(values) for values in zip(*rows, strict=True)]
        self._writer.write_table(self._arrow.table(columns, schema=self._schema))

    def close(self) -> None:
        self._writer.close()


# Rates have twelve, nothing has more.
DECIMALS = 12
WRITERS: dict[str, Callable[[Path, Sequence[Column]], Writer]] = {
    ".csv": CsvFile,
    ".parquet": ParquetFile,
}
