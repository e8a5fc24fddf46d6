"""Signed receipts of acknowledged commands, looked up in the journal itself.

What is signed is the row that stands on the disk, so a receipt can be had of any command of any
age, also after a restart, and the way of an order pays nothing for it. Bots are answered one after
another by a task of its own.
"""

import asyncio
from collections.abc import Collection
from typing import NamedTuple

import msgspec
import structlog

from venue.core.commands import AnyCommand
from venue.gateway.proof_port import Handed
from venue.gateway.refusals import DoorReason
from venue.gateway.results import ReceiptResult
from venue.proofs import Proofs, Signer
from venue.store.errors import StoreError
from venue.store.journal import Group, Journal
from venue.store.receipts import SignedReceipt, sign_receipt

log = structlog.get_logger()

# A group may hold thousands of commands: only the one that is asked about is decoded.
_split = msgspec.msgpack.Decoder(list[tuple[int, msgspec.Raw]]).decode
_decode = msgspec.msgpack.Decoder(AnyCommand).decode


class Question(NamedTuple):
    """A command, the accounts of whoever asks, and where the answer goes."""

    seq: int
    accounts: Collection[int]
    handed: Handed


class Receipts:
    """Signs where commands stand."""

    def __init__(self, journal: Journal, signed_by: Signer) -> None:
        self._journal = journal
        self._signer = signed_by
        self._questions: asyncio.Queue[Question] = asyncio.Queue()

    async def receipt(self, seq: int) -> SignedReceipt | None:
        """Return the receipt of any command; ``None``: the journal has none of that seq."""
        group = await self._journal.group_of(seq)
        return None if group is None else self._signed(group, seq)

    def ask(self, question: Question) -> None:
        """Queue a bot's question; how many may wait is the door's to bound."""
        self._questions.put_nowait(question)

    async def run(self) -> None:
        """Answer bots until cancelled."""
        while True:
            question = await self._questions.get()
            try:
                found = await self._answer(question)
            except StoreError as error:
                log.error("no receipt can be given now", seq=question.seq, why=str(error))
                found = DoorReason.JOURNAL_UNAVAILABLE
            question.handed(found)

    async def _answer(self, question: Question) -> ReceiptResult | DoorReason:
        group = await self._journal.group_of(question.seq)
        if group is None:
            return DoorReason.UNKNOWN_SEQ
        if _account_of(group, question.seq) not in question.accounts:
            return DoorReason.FOREIGN_SEQ
        signed = self._signed(group, question.seq)
        return msgspec.convert(signed, ReceiptResult, from_attributes=True)

    def _signed(self, group: Group, seq: int) -> SignedReceipt:
        return sign_receipt(group, seq, self._signer.public_key, self._signer.sign)


class Prover:
    """Proofs and receipts together, as the bots' door asks for them."""

    def __init__(self, proofs: Proofs, receipts: Receipts) -> None:
        self._receipts = receipts
        self.roots_json = proofs.roots_json
        self.proof_json = proofs.proof_json

    def ask_receipt(self, seq: int, accounts: Collection[int], handed: Handed) -> None:
        """Queue a question for a receipt."""
        self._receipts.ask(Question(seq, accounts, handed))


def _account_of(group: Group, seq: int) -> int | None:
    """Return for whom a command was given; ``None``: for nobody, as time, prints and listings.

    An account that is opened is its parent's doing.
    """
    command = _decode(_split(group.commands)[seq - group.first_seq][1])
    number: int | None = getattr(command, "account", getattr(command, "parent", None))
    return number
