"""Open a journal in a SQLite file; a missing file is made, with its tables."""

from collections.abc import Callable
from pathlib import Path

from venue.store.errors import JournalUnavailable, StoreError
from venue.store.schema import JOURNAL_TREE, check_file, check_version, creation
from venue.store.sql_journal import SqlJournal
from venue.store.sqlite_database import Connection, SqliteDatabase

# A file in which nothing was ever made has its first page at most.
EMPTY_PAGES_MAX = 1


async def open_sqlite_journal(
    path: Path, connect: Callable[[Path], Connection] | None = None
) -> SqlJournal:
    """Return the one writer of a journal file; ``connect`` stands in for the usual driver."""
    if not path.parent.is_dir():
        raise JournalUnavailable(
            f"journal {path}: expected a directory {path.parent}, found none; make it first"
        )
    check_file(path, JOURNAL_TREE)
    database = SqliteDatabase(path, connect)
    try:
        await _prepare(database)
    except BaseException:
        await database.close()
        raise
    return SqlJournal(database)


async def _prepare(database: SqliteDatabase) -> None:
    catalogue = "SELECT name FROM sqlite_master WHERE type = 'table'"
    tables = {name for (name,) in await database.read(catalogue)}
    ((pages,),) = await database.read("PRAGMA page_count")
    if not tables and pages > EMPTY_PAGES_MAX:
        raise StoreError(
            f"{database.name}: expected a journal or an empty file, found {pages} pages and no "
            "table; restore it from a copy, or name another file"
        )
    if not tables:
        await database.write(*creation(JOURNAL_TREE, "sqlite"))
        return
    if JOURNAL_TREE.marker_table not in tables:
        raise StoreError(
            f"{database.name}: expected a journal or an empty file, found a database of tables "
            f"{', '.join(sorted(tables)[:5])}; restore it from a copy, or name another file"
        )
    found = None
    if JOURNAL_TREE.version_table in tables:
        rows = await database.read(f"SELECT version_num FROM {JOURNAL_TREE.version_table}")
        found = rows[0][0] if rows else None
    check_version(JOURNAL_TREE, name=database.name, found=found)
