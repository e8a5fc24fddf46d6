"""The page about rules is what the code prints."""

import subprocess
import sys
from pathlib import Path

from venue.rules.describe import page
from venue.rules.table import RULES

ROOT = Path(__file__).parents[2]


def test_the_page_is_current() -> None:
    on_file = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")

    assert on_file == page(), "run: scripts/print_rules > docs/rules.md"


def test_the_page_names_every_rule() -> None:
    text = page()

    for kind, rules in RULES.items():
        for name in rules:
            assert f"### {kind}: {name}" in text


def test_the_script_prints_the_page() -> None:
    printed = subprocess.run(
        [ROOT / "scripts" / "print_rules"],
        env={"PYTHON": sys.executable, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
    )

    assert printed.stdout == page()
