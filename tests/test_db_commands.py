"""`venue db`, and what reads: nothing is written into a file of another, or one in use."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from tests.store.test_results import DAY, played
from tests.store.venue_day import venue_day
from tests.test_cli import ROOT, venue
from venue.cli.usage import INTERRUPTED
from venue.store.lock import FileLock
from venue.store.schema import PROJECTIONS_TREE
from venue.store.write_rows import GOAL_ID

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


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_rebuild_that_was_stopped_is_on_record_until_it_is_done_again(
    number: signal.Signals, tmp_path: Path
) -> None:
    """What there is of a table is never handed out as all of it."""
    day = list(venue_day(turns=600))
    asyncio.run(played(tmp_path, day))
    tables, trades = tmp_path / "projections.db", tmp_path / "trades.csv"
    rebuild = "db", "rebuild", f"sqlite:///{tmp_path}/venue.db", f"sqlite:///{tables}"
    export = "journal", "export", f"sqlite:///{tables}", "trades", str(trades)
    assert venue(*export).returncode == 0
    whole = trades.read_bytes()
    trades.unlink()

    stopped = stopped_in_the_middle(rebuild, tables, number)
    said = refused(*export)
    of_results = refused("journal", "export", rebuild[2], "standings", str(trades))

    if number is signal.SIGINT:
        assert stopped.returncode == INTERRUPTED
        assert stopped.stderr.startswith("interrupted: ")
        assert len(stopped.stderr.splitlines()) == 1
    assert f"of {len(day):,}" in said
    assert "`venue db rebuild`" in said
    assert "expected whole tables" in of_results
    assert not trades.exists()
    assert venue(*rebuild).stdout == f"{len(day):,} commands projected\n"
    assert venue(*export).returncode == 0
    assert trades.read_bytes() == whole


def stopped_in_the_middle(
    words: tuple[str, ...], tables: Path, number: signal.Signals
) -> subprocess.CompletedProcess[str]:
    """Run a rebuild, and send it a signal once it has emptied the tables."""
    process = subprocess.Popen(
        [sys.executable, "-m", "venue", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with closing(sqlite3.connect(f"file:{tables}?mode=ro", uri=True)) as looking:
        question = f"SELECT count(*) FROM progress WHERE id = {GOAL_ID}"
        while not looking.execute(question).fetchone()[0]:
            assert process.poll() is None, "it was done before anybody looked"
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(words, process.returncode, out, err)


def test_an_empty_database_is_called_empty(tmp_path: Path) -> None:
    tables = tmp_path / "projections.db"
    with closing(sqlite3.connect(tables)) as made:
        made.execute("PRAGMA journal_mode=WAL")

    said = refused("journal", "export", f"sqlite:///{tables}", "trades", str(tmp_path / "t.csv"))

    assert said.endswith("found an empty database")
