"""The pages about rules are what the code prints."""

import subprocess
import sys
from pathlib import Path

import pytest

from venue.rules.describe_pages import pages
from venue.rules.rulebooks import RULEBOOKS
from venue.rules.table import RULES

ROOT = Path(__file__).parents[2]
PAGES = pages()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_current(path: str) -> None:
    on_file = (ROOT / "docs" / path).read_text(encoding="utf-8")

    assert on_file == PAGES[path], "run: scripts/print_rules"


def test_there_is_no_page_of_a_kind_that_is_gone() -> None:
    on_file = {f"rules/{path.name}" for path in (ROOT / "docs" / "rules").iterdir()}

    assert on_file == {path for path in PAGES if path.startswith("rules/")}


def test_the_pages_name_every_rule_and_rulebook() -> None:
    for kind, rules in RULES.items():
        for name in rules:
            assert f"| {name} |" in PAGES["rules.md"]
            assert f"### {kind}: {name}" in PAGES[f"rules/{kind}.md"]
    for name in RULEBOOKS:
        assert f"\n## {name}\n" in PAGES["rulebooks.md"]


def test_the_script_prints_the_pages(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "gone.md").write_text("a kind of old")

    subprocess.run(
        [ROOT / "scripts" / "print_rules", tmp_path],
        env={"PYTHON": sys.executable, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=True,
    )

    printed = {
        str(path.relative_to(tmp_path)): path.read_text(encoding="utf-8")
        for path in tmp_path.rglob("*.md")
    }
    assert printed == PAGES
