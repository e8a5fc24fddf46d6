"""Recordings of every known shape are read; broken ones are refused, with file and line."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from venue.core.commands import SubmitPrint
from venue.core.units import E9, NS_PER_MINUTE, NS_PER_SECOND
from venue.oracle import Reading, RecordingError, read, summary

TSLA = Reading(underlying="TSLA", bar_rule="close_only")
AT = 1_744_012_800 * E9  # 2025-04-07 04:00 in New York, 08:00 UTC
CLOSE_AT = AT + 59 * NS_PER_SECOND

# Two one-minute bars in each vendor's shape; they close at 215.50 and 218.67.
BARS = {
    "bars": """\
timestamp          , open    , high    , low     , close   , volume
2025-04-07 04:00:00, 218.0400, 222.2300, 214.8000, 215.5000,    56581
2025-04-07 04:01:00, 215.5000, 218.6700, 215.2300, 218.6700,    28711
""",
    "polygon": """\
ticker,volume,open,close,high,low,window_start,transactions
TSLA,56581,218.04,215.5,222.23,214.8,1744012800000000000,910
TSLA,28711,215.5,218.67,218.67,215.23,1744012860000000000,512
""",
    "alpaca": """\
symbol,timestamp,open,high,low,close,volume,trade_count,vwap
TSLA,2025-04-07T08:00:00Z,218.04,222.23,214.8,215.5,56581,910,217.1
TSLA,2025-04-07T08:01:00Z,215.5,218.67,215.23,218.67,28711,512,217.0
""",
    "alpaca_short": """\
t,o,h,l,c,v,n,vw
2025-04-07T08:00:00Z,218.04,222.23,214.8,215.5,56581,910,217.1
2025-04-07T08:01:00Z,215.5,218.67,215.23,218.67,28711,512,217.0
""",
    "databento": """\
ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol
1744012800000000000,33,2,16244,218040000000,222230000000,214800000000,215500000000,56581,TSLA
1744012860000000000,33,2,16244,215500000000,218670000000,215230000000,218670000000,28711,TSLA
""",
    "databento, decimal": """\
ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol
2025-04-07T08:00:00.000000000Z,33,2,1,218.040000000,222.23,214.8,215.500000000,56581,TSLA
2025-04-07T08:01:00.000000000Z,33,2,1,215.500000000,218.67,215.23,218.670000000,28711,TSLA
""",
    "firstrate": """\
2025-04-07 04:00:00,218.04,222.23,214.8,215.5,56581
2025-04-07 04:01:00,215.5,218.67,215.23,218.67,28711
""",
    "kibot": """\
