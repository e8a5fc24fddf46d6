"""A bit flipped anywhere in a journal's file: it is found, or it changed nothing that is kept."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.recorded_journal import restore
from venue.core.digest import digest
from venue.rules.build import build
from venue.store.errors import StoreError
from venue.store.open import open_journal
from venue.store.recover import recover
from venue.store.schema import JOURNAL_TREE, tables_of
from venue.store.verify import verify

FLIPS = 120
SCHEMA_BYTES = 4096  # The first page: the tables as they were made, and SQLite's own head.
# What a refusal says that one can do about it.
WAYS_OUT = (
    "restore", "venue journal cut", "venue db upgrade", "run it with the version that wrote it",
    "verify it without executing",
    "cannot be used now: attempt to write a readonly database",  # As the head of the file has it.
)  # fmt: skip
# What no seal covers: nothing is ever done with a command that was set aside, and what an epoch
# says of its clock and version is for the reader. Another version is said to be one.
FOR_THE_READER = {
    "side": {"number", "seq", "at_ns", "command", "why"},
    "epochs": {"code_version", "created_ns", "clock", "speed_e4", "genesis_ns"},
}
Cells = dict[tuple[str, int, str], object]


class Whole:
    """A journal's file as it was written, what its rows hold, and the state that they come to."""

    def __init__(self, data: bytes, cells: Cells, digest: bytes) -> None:
        self.data = data
        self.cells = cells
        self.digest = digest


def cells_of(path: Path) -> Cells:
    """Return what the tables hold, whatever their columns are called; not what was set aside."""
    database = sqlite3.connect(path)
    database.text_factory = bytes
    found: Cells = {}
    try:
        for table in tables_of(JOURNAL_TREE).sorted_tables:
            if table.name not in ("side", JOURNAL_TREE.version_table):
                rows = database.execute(f"SELECT * FROM {table.name} NOT INDEXED").fetchall()
                for number, row in enumerate(rows):
                    for column, value in zip(table.columns, row, strict=True):
                        found[table.name, number, column.name] = value
    finally:
        database.close()
    return found


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    path = tmp_path_factory.mktemp("whole") / "venue.db"
    restore(JOURNAL_TREE.version, path)
    refused, state = asyncio.run(looked_at(path))
    assert refused is None
    return Whole(path.read_bytes(), cells_of(path), state)


async def looked_at(path: Path) -> tuple[str | None, bytes]:
    """Start on a journal and verify it; return the refusal or ``None``, and the state's digest."""
    try:
        journal = await open_journal(f"sqlite:///{path}")
    except StoreError as error:
        return str(error), b""
    try:
        recovered = await recover(journal, build)
        await verify(journal, build)
        return None, digest(recovered.engine.state)
    except StoreError as error:
        return str(error), b""
    finally:
        await journal.close()


def said_of(data: bytes, path: Path) -> tuple[str | None, bytes]:
    for part in ("", "-wal", "-shm"):
        Path(f"{path}{part}").unlink(missing_ok=True)
    path.write_bytes(data)
    return asyncio.run(looked_at(path))


@settings(
    max_examples=FLIPS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.data())
def test_a_flipped_bit_is_found_or_changed_nothing_that_is_kept(
    place: st.DataObject, whole: Whole, tmp_path: Path
) -> None:
    anywhere = st.integers(0, len(whole.data) - 1)
    at = place.draw(anywhere | st.integers(0, SCHEMA_BYTES - 1))
    bit = place.draw(st.integers(0, 7))
    data = bytearray(whole.data)
    data[at] ^= 1 << bit
    path = tmp_path / "venue.db"

    refused, state = said_of(bytes(data), path)

    if refused is not None:
        assert any(way in refused for way in WAYS_OUT), refused
        return
    assert state == whole.digest
    found = cells_of(path)
    changed = {key for key in found.keys() | whole.cells if found.get(key) != whole.cells.get(key)}
    assert [key for key in changed if key[2] not in FOR_THE_READER.get(key[0], ())] == []


def test_a_file_whose_tables_are_lost_is_not_taken_for_a_fresh_one(
    whole: Whole, tmp_path: Path
) -> None:
    """The head of the first page counts them: a flipped bit may leave none."""
    data = bytearray(whole.data)
    data[103:105] = bytes(2)
    path = tmp_path / "venue.db"

    refused, _ = said_of(bytes(data), path)

    assert refused is not None
    assert f"found {len(data) // 4096} pages and no table; restore it from a copy" in refused
    assert path.read_bytes()[4096:] == whole.data[4096:]


def cells() -> list[str]:
    """Name every column of every table of a journal."""
    return [
        f"{table.name}.{column.name}"
        for table in tables_of(JOURNAL_TREE).sorted_tables
        for column in table.columns
    ]


@pytest.mark.parametrize("cell", cells())
def test_what_is_changed_in_any_column_is_found_but_what_is_for_the_reader(
    cell: str, whole: Whole, tmp_path: Path
) -> None:
    table, _, column = cell.partition(".")
    path = tmp_path / "venue.db"
    path.write_bytes(whole.data)
    database = sqlite3.connect(path)
    (before,) = database.execute(f"SELECT {column} FROM {table} LIMIT 1").fetchone()
    where = f"rowid = (SELECT rowid FROM {table} WHERE {column} IS ? LIMIT 1)"
    database.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (other(before), before))
    database.commit()
    database.close()

    refused, state = asyncio.run(looked_at(path))

    if column in FOR_THE_READER.get(table, ()):
        assert (refused, state) == (None, whole.digest)
    else:
        assert refused is not None
        assert any(way in refused for way in WAYS_OUT), refused


def other(value: object) -> object:
    """Return a value that is one bit away."""
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1])
    if isinstance(value, str):
        return chr(ord(value[0]) ^ 1) + value[1:]
    return 5 if value is None else int(str(value)) ^ 1


@pytest.mark.parametrize("first", [True, False], ids=["first", "another"])
def test_a_row_that_was_removed_from_the_journal_is_found(
    first: bool, whole: Whole, tmp_path: Path
) -> None:
    rows = sorted({n for table, n, _ in whole.cells if table == "journal"})
    path = tmp_path / "venue.db"

    for number in rows[:1] if first else rows[1::5] + rows[-1:]:
        path.write_bytes(whole.data)
        database = sqlite3.connect(path)
        seq = whole.cells["journal", number, "first_seq"]
        database.execute("DELETE FROM journal WHERE first_seq = ?", (seq,))
        database.commit()
        database.close()

        refused, _ = asyncio.run(looked_at(path))

        assert refused is not None
        assert "venue journal cut" in refused or first
        for part in ("-wal", "-shm"):
            Path(f"{path}{part}").unlink(missing_ok=True)
