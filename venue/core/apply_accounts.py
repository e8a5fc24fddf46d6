"""What account events do to the state."""

from venue.core import events as ev
from venue.core.account import Account
from venue.core.commands import MarginMode
from venue.core.state import State, hold, touch
from venue.core.timers import Timer
from venue.core.volumes import join_owner


def account_opened(state: State, event: ev.AccountOpened) -> None:
    account = Account(event.account, event.name, event.parent, event.owner)
    state.accounts[event.account] = account
    state.names[event.name] = event.account
    state.next_account = max(state.next_account, event.account + 1)
    join_owner(state, account)


def deposited(state: State, event: ev.Deposited) -> None:
    account = state.accounts[event.account]
    account.balance_micros += event.amount_micros
    account.base_micros += event.amount_micros
    state.ledger.external_micros += event.amount_micros
    touch(state, state.accounts[event.account], "")


def account_reset(state: State, event: ev.AccountReset) -> None:
    account = state.accounts[event.account]
    account.balance_micros = event.balance_micros
    account.base_micros = event.balance_micros
    state.ledger.external_micros += event.change_micros
    for holding in account.holdings.values():
        holding.realised_micros = holding.funding_micros = holding.fees_micros = 0
    touch(state, state.accounts[event.account], "")


def requests_counted(state: State, event: ev.RequestsCounted) -> None:
    account = state.accounts[event.account]
    account.requests = event.requests
    account.requested_at_ns = state.now_ns


def leverage_set(state: State, event: ev.LeverageSet) -> None:
    holding = hold(state, state.accounts[event.account], event.market)
    holding.leverage = event.leverage
    holding.mode = MarginMode(event.mode)
    touch(state, state.accounts[event.account], "")
    touch(state, state.accounts[event.account], event.market)


def provider_set(state: State, event: ev.ProviderSet) -> None:
    providers = state.markets[event.market].providers
    if event.cap_micros:
        providers[event.account] = event.cap_micros
    else:
        providers.pop(event.account, None)


def isolated_margin_moved(state: State, event: ev.IsolatedMarginMoved) -> None:
    account = state.accounts[event.account]
    account.balance_micros -= event.amount_micros
    account.holdings[event.market].isolated_micros += event.amount_micros
    touch(state, state.accounts[event.account], "")
    touch(state, state.accounts[event.account], event.market)


def cancel_all_after_set(state: State, event: ev.CancelAllAfterSet) -> None:
    state.accounts[event.account].cancel_all_at_ns = event.at_ns
    if event.at_ns is not None:
        state.timers.set(event.at_ns, Timer.CANCEL_ALL, (event.account,))


def cancel_on_disconnect_set(state: State, event: ev.CancelOnDisconnectSet) -> None:
    account = state.accounts[event.account]
    if event.enabled:
        account.cancel_on_disconnect[event.connection] = True
    else:
        account.cancel_on_disconnect.pop(event.connection, None)


def connection_lost(state: State, event: ev.ConnectionLost) -> None:
    state.accounts[event.account].cancel_on_disconnect.pop(event.connection, None)
