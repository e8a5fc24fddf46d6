"""Whatever is in a file: it is read, mended, or refused in words, and nothing else happens."""

import gzip
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from venue.oracle import FORMATS, Reading, RecordingError, import_, read, repair

HEADERS = [
    "timestamp,open,high,low,close,volume",
    "Date,Open,High,Low,Close,Volume",
    "ticker,volume,open,close,high,low,window_start,transactions",
    "ts_event,rtype,open,high,low,close,volume,symbol",
    "ts_recv,ts_event,price,size,symbol",
    "timestamp,price,size",
    "received_ns,source_time_ns,underlying,source,price,cadence_ns",
    "2025-04-07 04:00:00,218.04,222.23,214.8,215.5,56581",
    "04/07/2025,04:00,218.04,222.23,214.8,215.5,56581",
]
NASTY = """2025-04-07 04:00|2025-04-07|2025-13-07 04:00|2025-03-09 02:30|TSLA|a b|1744012800
1744012800000000000|5|5.0|-5|nan|inf|1e9||"|#|0|5,|٣|\x00|\r|04:00|0001-01-01 00:00+14:00|=1+1
9999999999999999999999999"""
CELLS = st.one_of(
    st.sampled_from(NASTY.replace("\n", "|").split("|")),
    st.integers(-(10**20), 10**20).map(str),
    st.floats().map(str),
    st.datetimes().map(str),
    st.text(max_size=8),
)
ROWS = st.lists(st.lists(CELLS, max_size=9).map(",".join), max_size=8)
FILES = st.builds(lambda header, rows: "\n".join([header, *rows]), st.sampled_from(HEADERS), ROWS)
WAYS = st.builds(
    Reading,
    format=st.sampled_from(["auto", "auto", "auto", *FORMATS, "none"]),
    underlying=st.sampled_from(["TSLA", None, ""]),
    zone=st.sampled_from([None, "UTC", "America/New_York", "Nowhere/At_All", "\x00"]),
    bar_ns=st.sampled_from([None, 1, 60 * 10**9, 0]),
    stamped_at_end=st.booleans(),
)


def check(data: bytes, name: str, how: Reading) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        try:
            recording = read(path, how)
        except RecordingError as refusal:
            words = str(refusal)
        else:
            words = f"{path} is fine"
            times = [each.received_ns for each in recording.all_prints]
            assert times == sorted(times)
            assert all(each.price_nanos > 0 for each in recording.all_prints)
            import_(path, Path(folder) / "own.csv", how)
            assert read(Path(folder) / "own.csv").all_prints
        assert words.startswith(str(path))
        assert words.isprintable()
        try:
            repair(path, Path(folder) / "mended.csv", how)
        except RecordingError:
            assert not (Path(folder) / "mended.csv").exists()
        else:
            assert read(Path(folder) / "mended.csv", how).all_prints


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=FILES, how=WAYS)
def test_any_rows_are_read_or_refused(text: str, how: Reading) -> None:
    check(text.encode("utf-8", "surrogatepass"), "a.csv", how)


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=200), header=st.sampled_from(["", *HEADERS]), how=WAYS)
def test_any_bytes_are_read_or_refused(data: bytes, header: str, how: Reading) -> None:
    check(header.encode() + b"\n" + data, "a.csv", how)


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 200), byte=st.integers(0, 255), cut=st.integers(0, 20))
def test_any_damage_to_a_compressed_file_is_read_or_refused(at: int, byte: int, cut: int) -> None:
    rows = "".join(f"2025-04-07 04:{minute:02d},5,6,4,5,1\n" for minute in range(60))
    data = bytearray(gzip.compress((HEADERS[0] + "\n" + rows).encode(), mtime=0))
    data[at % len(data)] = byte

    check(bytes(data[: len(data) - cut]), "a.csv.gz", Reading(underlying="TSLA"))


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 4_000), byte=st.integers(0, 255))
def test_any_damage_to_a_parquet_file_is_read_or_refused(at: int, byte: int) -> None:
    pa = pytest.importorskip("pyarrow", reason="needs the optional pyarrow package")
    pq = pytest.importorskip("pyarrow.parquet")
    sink = pa.BufferOutputStream()
    columns: dict[str, list[str] | list[float]] = {
        "timestamp": [f"2025-04-07 04:{minute:02d}" for minute in range(60)]
    }
    columns |= {what: [5.0] * 60 for what in ("open", "high", "low", "close")}
    pq.write_table(pa.table(columns), sink)
    data = bytearray(sink.getvalue().to_pybytes())
    data[at % len(data)] = byte

    check(bytes(data), "a.parquet", Reading(underlying="TSLA"))
