"""Walk the rows of a journal in order, a batch at a time, and check each against its seal.

A changed bit, a missing row, a moved one and a cut-off one all show here, without executing
anything.
"""

from collections.abc import AsyncIterator

import msgspec

from venue.store.database import Database, Row
from venue.store.errors import JournalCorrupt
from venue.store.journal import GENESIS_CHAIN, Group, seal_after

ROWS_PER_READ = 256  # A group is at most some hundred kilobytes: some tens of megabytes a read.
_COLUMNS = "first_seq, last_seq, at_ns, commands, chain, seal"
_NEXT = f"SELECT {_COLUMNS} FROM journal WHERE first_seq > ? ORDER BY first_seq LIMIT ?"
# The row before the one that holds a sequence number.
_BEFORE = (
    f"SELECT {_COLUMNS} FROM journal WHERE first_seq < "
    "(SELECT max(first_seq) FROM journal WHERE first_seq <= ?) ORDER BY first_seq DESC LIMIT 1"
)
LAST = f"SELECT {_COLUMNS} FROM journal ORDER BY first_seq DESC LIMIT 1"
# The row that holds a sequence number, or would, behind the one before it.
_HOLDING = f"SELECT {_COLUMNS} FROM journal WHERE first_seq <= ? ORDER BY first_seq DESC LIMIT 2"

_COLUMN_TYPES = (int, int, int, bytes, bytes, bytes)
_BEFORE_ALL = -(1 << 63)  # Below any row's key, one that a flipped bit made negative included.


class Tail(msgspec.Struct, frozen=True):
    """The end of what has been walked: the last row's group and seal."""

    group: Group | None = None
    seal: bytes = GENESIS_CHAIN

    @property
    def seq(self) -> int:
        return 0 if self.group is None else self.group.last_seq


def tail_of(rows: list[Row]) -> Tail:
    """Return the tail that a ``LAST`` query found."""
    if not rows:
        return Tail()
    *columns, seal = rows[0]
    return Tail(Group(*columns), seal)


async def group_of(database: Database, seq: int) -> Group | None:
    """Return the group that holds a command, checked like all; ``None``: there is none."""
    rows = await database.read(_HOLDING, seq)
    if not rows:
        return None
    tail = _checked(database, tail_of(rows[1:]), rows[0])
    return tail.group if tail.seq >= seq else None


async def walk(database: Database, *, from_seq: int) -> AsyncIterator[Group]:
    """Yield every group that holds a command from ``from_seq`` on."""
    tail = tail_of(await database.read(_BEFORE, from_seq))
    limit = ROWS_PER_READ
    while True:
        after = _BEFORE_ALL if tail.group is None else tail.group.first_seq
        try:
            rows = await database.read(_NEXT, after, limit)
        except JournalCorrupt as error:
            if limit == 1:
                raise _corrupt(database, tail, error.expected, error.found) from None
            limit = 1  # One of many cannot be read: find out which.
            continue
        for row in rows:
            tail = _checked(database, tail, row)
            if tail.group is not None and tail.seq >= from_seq:
                yield tail.group
        if len(rows) < limit:
            return


def _checked(database: Database, tail: Tail, row: Row) -> Tail:
    """Return the tail after a row, if the row is what was written after the one before it."""
    types = tuple(map(type, row))
    if types != _COLUMN_TYPES:
        found = " ".join(kind.__name__ for kind in types)
        raise _corrupt(database, tail, "whole numbers and bytes", found)
    *columns, seal = row
    group = Group(*columns)
    if group.first_seq != tail.seq + 1:
        expected = f"a row that begins with seq {tail.seq + 1}"
        raise _corrupt(database, tail, expected, f"the row of seq {group.first_seq}")
    computed = seal_after(tail.seal, group)
    if seal != computed:
        where = next((n for n, (a, b) in enumerate(zip(seal, computed, strict=False)) if a != b), 0)
        expected = f"content of the seal {_short(seal, where)}"
        raise _corrupt(database, tail, expected, f"content of the seal {_short(computed, where)}")
    return Tail(group, seal)


def _corrupt(database: Database, tail: Tail, expected: str, found: str) -> JournalCorrupt:
    return JournalCorrupt(
        database.name,
        row=tail.seq + 1,
        whole_until_seq=tail.seq,
        expected=expected,
        found=found,
    )


def _short(seal: bytes, where: int) -> str:
    """Return some bytes of a seal in hexadecimal, from the first that differs on."""
    shown = seal[where : where + 8].hex() or "nothing"
    return f"...{shown}" if where else shown
