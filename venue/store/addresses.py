"""Addresses of databases: for drivers, and for people."""


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
