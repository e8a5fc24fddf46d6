"""The compiled core: what may be compiled, and that an outdated one is never run."""

import ast
from pathlib import Path

import msgspec
import pytest

from scripts.compiling.building import CannotCompile, check_tools
from scripts.compiling.modules import MODULES, ROOT, fault
from venue.compiled import (
    GROUP,
    RECORD,
    SUFFIX,
    CompiledOutdated,
    check_compiled,
    core_form,
    source_hash,
)
from venue.core import engine


@pytest.mark.parametrize("module", MODULES)
def test_a_compiled_module_means_what_its_source_says(module: str) -> None:
    assert fault((ROOT / module).read_text()) is None


@pytest.mark.parametrize(
    ("source", "why"),
    [
        pytest.param("class Order(msgspec.Struct, array_like=True): ...", "Order", id="keywords"),
        pytest.param("class Vault(Struct): ...", "Vault", id="a record without keywords"),
        pytest.param("def walk(x): return (each for each in x)", "generator", id="lazy"),
    ],
)
def test_what_would_change_by_being_compiled_is_found(source: str, why: str) -> None:
    assert why in str(fault(f"import msgspec\n\n{source}"))


def test_what_takes_all_of_a_generator_may_be_given_one() -> None:
    assert fault("total = sum(each for each in (1, 2))") is None


def test_no_plain_class_inherits_from_a_compiled_one() -> None:
    """Python classes cannot: they fail when they are first made."""
    compiled = {
        node.name
        for module in MODULES
        for node in ast.walk(ast.parse((ROOT / module).read_text()))
        if isinstance(node, ast.ClassDef) and not node.bases
    }
    rooms = ("venue", "tests", "scripts")
    for path in sorted(path for room in rooms for path in (ROOT / room).rglob("*.py")):
        if path.relative_to(ROOT).as_posix() in MODULES:
            continue
        tree = ast.parse(path.read_text())
        known = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("venue")
            for alias in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
                assert not bases & compiled & known, f"{path}: compile it too"


def test_without_a_compiler_it_is_said_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(CannotCompile, match="expected a C compiler named"):
        check_tools()


def test_what_lies_beside_the_sources_here_is_made_of_them() -> None:
    check_compiled()


def test_the_form_of_the_core_is_told() -> None:
    assert core_form() == ("plain" if str(engine.__file__).endswith(".py") else "compiled")


def made(root: Path) -> Path:
    """Make what the script leaves: a source, its extension, the shared library, the record."""
    source = root / "core" / "book.py"
    source.parent.mkdir()
    source.write_text("LOTS = 1\n")
    source.with_name(f"book{SUFFIX}").touch()
    (root / f"{GROUP}{SUFFIX}").touch()
    (root / RECORD).write_bytes(msgspec.json.encode({"core/book.py": source_hash(source)}))
    return source


def test_what_was_compiled_from_the_source_as_it_is_may_run(tmp_path: Path) -> None:
    made(tmp_path)

    check_compiled(tmp_path)


def test_a_source_that_was_changed_since_is_refused_by_name(tmp_path: Path) -> None:
    made(tmp_path).write_text("LOTS = 2\n")

    with pytest.raises(CompiledOutdated, match=r"core/book\.py.*scripts/compile --clean"):
        check_compiled(tmp_path)


def test_an_extension_that_is_not_on_record_is_refused(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / RECORD).unlink()

    with pytest.raises(CompiledOutdated, match="made of another"):
        check_compiled(tmp_path)


def test_an_extension_without_its_source_is_refused(tmp_path: Path) -> None:
    made(tmp_path).unlink()

    with pytest.raises(CompiledOutdated, match=r"core/book\.py"):
        check_compiled(tmp_path)


def test_an_extension_of_another_python_is_not_looked_at(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "core" / f"book{SUFFIX}").rename(tmp_path / "core" / "book.cpython-39-other.so")
    (tmp_path / RECORD).unlink()

    check_compiled(tmp_path)
