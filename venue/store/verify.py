"""Go through a whole journal and say whether it is what was written.

Without rules it checks the rows: every one there, in order, unchanged. With them it also executes
the commands again and holds events and states against the hashes on record, epoch by epoch: an
epoch that other code executed, or another text of somebody's own rule, is checked by its rows only.
"""

from collections.abc import Callable
from hashlib import blake2b

import msgspec

from venue.core.account_tree import leaves, levels
from venue.core.policies import BuildRules
from venue.core.state import State
from venue.store.code import Ran, read_code
from venue.store.errors import JournalCorrupt, StoreError
from venue.store.journal import GENESIS_CHAIN, HASH_BYTES, Group, Journal, Meta, Roots
from venue.store.replay import Replay, begin, decoded, unfit

_ONLY_TIME = (
    "a start passes over it and executes more again; restore a copy of the journal to be rid of it"
)


class Verified(msgspec.Struct, frozen=True):
    """What was found whole; ``executed`` of the commands were executed again.

    ``epochs`` says of each which code ran it.
    """

    groups: int
    commands: int
    executed: int
    digests: int
    roots: int
    chain: bytes
    other_versions: tuple[str, ...]
    epochs: tuple[Ran, ...] = ()


async def verify(
    journal: Journal,
    build_rules: BuildRules | None = None,
    *,
    code_version: str | None = None,
    own_hash: Callable[[str], str] | None = None,
) -> Verified:
    """Return what is whole, or raise at the first thing that is not.

    ``code_version`` is ours, ``own_hash`` that of the rule of somebody's own that lies here at a
    path: epochs of others are not executed. ``None`` executes all.
    """
    await journal.tokens()  # Each is checked as it is read.
    listed = await journal.epochs()
    _check_epochs(journal, listed)
    epochs = {meta.first_seq: meta for meta in listed}
    digests = await journal.digests()
    roots = await journal.roots()
    published = len(roots)
    checkpoints = await _checkpoint_chains(journal)
    replay: Replay | None = None
    others: dict[str, None] = {}
    ran: list[Ran] = []
    groups = executed = compared = end_seq = now_ns = 0
    chain = GENESIS_CHAIN
    if not epochs and build_rules is not None:
        replay = begin(journal.name, None, build_rules)
    async for group in journal.groups():
        meta = epochs.pop(group.first_seq, None)
        if meta is not None:
            _check_epoch(journal, meta, chain)
            replay = None
            about = _ran(meta, code_version, own_hash)
            if build_rules is not None and about.is_executed:
                replay = await _begin_epoch(journal, meta, build_rules)
            elif build_rules is not None and not about.others:
                others[about.code.version] = None
            ran.append(about._replace(is_executed=replay is not None))
        now_ns = _check_times(journal, group, now_ns)
        if replay is not None:
            replay.execute(group)
            executed += group.last_seq - end_seq
            if group.last_seq in digests:
                replay.compare(group, digests.pop(group.last_seq))
                compared += 1
        digests.pop(group.last_seq, None)
        if (said := roots.pop(group.last_seq, None)) is not None:
            state = None if replay is None else replay.engine.state
            check_roots(journal.name, said, group.chain, state)
        groups += 1
        end_seq = group.last_seq
        if ran:
            ran[-1] = ran[-1]._replace(last_seq=end_seq)
        chain = group.chain
        if checkpoints.pop(end_seq, chain) != chain:
            where = f"{journal.name}, checkpoint of seq {end_seq}"
            raise unfit(where, expected="the chain of its group", found="another")
    for meta in epochs.values():
        if meta.first_seq <= end_seq:
            where = f"{journal.name}, epoch {meta.epoch}"
            raise unfit(
                where, expected=f"a row that begins with seq {meta.first_seq}", found="none"
            )
    _check_end(journal, end_seq, [*digests, *roots, *checkpoints, *(seq - 1 for seq in epochs)])
    left = {"digest": [*digests], "published roots": [*roots], "checkpoint": [*checkpoints]}
    for what, seqs in left.items():
        for seq in seqs:
            if seq:  # Before the first command there is no group.
                where = f"{journal.name}, {what} of seq {seq}"
                raise unfit(where, expected="a group that ends there", found="none")
    await journal.check_pages()
    return Verified(
        groups, end_seq, executed, compared, published, chain, tuple(others), tuple(ran)
    )


