"""A journal's PostgreSQL database, over asyncpg: one connection, one writer.

The one writer holds an advisory lock. A connection that was lost is opened again at the next call,
which must get the lock again: if another process has taken it meanwhile, it stays the writer. A
server that did not notice the loss may still hold the lock for our own lost session: that one is
ended there, and the call may come again.
"""

import asyncio
import os
import secrets
import time
from contextlib import suppress
from typing import Any

from venue.extras import how_to_install
from venue.store.addresses import without_password
from venue.store.database import Row, Statement, numbered
from venue.store.errors import JournalLocked, JournalUnavailable

try:
    import asyncpg
except ImportError:
    asyncpg = None

LOCK_KEY = 0x7665_6E75_65  # "venue" in ASCII: one journal a database.
ANSWER_SECONDS_MAX = 30.0  # After that the server counts as gone.
_HOLDER = (
    "SELECT a.pid, a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
    "WHERE l.locktype = 'advisory' AND l.granted AND l.classid::bigint = $1 "
    "AND l.objid::bigint = $2 AND l.database = (SELECT oid FROM pg_database "
    "WHERE datname = current_database())"
)


class PostgresDatabase:
    """A ``Database`` over asyncpg. Nothing can be written without the loop."""

    can_write_now = False
    self_check = "SELECT 'ok'"  # Its pages are the server's matter.

    def __init__(self, url: str) -> None:
        if asyncpg is None:
            raise JournalUnavailable(
                f"a PostgreSQL journal needs asyncpg, found none: {how_to_install('postgres')}"
            )
        self._url = url
        self.name = without_password(url)
        self.commit_ns = 0
        self._connection: Any = None
        # Tells our own sessions from those of another process of the same number elsewhere.
        self._session = f"venue journal, process {os.getpid()}, {secrets.token_hex(4)}"
        # One connection does one thing at a time: a digest or a token waits for a group.
        self._turn = asyncio.Lock()

    async def write(self, *statements: Statement) -> None:
        began_ns = time.perf_counter_ns()
        try:
            async with self._turn:
                connection = await self._connected()
                if len(statements) == 1:
                    sql, values = statements[0]
                    await connection.execute(numbered(sql), *values)
                else:
                    async with connection.transaction():
                        for sql, values in statements:
                            await connection.execute(numbered(sql), *values)
        except _failures() as error:
            raise self._unavailable(error) from None
        self.commit_ns = time.perf_counter_ns() - began_ns

    async def read(self, sql: str, *values: Any) -> list[Row]:
        try:
            async with self._turn:
                connection = await self._connected()
                rows = await connection.fetch(numbered(sql), *values)
            return [tuple(row) for row in rows]
        except _failures() as error:
            raise self._unavailable(error) from None

    def write_now(self, *statements: Statement) -> None:
        raise AssertionError("a PostgreSQL journal cannot be written without the loop")

    def read_now(self, sql: str, *values: Any) -> list[Row]:
        raise AssertionError("a PostgreSQL journal cannot be read without the loop")

    async def close(self) -> None:
        if self._connection is not None:
            with suppress(*_failures()):  # A server that is gone needs no goodbye.
                await self._connection.close(timeout=ANSWER_SECONDS_MAX)
            self._connection = None

    async def _connected(self) -> Any:
        if self._connection is not None and not self._connection.is_closed():
            return self._connection
        connection = await asyncpg.connect(
            self._url,
            timeout=ANSWER_SECONDS_MAX,
            command_timeout=ANSWER_SECONDS_MAX,
            server_settings={
                "application_name": self._session,
                "synchronous_commit": "on",
            },
        )
        try:
            if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK_KEY):
                raise await self._not_ours(connection)
        except BaseException:
            connection.terminate()
            raise
        self._connection = connection
        return connection

    async def _not_ours(self, connection: Any) -> JournalLocked | JournalUnavailable:
        """Return why the lock cannot be had; a lost session of our own is ended."""
        held = await connection.fetchrow(_HOLDER, LOCK_KEY >> 32, LOCK_KEY & 0xFFFF_FFFF)
        if held is not None and held[1] == self._session:
            await connection.execute("SELECT pg_terminate_backend($1)", held[0])
            return JournalUnavailable(
                f"journal {self.name} cannot be used now: our own lost session (server process "
                f"{held[0]}) still held its lock"
            )
        holder = f"{held[1]} (server process {held[0]})" if held else "another process"
        return JournalLocked(
            f"journal {self.name} is in use by {holder}: stop that process first, or give this one "
            "a database of its own"
        )

    def _unavailable(self, error: Exception) -> JournalUnavailable:
        if isinstance(error, _lost()) and self._connection is not None:
            self._connection.terminate()  # The next call opens another.
            self._connection = None
        why = str(error) or type(error).__name__
        if isinstance(error, asyncpg.InternalClientError):  # Its word for what its users see.
            why = "the server ended the connection in the middle of an operation"
        return JournalUnavailable(f"journal {self.name} cannot be used now: {why}")


def _lost() -> tuple[type[Exception], ...]:
    """After these a connection is of no more use.

    A server that dies in the middle of an operation leaves asyncpg's own state machine behind
    ("cannot switch to state 12; another operation (2) is in progress"), which it never leaves.
    """
    return (
        OSError,
        TimeoutError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
        asyncpg.PostgresConnectionError,
    )


def _failures() -> tuple[type[Exception], ...]:
    """What the world may do to us. A wrong statement of ours is not among it."""
    return (
        *_lost(),
        asyncpg.InsufficientResourcesError,
        asyncpg.OperatorInterventionError,
        asyncpg.InvalidAuthorizationSpecificationError,
        asyncpg.InvalidCatalogNameError,
        asyncpg.PostgresSystemError,
        asyncpg.ReadOnlySQLTransactionError,
    )
