"""What a decoder complains of, in words: where, what was expected, what was found.

It says "Expected `int` >= 0 - at `$.dollars`"; a person wants "dollars: expected a whole number
from 0 to 100, found -5".
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from msgspec import inspect

from venue.core.choices import STEP, types_at, with_choices, words_at
from venue.core.names import IN_WORDS

PLACE = re.compile(r"^(.*?)(?: - at `\$(.*)`)?$", re.DOTALL)
UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
MISSING = re.compile(r"Object missing required field `(.*)`", re.DOTALL)
EXPECTED = re.compile(r"Expected `([^`]*)`(?:, got `[^`]*`)?(.*)", re.DOTALL)
NAMES = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "str": "a text",
    "array": "a list",
    "object": "a table",
    "datetime": "a date and time",
}
FOUND_MAX = 60


def in_words(complaint: str, kind: Any, data: object) -> str:
    """Return a complaint of decoding ``data`` (as plain values) for ``kind`` in the house's words.

    >>> from typing import Literal
    >>> in_words("Invalid enum value 'x' - at `$[0]`", list[Literal["live", "lockstep"]], ["x"])
    "entry 1: expected one of live, lockstep, found 'x'"
    >>> in_words("Expected `int`, got `str` - at `$[1]`", list[int], [1, "x"])
    "entry 2: expected a whole number, found 'x'"
    """
    parts = PLACE.fullmatch(complaint)
    assert parts is not None, "anything has that shape"
    what, path = parts[1], parts[2] or ""
    said = _said(what, kind, path, data)
    if said is None:
        return with_choices(complaint, kind)
    place = _place(path)
    return f"{place}: {said}" if place else said


def _said(what: str, kind: Any, path: str, data: object) -> str | None:
    found = _shown(_at(data, path))
    if unknown := UNKNOWN.fullmatch(what):
        names = [
            field.encode_name
            for each in types_at(kind, path)
            if isinstance(each, inspect.StructType)
            for field in each.fields
        ]
        near = get_close_matches(unknown[1], names, 1)
        meant = f": is {near[0]} meant?" if near else ""
        return f"expected keys among {', '.join(names)}, found {unknown[1][:FOUND_MAX]}{meant}"
    if missing := MISSING.fullmatch(what):
        return f"expected a key {missing[1]}, found none"
    if what.startswith("Invalid enum value"):
        words = words_at(kind, path)
        return f"expected one of {', '.join(words)}, found {found}" if words else None
    if expected := EXPECTED.fullmatch(what):
        names = [NAMES.get(each, each) for each in expected[1].split(" | ") if each != "null"]
        limits = _limits(kind, path) if expected[2] else ""
        return f"expected {' or '.join(names)}{limits or expected[2]}, found {found}"
    return None


def _limits(kind: Any, path: str) -> str:
    """Say between what a value has to be; empty: by something else than two ends."""
    for each in types_at(kind, path):
        if isinstance(each, inspect.IntType | inspect.FloatType):
            least, most = each.ge, each.le
            if least is not None and most is not None:
                return f" from {least:,} to {most:,}"
        elif isinstance(each, inspect.StrType) and each.max_length:
            characters = IN_WORDS.get(each.pattern) if each.pattern else "characters"
            if characters is not None:
                return f" of {each.min_length or 0} to {each.max_length} {characters}"
    return ""


def _place(path: str) -> str:
    """Return a place as a person would name it; entries of lists are counted from 1."""
    text = ""
    for name, number in _steps(path):
        if name:
            text += f".{name}" if text else name
        elif number is not None:
            text += f" (entry {number + 1})" if text else f"entry {number + 1}"
    return text


def _at(data: object, path: str) -> object:
    """Return what stands at a place; ``...`` where that cannot be told."""
    for name, number in _steps(path):
        if isinstance(data, dict) and name in data:
            data = data[name]
        elif isinstance(data, list) and number is not None and number < len(data):
            data = data[number]
        else:
            return ...
    return data


def _steps(path: str) -> Iterator[tuple[str | None, int | None]]:
    for step in STEP.finditer(path):
        inside = step[0].strip("[]")
        yield step[1], int(inside) if inside.isdecimal() else None


def _shown(found: object) -> str:
    if found is ...:
        return "something else"
    if isinstance(found, dict | list):
        return "a table" if isinstance(found, dict) else "a list"
    if isinstance(found, bool) or found is None:
        return {True: "true", False: "false", None: "null"}[found]
    text = repr(found)
    return text if len(text) <= FOUND_MAX else text[: FOUND_MAX - 3] + "..."
