"""The map as a test: who imports whom, and what core and rules may never touch."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.shipped import shipped

ROOT = Path(__file__).parent.parent

# Room: the rooms that it may know. Rooms that stand for the whole application know everything.
MAY_IMPORT: dict[str, set[str]] = {
    "core": set(),
    "rules": {"core"},
    "sessions": {"core"},
    "oracle": {"core", "extras"},
    "gateway": {"core"},
    "store": {"core", "extras"},
    "web": {"core", "store"},
    "lab": {"core", "rules", "sessions", "oracle", "store", "sequencer", "clock", "agenda"},
    "extras": set(),
    "clock": {"core"},
    "agenda": {"core"},
    "group": {"core"},
    "telling": {"core", "group"},
    "sequencer": {"core", "clock", "group", "telling"},
}
APPLICATION = {
    "projector",
    "admission",
    "checkpoints",
    "collecting",
    "recovering",
    "taken",
    "faults",
    "hearing",
    "held_rules",
    "house",
    "keys",
    "leftovers",
    "app",
    "compiled",
    "lateness",
    "lockstep",
    "history",
    "screen",
    "plain",
    "tls",
    "logs",
    "cli",
    "config",
    "sources",
    "listings",
    "opening",
    "proofs",
    "receipts",
    "stopping",
    "watching",
    "__init__",
    "__main__",
}

# What would let a clock, chance, a network or a disk into the core or a rule.
FORBIDDEN = {
    "time", "datetime", "random", "secrets", "os", "sys", "asyncio", "logging", "socket",
    "threading", "pathlib", "subprocess", "uuid",
}  # fmt: skip
# These tables and pages look rules up by name and hash their sources; they are asked at listing.
LOOKS_UP_RULES = {"build.py", "own_code.py", "table.py", "describe.py"}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def files_of(room: str) -> list[Path]:
    single = ROOT / "venue" / f"{room}.py"
    return [single] if single.exists() else sorted((ROOT / "venue" / room).rglob("*.py"))


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    for path in files_of(room):
        known = {name.split(".")[1] for name in imports(path) if name.startswith("venue.")}

        assert known <= MAY_IMPORT[room] | {room}, f"{path} knows {known - MAY_IMPORT[room]}"


def test_every_room_is_on_the_map() -> None:
    rooms = {
        path.stem if path.is_file() else path.name
        for path in (ROOT / "venue").iterdir()
        if (path.suffix == ".py" or path.is_dir()) and not path.name.startswith("__pycache__")
    }

    assert rooms - APPLICATION <= set(MAY_IMPORT)


@pytest.mark.parametrize("room", ["core", "rules"])
def test_core_and_rules_have_no_clock_no_chance_and_no_world(room: str) -> None:
    for path in files_of(room):
        if path.name in LOOKS_UP_RULES:
            continue
        known = {name.split(".")[0] for name in imports(path)}

        assert not known & FORBIDDEN, f"{path} imports {known & FORBIDDEN}"


@pytest.mark.parametrize("room", ["core", "rules"])
def test_core_and_rules_have_no_float_and_no_await(room: str) -> None:
    for path in files_of(room):
        for node in ast.walk(ast.parse(path.read_text())):
            where = f"{path}:{getattr(node, 'lineno', 0)}"
            assert not isinstance(node, ast.Await | ast.AsyncFunctionDef), where
            assert not isinstance(node, ast.Div), f"{where} divides into a float"
            is_float = isinstance(node, ast.Constant) and isinstance(node.value, float)
            assert not is_float, f"{where} has a float"
            assert not (isinstance(node, ast.Name) and node.id == "float"), where


def test_clients_know_nothing_of_the_venue() -> None:
    for path in shipped("clients"):
        assert not any(name.split(".")[0] == "venue" for name in imports(path)), path
