"""Open a journal in a PostgreSQL database; an empty one gets its tables."""

from venue.store.postgres_database import PostgresDatabase
from venue.store.schema import JOURNAL_TREE, check_version, creation
from venue.store.sql_journal import SqlJournal


async def open_postgres_journal(url: str) -> SqlJournal:
    """Return the one writer of a journal in a database, as ``postgresql://user@host/name``."""
    database = PostgresDatabase(url)
    try:
        await _prepare(database)
    except BaseException:
        await database.close()
        raise
    return SqlJournal(database)


async def _prepare(database: PostgresDatabase) -> None:
    tree = JOURNAL_TREE
    tables = await database.read(
        "SELECT to_regclass(?)::text, to_regclass(?)::text", tree.marker_table, tree.version_table
    )
    marker, version_table = tables[0]
    if marker is None and version_table is None:
        await database.write(*creation(tree, "postgresql"))
        return
    found = None
    if version_table is not None:
        rows = await database.read(f"SELECT version_num FROM {tree.version_table}")
        found = rows[0][0] if rows else None
    check_version(tree, name=database.name, found=found)
