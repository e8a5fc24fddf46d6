"""What anyone can check: published roots and proofs of accounts, all signed.

At every start, at every close of an underlying, and when the operator asks, the venue signs the
chain over its journal and the root of a tree over all accounts. Roots are kept in the journal's
database before anyone is told. The signing key lies beside the journal, for its owner alone.
"""

import asyncio
import secrets
from bisect import bisect_left
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from venue.core.account_tree import Leaf, leaves, levels, path
from venue.core.phases import Session
from venue.core.state import State
from venue.group import Executed, changes_of_session
from venue.opening import write_private
from venue.sequencer import Sequencer
from venue.store.errors import JournalUnavailable
from venue.store.journal import Journal, Roots

SEED_BYTES = 32
RETRY_SECONDS = 1.0


class Proof(NamedTuple):
    """One account's leaf in a published tree, and the hashes beside its way to the root."""

    roots: Roots
    account: int
    leaf: Leaf
    beside: list[tuple[str, bytes]]


class _Tree(NamedTuple):
    """A published tree, kept for the proofs that are asked for."""

    roots: Roots
    accounts: list[int]
    leaves: list[Leaf]
    rows: list[list[bytes]]


class Signer:
    """The venue's Ed25519 key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_key = key.public_key().public_bytes_raw()

    def sign(self, text: bytes) -> bytes:
        """Return the 64 bytes of a signature."""
        return self._key.sign(text)


def signer(file: Path) -> Signer:
    """Return the venue's key, from its file; made once, for its owner alone."""
    try:
        raw = bytes.fromhex(file.read_text())
    except FileNotFoundError:
        raw = Ed25519PrivateKey.generate().private_bytes_raw()
        write_private(file, raw.hex().encode())
    return Signer(Ed25519PrivateKey.from_private_bytes(raw))


class Proofs:
    """Publishes roots, and proves accounts against what was published last."""

    def __init__(self, journal: Journal, sequencer: Sequencer, signed_by: Signer) -> None:
        self._journal = journal
        self._sequencer = sequencer
        self._signer = signed_by
        self._taken: asyncio.Queue[_Tree] = asyncio.Queue()
        self._waiting: list[Callable[[], None]] = []
        self._tree: _Tree | None = None
        sequencer.on_executed(self._listen)

    @property
    def latest(self) -> Roots | None:
        """What was published last, in this life of the venue."""
        return None if self._tree is None else self._tree.roots

    def _listen(self, executed: Sequence[Executed]) -> None:
        for command in changes_of_session(executed):
            if command.session is Session.NO_TRADING:
                self._sequencer.ask(self._take)

    def publish(self, told: Callable[[], None] = lambda: None) -> None:
        """Publish the state as it is; ``told()`` comes once the roots are kept."""
        self._waiting.append(told)
        self._sequencer.ask(self._take)

    def _take(self, state: State) -> None:
        if self.latest is not None and self.latest.seq == state.seq:
            self._tell()
            return
        seed = secrets.token_bytes(SEED_BYTES)
        taken = leaves(state, seed)
        rows = levels([leaf.hash for leaf in taken])
        roots = Roots(
            state.seq,
            state.now_ns,
            self._sequencer.chain,
            rows[-1][0],
            len(taken),
            seed,
            self._signer.public_key,
            b"",
        )
        roots = replace(roots, signature=self._signer.sign(roots.signed()))
        self._taken.put_nowait(_Tree(roots, sorted(state.accounts), taken, rows))

    async def run(self) -> None:
        """Keep roots as they are taken, and only then let them be seen; until cancelled."""
        while True:
            tree = await self._taken.get()
            while True:
                try:
                    await self._journal.save_roots(tree.roots)
                    break
                except JournalUnavailable:  # It is tried again by whoever appends to it.
                    await asyncio.sleep(RETRY_SECONDS)
            self._tree = tree
            self._tell()

    def _tell(self) -> None:
        waiting, self._waiting = self._waiting, []
        for told in waiting:
            told()

    def prove(self, account: int) -> Proof | None:
        """Return the proof of an account against the latest roots; ``None``: it is not in them."""
        tree = self._tree
        if tree is None:
            return None
        at = bisect_left(tree.accounts, account)
        if at == len(tree.accounts) or tree.accounts[at] != account:
            return None
        return Proof(tree.roots, account, tree.leaves[at], path(tree.rows, at))

    # The same as JSON objects, for pages and bots.

    def roots_json(self) -> dict[str, object] | None:
        """Return what was published last."""
        return None if self.latest is None else _roots_json(self.latest)

    def proof_json(self, account: int) -> dict[str, object] | None:
        """Return a proof as the file that ``scripts/check_account`` reads."""
        proof = self.prove(account)
        if proof is None:
            return None
        return {
            **_roots_json(proof.roots),
            "account": proof.account,
            "statement": proof.leaf.text.decode(),
            "salt": proof.leaf.salt.hex(),
            "beside": [[side, other.hex()] for side, other in proof.beside],
        }


def _roots_json(roots: Roots) -> dict[str, object]:
    return {
        "seq": roots.seq,
        # Above 2^53: not every JSON parser would keep the number.
        "at_ns": str(roots.at_ns),
        "chain": roots.chain.hex(),
        "root": roots.root.hex(),
        "accounts": roots.accounts,
        "public_key": roots.public_key.hex(),
        "signature": roots.signature.hex(),
    }
