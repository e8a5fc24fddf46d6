"""The journal over a database: one row a group, in order, each exactly once.

After a failure it does not know whether the last group stands; the next call asks the database
first, so that appending the same group again is always right.
"""

from collections.abc import AsyncIterator

from venue.store import records
from venue.store.database import Database, Statement
from venue.store.errors import JournalCorrupt, StoreError
from venue.store.journal import (
    HASH_BYTES,
    Checkpoint,
    Group,
    GroupRecord,
    Meta,
    Roots,
    Side,
    Token,
    seal_after,
)
from venue.store.walk import LAST, Tail, group_of, tail_of, walk

_APPEND = (
    "INSERT INTO journal (first_seq, last_seq, at_ns, commands, chain, seal) "
    "VALUES (?, ?, ?, ?, ?, ?)"
)


class SqlJournal:
    """A ``Journal`` over either database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._tail = Tail()
        self._sure = False  # Whether the tail is what the database holds.

    @property
    def name(self) -> str:
        return self.database.name

    @property
    def can_append_now(self) -> bool:
        return self.database.can_write_now

    @property
    def commit_ns(self) -> int:
        return self.database.commit_ns

    async def append(self, group: GroupRecord) -> None:
        if not self._sure:
            self._tail = tail_of(await self.database.read(LAST))
        if self._stands_already(group):
            self._sure = True
            return
        tail, statement = self._next(group)
        self._sure = False  # Until the database has answered, and if we are not there to hear it.
        await self.database.write(statement)
        self._tail, self._sure = tail, True

    def append_now(self, group: GroupRecord) -> None:
        if not self._sure:
            self._tail = tail_of(self.database.read_now(LAST))
        if self._stands_already(group):
            self._sure = True
            return
        tail, statement = self._next(group)
        self._sure = False
        self.database.write_now(statement)
        self._tail, self._sure = tail, True

    def groups(self, from_seq: int = 1) -> AsyncIterator[Group]:
        return walk(self.database, from_seq=from_seq)

    async def group_of(self, seq: int) -> Group | None:
        return await group_of(self.database, seq)

    async def last(self) -> Group | None:
        self._tail = tail_of(await self.database.read(LAST))
        self._sure = True
        return self._tail.group

    async def check_pages(self) -> None:
        """Refuse a file whose pages do not fit together: a row may have dropped out of one."""
        said = await self.database.read(self.database.self_check)
        if [tuple(row) for row in said] != [("ok",)]:
            raise JournalCorrupt(
                self.name,
                row=None,
                whole_until_seq=0,
                expected="pages that fit together",
                found=" ".join(str(said[0][0]).split()) if said else "no answer",
            )

    async def cut(self, *, after_seq: int) -> int:
        """Give up everything after ``after_seq``, the last command of a group; return how many.

        This is for a journal whose end cannot be trusted. What is cut is gone.
        """
        found = await self.database.read("SELECT max(last_seq) FROM journal")
        end_seq = found[0][0] or 0
        ends = await self.database.read("SELECT 1 FROM journal WHERE last_seq = ?", after_seq)
        if after_seq and not ends:
            raise StoreError(
                f"journal {self.name}: expected the last command of a group to cut after, found "
                f"seq {after_seq}; `venue journal verify` names one"
            )
        self._sure = False
        await self.database.write(
            ("DELETE FROM journal WHERE first_seq > ? OR last_seq > ?", (after_seq, after_seq)),
            *records.forget_checkpoints("seq > ?", after_seq),
            ("DELETE FROM digests WHERE seq > ?", (after_seq,)),
            ("DELETE FROM roots WHERE seq > ?", (after_seq,)),
            ("DELETE FROM epochs WHERE first_seq > ? AND epoch > 1", (after_seq + 1,)),
        )
        return max(end_seq - after_seq, 0)

    async def begin_epoch(self, meta: Meta) -> None:
        await records.begin_epoch(self.database, meta)

    async def epochs(self) -> list[Meta]:
        return await records.epochs(self.database)

    async def save_checkpoint(self, checkpoint: Checkpoint) -> None:
        await records.save_checkpoint(self.database, checkpoint)

    async def checkpoint_seqs(self) -> list[int]:
        return await records.checkpoint_seqs(self.database)

    async def newest_checkpoint(self, before_seq: int | None = None) -> Checkpoint | None:
        return await records.newest_checkpoint(self.database, before_seq)

    async def prune_checkpoints(self, *, keep: int, apart: int = 0) -> list[int]:
        return await records.prune_checkpoints(self.database, keep=keep, apart=apart)

    async def save_digest(self, seq: int, digest: bytes) -> None:
        await records.save_digest(self.database, seq, digest)

    async def digests(self) -> dict[int, bytes]:
        return await records.digests(self.database)

    async def save_roots(self, roots: Roots) -> None:
        await records.save_roots(self.database, roots)

    async def roots(self) -> dict[int, Roots]:
        return await records.roots(self.database)

    async def save_side(self, side: Side) -> None:
        await records.save_side(self.database, side)

    async def sides(self) -> list[Side]:
        return await records.sides(self.database)

    async def save_token(self, token: Token) -> None:
        await records.save_token(self.database, token)

    async def tokens(self) -> list[Token]:
        return await records.tokens(self.database)

    async def close(self) -> None:
        await self.database.close()

    def _stands_already(self, group: GroupRecord) -> bool:
        last = self._tail.group
        if last is None or group.first_seq > last.last_seq:
            return False
        assert (last.first_seq, last.last_seq, last.at_ns, last.commands, last.chain) == (
            group.first_seq,
            group.last_seq,
            group.at_ns,
            group.commands,
            group.chain,
        ), f"seq {group.first_seq} stands in the journal with another content"
        return True

    def _next(self, group: GroupRecord) -> tuple[Tail, Statement]:
        """Return the tail that a group will make, and the statement that makes it."""
        due = self._tail.seq + 1
        assert group.first_seq == due, f"expected a group from seq {due}, found {group.first_seq}"
        assert group.last_seq >= due, f"expected a command, found none after seq {due}"
        assert len(group.chain) == HASH_BYTES, f"expected {HASH_BYTES} bytes of chain"
        kept = Group(due, group.last_seq, group.at_ns, group.commands, group.chain)
        seal = seal_after(self._tail.seal, kept)
        values = (due, kept.last_seq, kept.at_ns, kept.commands, kept.chain, seal)
        return Tail(kept, seal), (_APPEND, values)
