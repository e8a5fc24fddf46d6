"""`venue db`, and what reads: nothing is written into a file of another, or one in use."""

import asyncio
from hashlib import sha256
from pathlib import Path

import pytest

from tests.store.test_results import DAY, played
from tests.test_cli import venue
from venue.store.lock import FileLock
from venue.store.schema import PROJECTIONS_TREE

NONE = "expected a database as sqlite:///path or postgresql://user@host/name, found"


def refused(*words: str) -> str:
    ran = venue(*words)
    assert ran.returncode == 2, ran.stdout + ran.stderr
    assert ran.stderr.startswith("refused: ")
    assert "Traceback" not in ran.stderr
    return " ".join(ran.stderr.removeprefix("refused: ").split())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("db", "upgrade", "nope"), f"{NONE} nope"),
        (("db", "upgrade", "README.md", "projections"), f"{NONE} README.md"),
        (("db", "upgrade", "{text}"), "expected a whole SQLite file, found file is not a database"),
        (("db", "upgrade", "{text}", "projections"), "expected the projections or an empty file"),
        (
            ("journal", "verify", "{text}"),
            "expected a whole SQLite file, found file is not a database",
        ),
        (("journal", "export", "{text}", "trades", "x.csv"), "found no SQLite database"),
        (("db", "rebuild", "{text}", "{text}x"), "expected a whole SQLite file"),
    ],
)
def test_what_is_no_database_is_refused_and_nothing_is_left_beside_it(
    words: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    text = tmp_path / "fills.csv"
    text.write_text("seq,price,size and more than a database's first bytes\n")

    said = refused(*(word.format(text=f"sqlite:///{text}") for word in words))

    assert sentence in said
    assert list(tmp_path.iterdir()) == [text]


def test_tables_are_never_made_again_in_a_journal_in_use_or_unasked_in_anothers(
    tmp_path: Path,
) -> None:
    mine, others = tmp_path / "mine", tmp_path / "others"
    for folder, commands in ((mine, DAY), (others, DAY[:50])):
        folder.mkdir()
        asyncio.run(played(folder, commands))
    journal, tables = mine / "venue.db", mine / "projections.db"
    foreign = others / "projections.db"
    before = {each: sha256(each.read_bytes()).hexdigest() for each in (journal, tables)}

    def rebuild(target: Path, *more: str) -> tuple[str, ...]:
        return "db", "rebuild", f"sqlite:///{others}/venue.db", f"sqlite:///{target}", *more

    into_journal = refused(*rebuild(journal, "--force"))
    into_itself = refused(*rebuild(others / "venue.db"))
    upgraded = "db", "upgrade", f"sqlite:///{tables}", "projections"
    held = FileLock(tables, PROJECTIONS_TREE.file)
    in_use = refused(*rebuild(tables, "--force"))
    also_in_use = refused(*upgraded)
    held.release()

    assert "expected the projections, found a journal" in into_journal
    assert "expected a file of projections, found the journal itself" in into_itself
    assert "projections.db is in use by process" in in_use
    assert "projections.db is in use by process" in also_in_use
    assert {each: sha256(each.read_bytes()).hexdigest() for each in before} == before
    assert venue(*upgraded).stdout == "projections: p002 -> p002\n"
    assert venue(*rebuild(foreign)).stdout == "50 commands projected\n"
