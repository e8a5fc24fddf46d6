"""What a journal keeps beside its groups: epochs, checkpoints, digests, tokens, things set aside.

A checkpoint is written in parts, each durable by itself, and counts once its own row stands: an
acknowledgement waits for one part at most, and a checkpoint that was cut off is not there.
"""

from hashlib import blake2b

import msgspec

from venue.store.database import Database, Statement
from venue.store.errors import JournalCorrupt, SchemaOutdated
from venue.store.journal import FORMAT, HASH_BYTES, Checkpoint, Meta, Roots, Side, Token
from venue.store.tokens import NAME_DIGITS, token_seal

PART_BYTES = 1 << 18
# What is kept beside a checkpoint begins with this and a hash over the whole record. It is a byte
# that msgpack never begins with: what older versions kept stands there bare.
_HASHED = b"\xc1"

_EPOCH = (
    "epoch, first_seq, code_version, created_ns, clock, speed_e4, genesis_ns, genesis_chain, format"
)
_TOKEN = "hash, account, scope, created_ns, expires_ns, revoked"


async def begin_epoch(database: Database, meta: Meta) -> None:
    """Insert an epoch; one of the same number, that executed nothing yet, gives way to it."""
    await database.write(
        ("DELETE FROM epochs WHERE epoch = ?", (meta.epoch,)),
        (
            f"INSERT INTO epochs ({_EPOCH}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            msgspec.structs.astuple(meta),
        ),
    )


async def epochs(database: Database) -> list[Meta]:
    """Return all epochs, if this version can read what they wrote."""
    found = [
        Meta(*row) for row in await database.read(f"SELECT {_EPOCH} FROM epochs ORDER BY epoch")
    ]
    for meta in found:
        if meta.format != FORMAT:
            raise SchemaOutdated(
                f"journal {database.name}, epoch {meta.epoch}: expected rows of format {FORMAT}, "
                f"found {meta.format}; a newer venue wrote them, or the row was changed: run that "
                "venue, or restore a copy"
            )
    return found


async def save_checkpoint(database: Database, checkpoint: Checkpoint) -> None:
    seq, state = checkpoint.seq, checkpoint.state
    await database.write(*forget_checkpoints("seq = ?", seq))
    parts = range(0, len(state), PART_BYTES)
    for number, begin in enumerate(parts):
        part = state[begin : begin + PART_BYTES]
        sql = "INSERT INTO checkpoint_parts (seq, part, state) VALUES (?, ?, ?)"
        await database.write((sql, (seq, number, part)))
    columns = "seq, at_ns, digest, chain, parts, beside"
    sql = f"INSERT INTO checkpoints ({columns}) VALUES (?, ?, ?, ?, ?, ?)"
    values = (
        seq,
        checkpoint.at_ns,
        checkpoint.digest,
        checkpoint.chain,
        len(parts),
        _HASHED + _hash(checkpoint) + checkpoint.beside,
    )
    await database.write((sql, values))


async def newest_checkpoint(database: Database, before_seq: int | None) -> Checkpoint | None:
    """Return the newest checkpoint, or the newest of one before ``before_seq``."""
    columns = "SELECT seq, at_ns, digest, chain, parts, beside FROM checkpoints"
    if before_seq is None:
        found = await database.read(f"{columns} ORDER BY seq DESC LIMIT 1")
    else:
        found = await database.read(
            f"{columns} WHERE seq < ? ORDER BY seq DESC LIMIT 1", before_seq
        )
    if not found:
        return None
    seq, at_ns, digest, chain, parts, beside = found[0]
    where = f"{database.name}, checkpoint of seq {seq}"
    sql = "SELECT part, state FROM checkpoint_parts WHERE seq = ? ORDER BY part"
    kept = await database.read(sql, seq)
    if [part for part, _ in kept] != list(range(parts)):
        raise _spoilt(where, f"{parts} parts, from 0 on", f"{[part for part, _ in kept]}"[:80])
    states = [state for _, state in kept]
    found_beside = beside[1 + HASH_BYTES :] if beside.startswith(_HASHED) else beside
    checkpoint = Checkpoint(seq, at_ns, digest, chain, b"".join(states), found_beside)
    if beside.startswith(_HASHED) and beside[1 : 1 + HASH_BYTES] != _hash(checkpoint):
        raise _spoilt(where, "a record of the hash beside it", "another")
    return checkpoint


def _spoilt(where: str, expected: str, found: str) -> JournalCorrupt:
    return JournalCorrupt(where, row=None, whole_until_seq=0, expected=expected, found=found)


def _hash(checkpoint: Checkpoint) -> bytes:
    """Return what covers a checkpoint's record; its state is covered by its digest."""
    hashed = blake2b(f"{checkpoint.seq} {checkpoint.at_ns}\n".encode(), digest_size=HASH_BYTES)
    for part in (checkpoint.digest, checkpoint.chain, checkpoint.beside):
        hashed.update(part)
    return hashed.digest()


async def checkpoint_seqs(database: Database) -> list[int]:
    return [seq for (seq,) in await database.read("SELECT seq FROM checkpoints ORDER BY seq")]


