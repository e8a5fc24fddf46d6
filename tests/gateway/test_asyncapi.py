"""The AsyncAPI document: valid, checked in as the types have it, and whole."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.gateway.conftest import DOCUMENT
from venue.core.rejects import Cause, Reason
from venue.gateway.asyncapi import text
from venue.gateway.channel_table import CHANNELS
from venue.gateway.channels import ChannelName
from venue.gateway.methods import METHODS
from venue.gateway.refusals import DoorReason

SPECIFICATION = Path(__file__).parent / "asyncapi-3.0.0.json"


@pytest.fixture(scope="module")
def checked_in() -> Any:
    return json.loads(DOCUMENT.read_text())


def test_the_checked_in_document_is_what_the_types_say() -> None:
    assert DOCUMENT.read_text() == text(), "run scripts/make_asyncapi"


def test_the_document_is_valid_asyncapi_3(checked_in: Any) -> None:
    validator = jsonschema.Draft7Validator(json.loads(SPECIFICATION.read_text()))

    faults = [f"{list(fault.path)}: {fault.message}" for fault in validator.iter_errors(checked_in)]

    assert not faults


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda d: d["operations"]["public_ping"].update(action="shout"), id="action"),
        pytest.param(lambda d: d["channels"]["door"].update(colour="red"), id="unknown field"),
        pytest.param(lambda d: d.pop("info"), id="no info"),
    ],
)
def test_a_damaged_document_is_not(damage: Any) -> None:
    damaged = json.loads(text())
    damage(damaged)

    validator = jsonschema.Draft7Validator(json.loads(SPECIFICATION.read_text()))

    assert not validator.is_valid(damaged)


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references(each) for each in value.values()))
    if isinstance(value, list):
        return set().union(*(references(each) for each in value))
    return set()


def test_every_reference_leads_somewhere(checked_in: Any) -> None:
    for reference in references(checked_in):
        place: Any = checked_in
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
        assert isinstance(place, dict)


def test_every_method_channel_and_reason_is_in_it(checked_in: Any) -> None:
    operations = checked_in["operations"]

    received = {each["title"] for each in operations.values() if each["action"] == "receive"}
    sent = {each["title"] for each in operations.values() if each["action"] == "send"}
    assert received == {method.name for method in METHODS}
    assert sent == {channel.pattern for channel in CHANNELS}
    assert set(checked_in["x-reasons"]) == {
        *(reason.value for reason in Reason),
        *(reason.value for reason in DoorReason),
    }
    assert checked_in["x-causes"] == [cause.value for cause in Cause]


def test_every_schema_says_what_it_is(checked_in: Any) -> None:
    words = {
        name
        for name, schema in checked_in["components"]["schemas"].items()
        if schema.get("type") == "object" and not schema.get("description")
    }

    assert not words


def test_the_table_of_channels_names_every_kind() -> None:
    kinds = {channel.kind for channel in CHANNELS}

    assert kinds == (
        ChannelName.KINDS_OF_MARKET | ChannelName.KINDS_OF_VENUE | {"candles", "session", "account"}
    )
    raw = {channel.kind for channel in CHANNELS if channel.pattern.endswith("[.raw]")}
    assert raw == ChannelName.KINDS_WITH_RAW
