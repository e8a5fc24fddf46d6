"""Repair mends what can be mended, says what it did, and leaves the rest to a person."""

from pathlib import Path

import pytest

from venue.oracle import Fault, Reading, RecordingError, read, repair

DATA = Path(__file__).parents[3] / "shared" / "data"
RECORDED = DATA / "TSLA_1min_ext_2025-04-07_2025-04-21.csv"
needs_data = pytest.mark.skipif(not RECORDED.exists(), reason="the recorded data are not here")

TSLA = Reading(underlying="TSLA")
HEADER = "timestamp,open,high,low,close\n"


def bar(minute: int, close: str = "5") -> str:
    return f"2025-04-07 04:{minute:02d}:00,5,6,4,{close}\n"


def saved(folder: Path, text: str) -> Path:
    path = folder / "a.csv"
    path.write_text(text)
    return path


def test_a_broken_recording_is_mended_and_every_change_is_listed(tmp_path: Path) -> None:
    rows = [bar(0), bar(3), bar(1), bar(1), bar(2, "nan"), "soon,1,2,3,4\n", bar(4)]
    path = saved(tmp_path, HEADER + "".join(rows))

    report = repair(path, tmp_path / "b.csv", TSLA)

    assert (tmp_path / "b.csv").read_text() == HEADER + bar(0) + bar(1) + bar(3) + bar(4)
    assert (report.rows_read, report.rows_written) == (7, 4)
    assert report.moved == (3,)
    assert report.repeats == (5,)
    assert report.dropped == (
        Fault(6, "a positive decimal price", "nan"),
        Fault(7, "a time stamp (ISO 8601 or epoch)", "soon"),
    )
    assert not report.is_unchanged


def test_a_sound_recording_is_left_as_it_is(tmp_path: Path) -> None:
    path = saved(tmp_path, HEADER + bar(0) + bar(1))

    report = repair(path, tmp_path / "b.csv", TSLA)

    assert report.is_unchanged
    assert (tmp_path / "b.csv").read_text() == path.read_text()


def test_two_different_bars_for_one_stamp_are_for_a_person_to_choose(tmp_path: Path) -> None:
    path = saved(tmp_path, HEADER + bar(0) + bar(1) + bar(1, "5.5"))

    with pytest.raises(RecordingError, match="there is one on line 3") as refusal:
        repair(path, tmp_path / "b.csv", TSLA)

    assert refusal.value.line == 4
    assert not (tmp_path / "b.csv").exists()


@pytest.mark.parametrize(
    ("text", "out", "words"),
    [
        pytest.param(HEADER + "x,1,2,3,4\n", "b.csv", "one readable row", id="nothing readable"),
        pytest.param(HEADER.replace("close", "end"), "b.csv", "known format", id="missing column"),
        pytest.param(HEADER + bar(0), "b.xlsx", r"ends in \.csv", id="not a CSV"),
        pytest.param(HEADER + bar(0), "a.csv", "a new file", id="onto itself"),
        pytest.param(HEADER + bar(0), "none/b.csv", "a place to write to", id="no folder"),
    ],
)
def test_what_cannot_be_mended_is_refused(tmp_path: Path, text: str, out: str, words: str) -> None:
    path = saved(tmp_path, text)

    with pytest.raises(RecordingError, match=words):
        repair(path, tmp_path / out, TSLA)

    assert path.read_text() == text
    assert list(tmp_path.iterdir()) == [path]


@needs_data
def test_the_recorded_fortnight_is_refused_at_its_unsorted_line() -> None:
    with pytest.raises(RecordingError, match="not sorted by time") as refusal:
        read(RECORDED, TSLA)

    assert refusal.value.line == 9477


@needs_data
def test_the_recorded_fortnight_is_mended_by_moving_one_row(tmp_path: Path) -> None:
    report = repair(RECORDED, tmp_path / "b.csv.gz", TSLA)
    recording = read(tmp_path / "b.csv.gz", TSLA)

    # The row of 19:52 stands one line above the row that is refused.
    assert report.moved == (9476,)
    assert (report.rows_read, report.rows_written) == (9516, 9516)
    assert (report.repeats, report.dropped) == ((), ())
    assert len(recording.all_prints) == 4 * 9516