04/07/2025,04:00,218.04,222.23,214.8,215.5,56581
04/07/2025,04:01,215.5,218.67,215.23,218.67,28711
""",
}


def saved(folder: Path, text: str, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


@pytest.mark.parametrize("shape", BARS)
def test_bars_of_every_vendor_give_the_same_prints(tmp_path: Path, shape: str) -> None:
    recording = read(saved(tmp_path, BARS[shape]), TSLA)

    assert recording.format == shape.partition(",")[0]
    assert recording.bar_ns == NS_PER_MINUTE
    assert recording.all_prints == tuple(
        SubmitPrint(
            underlying="TSLA",
            source=recording.format,
            price_nanos=nanos,
            source_time_ns=at_ns,
            received_ns=at_ns,
            cadence_ns=NS_PER_MINUTE,
        )
        for at_ns, nanos in (
            (CLOSE_AT, 215_500_000_000),
            (CLOSE_AT + NS_PER_MINUTE, 218_670_000_000),
        )
    )


@pytest.mark.parametrize(
    ("header", "row"),
    [
        pytest.param(
            "Date,Open,High,Low,Close,Adj Close,Volume",
            "2025-04-07,218.04,222.23,214.80,215.50,215.50,100",
            id="Yahoo",
        ),
        pytest.param(
            "Date,Open,High,Low,Close,Volume",
            "2025-04-07,218.04,222.23,214.80,215.50,100",
            id="Stooq",
        ),
        pytest.param(
            "Date,Close,High,Low,Open,Volume",
            "2025-04-07,215.50,222.23,214.80,218.04,100",
            id="other order",
        ),
    ],
)
def test_a_daily_bar_is_the_regular_session(tmp_path: Path, header: str, row: str) -> None:
    how = Reading(underlying="TSLA", bar_rule="open_close")

    recording = read(saved(tmp_path, f"{header}\n{row}\n"), how)

    assert recording.format == "daily"
    opened, closed = recording.all_prints
    open_at = datetime(2025, 4, 7, 13, 30, tzinfo=UTC).timestamp()
    assert opened.received_ns == int(open_at) * E9
    assert opened.price_nanos == 218_040_000_000
    assert closed.price_nanos == 215_500_000_000
    assert closed.received_ns < opened.received_ns + 390 * NS_PER_MINUTE
    assert opened.cadence_ns == 1440 * NS_PER_MINUTE


@pytest.mark.parametrize(
    ("text", "stamps"),
    [
        pytest.param(
            "timestamp,price,size\n2025-04-07 04:00:00.25,218.04,100\n"
            "2025-04-07 04:00:00.25,218.05,5\n",
            [(AT + E9 // 4, AT + E9 // 4)] * 2,
            id="ticks",
        ),
        pytest.param(
            "ticker,conditions,participant_timestamp,price,sip_timestamp,size\n"
            f"TSLA,12,{AT - 900},218.04,{AT},100\nTSLA,12,{AT - 700},218.05,{AT + 5},5\n",
            [(AT - 900, AT), (AT - 700, AT + 5)],
            id="polygon_trades",
        ),
        pytest.param(
            "ts_recv,ts_event,rtype,price,size,symbol\n"
            f"{AT},{AT - 900},0,218040000000,100,TSLA\n"
            f"{AT + 5},{AT - 700},0,218050000000,5,TSLA\n",
            [(AT - 900, AT), (AT - 700, AT + 5)],
            id="databento_trades",
        ),
    ],
)
def test_ticks_keep_both_of_their_stamps(
    tmp_path: Path, text: str, stamps: list[tuple[int, int]]
) -> None:
    prints = read(saved(tmp_path, text), TSLA).all_prints

    assert [(each.source_time_ns, each.received_ns) for each in prints] == stamps
    assert [each.price_nanos for each in prints] == [218_040_000_000, 218_050_000_000]


def test_the_default_rule_makes_four_prints_of_a_bar(tmp_path: Path) -> None:
    recording = read(saved(tmp_path, BARS["bars"]), Reading(underlying="TSLA", source="tape"))

    first = recording.all_prints[:4]
    assert [(each.received_ns - AT) // E9 for each in first] == [0, 15, 45, 59]
    assert [each.price_nanos // 10**7 for each in first] == [21804, 21480, 22223, 21550]
    assert {each.source for each in first} == {"tape"}


def test_a_file_of_several_underlyings_is_merged_by_time_or_read_for_one(tmp_path: Path) -> None:
    path = saved(
        tmp_path, BARS["polygon"] + BARS["polygon"].replace("TSLA", "ZM").split("\n", 1)[1]
    )
    both = read(path, Reading(bar_rule="close_only"))
    one = read(path, Reading(underlying="ZM", bar_rule="close_only"))

    assert [each.underlying for each in both.all_prints] == ["TSLA", "ZM", "TSLA", "ZM"]
    assert one.all_prints == tuple(each for each in both.all_prints if each.underlying == "ZM")
    with pytest.raises(RecordingError, match="expected rows of AAPL, found none"):
        read(path, Reading(underlying="AAPL"))


@pytest.mark.parametrize("length", [1, 5, 30])
def test_the_length_of_bars_is_found_from_their_stamps(tmp_path: Path, length: int) -> None:
    rows = [f"2025-04-07 10:{minute:02d},5,6,4,5,1" for minute in (0, length, 3 * length % 60)]
    if length == 30:
        rows[2] = "2025-04-07 11:30,5,6,4,5,1"
    path = saved(tmp_path, "\n".join(["time,open,high,low,close,volume", *rows]))

    assert read(path, TSLA).bar_ns == length * NS_PER_MINUTE


def test_stamps_at_the_end_of_bars_are_set_back(tmp_path: Path) -> None:
    path = saved(tmp_path, BARS["bars"])

    at_start = read(path, TSLA).all_prints
    at_end = read(
        path, Reading(underlying="TSLA", bar_rule="close_only", stamped_at_end=True)
    ).all_prints

    assert [a.received_ns - b.received_ns for a, b in zip(at_start, at_end, strict=True)] == [
        NS_PER_MINUTE
    ] * 2


def test_a_compressed_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(gzip.compress(BARS["bars"].encode()))

    assert len(read(path, TSLA).all_prints) == 2


def test_a_summary_counts_each_source(tmp_path: Path) -> None:
    (only,) = summary(read(saved(tmp_path, BARS["bars"]), TSLA))

    assert (only.underlying, only.source, only.prints) == ("TSLA", "bars", 2)
    assert (only.lowest_nanos, only.highest_nanos) == (215_500_000_000, 218_670_000_000)
    assert only.longest_silence_ns == NS_PER_MINUTE


HEADER = "timestamp,open,high,low,close\n"
GOOD = "2025-04-07 04:00,5,6,4,5\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("", None, "found an empty file", id="empty"),
        pytest.param("\n\n \n", None, "found an empty file", id="blank lines"),
        pytest.param(HEADER, None, "one row below the header", id="header alone"),
        pytest.param("a,b,c\n1,2,3\n", 1, "a header of a known format", id="unknown header"),
        pytest.param("timestamp,size\n1,2\n", 1, "a header of a known", id="missing columns"),
        pytest.param(HEADER + "2025-04-07 04:00,5,6,4\n", 2, "at least 5 cells", id="short row"),
        pytest.param(HEADER + GOOD + "2025-04-07 04:01,5,6,4,x\n", 3, "price", id="a word"),
        pytest.param(HEADER + "2025-04-07 04:01,5,6,4,nan\n", 2, "price", id="NaN"),
        pytest.param(HEADER + "2025-04-07 04:01,5,6,4,-5\n", 2, "price", id="negative"),
        pytest.param(HEADER + "2025-04-07 04:01,5,6,0,5\n", 2, "price", id="zero"),
        pytest.param(HEADER + "2025-04-07 04:01,5,6,4,\n", 2, "price", id="missing price"),
        pytest.param(HEADER + "2025-04-07 04:01,5,6,4,5e9\n", 2, "price", id="exponent"),
        pytest.param(HEADER + "2025-04-07 04:01,5,4,6,5\n", 2, "low <= open", id="high below low"),
        pytest.param(HEADER + "soon,5,6,4,5\n", 2, "a time stamp", id="no stamp"),
        pytest.param(HEADER + GOOD + GOOD, 3, "the same stamp again", id="duplicate stamp"),
        pytest.param(
            HEADER + GOOD + "2025-04-07 03:59,5,6,4,5\n", 3, "not sorted by time", id="unsorted"
        ),
        pytest.param(HEADER + GOOD + '2025-04-07 04:01,"5,6,4,5\n', 3, "comma-sep", id="a quote"),
        pytest.param(HEADER + GOOD + "x" * 20_000, 3, "at most 10000 bytes", id="long line"),
    ],
)
def test_a_broken_recording_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int | None, words: str
) -> None:
    path = saved(tmp_path, text)
    with pytest.raises(RecordingError) as refusal:
        read(path, TSLA)

    assert refusal.value.line == line
    assert words in str(refusal.value)
    assert str(path) in str(refusal.value)
    assert "expected" in str(refusal.value)
    assert "found" in str(refusal.value)


OWN = "received_ns,source_time_ns,underlying,source,price,cadence_ns\n"
OWN_GOOD = f"{AT},{AT},TSLA,a,5,10\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param(OWN + OWN_GOOD * 2, 3, "the same print again", id="a print twice"),
        pytest.param(OWN + OWN_GOOD + f"{AT - 1},{AT},TSLA,a,5,10\n", 3, "not sorted", id="back"),
        pytest.param(OWN + f"{AT},{AT},TSLA,a,5,0\n", 2, "cadence_ns", id="no cadence"),
        pytest.param(OWN + f"{AT},{AT},TSLA,a,5.0000000001,1\n", 2, "9 decimals", id="digits"),
        pytest.param(OWN + f"{AT},{AT},TS LA,a,5,10\n", 2, "an underlying", id="bad name"),
        pytest.param(OWN + f"{AT},{AT},TSLA,,5,10\n", 2, "a name of a source", id="no source"),
        pytest.param(OWN + f"{AT},5,TSLA,a,5,10\n", 2, "source_time_ns", id="a stamp of 1970"),
        pytest.param(
            OWN.replace(",price", "") + f"{AT},{AT},TSLA,a,10\n", 1, "a column price", id="column"
        ),
    ],
)
def test_a_broken_recording_of_our_own_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    with pytest.raises(RecordingError, match=words) as refusal:
        read(saved(tmp_path, text))

    assert refusal.value.line == line


@pytest.mark.parametrize(
    ("how", "words"),
    [
        pytest.param(Reading(), "which underlying this is", id="no name"),
        pytest.param(Reading(underlying="a b"), "a name of an underlying", id="bad name"),
        pytest.param(Reading(underlying="TSLA", zone="Mars/Base"), "a time zone", id="zone"),
        pytest.param(Reading(underlying="TSLA", bar_rule="magic"), "a bar rule", id="rule"),
        pytest.param(Reading(underlying="TSLA", format="excel"), "a format", id="format"),
        pytest.param(Reading(underlying="TSLA", format="polygon"), "window_start", id="other"),
        pytest.param(Reading(underlying="TSLA", source=""), "a name of a source", id="source"),
        pytest.param(Reading(underlying="TSLA", bar_ns=-5), "bar_ns from 1", id="length"),
        pytest.param(Reading(underlying="TSLA", bar_ns=120 * E9), "at least 120 s", id="overlap"),
    ],
)
def test_a_wrong_way_of_reading_is_refused(tmp_path: Path, how: Reading, words: str) -> None:
    with pytest.raises(RecordingError, match=words):
        read(saved(tmp_path, BARS["bars"]), how)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        pytest.param(
            "a.csv",
            b"timestamp,price\n\xff\xfe,5\n",
            "line 2: expected text in UTF-8",
            id="not UTF-8",
        ),
        pytest.param("a.csv", "stamp,price".encode("utf-16"), "known format", id="UTF-16"),
        pytest.param("a.csv", b"\x1f\x8bnot gzip", "a readable file", id="broken gzip"),
        pytest.param(
            "a.csv", gzip.compress(BARS["bars"].encode())[:-9], "a readable file", id="cut"
        ),
        pytest.param("a.parquet", b"PAR1 nonsense", "a readable Parquet file", id="Parquet"),
    ],
)
def test_a_file_that_is_not_what_it_seems_is_refused(
    tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(data)

    with pytest.raises(RecordingError, match=words):
        read(tmp_path / name, TSLA)


def test_what_is_not_there_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="no such file"):
        read(tmp_path / "none.csv")
    with pytest.raises(RecordingError, match="a folder"):
        read(tmp_path)
