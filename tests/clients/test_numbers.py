"""Numbers at the edge: exact texts, or a refusal before anything is sent."""

from decimal import Decimal
from typing import Any, cast

import pytest
from venue_sdk import Refused, ceil_to, floor_to, round_to
from venue_sdk.numbers import text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(Decimal("250.10"), "250.10", id="decimal"),
        pytest.param(Decimal("1E+2"), "100", id="decimal with an exponent"),
        pytest.param(Decimal("0.0000001"), "0.0000001", id="decimal that prints an exponent"),
        pytest.param(3, "3", id="int"),
        pytest.param("-1.5", "-1.5", id="text"),
    ],
)
def test_number_goes_as_plain_digits(value: Decimal | int | str, shown: str) -> None:
    assert text(value, "price") == shown


@pytest.mark.parametrize("value", [0.1, True, None, "ten", "", "NaN", Decimal("Infinity")])
def test_what_is_no_exact_number_is_refused_by_name(value: object) -> None:
    with pytest.raises(Refused) as refused:
        text(cast(Any, value), "price")  # What the annotation forbids, and callers do.

    assert refused.value.name == "number_unreadable"
    assert refused.value.figures == {"field": "price"}


def test_rounding_goes_the_way_its_name_says() -> None:
    tick = Decimal("0.05")

    assert floor_to(Decimal("-1.01"), tick) == Decimal("-1.05")
    assert ceil_to(Decimal("-1.01"), tick) == Decimal("-1.00")
    assert round_to(Decimal("1.025"), tick) == Decimal("1.00")
    assert round_to(Decimal("1.075"), tick) == Decimal("1.10")
