"""Prices and stamps are read exactly, or refused."""

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue.oracle.figures import (
    PRICE_NANOS_MAX,
    FigureError,
    fixed_price_nanos,
    price_nanos,
    price_text,
    stamp_ns,
    stamp_text,
    zone_named,
)

NEW_YORK = ZoneInfo("America/New_York")
AT = 1_744_012_800 * 10**9  # 2025-04-07 04:00 in New York, 08:00 UTC


@given(st.integers(1, PRICE_NANOS_MAX))
def test_a_price_written_and_read_is_the_same(nanos: int) -> None:
    assert price_nanos(price_text(nanos)) == nanos


@given(st.decimals("0.000000001", "999999999", places=15, allow_nan=False))
def test_digits_beyond_the_ninth_round_half_even(price: Decimal) -> None:
    exact = (price * 10**9).to_integral_value(ROUND_HALF_EVEN)

    assert price_nanos(f"{price:f}") == int(exact)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("250", 250 * 10**9),
        ("250.", 250 * 10**9),
        (".5", 500_000_000),
        ("007.10", 7_100_000_000),
        ("0.0000000015", 2),
        ("0.0000000025", 2),
    ],
)
def test_plain_decimals_are_read(text: str, expected: int) -> None:
    assert price_nanos(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", ".", "-1", "+1", "0", "0.0", "0.0000000001", "nan", "NaN", "inf", "1e3", "1,000", "$5",
     "1 000", "٣", "1.2.3", "0x10", "1000000001", "9" * 40, "12\x00"],
)  # fmt: skip
def test_anything_else_is_no_price(text: str) -> None:
    with pytest.raises(FigureError):
        price_nanos(text)


def test_a_price_in_whole_nano_dollars_is_read_as_such() -> None:
    assert fixed_price_nanos("218040000000") == 218_040_000_000
    for text in ("9223372036854775807", "0", "-5", "1.0", ""):
        with pytest.raises(FigureError):
            fixed_price_nanos(text)


@pytest.mark.parametrize(
    "text",
    [
        "2025-04-07 04:00:00",
        "2025-04-07T04:00",
        "2025-04-07 04:00:00.000000000",
        "2025-04-07T08:00:00Z",
        "2025-04-07 08:00:00 UTC",
        "2025-04-07T10:00:00+02:00",
        "2025-04-07 04:00:00-0400",
        "04/07/2025 04:00",
        "4/7/2025 4:00:00",
        "1744012800",
        "1744012800000",
        "1744012800000000",
        "1744012800000000000",
    ],
)
def test_one_instant_is_read_in_all_its_shapes(text: str) -> None:
    assert stamp_ns(text, NEW_YORK) == AT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "a time stamp"),
        ("yesterday", "a time stamp"),
        ("2025-02-30 10:00", "that exist"),
        ("2025-04-07 25:00", "that exist"),
        ("0000-01-01 00:00", "that exist"),
        ("2025-04-07 10:00+99:99", "that exist"),
        ("1970-01-01 00:00", "between 1980 and 2100"),
        ("9999-12-31 23:59:59", "between 1980 and 2100"),
        ("174401280", "a time stamp"),
        ("2025-03-09 02:30", "happens once"),
        ("2025-11-02 01:30", "happens once"),
    ],
)
def test_a_stamp_that_is_none_is_refused(text: str, expected: str) -> None:
    with pytest.raises(FigureError, match=expected):
        stamp_ns(text, NEW_YORK)


@given(st.integers(400_000_000, 4_000_000_000), st.integers(0, 999_999_999))
def test_stamps_go_to_text_and_back_to_the_ns(seconds: int, rest_ns: int) -> None:
    at_ns = seconds * 10**9 + rest_ns

    assert stamp_ns(stamp_text(at_ns), NEW_YORK) == at_ns


@given(st.datetimes(datetime(1981, 1, 1), datetime(2099, 1, 1)))
def test_local_stamps_agree_with_the_zone_database(local: datetime) -> None:
    aware = local.replace(tzinfo=NEW_YORK)
    if aware.utcoffset() != aware.replace(fold=1).utcoffset():
        return
    whole_us = (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)

    assert stamp_ns(local.isoformat(sep=" "), NEW_YORK) == whole_us * 1000


@pytest.mark.parametrize("text", ["", "Mars/Olympus", "../etc/passwd", "/etc", "America", "x" * 99])
def test_an_unknown_zone_is_refused(text: str) -> None:
    with pytest.raises(FigureError, match="a time zone"):
        zone_named(text)
