"""Fixtures of the door's tests: every message that a test hears is held against the document."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.gateway.harness import House

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "asyncapi.json"


@cache
def validator(name: str) -> Any:
    """Return a validator of one schema of the checked-in document."""
    components = json.loads(DOCUMENT.read_text())["components"]
    schema = {"$ref": f"#/components/schemas/{name}", "components": components}
    return jsonschema.Draft7Validator(schema)


def check(schema: str, message: Any) -> None:
    """Hold one message against the document."""
    faults = [
        f"{list(fault.path)}: {fault.message}" for fault in validator(schema).iter_errors(message)
    ]
    assert not faults, f"{message} is no {schema}: {faults[:3]}"


@pytest.fixture
def house() -> Iterator[House]:
    """A venue with one market and four accounts; all that it says must be documented."""
    house = House()
    yield house
    for schema, message in house.spoken:
        check(schema, message)
