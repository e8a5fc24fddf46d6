"""The venue's own recording goes to text and back without losing a ns or a nano-dollar."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from venue.core.commands import SubmitPrint
from venue.oracle import Reading, RecordingError, import_, read, write
from venue.oracle.figures import CADENCE_NS_MAX, PRICE_NANOS_MAX, STAMP_NS_MAX, STAMP_NS_MIN
from venue.oracle.tape import text_of

STAMPS = st.integers(STAMP_NS_MIN, STAMP_NS_MAX - 1)
NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:/^=-]{0,31}", fullmatch=True)
PRINTS = st.builds(
    SubmitPrint,
    underlying=NAMES,
    source=NAMES,
    price_nanos=st.integers(1, PRICE_NANOS_MAX),
    source_time_ns=STAMPS,
    received_ns=STAMPS,
    cadence_ns=st.integers(1, CADENCE_NS_MAX),
)


@settings(max_examples=60, deadline=None)
@given(
    prints=st.lists(PRINTS, min_size=1, max_size=20, unique=True),
    name=st.sampled_from(["a.csv", "a.csv.gz"]),
)
def test_prints_written_and_read_are_the_same(prints: list[SubmitPrint], name: str) -> None:
    prints.sort(key=lambda each: each.received_ns)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / name
        write(prints, out)

        recording = read(out)

        assert recording.all_prints == tuple(prints)
        assert recording.format == "venue"
        assert text_of(recording.all_prints) == text_of(prints)


def test_the_same_prints_give_the_same_bytes(tmp_path: Path) -> None:
    prints = [SubmitPrint("TSLA", "a", 250 * 10**9, STAMP_NS_MIN, STAMP_NS_MIN, 1)]
    write(prints, tmp_path / "a.csv.gz")
    write(prints, tmp_path / "b.csv.gz")

    assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.gz").read_bytes()


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("dear to someone")

    with pytest.raises(RecordingError, match="one that is there already"):
        write([], tmp_path / "a.csv")

    assert (tmp_path / "a.csv").read_text() == "dear to someone"
    assert list(tmp_path.iterdir()) == [tmp_path / "a.csv"]


def test_an_import_gives_the_prints_of_the_file_and_drops_repeats(tmp_path: Path) -> None:
    row = "2025-04-07 04:00:00,218.04,100\n"
    other = "2025-04-07 04:00:00,218.05,100\n"
    (tmp_path / "ticks.csv").write_text("timestamp,price,size\n" + row + row + other + row)
    how = Reading(underlying="TSLA", source="tape")

    report = import_(tmp_path / "ticks.csv", tmp_path / "own.csv", how)

    # The last row is news again: the price went and came back.
    assert (report.format, report.prints, report.repeats) == ("ticks", 3, 1)
    direct = read(tmp_path / "ticks.csv", how).all_prints
    assert read(tmp_path / "own.csv").all_prints == direct[1:]
