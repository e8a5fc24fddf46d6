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

    >>> without_password("postgresql://ann:secret@db/venue"), without_password("sqlite:///venue.db")
    ('postgresql://ann@db/venue', 'sqlite:///venue.db')
    """
    scheme, separator, rest = url.partition("://")
    where, slash, path = rest.partition("/")
    who, at, host = where.rpartition("@")
    return f"{scheme}{separator}{who.partition(':')[0]}{at}{host}{slash}{path}"
