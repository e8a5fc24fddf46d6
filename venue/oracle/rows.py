"""The raw rows of a recording: text cells with their line, from CSV, gzipped CSV or Parquet.

Promises: a file that cannot be read as rows is a ``RecordingError`` with its line, and never
another exception; no line, cell or file is read beyond a stated limit.
"""

import csv
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from venue.extras import how_to_install
from venue.oracle.errors import RecordingError
from venue.oracle.figures import stamp_text

LINE_BYTES_MAX = 10_000
ROWS_MAX = 20_000_000

# What stands for bytes that are not UTF-8.
REPLACED = "\N{REPLACEMENT CHARACTER}"


class Row(msgspec.Struct, frozen=True):
    """One row: its line in the file (its number in a Parquet file) and its cells, stripped.

    ``is_text`` is false when the line holds bytes that are not UTF-8; its cells then show a
    mark in their place.
    """

    line: int
    cells: list[str]
    is_text: bool = True


def rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a file that hold anything, the header included."""
    if path.is_dir():
        raise RecordingError(path, expected="a file", found="a folder")
    if not path.exists():
        raise RecordingError(path, expected="a file", found="no such file")
    if path.suffix.lower() in (".parquet", ".pq"):
        yield from _parquet_rows(path)
        return
    try:
        yield from _csv_rows(path)
    except (OSError, EOFError, zlib.error) as error:
        raise RecordingError(path, expected="a readable file", found=error) from None


def _csv_rows(path: Path) -> Iterator[Row]:
    with _opened(path) as stream:
        reader = csv.reader(_lines(path, stream), strict=True, skipinitialspace=True)
        try:
            for cells in reader:
                stripped = [cell.strip() for cell in cells]
                if any(stripped):
                    is_text = not any(REPLACED in cell for cell in stripped)
                    yield Row(reader.line_num, stripped, is_text)
        except csv.Error as error:
            raise RecordingError(
                path, line=reader.line_num, expected="comma-separated values", found=error
            ) from None


def _opened(path: Path) -> BinaryIO | gzip.GzipFile:
    # The first two bytes decide, not the name: a renamed file is still what it is.
    with path.open("rb") as stream:
        zipped = stream.read(2) == b"\x1f\x8b"
    if zipped:
        return gzip.open(path, "rb")
    return path.open("rb")


def _lines(path: Path, stream: BinaryIO | gzip.GzipFile) -> Iterator[str]:
    number = 0
    while line := stream.readline(LINE_BYTES_MAX + 1):
        number += 1
        if len(line) > LINE_BYTES_MAX:
            raise RecordingError(
                path,
                line=number,
                expected=f"a line of at most {LINE_BYTES_MAX} bytes",
                found="a longer one",
            )
        if number > ROWS_MAX:
            raise RecordingError(path, expected=f"at most {ROWS_MAX} rows", found="more")
        # Excel puts a mark in front of UTF-8.
        yield line.decode("utf-8-sig" if number == 1 else "utf-8", errors="replace")


def _parquet_rows(path: Path) -> Iterator[Row]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise RecordingError(
            path,
            expected="the optional pyarrow package, which reads Parquet",
            found=f"none: {how_to_install('export')}",
        ) from None
    try:
        with pq.ParquetFile(path) as file:
            if file.metadata.num_rows > ROWS_MAX:
                raise RecordingError(
                    path, expected=f"at most {ROWS_MAX} rows", found=file.metadata.num_rows
                )
            # An index that pandas wrote is a column like any other.
            yield Row(0, [str(column) for column in file.schema_arrow.names])
            number = 0
            for batch in file.iter_batches():
                columns = [_column_text(pa, column) for column in batch.columns]
                for cells in zip(*columns, strict=True):
                    number += 1
                    yield Row(number, list(cells))
    except (pa.ArrowException, OSError, ValueError, TypeError, OverflowError) as error:
        raise RecordingError(path, expected="a readable Parquet file", found=error) from None


def _column_text(pa: Any, column: Any) -> list[str]:
    # Arrow's own text for whole numbers, decimals, dates and words; the shortest text that
    # reads back for floats; stamps to the ns, with Z when the column has a zone (it is UTC then).
    if pa.types.is_timestamp(column.type):
        zone = "Z" if column.type.tz is not None else ""
        whole = column.cast(pa.int64()).to_pylist()
        per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[column.type.unit]
        return [_stamp(value, per_second, zone) for value in whole]
    if pa.types.is_float32(column.type):
        # As a double, 218.04 would read 218.0399932861328.
        column = column.cast(pa.string())
    return ["" if value is None else str(value).strip() for value in column.to_pylist()]


def _stamp(value: int | None, per_second: int, zone: str) -> str:
    if value is None:
        return ""
    return stamp_text(value * 10**9 // per_second).removesuffix("Z") + zone
