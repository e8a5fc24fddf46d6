"""Accounts: opened, money in and out, leverage."""

from venue.core.commands import MarginMode
from venue.core.events.event import Event


class AccountOpened(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An account exists. ``owner`` is the account at the root of its family."""

    account: int
    name: str
    parent: int | None
    owner: int


class Deposited(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Paper money came in; negative: it was withdrawn."""

    account: int
    amount_micros: int


class AccountReset(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An account starts again at a balance; its return is counted from here."""

    account: int
    balance_micros: int
    change_micros: int


class RequestsCounted(Event, frozen=True, array_like=True, gc=False, tag=True):
    """How many requests an account has sent in all, this command's included."""

    account: int
    requests: int


class LeverageSet(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An account's leverage and margin mode in one market."""

    account: int
    market: str
    leverage: int
    mode: MarginMode


class IsolatedMarginMoved(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Money moved from the account to its isolated position (negative: back)."""

    account: int
    market: str
    amount_micros: int
