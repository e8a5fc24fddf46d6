"""The tables of ``docs/wire.md``, made from the tables of the code.

``scripts/make_asyncapi`` fills them in between their marks; a test compares.
"""

import re
from enum import EnumType

from msgspec import NODEFAULT, inspect

from venue.core.rejects import Reason
from venue.core.sentences import CORE_SENTENCES
from venue.gateway.channel_table import CHANNELS
from venue.gateway.methods import METHODS
from venue.gateway.refusals import DOOR_SENTENCES, FAULT_CODES, REFUSED, DoorReason
from venue.gateway.wire_types import NUMBER_PATTERN


def tables() -> dict[str, list[str]]:
    """Return the rows of every table, by the name in its mark."""
    return {
        "methods": [
            _row(
                f"`{method.name}`",
                method.needs.name.lower(),
                method.cost,
                taken(method.params),
                _first_paragraph(method.params.__doc__),
            )
            for method in METHODS
        ],
        "channels": [
            _row(
                f"`{channel.pattern}`".replace("|", "\\|"), channel.about, f"`{told(channel.data)}`"
            )
            for channel in CHANNELS
        ],
        "door": [
            _row(f"`{reason.value}`", FAULT_CODES.get(reason, REFUSED), DOOR_SENTENCES[reason])
            for reason in DoorReason
        ],
        "core": [_row(f"`{reason.value}`", CORE_SENTENCES[reason]) for reason in Reason],
    }


def filled(page: str) -> str:
    """Return the page with its tables as the code has them now.

    >>> filled("<!-- none -->\\nold\\n<!-- end -->")
    '<!-- none -->\\nold\\n<!-- end -->'
    """
    for name, rows in tables().items():
        head = re.search(rf"<!-- {name}[^>]*-->\n\|[^\n]*\n\|[^\n]*\n", page)
        if head is None:
            continue
        end = page.index("\n<!-- end -->", head.end() - 1)
        page = page[: head.end()] + "\n".join(rows) + page[end:]
    return page


def taken(params: type) -> str:
    """Return what a method takes: required fields in bold, each with its type and default.

    >>> from venue.gateway.private_params import SetLeverageParams
    >>> taken(SetLeverageParams)
    '**market** text, **leverage** int, account int, mode cross/isolated = cross'
    """
    record = inspect.type_info(params)
    assert isinstance(record, inspect.StructType), f"{params.__name__} is not a record"
    fields = sorted(record.fields, key=lambda field: not field.required)
    return ", ".join(_field(field) for field in fields) or "nothing"


def told(data: object) -> str:
    """Return the fields of what a channel tells; those of its rows once, in brackets.

    >>> from venue.gateway.feed_data import BboData
    >>> told(BboData)
    'market, seq, prev, time_ms, bid, ask'
    """
    found = inspect.type_info(data)
    if isinstance(found, inspect.UnionType):
        records = [each for each in found.types if isinstance(each, inspect.StructType)]
        shared = [name for name in _names(records[0]) if all(name in _names(r) for r in records)]
        return f"type: {'/'.join(str(record.tag) for record in records)}, {', '.join(shared)}, ..."
    assert isinstance(found, inspect.StructType), f"{data} is not a record"
    return ", ".join(f"{field.encode_name}{_rows(field.type)}" for field in found.fields)


def _field(field: inspect.Field) -> str:
    name = f"**{field.encode_name}**" if field.required else field.encode_name
    default = field.default
    if default is NODEFAULT and isinstance(_bare(field.type), inspect.UnionType):
        return f"{name} {_kind(field.type)}/null"
    if default is NODEFAULT or default is None or default is False or default == "":
        return f"{name} {_kind(field.type)}"
    shown = str(default).lower() if isinstance(default, bool) else default
    return f"{name} {_kind(field.type)} = {shown}"


def _kind(kind: inspect.Type) -> str:
    """Name a type in a word: what a bot writes there."""
    if isinstance(kind, inspect.Metadata):
        is_decimal = (kind.extra_json_schema or {}).get("pattern") == NUMBER_PATTERN
        return "decimal" if is_decimal else _kind(kind.type)
    if isinstance(kind, inspect.UnionType):
        return "/".join(_kind(each) for each in kind.types if not _is_none(each))
    if isinstance(kind, inspect.EnumType):
        members = kind.cls
        assert isinstance(members, EnumType), f"{members} is not an enum"
        return "/".join(str(member.value) for member in members)
    if isinstance(kind, inspect.LiteralType):
        return "/".join(sorted(str(value) for value in kind.values))
    if isinstance(kind, inspect.ListType):
        return f"[{_kind(kind.item_type)}]"
    return WORDS[type(kind)]


WORDS: dict[type, str] = {
    inspect.StrType: "text",
    inspect.IntType: "int",
    inspect.BoolType: "bool",
}


def _bare(kind: inspect.Type) -> inspect.Type:
    return kind.type if isinstance(kind, inspect.Metadata) else kind


def _is_none(kind: inspect.Type) -> bool:
    return isinstance(kind, inspect.NoneType)


def _rows(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.ListType) and isinstance(kind.item_type, inspect.StructType):
        return f" [{', '.join(_names(kind.item_type))}]"
    return ""


def _names(record: inspect.StructType) -> list[str]:
    return [field.encode_name for field in record.fields]


def _row(*cells: str | int) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _first_paragraph(text: str | None) -> str:
    return " ".join((text or "").strip().partition("\n\n")[0].split()).replace("``", "`")
