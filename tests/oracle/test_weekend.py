"""The recording that ships is what its generator makes, and holds the weekend that it says."""

import gzip
import runpy
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.oracle.new_york import at
from venue.core.commands import SubmitPrint
from venue.oracle import read, summary, weekend_path, weekend_prints
from venue.oracle.tape import text_of

FRIDAY, MONDAY = date(2025, 5, 16), date(2025, 5, 19)
SCRIPT = Path(__file__).parents[2] / "scripts" / "make_recording"


def shipped(underlying: str, source: str = "tape_a") -> list[SubmitPrint]:
    return [
        each
        for each in read(weekend_path()).all_prints
        if (each.underlying, each.source) == (underlying, source)
    ]


def price_at(prints: list[SubmitPrint], at_ns: int) -> int:
    """Return the last price before a time."""
    return [each.price_nanos for each in prints if each.source_time_ns < at_ns][-1]


def test_the_shipped_recording_is_what_the_generator_makes() -> None:
    """The text, not the gzip: compressors differ from build to build."""
    text = gzip.decompress(weekend_path().read_bytes()).decode()

    assert text == text_of(weekend_prints())
    assert weekend_path().stat().st_size < 300_000


def test_the_script_writes_the_same_recording_and_refuses_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "again.csv.gz"
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), str(out)])

    with pytest.raises(SystemExit) as first:
        runpy.run_path(str(SCRIPT), run_name="__main__")
    with pytest.raises(SystemExit) as second:
        runpy.run_path(str(SCRIPT), run_name="__main__")

    assert (first.value.code, second.value.code) == (0, 1)
    assert read(out).all_prints == read(weekend_path()).all_prints
    assert "found one that is there already" in capsys.readouterr().err


def test_it_spans_friday_afternoon_to_monday_morning_for_three_underlyings() -> None:
    recording = read(weekend_path())

    assert recording.first_ns == at(FRIDAY, "15:30")
    assert at(MONDAY, "10:29") < recording.last_ns < at(MONDAY, "10:30")
    assert [(each.underlying, each.source) for each in summary(recording)] == [
        ("NVDA", "tape_a"),
        ("TSLA", "tape_a"),
        ("TSLA", "tape_b"),
        ("US100", "tape_a"),
    ]
    closed = recording.prints(at(FRIDAY, "20:00") + 3 * 10**9, at(MONDAY, "04:00"))
    assert list(closed) == []


def test_monday_opens_about_6_per_cent_lower_and_the_others_follow() -> None:
    gaps = {}
    for name in ("TSLA", "NVDA", "US100"):
        prints = shipped(name)
        friday = price_at(prints, at(FRIDAY, "16:00"))
        gaps[name] = 100 * (price_at(prints, at(MONDAY, "09:30") + 1) / friday - 1)

    assert -6.5 < gaps["TSLA"] < -5.5
    assert -4.5 < gaps["NVDA"] < -2.0
    assert -2.0 < gaps["US100"] < -0.8


def test_two_false_prints_at_eight_on_monday_carry_friday_s_price() -> None:
    good, other = shipped("TSLA"), shipped("TSLA", "tape_b")

    off = [
        each
        for each in other
        if abs(each.price_nanos / price_at(good, each.source_time_ns + 1) - 1) > 0.01
    ]

    assert len(off) == 2
    friday = price_at(other, at(FRIDAY, "16:00"))
    for each in off:
        assert at(MONDAY, "08:00") <= each.received_ns < at(MONDAY, "08:01")
        assert each.price_nanos == friday
        assert each.price_nanos > 1.04 * price_at(good, each.received_ns)
