"""Which account belongs to which owner, as durable events have told."""

from venue.core.events import AccountOpened
from venue.core.state import State


class Families:
    """Owner of every account, and the accounts of every owner."""

    __slots__ = ("accounts_of", "owner_of")

    def __init__(self) -> None:
        self.owner_of: dict[int, int] = {}
        self.accounts_of: dict[int, list[int]] = {}

    def prime(self, state: State) -> None:
        """Begin at a state of which everything is durable."""
        for number, account in state.accounts.items():
            self._add(number, account.owner)

    def opened(self, event: AccountOpened) -> None:
        """Know an account from now on."""
        self._add(event.account, event.owner)

    def _add(self, account: int, owner: int) -> None:
        self.owner_of[account] = owner
        self.accounts_of.setdefault(owner, []).append(account)
