"""A journal's SQLite file: WAL, synchronous=FULL, one writer.

Before each commit the file must still be where it was opened: a file that was removed or replaced
under a running venue would take acknowledged commands with it.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from venue.store.addresses import WAL
from venue.store.database import Row, Statement
from venue.store.errors import JournalCorrupt, JournalUnavailable
from venue.store.lock import FileLock
from venue.store.schema import JOURNAL_TREE
from venue.store.sqlite_wal import check_wal
from venue.store.worker import Worker

T = TypeVar("T")
NOT_TEXT = "Could not decode to UTF-8"
# What we ask for stands in every journal, in a format that every SQLite reads.
NOT_OURS = ("no such column", "no such table", "unsupported file format")
BUSY_SECONDS = 5.0  # How long to wait for a reader outside (a copy, a shell) to let go.


class Connection(Protocol):
    """What is asked of the driver: the standard library's, or one with another disk under it."""

    @property
    def in_transaction(self) -> bool: ...
    def execute(self, sql: str, values: tuple[Any, ...] = (), /) -> Any: ...
    def close(self) -> None: ...


class SqliteDatabase:
    """A ``Database`` over the standard library's driver, or what ``connect`` returns."""

    can_write_now = True
    self_check = "PRAGMA integrity_check(1)"

    def __init__(self, path: Path, connect: Callable[[Path], Connection] | None = None) -> None:
        # As text: a commit asks for both, and of a path it would ask twice.
        self._path = str(path)
        self._wal = f"{path}{WAL}"
        self.name = str(path)
        self.commit_ns = 0
        self._one_at_a_time = threading.Lock()
        self._lock = FileLock(path, JOURNAL_TREE.file)
        try:
            check_wal(Path(self._wal), self.name)
            self._connection = _said_plainly(self.name, lambda: (connect or open_file)(path))
            self._file = _inode(self._path)
        except BaseException:
            self._lock.release()
            raise
        self._worker = Worker(f"journal {path.name}")

    async def write(self, *statements: Statement) -> None:
        await self._worker.run(lambda: self.write_now(*statements))

    async def read(self, sql: str, *values: Any) -> list[Row]:
        return await self._worker.run(lambda: self.read_now(sql, *values))

    def write_now(self, *statements: Statement) -> None:
        with self._one_at_a_time:
            began_ns = time.perf_counter_ns()
            _said_plainly(self.name, lambda: self._commit(statements))
            self.commit_ns = time.perf_counter_ns() - began_ns

    def read_now(self, sql: str, *values: Any) -> list[Row]:
        with self._one_at_a_time:
            rows: list[Row] = _said_plainly(
                self.name, lambda: self._connection.execute(sql, values).fetchall()
            )
            return rows

    async def close(self) -> None:
        self._worker.stop()
        self._connection.close()
        self._lock.release()

    def _commit(self, statements: tuple[Statement, ...]) -> None:
        self._still_there()
        if len(statements) == 1:  # A single statement is a transaction by itself.
            self._connection.execute(*statements[0])
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            for sql, values in statements:
                self._connection.execute(sql, values)
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _still_there(self) -> None:
        if _inode(self._path) != self._file or _inode(self._wal) < 0:
            raise JournalUnavailable(
                f"journal {self.name} was removed or replaced while it was in use; what was "
                "acknowledged is lost with it unless the file is put back"
            )


def open_file(path: Path) -> sqlite3.Connection:
    """Open a SQLite file for one durable writer; a missing one is made."""
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        make_durable(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def make_durable(connection: Connection, path: Path) -> None:
    """Let every commit of a connection be on the disk before it returns."""
    found = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if found != "wal":
        raise JournalUnavailable(
            f"journal {path} needs a disk that SQLite can keep a write-ahead file on: expected "
            f"journal mode wal, found {found}"
        )
    connection.execute("PRAGMA synchronous=FULL")
    # WAL is on disk from here on: a reader of the catalogue makes the file.
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _inode(path: str) -> int:
    try:
        return os.stat(path).st_ino
    except OSError:
        return -1


def _said_plainly(name: str, call: Callable[[], T]) -> T:
    """Turn the driver's complaints into the store's; what is our own fault stays as it is."""
    try:
        return call()
    except UnicodeDecodeError as error:  # The driver's own, of a complaint that is no text.
        raise _damaged(name, f"a text in it that is none ({error.reason})") from None
    except sqlite3.DatabaseError as error:
        # A flipped bit turns bytes into text, and names of the schema into others; the driver
        # calls that operational, too.
        said = str(error)
        is_damage = type(error) is sqlite3.DatabaseError or NOT_TEXT in said
        is_damage = is_damage or said.startswith(NOT_OURS)
        if isinstance(error, sqlite3.OperationalError) and not is_damage:
            raise JournalUnavailable(f"journal {name} cannot be used now: {error}") from None
        if not is_damage:
            raise
        raise _damaged(name, said) from None


def _damaged(name: str, found: str) -> JournalCorrupt:
    return JournalCorrupt(
        name, row=None, whole_until_seq=0, expected="a whole SQLite file", found=found
    )
