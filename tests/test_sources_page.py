"""Every section that a text cites can be looked up."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
# What follows the notes' name: sections 5 and 16.25, section 1: ..., 16.10 (...).
CITED = re.compile(
    r"venue-rules(?:\.md)?[,`]*\s+(?:sections?\s+)?((?:\d+[a-z]?(?:\.\d+)?[, and]*)+)"
)


def cited() -> Iterator[tuple[Path, str]]:
    for folder, ending in (("venue", "*.py"), ("docs", "*.md")):
        for path in sorted((ROOT / folder).rglob(ending)):
            text = re.sub(r"\s+", " ", path.read_text(encoding="utf-8"))
            for found in CITED.finditer(text):
                for number in re.findall(r"\d+(?:\.\d+)?", found[1]):
                    yield path, number


def test_every_section_that_is_cited_stands_on_the_page_of_sources() -> None:
    sections = set(re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE))
    numbers = [int(each) for each in re.findall(r"16\.(\d+)", PAGE)]
    found = list(cited())

    assert len(found) > 100
    for path, number in found:
        whole, _, part = number.partition(".")
        assert whole in sections, f"{path} cites section {number}"
        if whole == "16" and part:
            assert min(numbers) <= int(part) <= max(numbers), f"{path} cites {number}"


def test_the_pages_of_rules_lead_to_it() -> None:
    for page in ("rules.md", "rulebooks.md"):
        assert "(sources.md)" in (ROOT / "docs" / page).read_text(encoding="utf-8")
