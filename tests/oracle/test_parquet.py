"""Parquet recordings give the same prints as the CSV of the same rows."""

import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from venue.oracle import Reading, RecordingError, read, repair

pa: Any = pytest.importorskip("pyarrow", reason="needs the optional pyarrow package")
pq: Any = pytest.importorskip("pyarrow.parquet")

HOW = Reading(underlying="TSLA", source="tape")
NEW_YORK = ZoneInfo("America/New_York")
CSV = """\
timestamp,open,high,low,close,volume
2025-04-07 04:00:00,218.04,222.23,214.8,215.5,56581
2025-04-07 04:01:00,215.5,218.67,215.23,218.67,28711
"""
PRICES = {"open": [218.04, 215.5], "high": [222.23, 218.67], "low": [214.8, 215.23]}
CLOSES = [215.5, 218.67]
LOCAL = [datetime(2025, 4, 7, 4, minute) for minute in (0, 1)]
UTC_TIMES = [at.replace(tzinfo=NEW_YORK).astimezone(UTC) for at in LOCAL]


@pytest.mark.parametrize(
    "stamps",
    [
        pytest.param(lambda: pa.array(LOCAL, pa.timestamp("ns")), id="local, ns"),
        pytest.param(lambda: pa.array(UTC_TIMES, pa.timestamp("us", tz="UTC")), id="UTC, us"),
        pytest.param(
            lambda: pa.array(UTC_TIMES, pa.timestamp("ms", tz="America/New_York")), id="zone, ms"
        ),
        pytest.param(
            lambda: pa.array([int(at.timestamp()) * 10**9 for at in UTC_TIMES]), id="whole ns"
        ),
        pytest.param(lambda: pa.array([str(at) for at in LOCAL]), id="text"),
    ],
)
@pytest.mark.parametrize(
    "closes",
    [
        pytest.param(lambda: pa.array(CLOSES), id="floats"),
        pytest.param(lambda: pa.array(CLOSES, pa.float32()), id="short floats"),
        pytest.param(lambda: pa.array(["215.50", "218.67"]), id="text"),
        pytest.param(
            lambda: pa.array([Decimal("215.50"), Decimal("218.67")], pa.decimal128(12, 2)),
            id="decimals",
        ),
    ],
)
def test_a_parquet_file_reads_as_its_csv(tmp_path: Path, stamps: Any, closes: Any) -> None:
    (tmp_path / "a.csv").write_text(CSV)
    columns = {"timestamp": stamps(), **PRICES, "close": closes()}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")

    assert read(tmp_path / "a.parquet", HOW).all_prints == read(tmp_path / "a.csv", HOW).all_prints


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), -1.0])
def test_a_price_that_is_none_is_refused_with_its_row(tmp_path: Path, value: float | None) -> None:
    columns = {"timestamp": LOCAL, **PRICES, "close": [215.5, value]}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")

    with pytest.raises(RecordingError, match="a positive decimal price") as refusal:
        read(tmp_path / "a.parquet", HOW)

    assert refusal.value.line == 2


def test_an_unsorted_parquet_file_is_mended_into_csv(tmp_path: Path) -> None:
    columns = {
        "timestamp": pa.array(LOCAL[::-1], pa.timestamp("ns")),
        **{what: prices[::-1] for what, prices in PRICES.items()},
        "close": CLOSES[::-1],
    }
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    (tmp_path / "a.csv").write_text(CSV)

    report = repair(tmp_path / "a.parquet", tmp_path / "b.csv", HOW)

    assert (report.moved, report.dropped) == ((1,), ())
    assert read(tmp_path / "b.csv", HOW).all_prints == read(tmp_path / "a.csv", HOW).all_prints


def test_without_pyarrow_the_refusal_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pq.write_table(pa.table({"timestamp": LOCAL, "price": CLOSES}), tmp_path / "a.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(RecordingError, match=r"none: `scripts/setup export` installs it"):
        read(tmp_path / "a.parquet", HOW)
