"""What the door needs of whoever publishes and proves: roots, proofs of accounts, receipts."""

from collections.abc import Callable, Collection
from typing import Protocol

from venue.gateway.refusals import DoorReason
from venue.gateway.results import ReceiptResult

Json = dict[str, object]
Handed = Callable[[ReceiptResult | DoorReason], None]


class ProofPort(Protocol):
    """Everything here returns at once; hashes and signatures are in hexadecimal."""

    def roots_json(self) -> Json | None:
        """Return what was published last; ``None``: nothing was yet."""

    def proof_json(self, account: int) -> Json | None:
        """Return an account's proof against that; ``None``: it is not in it."""

    def ask_receipt(self, seq: int, accounts: Collection[int], handed: Handed) -> None:
        """Call ``handed`` later with the receipt of a command of one of these accounts, or with
        the reason why there is none."""


class NothingProven:
    """A venue that publishes nothing: one without a journal that lasts."""

    def roots_json(self) -> Json | None:
        """Return nothing."""
        return None

    def proof_json(self, account: int) -> Json | None:
        """Return nothing."""
        return None

    def ask_receipt(self, seq: int, accounts: Collection[int], handed: Handed) -> None:
        """Say that there is no such command."""
        handed(DoorReason.UNKNOWN_SEQ)
