"""Accounts and their money, as the operator and their owners move it."""

from venue.core.commands.command import Command, TraderCommand


class OpenAccount(Command, frozen=True, array_like=True, gc=False, tag=True):
    """Open an account. ``parent`` is the account whose sub-account it becomes."""

    name: str
    parent: int | None = None


class Deposit(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Bring paper money in."""

    amount_micros: int


class Withdraw(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Take paper money out; what open positions and orders need must remain."""

    amount_micros: int


class ResetAccount(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Start an account again at a balance: orders are cancelled; open positions refuse it."""

    balance_micros: int


class FundInsurance(Command, frozen=True, array_like=True, gc=False, tag=True):
    """Bring paper money into the insurance fund."""

    amount_micros: int
