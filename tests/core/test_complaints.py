"""A decoder's complaint says where, what was expected and what was found."""

from typing import Annotated

import msgspec
import pytest
from msgspec import Meta

from venue.core.complaints import in_words


class Body(msgspec.Struct, forbid_unknown_fields=True):
    dollars: Annotated[int, Meta(ge=0, le=100)] = 0
    name: Annotated[str, Meta(min_length=1, max_length=4)] = "ann"
    days: Annotated[int, Meta(ge=1)] | None = None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"dollars": -5}', "dollars: expected a whole number from 0 to 100, found -5"),
        ('{"dollars": "x"}', "dollars: expected a whole number, found 'x'"),
        ('{"name": "miranda"}', "name: expected a text of 1 to 4 characters, found 'miranda'"),
        ('{"days": 0}', "days: expected a whole number >= 1, found 0"),
        ('{"days": true}', "days: expected a whole number, found true"),
        (
            '{"dolars": 1}',
            "expected keys among dollars, name, days, found dolars: is dollars meant?",
        ),
        ("[]", "expected a table, found a list"),
    ],
)
def test_a_complaint_is_said_in_words(text: str, sentence: str) -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.json.decode(text, type=Body)

    assert in_words(str(refused.value), Body, msgspec.json.decode(text)) == sentence


def test_a_complaint_of_another_kind_stays_as_it_is() -> None:
    assert in_words("Number out of range - at `$.days`", Body, {}) == (
        "Number out of range - at `$.days`"
    )
