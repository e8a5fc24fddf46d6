"""Write a part of the projections to a file: CSV for any program, Parquet with types.

Columns are those of the tables, units in their names, whole numbers as they are. The file appears
under its name only when it is whole.
"""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import BigInteger, Boolean, Table
from sqlalchemy.ext.asyncio import AsyncEngine

from venue.store.errors import HistoryRefused
from venue.store.queries import Asked, history_table, stream

Row = tuple[Any, ...]


class Writer(Protocol):
    """A file being written."""

    def write(self, rows: list[Row]) -> None: ...
    def close(self) -> None: ...


async def export(engine: AsyncEngine, asked: Asked, path: Path) -> int:
    """Write the rows that are asked for to ``path`` (``.csv`` or ``.parquet``); return how many."""
    kind = path.suffix.lower()
    if kind not in WRITERS:
        raise HistoryRefused(
            f"expected a file name that ends in {' or '.join(WRITERS)}, found {path.name}"
        )
    table = history_table(asked.table)
    unfinished = path.with_name(path.name + ".unfinished")
    count = 0
    try:
        writer = WRITERS[kind](unfinished, table)
        try:
            async for rows in stream(engine, asked):
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


class CsvFile:
    """Comma-separated, with a line of names; nothing stands for ``None``."""

    def __init__(self, path: Path, table: Table) -> None:
        self._file = path.open("w", newline="", encoding="utf-8")
        self._writer = csv.writer(self._file)
        self._writer.writerow(table.columns.keys())

    def write(self, rows: list[Row]) -> None:
        self._writer.writerows(rows)

    def close(self) -> None:
        self._file.close()


class ParquetFile:
    """Parquet, compressed with zstd: int64, text and booleans."""

    def __init__(self, path: Path, table: Table) -> None:
        try:
            import pyarrow
            import pyarrow.parquet
        except ImportError:
            raise HistoryRefused(
                "Parquet needs pyarrow, found none; install venue[export], or export to .csv"
            ) from None
        self._arrow = pyarrow
        self._schema = pyarrow.schema(
            [
                pyarrow.field(column.name, _kind(pyarrow, column.type), nullable=column.nullable)
                for column in table.columns
            ]
        )
        self._writer = pyarrow.parquet.ParquetWriter(path, self._schema, compression="zstd")

    def write(self, rows: list[Row]) -> None:
        columns = [list(values) for values in zip(*rows, strict=True)]
        self._writer.write_table(self._arrow.table(columns, schema=self._schema))

    def close(self) -> None:
        self._writer.close()


def _kind(pyarrow: Any, column_type: Any) -> Any:
    if isinstance(column_type, Boolean):
        return pyarrow.bool_()
    return pyarrow.int64() if isinstance(column_type, BigInteger) else pyarrow.string()


WRITERS: dict[str, Callable[[Path, Table], Writer]] = {".csv": CsvFile, ".parquet": ParquetFile}
