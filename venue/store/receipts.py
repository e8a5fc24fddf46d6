"""Receipts: where the venue signed that a command stands, held against a journal."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from venue.store.errors import StoreError
from venue.store.journal import Group, Journal

Seq = Annotated[int, Meta(ge=1, le=(1 << 53) - 1)]


class SignedReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a bot was given: its command's group, and the chain after it; hashes in hexadecimal."""

    seq: Seq
    first_seq: Seq
    last_seq: Seq
    chain: str
    public_key: str
    signature: str

    def signed(self) -> bytes:
        """Return the text that the signature is of."""
        return receipt_text(self.first_seq, self.last_seq, self.chain)


def receipt_text(first_seq: int, last_seq: int, chain_hex: str) -> bytes:
    """Return the text that a receipt's signature is of."""
    return f"venue receipt 1\nseq {first_seq} to {last_seq}\nchain {chain_hex}\n".encode()


def sign_receipt(
    group: Group, seq: int, public_key: bytes, sign: Callable[[bytes], bytes]
) -> SignedReceipt:
    """Return the receipt of a command in its group, signed with the venue's key."""
    chain = group.chain.hex()
    signature = sign(receipt_text(group.first_seq, group.last_seq, chain))
    return SignedReceipt(
        seq, group.first_seq, group.last_seq, chain, public_key.hex(), signature.hex()
    )


def read_receipt(path: Path) -> SignedReceipt:
    """Return a receipt from its file; a ``StoreError`` where it is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=SignedReceipt)
    except (OSError, msgspec.MsgspecError) as error:
        raise StoreError(f"{path}: expected a receipt, found {error}") from None


async def check_receipt(
    journal: Journal, said: SignedReceipt, *, public_key: str | None = None
) -> None:
    """Raise a ``StoreError`` unless a receipt is signed and stands in the journal as it says.

    ``public_key`` is the venue's, in hexadecimal, as its bots were told; ``None``: what signed the
    roots in the journal is taken for it. Anybody can sign a receipt with a key of his own.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    where = f"journal {journal.name}, receipt of seq {said.seq}"
    if not said.first_seq <= said.seq <= said.last_seq:
        raise StoreError(f"{where}: expected it to cover its own seq, found others")
    known = {roots.public_key.hex() for roots in (await journal.roots()).values()}
    known = known if public_key is None else {public_key.lower()}
    if known and said.public_key not in known:
        raise StoreError(
            f"{where}: expected a signature of the venue's key {min(known)}, found one of "
            f"{said.public_key}: it is not this venue's, and says nothing of it"
        )
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(said.public_key))
        key.verify(bytes.fromhex(said.signature), said.signed())
    except (InvalidSignature, ValueError):
        raise StoreError(f"{where}: expected the signature of its key, found another") from None
    async for group in journal.groups(said.first_seq):
        found = (group.first_seq, group.last_seq, group.chain.hex())
        if found == (said.first_seq, said.last_seq, said.chain):
            return
        break
    raise StoreError(
        f"{where}: expected seq {said.first_seq} to {said.last_seq} with chain "
        f"{said.chain[:16]}..., found another history: what was acknowledged was dropped, moved or "
        "changed"
    )
