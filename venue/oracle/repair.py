"""Mend a recording that is refused: sort it, drop repeats and unreadable rows, say which.

Promises: the answer keeps the file's own shape, and ``recording.read`` accepts it; every
change is in the report, with its line; what cannot be mended without guessing (two different
bars for one stamp, a missing column) is refused.
"""

import csv
import io
import tempfile
from bisect import bisect_right
from pathlib import Path

import msgspec

from venue.oracle.errors import RecordingError
from venue.oracle.figures import stamp_text
from venue.oracle.formats import Kind
from venue.oracle.reading import Entry, Fault, Reading, entries, table
from venue.oracle.recording import check, is_repeat, read
from venue.oracle.rows import Row
from venue.oracle.tape import write_text


class RepairReport(msgspec.Struct, frozen=True):
    """What a repair did; lines are those of the file that was mended.

    ``moved``: the fewest rows that had to move for the file to be sorted. ``repeats``: rows
    that repeated another. ``dropped``: rows that could not be read, each with the reason.
    """

    path: str
    out: str
    format: str
    rows_read: int
    rows_written: int
    moved: tuple[int, ...]
    repeats: tuple[int, ...]
    dropped: tuple[Fault, ...]

    @property
    def is_unchanged(self) -> bool:
        """Whether there was nothing to mend."""
        return not (self.moved or self.repeats or self.dropped)


def repair(path: Path | str, out: Path | str, how: Reading | None = None) -> RepairReport:
    """Write a mended copy of a recording to a new .csv or .csv.gz and report what was done.

    Rows are sorted by time, those of one time in the order in which they stood. A Parquet
    file is written as CSV of the same columns.
    """
    path, out, how = Path(path), Path(out), how or Reading()
    check(path, how)
    seen = table(path, how)
    kept: list[tuple[Entry, Row]] = []
    dropped: list[Fault] = []
    others = 0
    for row, entry in entries(seen, how):
        if entry is None:
            others += 1
        elif isinstance(entry, Fault):
            dropped.append(entry)
        else:
            kept.append((entry, row))
    if not kept:
        why = f"{dropped[0].expected} on line {dropped[0].line}" if dropped else "rows"
        raise RecordingError(path, expected=f"at least one readable row (say, {why})", found="none")
    moved = _moved([entry for entry, _ in kept])
    kept.sort(key=lambda each: each[0].at_ns)
    sorted_rows, repeats = _without_repeats(path, seen.shape.kind, kept)

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if seen.header is not None:
        writer.writerow(seen.header.cells)
    writer.writerows(row.cells for row in sorted_rows)
    _check_readable(text.getvalue(), path, how)
    write_text(text.getvalue(), out)
    return RepairReport(
        path=str(path),
        out=str(out),
        format=seen.shape.name,
        rows_read=len(kept) + len(dropped) + others,
        rows_written=len(sorted_rows),
        moved=moved,
        repeats=repeats,
        dropped=tuple(dropped),
    )


def _moved(found: list[Entry]) -> tuple[int, ...]:
    by_underlying: dict[str, list[Entry]] = {}
    for entry in found:
        by_underlying.setdefault(entry.underlying, []).append(entry)
    return tuple(sorted(line for held in by_underlying.values() for line in _astray(held)))


def _astray(held: list[Entry]) -> list[int]:
    # The fewest rows that must move: those outside the longest run that is in order already,
    # which patience sorting finds. ends[n] is where the run of n + 1 rows with the earliest
    # end stops, before[i] the row that precedes row i in the best run through it.
    ends: list[int] = []
    ends_ns: list[int] = []
    before: list[int] = []
    for index, entry in enumerate(held):
        length = bisect_right(ends_ns, entry.at_ns)
        before.append(ends[length - 1] if length else -1)
        ends[length : length + 1] = [index]
        ends_ns[length : length + 1] = [entry.at_ns]
    stays = set()
    index = ends[-1]
    while index >= 0:
        stays.add(index)
        index = before[index]
    return [entry.line for index, entry in enumerate(held) if index not in stays]


def _without_repeats(
    path: Path, kind: Kind, kept: list[tuple[Entry, Row]]
) -> tuple[list[Row], tuple[int, ...]]:
    rows: list[Row] = []
    repeats: list[int] = []
    # What has been seen at the present stamp; ticks may well come several to a stamp.
    at_stamp: list[Entry] = []
    for entry, row in kept:
        if at_stamp and at_stamp[0].at_ns != entry.at_ns:
            at_stamp = []
        same = [each for each in at_stamp if is_repeat(each, entry)]
        if same and kind is not Kind.TICKS:
            repeats.append(entry.line)
            continue
        rival = next((each for each in at_stamp if each.underlying == entry.underlying), None)
        if rival is not None and kind is Kind.BARS:
            raise RecordingError(
                path,
                line=entry.line,
                expected=f"one bar for {stamp_text(entry.at_ns)} (there is one on line "
                f"{rival.line}); which of the two is right is for a person to say",
                found="a different bar for that stamp",
            )
        at_stamp.append(entry)
        rows.append(row)
    return rows, tuple(repeats)


def _check_readable(text: str, path: Path, how: Reading) -> None:
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / "mended.csv"
        write_text(text, trial)
        try:
            read(trial, how)
        except RecordingError as error:
            raise RecordingError(
                path, expected=f"after mending, {error.expected}", found=error.found
            ) from None
