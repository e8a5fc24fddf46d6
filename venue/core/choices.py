"""What a decoder would have taken where it complains of a value that is none of some words.

It says "Invalid enum value 'x' - at `$.clock.kind`"; the type that it decoded for knows the rest.
"""

import re
from functools import lru_cache
from typing import Any

from msgspec import inspect

WHERE = re.compile(r"^Invalid enum value .* at `\$(.*)`$", re.DOTALL)
STEP = re.compile(r"\.([^.\[]+)|\[(?:\.\.\.|\d+)\]")


def with_choices(complaint: str, kind: Any) -> str:
    """Return a decoder's complaint, with the words to choose from where there are such.

    >>> from typing import Literal
    >>> with_choices("Invalid enum value 'x' - at `$[0]`", list[Literal["live", "lockstep"]])
    "Invalid enum value 'x' - at `$[0]`: expected one of live, lockstep"
    """
    found = WHERE.match(complaint)
    if found is None:
        return complaint
    words = words_at(kind, found[1])
    return f"{complaint}: expected one of {', '.join(words)}" if words else complaint


def words_at(kind: Any, path: str) -> list[str]:
    """Return the words that a value may be at a place such as ``.clock.kind``; none: no such."""
    return list(dict.fromkeys(str(word) for one in types_at(kind, path) for word in _choices(one)))


def types_at(kind: Any, path: str) -> list[inspect.Type]:
    """Return what a value may be at a place such as ``.clock.kind``; of a union each."""
    types = [_type(kind)]
    for step in STEP.finditer(path):
        types = [
            below for each in types for one in _members(each) for below in _below(one, step[1])
        ]
    return [one for each in types for one in _members(each)]


@lru_cache(maxsize=256)
def _type(kind: Any) -> inspect.Type:
    return inspect.type_info(kind)


def _members(kind: inspect.Type) -> list[inspect.Type]:
    """Return what a value may be: of a union each, of anything else itself."""
    if isinstance(kind, inspect.Metadata):
        return _members(kind.type)
    return list(kind.types) if isinstance(kind, inspect.UnionType) else [kind]


def _below(kind: inspect.Type, name: str | None) -> list[inspect.Type]:
    """Return the type of a field by name, or of the items or values where there is none."""
    if isinstance(kind, inspect.StructType):
        return [field.type for field in kind.fields if field.encode_name == name]
    if isinstance(kind, inspect.DictType):
        return [kind.value_type]
    if name is None and isinstance(kind, inspect.CollectionType):
        return [kind.item_type]
    return []


def _choices(kind: inspect.Type) -> list[Any]:
    if isinstance(kind, inspect.EnumType):
        return [each.value for each in kind.cls]
    return list(kind.values) if isinstance(kind, inspect.LiteralType) else []