def _ran(meta: Meta, version: str | None, own_hash: Callable[[str], str] | None) -> Ran:
    """Return what an epoch says of itself, and whether the same code is here."""
    code = read_code(meta.code_version)
    is_ours = version in (None, code.version)
    found: list[tuple[str, str, str]] = []
    if is_ours and own_hash is not None:
        found = [
            (path, expected, here)
            for path, expected in code.own.items()
            if (here := own_hash(path)) != expected
        ]
    return Ran(meta.epoch, meta.first_seq, 0, code, is_ours and not found, tuple(found))


def check_roots(name: str, said: Roots, chain: bytes, state: State | None) -> None:
    """Hold what was published against the chain of its group, its signature, and the state.

    ``state`` is the one executed again; ``None``: it was not.
    """
    where = f"{name}, published roots of seq {said.seq}"
    if said.chain != chain:
        raise unfit(where, expected="the chain of its group", found="another")
    # Cryptography takes 26 ms to import: only who verifies needs it.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(said.public_key).verify(said.signature, said.signed())
    except (InvalidSignature, ValueError):
        raise unfit(where, expected="the venue's signature", found="another") from None
    if state is None:
        return
    rows = levels([leaf.hash for leaf in leaves(state, said.seed)])
    if (rows[-1][0], len(rows[0])) != (said.root, said.accounts):
        raise unfit(where, expected="the root over all accounts of that moment", found="another")


def _check_epochs(journal: Journal, epochs: list[Meta]) -> None:
    """Epochs are numbered without a gap, the first of them from seq 1 on."""
    before_seq = 0
    for number, meta in enumerate(epochs, 1):
        is_next = meta.first_seq > before_seq and (number > 1 or meta.first_seq == 1)
        if meta.epoch != number or not is_next:
            where = f"{journal.name}, epoch {meta.epoch}"
            begins = f"from after seq {before_seq}" if number > 1 else "from seq 1"
            raise unfit(
                where, expected=f"epoch {number}, {begins}", found=f"from seq {meta.first_seq}"
            )
        before_seq = meta.first_seq


async def _checkpoint_chains(journal: Journal) -> dict[int, bytes]:
    chains: dict[int, bytes] = {}
    for seq in await journal.checkpoint_seqs():
        checkpoint = await journal.newest_checkpoint(seq + 1)
        assert checkpoint is not None, "a checkpoint went away under the one writer"
        if blake2b(checkpoint.state, digest_size=HASH_BYTES).digest() != checkpoint.digest:
            where = f"{journal.name}, checkpoint of seq {seq}"
            raise unfit(
                where,
                expected="a state of the digest on record",
                found="another",
                way_out=_ONLY_TIME,
            )
        chains[seq] = checkpoint.chain
    return chains


def _check_epoch(journal: Journal, meta: Meta, chain: bytes) -> None:
    if meta.genesis_chain != chain:
        where = f"{journal.name}, epoch {meta.epoch}"
        raise unfit(where, expected="the chain of the group before it", found="another")


async def _begin_epoch(journal: Journal, meta: Meta, build_rules: BuildRules) -> Replay:
    if meta.first_seq == 1:
        return begin(journal.name, None, build_rules)
    checkpoint = await journal.newest_checkpoint(meta.first_seq)
    if checkpoint is None or checkpoint.seq != meta.first_seq - 1:
        raise StoreError(
            f"journal {journal.name}, epoch {meta.epoch}: expected a checkpoint of seq "
            f"{meta.first_seq - 1} to begin at, found none; verify it without executing"
        )
    return begin(journal.name, checkpoint, build_rules)


def _check_times(journal: Journal, group: Group, now_ns: int) -> int:
    """Return the time after a group; stamps never go back, and the group's is its last's."""
    for at_ns, _ in decoded(journal.name, group):
        if at_ns < now_ns:
            raise _corrupt(journal, group, f"stamps from {now_ns} on", str(at_ns))
        now_ns = at_ns
    if now_ns != group.at_ns:
        raise _corrupt(journal, group, f"the time of its last command, {now_ns}", str(group.at_ns))
    return now_ns


def _corrupt(journal: Journal, group: Group, expected: str, found: str) -> JournalCorrupt:
    return JournalCorrupt(
        journal.name,
        row=group.first_seq,
        whole_until_seq=group.first_seq - 1,
        expected=expected,
        found=found,
    )


def _check_end(journal: Journal, end_seq: int, known: list[int]) -> None:
    """Records that nobody claimed speak of commands that are not there."""
    if not [seq for seq in known if seq > end_seq]:
        return
    raise JournalCorrupt(
        journal.name,
        row=end_seq + 1,
        whole_until_seq=end_seq,
        expected=f"commands up to seq {max(known)}, of which there is a record",
        found="the journal's end",
    )
