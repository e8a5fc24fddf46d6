"""The page about the wire has the code's tables, and its figures are the settings'."""

import re
from pathlib import Path

import pytest

from venue.gateway.settings import DoorSettings
from venue.gateway.wire_page import filled, tables

PAGE = (Path(__file__).parent.parent.parent / "docs" / "wire.md").read_text()


def test_the_tables_are_those_of_the_code() -> None:
    assert filled(PAGE) == PAGE, "run scripts/make_asyncapi"


@pytest.mark.parametrize("name", tables())
def test_every_row_of_every_table_stands_there(name: str) -> None:
    lines = PAGE.splitlines()

    assert [row for row in tables()[name] if row not in lines] == []


@pytest.mark.parametrize(
    "name",
    [name for name in DoorSettings.__struct_fields__ if name.endswith("_s")],
)
def test_every_wall_timer_stands_with_its_default(name: str) -> None:
    value = getattr(DoorSettings(), name)

    row = re.search(rf"\| wall \| `door\.{name}` \| ([\d.]+) s \|", PAGE)

    assert row is not None, f"door.{name} is missing"
    assert float(row.group(1)) == value
