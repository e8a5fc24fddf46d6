"""Whom and what a trader's command names; or its refusal."""

from venue.core.account import FIRST_ACCOUNT, Account
from venue.core.commands import TraderCommand
from venue.core.handlers.refusing import reject
from venue.core.market import Market
from venue.core.rejects import Reason
from venue.core.state import State


def named_account(state: State, command: TraderCommand) -> Account | None:
    """Return the account of a command; else refuse it. The venue's own accounts ask for nothing."""
    account = state.accounts.get(command.account)
    if account is None or command.account < FIRST_ACCOUNT:
        reject(state, command, Reason.UNKNOWN_ACCOUNT)
        return None
    return account


def account_and_market(
    state: State, command: TraderCommand, market: str
) -> tuple[Account, Market] | None:
    """Return the account of a command and the market that it names; else refuse it."""
    account = named_account(state, command)
    if account is None:
        return None
    found = state.markets.get(market)
    if found is None:
        reject(state, command, Reason.UNKNOWN_MARKET)
        return None
    return account, found
