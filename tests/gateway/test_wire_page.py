"""The page about the wire names everything that there is, and its figures are the settings'."""

import re
from pathlib import Path

import pytest

from venue.core.rejects import Reason
from venue.gateway.channel_table import CHANNELS
from venue.gateway.methods import METHODS
from venue.gateway.refusals import CORE_SENTENCES, DOOR_SENTENCES, FAULT_CODES, REFUSED, DoorReason
from venue.gateway.settings import DoorSettings

PAGE = (Path(__file__).parent.parent.parent / "docs" / "wire.md").read_text()


def test_every_method_stands_with_its_need_and_its_cost() -> None:
    for method in METHODS:
        row = f"| `{method.name}` | {method.needs.name.lower()} | {method.cost} |"
        assert row in PAGE, row


def test_every_channel_stands_there() -> None:
    for channel in CHANNELS:
        row = f"| `{channel.pattern}` | {channel.about} |".replace("m|", "m\\|")
        assert row in PAGE, row


def test_every_refusal_stands_with_its_sentence() -> None:
    for door in DoorReason:
        row = f"| `{door.value}` | {FAULT_CODES.get(door, REFUSED)} | {DOOR_SENTENCES[door]} |"
        assert row in PAGE, row
    for core in Reason:
        row = f"| `{core.value}` | {CORE_SENTENCES[core]} |"
        assert row in PAGE, row


def test_the_names_of_the_core_stand_in_the_order_of_their_checks() -> None:
    part = PAGE.partition("### Names of the core")[2].partition("## Which clock")[0]

    assert re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) == [reason.value for reason in Reason]


@pytest.mark.parametrize(
    "name",
    [name for name in DoorSettings.__struct_fields__ if name.endswith("_s")],
)
def test_every_wall_timer_stands_with_its_default(name: str) -> None:
    value = getattr(DoorSettings(), name)

    row = re.search(rf"\| wall \| `door\.{name}` \| ([\d.]+) s \|", PAGE)

    assert row is not None, f"door.{name} is missing"
    assert float(row.group(1)) == value
