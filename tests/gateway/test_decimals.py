"""Decimals of the wire: exact both ways, and every other text refused by name."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue.gateway.decimals import DIGITS_MAX, MONEY, NUMBER_MAX, REMEMBERED_MAX, Scale, Texts
from venue.gateway.refusals import DoorReason, Refused

STEPS_E9 = [1, 1_000, 1_000_000, 10_000_000, 50_000_000, 250_000_000, 10**9, 5 * 10**9]


@given(st.sampled_from(STEPS_E9), st.integers(-(10**15), 10**15))
def test_text_and_steps_agree_with_decimal_both_ways(step_e9: int, steps: int) -> None:
    scale = Scale(step_e9, DoorReason.PRICE_OFF_TICK)

    text = scale.text(steps)

    assert Decimal(text) == Decimal(steps) * step_e9 / 10**9
    assert scale.parse(text, "price") == steps
    assert scale.parse(text, "price") == steps  # Remembered.


@given(
    st.sampled_from(STEPS_E9),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12),
)
def test_a_decimal_is_whole_steps_or_refused_as_off_step(step_e9: int, value: Decimal) -> None:
    text = f"{value:f}"
    scale = Scale(step_e9, DoorReason.SIZE_OFF_LOT)
    steps = Decimal(text) / (Decimal(step_e9) / 10**9)

    if len(text) > DIGITS_MAX:
        with pytest.raises(Refused) as refused:
            scale.parse(text, "size")
        assert refused.value.reason is DoorReason.NUMBER_UNREADABLE
    elif steps == steps.to_integral_value() and abs(steps) > NUMBER_MAX:
        with pytest.raises(Refused) as refused:
            scale.parse(text, "size")
        assert refused.value.reason is DoorReason.NUMBER_TOO_LARGE
    elif steps == steps.to_integral_value():
        assert scale.parse(text, "size") == int(steps)
    else:
        with pytest.raises(Refused) as refused:
            scale.parse(text, "size")
        assert refused.value.reason is DoorReason.SIZE_OFF_LOT


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", DoorReason.NUMBER_UNREADABLE, id="nothing"),
        pytest.param("NaN", DoorReason.NUMBER_UNREADABLE, id="not a number"),
        pytest.param("Infinity", DoorReason.NUMBER_UNREADABLE, id="infinity"),
        pytest.param("1e5", DoorReason.NUMBER_UNREADABLE, id="exponent"),
        pytest.param("1E999999999", DoorReason.NUMBER_UNREADABLE, id="huge exponent"),
        pytest.param("+1", DoorReason.NUMBER_UNREADABLE, id="plus"),
        pytest.param("--1", DoorReason.NUMBER_UNREADABLE, id="two signs"),
        pytest.param("-", DoorReason.NUMBER_UNREADABLE, id="sign alone"),
        pytest.param(".5", DoorReason.NUMBER_UNREADABLE, id="no whole part"),
        pytest.param("5.", DoorReason.NUMBER_UNREADABLE, id="no fraction"),
        pytest.param("1.2.3", DoorReason.NUMBER_UNREADABLE, id="two points"),
        pytest.param("1_000", DoorReason.NUMBER_UNREADABLE, id="underscore"),
        pytest.param("1,000", DoorReason.NUMBER_UNREADABLE, id="comma"),
        pytest.param(" 1", DoorReason.NUMBER_UNREADABLE, id="space"),
        pytest.param("1\n", DoorReason.NUMBER_UNREADABLE, id="line feed"),
        pytest.param("٣", DoorReason.NUMBER_UNREADABLE, id="another alphabet's digit"),
        pytest.param("²", DoorReason.NUMBER_UNREADABLE, id="superscript"),
        pytest.param("0x10", DoorReason.NUMBER_UNREADABLE, id="hexadecimal"),
        pytest.param("9" * 33, DoorReason.NUMBER_UNREADABLE, id="too many digits"),
        pytest.param("9" * 32, DoorReason.NUMBER_TOO_LARGE, id="too large for the journal"),
        pytest.param("0.005", DoorReason.PRICE_OFF_TICK, id="half a tick"),
        pytest.param("0.0000000001", DoorReason.PRICE_OFF_TICK, id="finer than 1e-9"),
    ],
)
def test_what_is_no_price_is_refused_by_name(text: str, reason: DoorReason) -> None:
    with pytest.raises(Refused) as refused:
        Scale(10_000_000, DoorReason.PRICE_OFF_TICK).parse(text, "price")

    assert refused.value.reason is reason
    assert refused.value.sentence.startswith("price: expected")


def test_zeros_beyond_the_step_change_nothing() -> None:
    assert Scale(10_000_000, DoorReason.PRICE_OFF_TICK).parse("250.100000000000", "price") == 25_010


def test_what_is_remembered_is_bounded() -> None:
    scale = Scale(10_000_000, DoorReason.PRICE_OFF_TICK)

    texts = Texts(10_000_000)

    for steps in range(3 * REMEMBERED_MAX):
        assert scale.parse(texts[steps], "price") == steps

    assert len(scale.known) <= REMEMBERED_MAX
    assert len(texts) <= REMEMBERED_MAX


def test_money_is_to_a_micro_dollar() -> None:
    assert MONEY.parse("-12.345678", "amount") == -12_345_678
    with pytest.raises(Refused) as refused:
        MONEY.parse("0.0000001", "amount")
    assert refused.value.reason is DoorReason.AMOUNT_OFF_MICRO


def test_the_largest_number_fits_in_the_journal() -> None:
    assert NUMBER_MAX < 1 << 63
