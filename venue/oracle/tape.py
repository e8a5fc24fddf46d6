"""The venue's own recording: one print a row, as text, exact in both directions.

    received_ns,source_time_ns,underlying,source,price,cadence_ns
    1747423800000000000,1747423800000000000,TSLA,tape_a,342.81,10000000000

Rows are in the order of ``received_ns``. The price is in dollars with as many decimals as it
needs, up to nine. What is written and read again is the same to the nano-dollar and the ns.
A name that ends in ``.gz`` is compressed, without a time stamp inside.
"""

import gzip
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec

from venue.core.commands import SubmitPrint
from venue.oracle.errors import RecordingError
from venue.oracle.figures import price_text
from venue.oracle.formats import OWN_COLUMNS
from venue.oracle.reading import Reading
from venue.oracle.recording import Recording, read


class ImportReport(msgspec.Struct, frozen=True):
    """What an import did. ``repeats`` prints said nothing new and were left out."""

    path: str
    out: str
    format: str
    bar_ns: int | None
    prints: int
    repeats: int


def import_(path: Path | str, out: Path | str, how: Reading | None = None) -> ImportReport:
    """Read a recording of any known format and write it as the venue's own.

    A print that repeats the one before it in every field (two trades of one size at one price
    in one instant) is written once.
    """
    recording = read(path, how)
    kept: list[SubmitPrint] = []
    for each in recording.all_prints:
        if not kept or each != kept[-1]:
            kept.append(each)
    write(kept, out)
    return ImportReport(
        path=str(path),
        out=str(out),
        format=recording.format,
        bar_ns=recording.bar_ns,
        prints=len(kept),
        repeats=len(recording.all_prints) - len(kept),
    )


def write(prints: Iterable[SubmitPrint], out: Path | str) -> None:
    """Write prints, which must be in order, as the venue's own recording.

    The file appears whole or not at all; one that is there already is not overwritten.
    """
    write_text(text_of(prints), Path(out))


def text_of(prints: Iterable[SubmitPrint]) -> str:
    """Return prints as the text of the venue's own recording."""
    lines = [",".join(OWN_COLUMNS)]
    lines.extend(
        f"{each.received_ns},{each.source_time_ns},{each.underlying},{each.source},"
        f"{price_text(each.price_nanos)},{each.cadence_ns}"
        for each in prints
    )
    return "\n".join(lines) + "\n"


def write_text(text: str, out: Path) -> None:
    """Write a recording's text to a new file ending in .csv or .csv.gz."""
    if not out.name.lower().endswith((".csv", ".csv.gz")):
        raise RecordingError(out, expected="a name that ends in .csv or .csv.gz", found=out.name)
    if out.exists():
        raise RecordingError(out, expected="a new file", found="one that is there already")
    data = text.encode()
    if out.suffix.lower() == ".gz":
        # mtime=0: the same prints give the same bytes.
        data = gzip.compress(data, compresslevel=9, mtime=0)
    try:
        handle, name = tempfile.mkstemp(prefix=".recording-", dir=out.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            # Readable as any new file is; mkstemp keeps its own to itself.
            Path(name).chmod(0o644)
            # A link, unlike a rename, does not overwrite what appeared meanwhile.
            os.link(name, out)
        finally:
            Path(name).unlink()
    except OSError as error:
        raise RecordingError(out, expected="a place to write to", found=error.strerror) from None


__all__ = ["ImportReport", "Recording", "import_", "text_of", "write", "write_text"]
