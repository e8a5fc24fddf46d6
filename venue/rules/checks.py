"""Check one rule's parameters: known, of the right type, within the range; each with a sentence."""

import msgspec
from msgspec import inspect

from venue.core.listing import RuleRef
from venue.rules.own_module import ANY_FAULT
from venue.rules.table import RuleFault, rule_class


def made(reference: RuleRef) -> msgspec.Struct:
    """Return the rule that a reference names, or raise ``RuleFault`` with a sentence.

    >>> made(RuleRef("clamp", "step", {"step_e4": 50}))
    Step(step_e4=50)
    >>> made(RuleRef("clamp", "step", {"step_e4": 0}))
    Traceback (most recent call last):
    venue.rules.table.RuleFault: clamp rule step: step_e4 must be a whole number from 1 to 10000, \
found 0
    """
    found = rule_class(reference.kind, reference.name)
    fields = {field.name: field for field in _fields(found)}
    title = f"{reference.kind} rule {reference.name}"
    for name, value in reference.parameters.items():
        if name not in fields:
            known = ", ".join(fields) or "none"
            raise RuleFault(f"{title}: no parameter is named {name!r}: expected {known}")
        expected = expectation(fields[name].type)
        if not _fits(value, fields[name].type):
            raise RuleFault(f"{title}: {name} must be {expected}, found {value!r}")
    for name, field in fields.items():
        if field.required and name not in reference.parameters:
            raise RuleFault(f"{title}: {name} is missing: {expectation(field.type)}")
    try:
        return found(**reference.parameters)
    except ANY_FAULT as error:  # A rule from outside may refuse in any way.
        raise RuleFault(f"{title}: {type(error).__name__}: {error}") from error


def said_in_words(reference: RuleRef) -> dict[str, int | str | bool | None]:
    """Return a reference's parameters where ``"none"`` stands for nothing, as in a TOML file.

    >>> said_in_words(RuleRef("terms", "by_session", {"band_regular_e4": "none"}))
    {'band_regular_e4': None}
    """
    types = {
        field.name: field.type for field in _fields(rule_class(reference.kind, reference.name))
    }
    said = dict(reference.parameters)
    for name, value in said.items():
        expected = types.get(name)
        if expected is not None and value == "none" and not _fits(value, expected):
            said[name] = None
    return said


def expectation(expected: inspect.Type) -> str:
    """Say in words what a parameter may be.

    >>> expectation(inspect.type_info(bool)), expectation(inspect.IntType(ge=1, le=9))
    ('true or false', 'a whole number from 1 to 9')
    """
    if isinstance(expected, inspect.Metadata):
        return expectation(expected.type)
    if isinstance(expected, inspect.UnionType):
        return " or ".join(expectation(part) for part in expected.types)
    if isinstance(expected, inspect.LiteralType):
        return " or ".join(str(value) for value in expected.values)
    if isinstance(expected, inspect.NoneType):
        return "none"
    if isinstance(expected, inspect.BoolType):
        return "true or false"
    if isinstance(expected, inspect.IntType):
        if expected.ge is None or expected.le is None:
            return "a whole number"
        return f"a whole number from {expected.ge} to {expected.le}"
    return "text"


def _fields(found: type[msgspec.Struct]) -> tuple[inspect.Field, ...]:
    known = inspect.type_info(found)
    assert isinstance(known, inspect.StructType), f"{found.__name__} is a msgspec record"
    return known.fields


def _fits(value: int | str | bool | None, expected: inspect.Type) -> bool:
    if isinstance(expected, inspect.Metadata):
        return _fits(value, expected.type)
    if isinstance(expected, inspect.UnionType):
        return any(_fits(value, part) for part in expected.types)
    if isinstance(expected, inspect.LiteralType):
        return value in expected.values
    if isinstance(expected, inspect.NoneType):
        return value is None
    if isinstance(expected, inspect.BoolType):
        return isinstance(value, bool)
    if isinstance(expected, inspect.IntType):
        if isinstance(value, bool) or not isinstance(value, int):
            return False
        above = expected.ge is None or value >= expected.ge
        return above and (expected.le is None or value <= expected.le)
    return isinstance(value, str)
