"""Every rule of the table keeps what is asked of its kind, or says in its class why not."""

import sys
from enum import Enum
from typing import ClassVar, Protocol

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rules.picking import Picked, sequence
from venue.rules.properties import ASKED, Property
from venue.rules.table import ANSWERS, RULES
from venue.rules.trials import DRIVERS, Rule
from venue.rules.trials.promises import (
    STEPS,
    not_constant,
    not_continuous,
    not_symmetric,
    nudges,
)

EVERY = [(kind, name) for kind, rules in RULES.items() for name in rules]

lightly = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


class _Exempting(Protocol):
    """A rule's class says what it cannot keep."""

    exempt: ClassVar[dict[Property, str]]


def _exempt(kind: str, name: str) -> dict[Property, str]:
    rule: type[_Exempting] = RULES[kind][name]
    return rule.exempt


def _held_to(asked: Property) -> pytest.MarkDecorator:
    held = [
        pytest.param(kind, name, id=f"{kind}-{name}")
        for kind, name in EVERY
        if asked in ASKED[kind] and asked not in _exempt(kind, name)
    ]
    return pytest.mark.parametrize(("kind", "name"), held)


def _rule(kind: str, name: str) -> Rule:
    return RULES[kind][name]()


def _is_whole(value: object) -> bool:
    if isinstance(value, float):
        return False
    if isinstance(value, (int, str, Enum, type(None))):
        return True
    if isinstance(value, tuple):
        return all(_is_whole(part) for part in value)
    assert isinstance(value, msgspec.Struct), f"a record, a tuple or a number, found {value!r}"
    return all(_is_whole(getattr(value, name)) for name in value.__struct_fields__)


@_held_to(Property.WHOLE)
@lightly
@given(data=st.data())
def test_answers_and_memory_are_whole_numbers(kind: str, name: str, data: st.DataObject) -> None:
    driver = DRIVERS[kind]

    for answer, memory in driver.answers(_rule(kind, name), sequence(data, driver)):
        assert _is_whole(answer)
        assert _is_whole(memory)


@_held_to(Property.DETERMINISTIC)
@lightly
@given(data=st.data())
def test_the_same_inputs_give_the_same_answers_and_memory(
    kind: str, name: str, data: st.DataObject
) -> None:
    driver = DRIVERS[kind]
    inputs = sequence(data, driver)

    first = driver.answers(_rule(kind, name), inputs)

    assert driver.answers(_rule(kind, name), inputs) == first


@_held_to(Property.DETERMINISTIC)
@lightly
@given(data=st.data())
def test_memory_comes_back_from_the_journal_as_it_went(
    kind: str, name: str, data: st.DataObject
) -> None:
    driver = DRIVERS[kind]

    for _, memory in driver.answers(_rule(kind, name), sequence(data, driver)):
        if memory is not None:
            assert (
                msgspec.msgpack.decode(msgspec.msgpack.encode(memory), type=type(memory)) == memory
            )


@_held_to(Property.CONSTANT)
@pytest.mark.parametrize("steps", STEPS)
def test_constant_prices_give_the_same_answer_for_ever(kind: str, name: str, steps: int) -> None:
    assert not_constant(kind, _rule(kind, name), steps) is None


@_held_to(Property.SYMMETRIC)
@lightly
@given(data=st.data())
def test_mirrored_inputs_give_mirrored_answers(kind: str, name: str, data: st.DataObject) -> None:
    assert not_symmetric(kind, _rule(kind, name), sequence(data, DRIVERS[kind])) is None


@_held_to(Property.CONTINUOUS)
@lightly
@given(data=st.data())
def test_a_nano_dollar_moves_the_answer_by_a_few(kind: str, name: str, data: st.DataObject) -> None:
    inputs = sequence(data, DRIVERS[kind])
    by = nudges(kind, Picked(data))

    assert not_continuous(kind, _rule(kind, name), inputs, by) is None


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_every_exemption_is_of_something_asked_and_has_a_reason(kind: str, name: str) -> None:
    for asked, reason in _exempt(kind, name).items():
        assert asked in ASKED[kind]
        assert len(reason.split()) >= 5


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_every_rule_says_what_it_guards_against_and_where_it_is_from(kind: str, name: str) -> None:
    rule = RULES[kind][name]
    text = sys.modules[rule.__module__].__doc__ or ""

    assert f"``{name}``" in text.splitlines()[0]
    assert "Guards against" in text
    assert "Does not guard against" in text
    assert "Source: " in text
    assert "round" in text.lower()


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_every_rule_has_an_example_to_check_by_hand(kind: str, name: str) -> None:
    rule = RULES[kind][name]
    methods = [vars(rule)[answer] for answer in ANSWERS[kind] if callable(vars(rule).get(answer))]

    assert any(">>>" in (method.__doc__ or "") for method in methods)


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_every_rule_is_a_frozen_record(kind: str, name: str) -> None:
    rule: type[msgspec.Struct] = RULES[kind][name]

    assert rule.__struct_config__.frozen
