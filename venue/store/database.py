"""What the journal needs of a database: statements in, durable when they return.

Statements are written once, with ``?`` for each value; ``numbered`` turns them into PostgreSQL's.
"""

from typing import Any, Protocol

Statement = tuple[str, tuple[Any, ...]]
Row = tuple[Any, ...]


class Database(Protocol):
    """One connection with one writer, over one driver.

    ``write`` is one transaction: when it returns it is durable, when it raises
    ``JournalUnavailable`` it may stand or not, but never in part. ``write_now`` and ``read_now``
    do the same on the caller's own thread; they exist where ``can_write_now`` is true.
    ``commit_ns`` is how long the last commit took. ``self_check`` asks the database whether its own
    pages are whole: the answer is one row, ``ok``.
    """

    @property
    def name(self) -> str: ...
    @property
    def can_write_now(self) -> bool: ...
    @property
    def commit_ns(self) -> int: ...
    @property
    def self_check(self) -> str: ...
    async def write(self, *statements: Statement) -> None: ...
    async def read(self, sql: str, *values: Any) -> list[Row]: ...
    def write_now(self, *statements: Statement) -> None: ...
    def read_now(self, sql: str, *values: Any) -> list[Row]: ...
    async def close(self) -> None: ...


def numbered(sql: str) -> str:
    """Return a statement with PostgreSQL's numbered placeholders.

    >>> numbered("INSERT INTO digests (seq, digest) VALUES (?, ?)")
    'INSERT INTO digests (seq, digest) VALUES ($1, $2)'
    """
    head, *rest = sql.split("?")
    return head + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))
