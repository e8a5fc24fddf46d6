"""Accounts: open, deposit, withdraw, reset; leverage, isolated margin; connections lost."""

from venue.core import events as ev
from venue.core.account import FIRST_ACCOUNT, INSURANCE, VAULT, Account, Holding
from venue.core.apply import emit
from venue.core.bounds import is_blocked, validity_figures
from venue.core.breaches import is_on_record
from venue.core.commands import (
    Deposit,
    FundInsurance,
    LoseConnection,
    MarginMode,
    MoveIsolatedMargin,
    OpenAccount,
    ResetAccount,
    SetCancelAllAfter,
    SetCancelOnDisconnect,
    SetLeverage,
    Withdraw,
)
from venue.core.handlers.naming import account_and_market
from venue.core.handlers.orders import cancel_many
from venue.core.handlers.refusing import reject
from venue.core.liquidation import check_unit
from venue.core.liquidator_vault import seed, seed_cost, waiting_micros
from venue.core.margin import (
    account_required_micros,
    cross_equity_micros,
    required_micros,
    unit_margin,
    unit_of,
    withdrawable_micros,
)
from venue.core.policies import Action
from venue.core.rejects import Cause, Reason
from venue.core.state import State, leverage_of
from venue.core.vaults import is_empty

# $100M: with it, balances stay within the sweep's exact range.
AMOUNT_MICROS_MAX = 100_000_000_000_000


def _known(state: State, command: Deposit | Withdraw | ResetAccount) -> Account | None:
    account = state.accounts.get(command.account)
    if account is None or command.account == INSURANCE:
        reject(state, command, Reason.UNKNOWN_ACCOUNT)
        return None
    return account


def open_account(state: State, command: OpenAccount) -> None:
    """Open an account, or a sub-account of the same owner."""
    parent = None
    if command.parent is not None:
        parent = state.accounts.get(command.parent)
        if parent is None or command.parent == INSURANCE:
            reject(state, command, Reason.UNKNOWN_ACCOUNT)
            return
    if command.name in state.names:
        reject(state, command, Reason.NAME_TAKEN, account=state.names[command.name])
        return
    number = state.next_account
    owner = number if parent is None else parent.owner
    emit(state, ev.AccountOpened(number, command.name, command.parent, owner))


def _amount_refused(state: State, command: Deposit | Withdraw | FundInsurance) -> bool:
    if command.amount_micros <= 0:
        reject(state, command, Reason.AMOUNT_NOT_POSITIVE, amount_micros=command.amount_micros)
        return True
    if command.amount_micros > AMOUNT_MICROS_MAX:
        reject(state, command, Reason.AMOUNT_TOO_LARGE, amount_micros_max=AMOUNT_MICROS_MAX)
        return True
    return False


def deposit(state: State, command: Deposit) -> None:
    """Bring paper money into an account."""
    account = _known(state, command)
    if account is None or _amount_refused(state, command):
        return
    if account.balance_micros + command.amount_micros > AMOUNT_MICROS_MAX:
        reject(state, command, Reason.AMOUNT_TOO_LARGE, balance_micros_max=AMOUNT_MICROS_MAX)
        return
    emit(state, ev.Deposited(command.account, command.amount_micros))
    if command.account == VAULT:
        seed(state, command.amount_micros)


