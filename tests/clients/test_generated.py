"""The generated message types are what the document says, and clients know nothing of venue."""

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import msgspec
import pytest
from venue_sdk import messages

from scripts.sdk_messages import DOCUMENT, MESSAGES, write
from tests.support.shipped import shipped

ROOT = Path(__file__).parent.parent.parent

SDK = ROOT / "clients" / "python"


def test_message_types_are_those_of_the_document() -> None:
    document = json.loads(DOCUMENT.read_text())

    assert MESSAGES.read_text() == write(document), "run scripts/make_sdk_messages"


def test_check_says_when_they_differ(tmp_path: Path) -> None:
    document = json.loads(DOCUMENT.read_text())
    document["components"]["schemas"]["PingResult"]["properties"]["mood"] = {"type": "string"}
    other = tmp_path / "asyncapi.json"
    other.write_text(json.dumps(document))

    command = [sys.executable, "-m", "scripts.sdk_messages", "--check", "--document", str(other)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "run scripts/make_sdk_messages" in done.stdout


@pytest.mark.parametrize("path", shipped("clients"), ids=lambda path: path.name)
def test_clients_import_nothing_of_the_exchange(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        assert not [name for name in names if name.partition(".")[0] == "venue"]


def test_sdk_needs_its_two_libraries_and_nothing_else() -> None:
    project = tomllib.loads((SDK / "pyproject.toml").read_text())["project"]
    needed = {name.partition(">")[0] for name in project["dependencies"]}
    outside: set[str] = set()
    for path in (SDK / "venue_sdk").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                outside.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                outside.add(node.module.partition(".")[0])

    assert needed == {"msgspec", "websockets"}
    assert outside - set(sys.stdlib_module_names) == needed | {"venue_sdk"}


def test_sdk_runs_where_the_exchange_is_not() -> None:
    """The package alone on the path: importing it must not reach for the exchange."""
    script = (
        "import sys; sys.modules['venue'] = None; "
        f"sys.path[:] = [p for p in sys.path if p not in ('', {str(ROOT)!r})]; "
        f"sys.path.insert(0, {str(SDK)!r}); import venue_sdk; print(venue_sdk.Bot.__name__)"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], cwd="/", capture_output=True, text=True, check=False
    )

    assert (done.stdout.strip(), done.stderr) == ("Bot", "")


def test_decimals_of_the_venue_are_decimals_and_those_of_a_bot_are_texts() -> None:
    (price,) = [f for f in msgspec.structs.fields(messages.FillView) if f.name == "price"]
    (sent,) = [f for f in msgspec.structs.fields(messages.PlaceOrderParams) if f.name == "size"]

    assert price.type.__name__ == "Decimal"
    assert sent.type is str
