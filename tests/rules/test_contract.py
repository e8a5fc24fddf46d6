"""Every rule of the table keeps what is asked of its kind, or says in its class why not."""

import sys
from enum import Enum
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rules.drivers import CENTRE, DRIVERS, Driver, Rule
from venue.rules.properties import ASKED, Property
from venue.rules.table import ANSWERS, RULES

EVERY = [(kind, name) for kind, rules in RULES.items() for name in rules]
# One nano-dollar on a price may pass through a mid, an average and a sum: five at most. As a
# premium of $250 a nano-dollar is four of 1e-12.
NANOS_MOVED_MAX = 5
E12_MOVED_MAX = 12

lightly = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def _held_to(asked: Property) -> pytest.MarkDecorator:
    held = [
        pytest.param(kind, name, id=f"{kind}-{name}")
        for kind, name in EVERY
        if asked in ASKED[kind] and asked not in RULES[kind][name].exempt  # type: ignore[attr-defined]
    ]
    return pytest.mark.parametrize(("kind", "name"), held)


def _rule(kind: str, name: str) -> Rule:
    return RULES[kind][name]()


def _sequences(driver: Driver, longest: int = 8) -> st.SearchStrategy[list[Any]]:
    return st.lists(driver.inputs, min_size=1, max_size=longest)


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

    for answer, memory in driver.answers(_rule(kind, name), data.draw(_sequences(driver))):
        assert _is_whole(answer)
        assert _is_whole(memory)


@_held_to(Property.DETERMINISTIC)
@lightly
@given(data=st.data())
def test_the_same_inputs_give_the_same_answers_and_memory(
    kind: str, name: str, data: st.DataObject
) -> None:
    driver = DRIVERS[kind]
    inputs = data.draw(_sequences(driver))

    first = driver.answers(_rule(kind, name), inputs)

    assert driver.answers(_rule(kind, name), inputs) == first


@_held_to(Property.DETERMINISTIC)
@lightly
@given(data=st.data())
def test_memory_comes_back_from_the_journal_as_it_went(
    kind: str, name: str, data: st.DataObject
) -> None:
    driver = DRIVERS[kind]

    for _, memory in driver.answers(_rule(kind, name), data.draw(_sequences(driver))):
        if memory is not None:
            assert (
                msgspec.msgpack.decode(msgspec.msgpack.encode(memory), type=type(memory)) == memory
            )


@_held_to(Property.CONSTANT)
@pytest.mark.parametrize("steps", [1, 2, 1_000])
def test_constant_prices_give_the_same_answer_for_ever(kind: str, name: str, steps: int) -> None:
    driver = DRIVERS[kind]

    told = driver.answers(_rule(kind, name), [driver.same] * steps)

    expected = told[0][0] if kind == "funding" else CENTRE
    assert {answer for answer, _ in told} == {expected}


@_held_to(Property.SYMMETRIC)
@lightly
@given(data=st.data())
def test_mirrored_inputs_give_mirrored_answers(kind: str, name: str, data: st.DataObject) -> None:
    driver = DRIVERS[kind]
    assert driver.mirror is not None
    assert driver.image is not None
    found = RULES[kind][name]
    rule = found(**getattr(found, "symmetric_with", {}))
    inputs = data.draw(_sequences(driver))

    told = driver.answers(rule, inputs)
    mirrored = driver.answers(rule, [driver.mirror(seen) for seen in inputs])

    assert [answer for answer, _ in mirrored] == [driver.image(answer) for answer, _ in told]


def _nudged(seen: Any, fields: tuple[str, ...], by: tuple[int, ...]) -> Any:
    for field, nanos in zip(fields, by, strict=False):
        if field == "arrived.price_nanos":
            print_ = seen.arrived
            moved = print_._replace(price_nanos=print_.price_nanos + nanos)
            seen = seen._replace(arrived=moved)
        elif getattr(seen, field) is not None:
            seen = seen._replace(**{field: getattr(seen, field) + nanos})
    return seen


def _numbers(answer: Any) -> tuple[int, ...]:
    return answer if isinstance(answer, tuple) else (answer,)


@_held_to(Property.CONTINUOUS)
@lightly
@given(data=st.data())
def test_a_nano_dollar_moves_the_answer_by_a_few(kind: str, name: str, data: st.DataObject) -> None:
    driver = DRIVERS[kind]
    inputs = data.draw(_sequences(driver))
    by = data.draw(st.tuples(*[st.sampled_from([-1, 0, 1])] * len(driver.prices)))
    nudged = [_nudged(seen, driver.prices, by) for seen in inputs]

    told = driver.answers(_rule(kind, name), inputs)
    moved = driver.answers(_rule(kind, name), nudged)

    most = E12_MOVED_MAX if kind == "funding" else NANOS_MOVED_MAX
    for (before, _), (after, _) in zip(told, moved, strict=True):
        if before is None or after is None:  # Silence is silence, nudged or not.
            assert before is after
            continue
        for one, other in zip(_numbers(before), _numbers(after), strict=True):
            assert abs(one - other) <= most


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_every_exemption_is_of_something_asked_and_has_a_reason(kind: str, name: str) -> None:
    exempt: dict[Property, str] = RULES[kind][name].exempt  # type: ignore[attr-defined]

    for asked, reason in exempt.items():
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
    assert RULES[kind][name].__struct_config__.frozen  # type: ignore[attr-defined]