def withdraw(state: State, command: Withdraw) -> None:
    """Take paper money out of an account."""
    account = _known(state, command)
    if account is None:
        return
    if is_on_record(state, (command.account, "")):
        reject(state, command, Reason.LIQUIDATION_OPEN)
        return
    if _withdrawals_gated(state):
        reject(state, command, Reason.WITHDRAWALS_GATED)
        return
    if _amount_refused(state, command):
        return
    for name, holding in sorted(account.holdings.items()):
        if holding.size_lots and is_blocked(state.markets[name], Action.MARGIN):
            figures = validity_figures(state.markets[name])
            reject(state, command, Reason.INDEX_NOT_VALID, **figures)
            return
    available = withdrawable_micros(state, account) - waiting_micros(state, command.account)
    if command.amount_micros > available:
        reject(state, command, Reason.INSUFFICIENT_BALANCE, withdrawable_micros=available)
        return
    shares = 0
    if command.account == VAULT:  # The depositors' money is not the operator's.
        shares, has = seed_cost(state, command.amount_micros)
        if shares > has:
            reject(state, command, Reason.INSUFFICIENT_SHARES, shares=has)
            return
    emit(state, ev.Deposited(command.account, -command.amount_micros))
    if command.account == VAULT:
        emit(state, ev.VaultSeeded(-command.amount_micros, -shares))
    check_unit(state, (command.account, ""))


def _withdrawals_gated(state: State) -> bool:
    """Say whether a market's backstop holds withdrawals back: somebody's equity is below zero.

    Source: dYdX v4 (venue-rules section 8): gated while a negative account exists.
    """
    if not any(market.rules.backstop.gates_withdrawals for market in state.markets.values()):
        return False
    units = (*state.liquidations, *state.breaches)
    return any(
        unit_margin(state, state.accounts[unit[0]], unit[1]).equity_micros < 0 for unit in units
    )


def fund_insurance(state: State, command: FundInsurance) -> None:
    """Bring paper money into the insurance fund."""
    if not _amount_refused(state, command):
        emit(state, ev.Deposited(INSURANCE, command.amount_micros))


def reset_account(state: State, command: ResetAccount) -> None:
    """Start an account again at a balance."""
    account = _known(state, command)
    if account is None:
        return
    if command.account < FIRST_ACCOUNT:  # What a pool or a vault has is others' money.
        reject(state, command, Reason.UNKNOWN_ACCOUNT)
        return
    units = [(command.account, ""), *((command.account, name) for name in account.holdings)]
    if any(unit in state.liquidations for unit in units):
        reject(state, command, Reason.LIQUIDATION_OPEN)
        return
    if command.balance_micros < 0:
        reject(state, command, Reason.AMOUNT_NOT_POSITIVE, balance_micros=command.balance_micros)
        return
    if command.balance_micros > AMOUNT_MICROS_MAX:
        reject(state, command, Reason.AMOUNT_TOO_LARGE, balance_micros_max=AMOUNT_MICROS_MAX)
        return
    held = sorted(name for name, holding in account.holdings.items() if holding.size_lots)
    held += [
        name
        for (owner, name), vault in sorted(state.vaults.items())
        if owner == command.account and not is_empty(state, vault)
    ]
    if held:
        reject(state, command, Reason.POSITION_OPEN, positions=len(held))
        return
    if any(command.account in market.makers for market in state.markets.values()):
        reject(state, command, Reason.BOND_HELD)
        return
    cancel_many(state, account, Cause.ACCOUNT_RESET)
    emit(
        state,
        ev.AccountReset(
            command.account,
            command.balance_micros,
            command.balance_micros - account.balance_micros,
        ),
    )


def set_leverage(state: State, command: SetLeverage) -> None:
    """Choose leverage and margin mode in one market; the mode only while nothing stands."""
    both = account_and_market(state, command, command.market)
    if both is None:
        return
    account, market = both
    if is_on_record(state, unit_of(account, command.market)):
        reject(state, command, Reason.LIQUIDATION_OPEN)
        return
    leverage_max = market.tiers.leverage_max
    if not 1 <= command.leverage <= leverage_max:
        reject(state, command, Reason.LEVERAGE_OUT_OF_RANGE, leverage_max=leverage_max)
        return
    holding = account.holdings.get(command.market)
    if holding is None:
        holding = Holding(command.market, leverage_of(state, account, command.market))
    resting = any(order.market == command.market for order in account.orders.values())
    if command.mode is not holding.mode and (holding.size_lots or resting):
        reject(state, command, Reason.MODE_WITH_POSITION, size_lots=holding.size_lots)
        return
    if command.leverage < holding.leverage and (holding.size_lots or resting):
        lower = Holding(
            command.market,
            command.leverage,
            size_lots=holding.size_lots,
            buy_lots=holding.buy_lots,
            buy_micros=holding.buy_micros,
            sell_lots=holding.sell_lots,
            sell_micros=holding.sell_micros,
        )
        need = required_micros(market, lower)
        others = account_required_micros(state, account, but=command.market)
        available = cross_equity_micros(state, account) + holding.isolated_micros
        if available < need + others:
            reject(
                state,
                command,
                Reason.INSUFFICIENT_MARGIN,
                available_micros=available,
                required_micros=need + others,
            )
            return
    emit(state, ev.LeverageSet(command.account, command.market, command.leverage, command.mode))


