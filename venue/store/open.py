"""Open a journal by its address: a SQLite file or a PostgreSQL database."""

from venue.store.addresses import POSTGRES, file_of, without_password
from venue.store.errors import StoreError
from venue.store.sql_journal import SqlJournal
from venue.store.sqlite_journal import open_sqlite_journal


async def open_journal(url: str) -> SqlJournal:
    """Return the one writer of the journal at ``url``.

    ``sqlite:///venue.db`` is a file beside us, ``sqlite:////var/lib/venue.db`` one anywhere;
    ``postgresql://user@host/name`` a database.
    """
    path = file_of(url)
    if path is not None and path.name:
        return await open_sqlite_journal(path)
    if url.startswith(POSTGRES):
        from venue.store.postgres_journal import open_postgres_journal

        return await open_postgres_journal(url.replace("+asyncpg", "", 1))
    raise StoreError(
        "expected a journal's address as sqlite:///path or postgresql://user@host/name, found "
        f"{without_password(url) or 'nothing'}"
    )
