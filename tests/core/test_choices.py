"""A wrong word is refused with the words that would have been right, wherever it stands."""

from enum import StrEnum
from typing import Literal

import msgspec
import pytest

from venue.core.choices import with_choices


class Fruit(StrEnum):
    APPLE = "apple"
    PEAR = "pear"


class Basket(msgspec.Struct):
    kind: Fruit = Fruit.APPLE
    more: list[Fruit] = []
    named: dict[str, Fruit | None] = {}
    size: Literal["big", "small"] | None = None


class Shop(msgspec.Struct):
    basket: Basket | None = None
    baskets: tuple[Basket, ...] = ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"basket": {"kind": "x"}}', "apple, pear"),
        ('{"basket": {"more": ["pear", "x"]}}', "apple, pear"),
        ('{"basket": {"named": {"a": "x"}}}', "apple, pear"),
        ('{"baskets": [{}, {"size": "x"}]}', "big, small"),
    ],
)
def test_the_words_are_those_of_the_place(text: str, words: str) -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.json.decode(text, type=Shop)

    assert with_choices(str(refused.value), Shop) == f"{refused.value}: expected one of {words}"


@pytest.mark.parametrize("text", ['{"basket": 3}', '{"basket": {"kind": 3}}'])
def test_other_complaints_stay_as_they_are(text: str) -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.json.decode(text, type=Shop)

    assert with_choices(str(refused.value), Shop) == str(refused.value)