def move_isolated_margin(state: State, command: MoveIsolatedMargin) -> None:
    """Set more margin aside for an isolated position, or take back what it does not need."""
    both = account_and_market(state, command, command.market)
    if both is None:
        return
    account, market = both
    holding = account.holdings.get(command.market)
    for unit in ((command.account, ""), (command.account, command.market)):
        if is_on_record(state, unit):
            reject(state, command, Reason.LIQUIDATION_OPEN)
            return
    if command.amount_micros == 0:
        reject(state, command, Reason.AMOUNT_NOT_POSITIVE, amount_micros=0)
        return
    if holding is None or holding.mode is not MarginMode.ISOLATED or not holding.size_lots:
        reject(state, command, Reason.NOT_ISOLATED)
        return
    if command.amount_micros < 0 and market.terms.margin_mode == "strict":
        reject(state, command, Reason.MARGIN_STAYS)
        return
    if command.amount_micros > 0:
        available = withdrawable_micros(state, account)
    else:
        margin = unit_margin(state, account, command.market)
        value = holding.size_lots * market.mark_micros
        needed = market.tiers.initial_micros(value, holding.leverage, market.crowded_e4)
        available = max(0, min(margin.equity_micros - needed, holding.isolated_micros))
    if abs(command.amount_micros) > available:
        reject(state, command, Reason.INSUFFICIENT_BALANCE, available_micros=available)
        return
    emit(
        state,
        ev.IsolatedMarginMoved(command.account, command.market, command.amount_micros),
    )


def set_cancel_all_after(state: State, command: SetCancelAllAfter) -> None:
    """Set, move or call off the time at which everything is cancelled."""
    if command.account not in state.accounts or command.account == INSURANCE:
        reject(state, command, Reason.UNKNOWN_ACCOUNT)
    elif command.at_ns is not None and command.at_ns <= state.now_ns:
        reject(state, command, Reason.TIME_PASSED, now_ns=state.now_ns)
    else:
        emit(state, ev.CancelAllAfterSet(command.account, command.at_ns))


def set_cancel_on_disconnect(state: State, command: SetCancelOnDisconnect) -> None:
    """Choose whether a connection's orders die with it."""
    if command.account not in state.accounts or command.account == INSURANCE:
        reject(state, command, Reason.UNKNOWN_ACCOUNT)
    else:
        emit(
            state,
            ev.CancelOnDisconnectSet(command.account, command.connection, command.enabled),
        )


def lose_connection(state: State, command: LoseConnection) -> None:
    """A connection is gone: cancel its orders if it asked for that."""
    account = state.accounts.get(command.account)
    if account is None or command.account == INSURANCE:
        reject(state, command, Reason.UNKNOWN_ACCOUNT)
        return
    disconnect(state, account, command.connection)


def disconnect(state: State, account: Account, connection: int) -> None:
    """Record a lost connection, and cancel what it placed if it asked for that."""
    cancels = account.cancel_on_disconnect.get(connection, False)
    emit(state, ev.ConnectionLost(account.account, connection))
    if cancels:
        cancel_many(state, account, Cause.DISCONNECTED, connection=connection)
