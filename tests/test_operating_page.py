"""The page about operating names every setting's section and every option there is."""

import re
from pathlib import Path

import msgspec
import pytest
import typer.main
from typer.core import TyperGroup

from venue.cli import app
from venue.config import AccountSettings, MarketSettings, Settings, fault, load
from venue.listings import listing
from venue.store.tally import COLUMNS

DOCS = Path(__file__).parent.parent / "docs"
PAGE = (DOCS / "operating.md").read_text()
TOURNAMENT = (DOCS / "tournament.md").read_text()
EXAMPLE = PAGE.partition("```toml\n")[2].partition("```")[0]
COMMANDS = typer.main.get_group(app).commands


def section(name: str) -> str:
    """Return how a field of the settings is written: a table, a list of tables, or a key."""
    value = getattr(Settings(), name)
    if isinstance(value, msgspec.Struct):
        return f"\n[{name}]"
    return f"\n[[{name}]]" if isinstance(value, tuple) else f"\n{name} = "


@pytest.mark.parametrize("name", Settings.__struct_fields__)
def test_every_section_of_the_settings_stands_in_the_example(name: str) -> None:
    assert section(name) in f"\n{EXAMPLE}"


@pytest.mark.parametrize(
    "name",
    [
        *MarketSettings.__struct_fields__,
        *AccountSettings.__struct_fields__,
        *(
            field
            for part in ("store", "listen", "source", "clock")
            for field in getattr(Settings(), part).__struct_fields__
        ),
    ],
)
def test_every_key_of_the_small_sections_stands_in_the_example(name: str) -> None:
    assert f"{name} = " in EXAMPLE


def test_the_example_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "venue.toml"
    path.write_text(EXAMPLE)

    settings = load(path)

    assert settings.name == "monday"
    assert [each.market for each in settings.markets] == ["TSLA", "NVDA"]


@pytest.mark.parametrize("option", [each.name for each in COMMANDS["serve"].params])
def test_every_option_of_serve_is_named(option: str) -> None:
    (found,) = [each for each in COMMANDS["serve"].params if each.name == option]
    names = [*found.opts, *found.secondary_opts]

    assert any(f"`{name}`" in PAGE or f"`{name} " in PAGE for name in names), names


@pytest.mark.parametrize("group", ["account", "market", "journal", "db", "recording"])
def test_every_command_of_an_operator_is_named(group: str) -> None:
    found = COMMANDS[group]
    assert isinstance(found, TyperGroup)
    for name in found.commands:
        assert f"venue {group} {name}" in PAGE or f"`{name}`" in PAGE, f"venue {group} {name}"


def test_the_settings_of_the_tournament_page_can_be_used(tmp_path: Path) -> None:
    path = tmp_path / "venue.toml"
    path.write_text(TOURNAMENT.partition("```toml\n")[2].partition("```")[0])

    settings = load(path)

    assert fault(settings) is None
    assert [listing(each).market for each in settings.markets] == ["TSLA", "NVDA"]
    assert {each.scope for each in settings.accounts} == {"trade"}


def test_every_command_of_the_tournament_page_is_there_with_its_options() -> None:
    typed = re.findall(r"(?:`|^)venue (\w+) (\w+)?([^`\n]*)", TOURNAMENT, re.MULTILINE)
    assert len(typed) > 20
    for group, name, rest in typed:
        command = COMMANDS[group]
        if hasattr(command, "commands"):
            command = command.commands[name]
        known = {option for each in command.params for option in each.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= known, f"venue {group} {name}{rest}"


@pytest.mark.parametrize("name", [column.name for column in COLUMNS])
def test_every_column_of_the_results_is_explained(name: str) -> None:
    assert f"`{name}`" in TOURNAMENT
