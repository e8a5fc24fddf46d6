"""The README says what the venue does: its table comes from a run, its bot is the documents'."""

import re
from pathlib import Path

from tests.scenarios.test_essay import essay
from venue.lab.essay_page import draw, table
from venue.lab.pictures import HASHED

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text()


def test_the_table_of_the_essays_weekend_is_that_of_a_run() -> None:
    assert table(essay()) in README


def test_the_same_run_draws_the_same_file(tmp_path: Path) -> None:
    """Names that are hashes of places to the last bit differ between machines."""
    draw(essay(), tmp_path / "first.svg")
    draw(essay(), tmp_path / "second.svg")

    first = (tmp_path / "first.svg").read_text()
    assert first.count("<path") > 50
    assert (ROOT / "docs" / "essay.svg").exists()
    assert first == (tmp_path / "second.svg").read_text()
    assert not HASHED.search(first)
    assert all(not HASHED.search(path.read_text()) for path in (ROOT / "docs").glob("*.svg"))


def test_the_first_bot_is_the_one_of_the_documents() -> None:
    first_bot = (ROOT / "docs" / "first-bot.md").read_text()
    python = re.compile(r"```python\n(.*?)```", re.DOTALL)

    assert python.findall(README)[0] == python.findall(first_bot)[0]


def test_every_page_that_the_readme_names_is_there() -> None:
    for link in re.findall(r"\]\(((?!http)[^)#]+)\)", README):
        assert (ROOT / link).exists(), link
