"""Open a journal by its address: a SQLite file or a PostgreSQL database."""

from venue.store.addresses import check_address, file_of
from venue.store.sql_journal import SqlJournal
from venue.store.sqlite_journal import open_sqlite_journal


async def open_journal(url: str) -> SqlJournal:
    """Return the one writer of the journal at ``url``.

    ``sqlite:///venue.db`` is a file beside us, ``sqlite:////var/lib/venue.db`` one anywhere;
    ``postgresql://user@host/name`` a database.
    """
    check_address(url, "a journal's address")
    path = file_of(url)
    if path is not None:
        return await open_sqlite_journal(path)
    from venue.store.postgres_journal import open_postgres_journal

    return await open_postgres_journal(url.replace("+asyncpg", "", 1))
