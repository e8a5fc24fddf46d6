"""The journal's records, how they are chained, and what a journal must be able to do.

One row holds one group of commands that were executed together and made durable in one commit.
Two chains of hashes run through the rows:

- the *chain* over commands and events, made by whoever executes: the events are not stored, but
  their hash is here, so that executing again finds the first difference;
- the *seal* over the rows as written, made by the store: it finds a changed, missing or moved row
  without executing anything.
"""

from collections.abc import AsyncIterator, Sequence
from hashlib import blake2b
from typing import Protocol

import msgspec

from venue.core.commands import AnyCommand, Command
from venue.core.events import Event

HASH_BYTES = 32
GENESIS_CHAIN = bytes(HASH_BYTES)  # What the first group of a journal is chained to.
FORMAT = 1  # The format of rows and hashes; it changes with either.

_encode = msgspec.msgpack.Encoder().encode
_decode_commands = msgspec.msgpack.Decoder(list[tuple[int, AnyCommand]]).decode


class GroupRecord(Protocol):
    """A group as the store takes it, from whoever made it."""

    @property
    def first_seq(self) -> int: ...
    @property
    def last_seq(self) -> int: ...
    @property
    def at_ns(self) -> int: ...
    @property
    def commands(self) -> bytes: ...
    @property
    def chain(self) -> bytes: ...


class Group(msgspec.Struct, frozen=True):
    """Commands executed together: one row. ``at_ns`` is the time of the last of them."""

    first_seq: int
    last_seq: int
    at_ns: int
    commands: bytes
    chain: bytes

    def decoded(self) -> list[tuple[int, AnyCommand]]:
        """Return (time in ns, command) in the order of execution."""
        return _decode_commands(self.commands)


class Meta(msgspec.Struct, frozen=True):
    """One epoch: the commands from ``first_seq`` on, as one version of the code executed them.

    ``created_ns`` is wall time; ``genesis_ns`` the venue's time when the epoch began, ``clock``
    and ``speed_e4`` how it ran (10,000: one to one). ``genesis_chain`` is what its first group is
    chained to. An epoch after the first begins at a checkpoint of ``first_seq`` - 1.
    """

    epoch: int
    first_seq: int
    code_version: str
    created_ns: int
    clock: str
    speed_e4: int
    genesis_ns: int
    genesis_chain: bytes = GENESIS_CHAIN
    format: int = FORMAT


class Checkpoint(msgspec.Struct, frozen=True):
    """The state after command ``seq``, its digest, and the chain there.

    ``beside`` is what the shell keeps with it: how many notices each account has had.
    """

    seq: int
    at_ns: int
    digest: bytes
    chain: bytes
    state: bytes
    beside: bytes = b""


class Roots(msgspec.Struct, frozen=True):
    """What the venue published of the state after command ``seq``: the chain there, the root of the
    tree over its accounts (``core/account_tree.py``), and its signature of both.

    ``seed`` is what the salts of the leaves come from; it is not published.
    """

    seq: int
    at_ns: int
    chain: bytes
    root: bytes
    accounts: int
    seed: bytes
    public_key: bytes
    signature: bytes

    def signed(self) -> bytes:
        """Return the text that the signature is of."""
        return (
            f"venue roots 1\nseq {self.seq}\nat_ns {self.at_ns}\nchain {self.chain.hex()}\n"
            f"root {self.root.hex()}\naccounts {self.accounts}\n"
        ).encode()


class Side(msgspec.Struct, frozen=True):
    """A command that tripped an assertion, kept aside: it was never part of the journal."""

    seq: int
    at_ns: int
    command: bytes
    why: str


class Token(msgspec.Struct, frozen=True):
    """A bot's key. Only its hash is kept; ``scope`` is ``read``, ``trade`` or ``admin``."""

    hash: bytes
    account: int
    scope: str
    created_ns: int
    expires_ns: int | None
    revoked: bool = False


class Journal(Protocol):
    """What lasts of a venue. Whatever cannot be done raises a ``StoreError``.

    ``append`` and ``append_now`` return when the group is durable. After ``JournalUnavailable``
    the same group may be appended again: it stands once. ``append_now`` blocks the loop for one
    commit; it is allowed where ``can_append_now`` is true. ``commit_ns`` is how long the last
    commit took.
    """

    @property
    def name(self) -> str: ...
    @property
    def can_append_now(self) -> bool: ...
    @property
    def commit_ns(self) -> int: ...
    async def append(self, group: GroupRecord) -> None: ...
    def append_now(self, group: GroupRecord) -> None: ...
    def groups(self, from_seq: int = 1) -> AsyncIterator[Group]: ...
    async def group_of(self, seq: int) -> Group | None: ...
    async def last(self) -> Group | None: ...
    async def check_pages(self) -> None: ...
    async def cut(self, *, after_seq: int) -> int: ...
    async def begin_epoch(self, meta: Meta) -> None: ...
    async def epochs(self) -> list[Meta]: ...
    async def save_checkpoint(self, checkpoint: Checkpoint) -> None: ...
    async def checkpoint_seqs(self) -> list[int]: ...
    async def newest_checkpoint(self, before_seq: int | None = None) -> Checkpoint | None: ...
    async def prune_checkpoints(self, *, keep: int, apart: int = 0) -> list[int]: ...
    async def save_digest(self, seq: int, digest: bytes) -> None: ...
    async def digests(self) -> dict[int, bytes]: ...
    async def save_roots(self, roots: Roots) -> None: ...
    async def roots(self) -> dict[int, Roots]: ...
    async def save_side(self, side: Side) -> None: ...
    async def sides(self) -> list[Side]: ...
    async def save_token(self, token: Token) -> None: ...
    async def tokens(self) -> list[Token]: ...
    async def close(self) -> None: ...


def pack_commands(commands: Sequence[tuple[int, Command]]) -> bytes:
    """Return the bytes of (time in ns, command) pairs, as a group holds them."""
    return _encode(commands)


def pack_events(events: Sequence[Sequence[Event]]) -> bytes:
    """Return the bytes of a group's events, one list a command, as the chain covers them."""
    return _encode(events)


def chain_after(chain: bytes, *, commands: bytes, events: bytes) -> bytes:
    """Return blake2b-32(chain + commands + events); each part says its own length.

    >>> chain_after(GENESIS_CHAIN, commands=pack_commands([]), events=pack_events([])).hex()[:16]
    '1b47b17ffbcdb7a9'
    """
    hashed = blake2b(chain, digest_size=HASH_BYTES)
    hashed.update(commands)
    hashed.update(events)
    return hashed.digest()


def seal_after(seal: bytes, group: GroupRecord) -> bytes:
    """Return the seal of a row from the one before it and everything that the row holds."""
    head = f"{group.first_seq} {group.last_seq} {group.at_ns}\n".encode()
    hashed = blake2b(seal, digest_size=HASH_BYTES)
    hashed.update(head)
    hashed.update(group.chain)
    hashed.update(group.commands)
    return hashed.digest()
