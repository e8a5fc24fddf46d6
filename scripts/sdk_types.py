"""From the schemas of the AsyncAPI document to Python: one class or alias a schema.

Decimals are read as ``Decimal``; in what a bot sends they stay texts, because a ``Decimal`` may
print itself with an exponent, which the wire does not take.
"""

import keyword
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

Schema = dict[str, Any]

REF = "#/components/schemas/"
NUMBER_PATTERN = r"^-?\d+(\.\d+)?$"
SENT = ("Params", "Request")  # Endings of the names of what a bot sends.
PRIMITIVES = {"integer": "int", "boolean": "bool", "number": "float", "null": "None"}


class Types(NamedTuple):
    """All schemas of the document by name."""

    schemas: dict[str, Schema]

    def declare(self, name: str) -> str:
        """Return the Python of one schema."""
        schema = self.schemas[name]
        if _is_enum(schema):
            return _enum(name, schema)
        if schema.get("type") == "object" and "properties" in schema:
            return self._record(name, schema)
        if schema.get("type") == "object" and "additionalProperties" not in schema:
            return self._record(name, {**schema, "properties": {}})
        return f"{name} = {self.annotation(schema, sent=name.endswith(SENT))}\n"

    def in_order(self, names: list[str]) -> list[str]:
        """Return names so that each comes after those that it refers to."""
        done: dict[str, None] = {}

        def visit(name: str) -> None:
            if name not in done:
                for other in sorted(set(references(self.schemas[name]))):
                    if other != name:
                        visit(other)
                done[name] = None

        for name in names:
            visit(name)
        return list(done)

    def annotation(self, schema: Schema, *, sent: bool) -> str:
        """Return the annotation of a schema."""
        if "$ref" in schema:
            return str(schema["$ref"]).rpartition("/")[2]
        for choice in ("anyOf", "oneOf"):
            if choice in schema:
                return " | ".join(self.annotation(each, sent=sent) for each in schema[choice])
        if "const" in schema:
            return f"Literal[{schema['const']!r}]"
        if "enum" in schema:
            return f"Literal[{', '.join(map(repr, schema['enum']))}]"
        kind = schema.get("type")
        if kind == "string":
            is_decimal = schema.get("pattern") == NUMBER_PATTERN and not sent
            return "Decimal" if is_decimal else "str"
        if kind == "array":
            return self._array(schema, sent=sent)
        if kind == "object":
            values = schema.get("additionalProperties")
            inner = self.annotation(values, sent=sent) if isinstance(values, dict) else "Any"
            return f"dict[str, {inner}]"
        return PRIMITIVES.get(str(kind), "Any")

    def _array(self, schema: Schema, *, sent: bool) -> str:
        items = schema.get("items")
        if isinstance(items, list):
            return f"tuple[{', '.join(self.annotation(each, sent=sent) for each in items)}]"
        return f"list[{self.annotation(items, sent=sent) if isinstance(items, dict) else 'Any'}]"

    def _record(self, name: str, schema: Schema) -> str:
        sent = name.endswith(SENT)
        tag = _tag(schema)
        options = ["frozen=True", "kw_only=True"]
        if sent:
            options.append("omit_defaults=True")
        if tag is not None:
            options += [f"tag_field={tag[0]!r}", f"tag={tag[1]!r}"]
        lines = [f"class {name}(msgspec.Struct, {', '.join(options)}):", _docstring(schema), ""]
        for field, inner in schema["properties"].items():
            if tag is not None and field == tag[0]:
                continue
            lines.append("    " + self._field(field, inner, schema, sent=sent))
        return "\n".join(lines) + "\n"

    def _field(self, field: str, inner: Schema, schema: Schema, *, sent: bool) -> str:
        name = f"{field}_" if keyword.iskeyword(field) else field
        annotation = self.annotation(inner, sent=sent)
        options = [f"name={field!r}"] if name != field else []
        if field not in schema.get("required", []):
            default = self._default(inner, annotation)
            if not options and not default.startswith("default_factory="):
                return f"{name}: {annotation} = {default}"
            options.append(default if "default_factory" in default else f"default={default}")
        if not options:
            return f"{name}: {annotation}"
        return f"{name}: {annotation} = msgspec.field({', '.join(options)})"

    def _default(self, inner: Schema, annotation: str) -> str:
        default = inner.get("default")
        if isinstance(default, list):
            return "default_factory=list"
        if isinstance(default, dict):
            if "$ref" in inner:
                return f"default_factory={annotation}"
            return "default_factory=dict"
        if isinstance(default, str):
            target = self.schemas.get(annotation)
            if target is not None and _is_enum(target):
                return f"{annotation}.{_member(default)}"
            if annotation.partition(" ")[0] == "Decimal":
                return f"Decimal({default!r})"
        return repr(default)


def references(schema: object) -> Iterator[str]:
    """Yield the names of all schemas that one refers to."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str) and value.startswith(REF):
                yield value.removeprefix(REF)
            elif key != "discriminator":
                yield from references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from references(value)


def _is_enum(schema: Schema) -> bool:
    return "enum" in schema and "properties" not in schema and len(schema["enum"]) > 1


def _enum(name: str, schema: Schema) -> str:
    members = [f"    {_member(value)} = {value!r}" for value in schema["enum"]]
    return "\n".join([f"class {name}(StrEnum):", _docstring(schema), "", *members]) + "\n"


def _member(value: str) -> str:
    return re.sub(r"\W", "_", value).upper()


def _docstring(schema: Schema) -> str:
    words = str(schema.get("description") or "As the document says.")
    text = "\n".join(line.strip() for line in words.strip().splitlines())
    ending = '\n    """' if "\n" in text else '"""'
    return '    """' + text.replace("\n", "\n    ").replace("\n    \n", "\n\n") + ending


def _tag(schema: Schema) -> tuple[str, str] | None:
    """Return the field that tells records of a union apart, and this record's word for it."""
    for field in ("type", "method"):
        inner = schema["properties"].get(field, {})
        words = inner.get("enum") or ([inner["const"]] if "const" in inner else [])
        if len(words) == 1 and field in schema.get("required", []):
            return field, words[0]
    return None
