"""Addresses of databases: for drivers, for people, and the files of those that are files."""

from pathlib import Path

from venue.store.errors import StoreError

SQLITE = "sqlite:///"
POSTGRES = ("postgresql://", "postgres://", "postgresql+asyncpg://")
# A database of SQLite is a file, its write-ahead log and the index of that.
WAL = "-wal"
PARTS = ("", WAL, "-shm")


def file_of(url: str) -> Path | None:
    """Return the file that an address of SQLite names; ``None``: it is no such address.

    >>> file_of("sqlite:///var/venue.db"), file_of("postgresql://db/venue")
    (PosixPath('var/venue.db'), None)
    """
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


def check_address(url: str, what: str) -> None:
    """Refuse what is no address of a database; ``what`` was wanted.

    >>> check_address("venue.db", "a journal")
    Traceback (most recent call last):
    venue.store.errors.StoreError: expected a journal as sqlite:///path or \
postgresql://user@host/name, found venue.db
    """
    path = file_of(url)
    if (path is None or not path.name) and not url.startswith(POSTGRES):
        raise StoreError(
            f"expected {what} as sqlite:///path or postgresql://user@host/name, found "
            f"{without_password(url) or 'nothing'}"
        )


def sqlite_url(path: Path) -> str:
    """Return the address of a file."""
    return f"{SQLITE}{path}"


def parts_of(path: Path) -> list[Path]:
    """Return the files that a database of SQLite is kept in, as long as each is there."""
    return [path.with_name(path.name + part) for part in PARTS]


def async_url(url: str) -> str:
    """Return an address with the driver that SQLAlchemy's async engine needs.

    >>> async_url("sqlite:///venue.db"), async_url("postgresql://db/venue")
    ('sqlite+aiosqlite:///venue.db', 'postgresql+asyncpg://db/venue')
    """
    scheme, separator, rest = url.partition("://")
    driver = {"sqlite": "aiosqlite", "postgresql": "asyncpg", "postgres": "asyncpg"}.get(scheme)
    if driver is None:
        return url
    dialect = "postgresql" if scheme == "postgres" else scheme
    return f"{dialect}+{driver}{separator}{rest}"


def without_password(url: str) -> str:
    """Return an address fit for people and logs.

    What follows a question mark may hold one as well, and goes.

    >>> without_password("postgresql://ann:secret@db/venue"), without_password("sqlite:///venue.db")
    ('postgresql://ann@db/venue', 'sqlite:///venue.db')
    >>> without_password("postgresql://ann:se/cr@et@db/venue?password=secret")
    'postgresql://ann@db/venue'
    """
    scheme, separator, rest = url.partition("://")
    who, at, where = rest.rpartition("@")
    return f"{scheme}{separator}{who.partition(':')[0]}{at}{where.partition('?')[0]}"
