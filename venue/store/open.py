"""Open a journal by its address: a SQLite file or a PostgreSQL database."""

from pathlib import Path

from venue.store.addresses import without_password
from venue.store.errors import StoreError
from venue.store.sql_journal import SqlJournal
from venue.store.sqlite_journal import open_sqlite_journal

SQLITE = "sqlite:///"
POSTGRES = ("postgresql://", "postgres://", "postgresql+asyncpg://")


async def open_journal(url: str) -> SqlJournal:
    """Return the one writer of the journal at ``url``.

    ``sqlite:///venue.db`` is a file beside us, ``sqlite:////var/lib/venue.db`` one anywhere;
    ``postgresql://user@host/name`` a database.
    """
    if url.startswith(SQLITE) and len(url) > len(SQLITE):
        return await open_sqlite_journal(Path(url.removeprefix(SQLITE)))
    if url.startswith(POSTGRES):
        from venue.store.postgres_journal import open_postgres_journal

        return await open_postgres_journal(url.replace("+asyncpg", "", 1))
    raise StoreError(
        "expected a journal's address as sqlite:///path or postgresql://user@host/name, found "
        f"{without_password(url) or 'nothing'}"
    )