async def prune_checkpoints(database: Database, *, keep: int, apart: int = 0) -> list[int]:
    """Take older checkpoints away and return their seqs; their digests stay on record.

    The newest ``keep`` stay, and those that an epoch begins at. With ``apart`` as many older ones
    stay, too, where that many commands lie between each of them and the one before it.
    """
    seqs = await checkpoint_seqs(database)
    begins = {meta.first_seq - 1 for meta in await epochs(database)}
    old = seqs[: max(len(seqs) - keep, 0)]
    far = _far_ones(old, apart)[-keep:] if apart else []
    gone = [seq for seq in old if seq not in begins and seq not in far]
    for seq in gone:
        keep_digest = (
            "INSERT INTO digests (seq, digest) SELECT seq, digest FROM checkpoints WHERE seq = ? "
            "ON CONFLICT (seq) DO NOTHING"
        )
        await database.write((keep_digest, (seq,)), *forget_checkpoints("seq = ?", seq))
    return gone


def _far_ones(seqs: list[int], apart: int) -> list[int]:
    """Return those of ascending numbers that lie ``apart`` or more from the one before.

    >>> _far_ones([10, 14, 21, 30, 33], apart=10)
    [10, 21, 33]
    """
    far: list[int] = []
    for seq in seqs:
        if not far or seq - far[-1] >= apart:
            far.append(seq)
    return far


def forget_checkpoints(where: str, seq: int) -> tuple[Statement, Statement]:
    """Return the statements that take checkpoints away, their own row first."""
    return (
        (f"DELETE FROM checkpoints WHERE {where}", (seq,)),
        (f"DELETE FROM checkpoint_parts WHERE {where}", (seq,)),
    )


async def save_digest(database: Database, seq: int, digest: bytes) -> None:
    sql = (
        "INSERT INTO digests (seq, digest) VALUES (?, ?) "
        "ON CONFLICT (seq) DO UPDATE SET digest = excluded.digest"
    )
    await database.write((sql, (seq, digest)))


async def digests(database: Database) -> dict[int, bytes]:
    """Return the digests on record by seq, those of checkpoints included."""
    sql = "SELECT seq, digest FROM digests UNION ALL SELECT seq, digest FROM checkpoints ORDER BY 1"
    found: dict[int, bytes] = {}
    for seq, digest in await database.read(sql):
        if found.setdefault(seq, digest) != digest:
            raise _spoilt(
                f"{database.name}, digest of seq {seq}", "the checkpoint's digest", "another"
            )
    return found


async def save_roots(database: Database, roots: Roots) -> None:
    sql = (
        "INSERT INTO roots (seq, at_ns, chain, root, accounts, seed, public_key, signature) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (seq) DO NOTHING"
    )
    await database.write((sql, msgspec.structs.astuple(roots)))


async def roots(database: Database) -> dict[int, Roots]:
    """Return what was published, by seq."""
    columns = ", ".join(Roots.__struct_fields__)
    rows = await database.read(f"SELECT {columns} FROM roots ORDER BY seq")
    return {row[0]: Roots(*row) for row in rows}


async def save_side(database: Database, side: Side) -> None:
    sql = "INSERT INTO side (seq, at_ns, command, why) VALUES (?, ?, ?, ?)"
    await database.write((sql, msgspec.structs.astuple(side)))


async def sides(database: Database) -> list[Side]:
    sql = "SELECT seq, at_ns, command, why FROM side ORDER BY number"
    return [Side(*row) for row in await database.read(sql)]


async def save_token(database: Database, token: Token) -> None:
    """Insert a token, or change one: revoke it, say."""
    sql = (
        f"INSERT INTO tokens ({_TOKEN}, seal) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (hash) DO UPDATE SET account = excluded.account, scope = excluded.scope, "
        "expires_ns = excluded.expires_ns, revoked = excluded.revoked, seal = excluded.seal"
    )
    await database.write((sql, (*msgspec.structs.astuple(token), token_seal(token))))


async def tokens(database: Database) -> list[Token]:
    """Return all tokens; a row that was changed is refused, or it would let somebody in."""
    sql = f"SELECT {_TOKEN}, seal FROM tokens ORDER BY account, created_ns, hash"
    found = []
    for *columns, seal in await database.read(sql):
        token = msgspec.structs.replace(Token(*columns), revoked=bool(columns[-1]))
        if seal != token_seal(token):
            raise _changed_token(database.name, token)
        found.append(token)
    return found


def _changed_token(name: str, token: Token) -> JournalCorrupt:
    key = token.hash.hex() if isinstance(token.hash, bytes) else str(token.hash)
    return JournalCorrupt(
        f"{name}, token {key[:NAME_DIGITS]} of account {token.account}",
        row=None,
        whole_until_seq=0,
        expected="what the seal of its row covers",
        found="something else",
        way_out="restore a copy, or take it out (in SQL: DELETE FROM tokens WHERE hash = "
        f"x'{key}') and make another with `venue account token`",
    )
