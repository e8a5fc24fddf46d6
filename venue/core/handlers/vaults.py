"""Vaults: lock collateral or take it back, mint units of the contract, burn them."""

from venue.core import events as ev
from venue.core.account import FIRST_ACCOUNT, Account, Holding
from venue.core.apply import emit
from venue.core.bounds import is_blocked, validity_figures
from venue.core.breaches import is_on_record
from venue.core.commands import Burn, MarginMode, Mint, MoveCollateral
from venue.core.handlers.accounts import AMOUNT_MICROS_MAX
from venue.core.handlers.refusing import reject
from venue.core.liquidation import check_touched, check_unit
from venue.core.margin import (
    account_required_micros,
    cross_equity_micros,
    required_micros,
    withdrawable_micros,
)
from venue.core.market import Market
from venue.core.phases import Phase
from venue.core.policies import Action, VaultTerms
from venue.core.position import realised_micros
from venue.core.rejects import Reason
from venue.core.state import State, Vault, hold, leverage_of
from venue.core.units import E9
from venue.core.vaults import figures, minted_lots, units_micros

# Vaults are numbered downwards from here, below everything else that is the venue's own.
FIRST_VAULT = -1_000
# A billion units of the underlying.
UNITS_E9_MAX = E9 * E9


class _Asked:
    """Who asks about which market, and what its vaults are held to."""

    __slots__ = ("account", "market", "terms")

    def __init__(self, account: Account, market: Market, terms: VaultTerms) -> None:
        self.account = account
        self.market = market
        self.terms = terms


def _asked(state: State, command: MoveCollateral | Mint | Burn) -> _Asked | None:
    """Return the account and the market of a command, or refuse it."""
    account = state.accounts.get(command.account)
    market = state.markets.get(command.market)
    reason = None
    if account is None or command.account < FIRST_ACCOUNT:
        reason = Reason.UNKNOWN_ACCOUNT
    elif market is None:
        reason = Reason.UNKNOWN_MARKET
    elif is_on_record(state, account.cross_unit):
        reason = Reason.LIQUIDATION_OPEN
    elif market.rules.contract.vaults is None:
        reason = Reason.NO_VAULTS_HERE
    elif market.mark_nanos is None or market.underlying_nanos is None:
        reason = Reason.NO_MARK_YET
    elif isinstance(command, Mint) and market.phase is not Phase.CONTINUOUS:
        reason = Reason.MARKET_NOT_TRADING
    elif isinstance(command, Mint) and is_blocked(market, Action.MARGIN):
        reason = Reason.INDEX_NOT_VALID
    if reason is not None:
        reject(state, command, reason)
        return None
    assert account is not None, "asked above"
    assert market is not None, "asked above"
    terms = market.rules.contract.vaults
    assert terms is not None, "asked above"
    return _Asked(account, market, terms)


def move_collateral(state: State, command: MoveCollateral) -> None:
    """Lock cash of the account, or units of the underlying from outside; negative: give it back."""
    asked = _asked(state, command)
    if asked is None:
        return
    if asked.terms.collateral == "cash":
        amount, other, most = command.cash_micros, command.units_e9, AMOUNT_MICROS_MAX
    else:
        amount, other, most = command.units_e9, command.cash_micros, UNITS_E9_MAX
    if other:
        reject(state, command, Reason.OTHER_COLLATERAL)
    elif amount == 0:
        reject(state, command, Reason.AMOUNT_NOT_POSITIVE, amount=0)
    elif abs(amount) > most:
        reject(state, command, Reason.AMOUNT_TOO_LARGE, amount_max=most)
    elif amount > 0:
        _lock(state, command, asked, amount)
    else:
        _release(state, command, asked, -amount)


def _lock(state: State, command: MoveCollateral, asked: _Asked, amount: int) -> None:
    is_cash = asked.terms.collateral == "cash"
    standing = state.vaults.get((command.account, command.market))
    if is_cash:
        available = withdrawable_micros(state, asked.account)
        if amount > available:
            reject(state, command, Reason.INSUFFICIENT_BALANCE, available_micros=available)
            return
    elif amount + (0 if standing is None else standing.units_e9) > UNITS_E9_MAX:
        reject(state, command, Reason.AMOUNT_TOO_LARGE, amount_max=UNITS_E9_MAX)
        return
    vault = standing or _open(state, command.account, command.market)
    cash, units = (amount, 0) if is_cash else (0, amount)
    _move(state, asked.market, vault, cash, units)


def _release(state: State, command: MoveCollateral, asked: _Asked, amount: int) -> None:
    """Give collateral back; with the last unit of a vault that owes nothing, its cash as well."""
    vault = state.vaults.get((command.account, command.market))
    held = 0
    if vault is not None:
        held = vault.units_e9
        if asked.terms.collateral == "cash":
            held = state.accounts[vault.vault].balance_micros
    if vault is None or amount > held:
        reject(state, command, Reason.INSUFFICIENT_BALANCE, available=max(0, held))
        return
    if minted_lots(state, vault) and is_blocked(asked.market, Action.MARGIN):
        reject(state, command, Reason.INDEX_NOT_VALID, **validity_figures(asked.market))
        return
    cash, units = -amount, 0
    if asked.terms.collateral == "index":
        cash, units = 0, -amount
        if not minted_lots(state, vault) and not vault.units_e9 + units:
            cash = -max(0, state.accounts[vault.vault].balance_micros)
    after = figures(state, vault, cash=cash, units=units)
    if not after.covers(asked.terms.ratio_e4):
        reject(state, command, Reason.COLLATERAL_TOO_LOW, ratio_e4=after.ratio_e4 or 0)
        return
    _move(state, asked.market, vault, cash, units)


def _move(state: State, market: Market, vault: Vault, cash: int, units: int) -> None:
    worth = units_micros(market, abs(units))
    emit(
        state,
        ev.CollateralMoved(
            vault.account, vault.market, vault.vault, cash, units, worth if units > 0 else -worth
        ),
    )
    check_unit(state, (vault.account, ""))


def _open(state: State, account: int, market: str) -> Vault:
    """Open the account in which a vault's collateral and debt stand."""
    number = FIRST_VAULT - len(state.vaults)
    name = f"vault_{market}_{account}"
    while name in state.names:
        name += "_"
    emit(state, ev.AccountOpened(number, name, None, number))
    emit(state, ev.VaultOpened(account, market, number))
    return state.vaults[account, market]


def mint(state: State, command: Mint) -> None:
    """Mint units of the contract against the collateral: the account is long them, and may sell."""
    asked = _asked(state, command)
    if asked is None:
        return
    lots = command.size_lots
    vault = state.vaults.get((command.account, command.market))
    if lots <= 0:
        reject(state, command, Reason.SIZE_NOT_POSITIVE, size_lots=lots)
        return
    market, account = asked.market, asked.account
    holding = account.holdings.get(command.market)
    if holding is not None and holding.mode is not MarginMode.CROSS:
        reject(state, command, Reason.VAULT_NEEDS_CROSS)
        return
    owed = lots if vault is None else lots + minted_lots(state, vault)
    held = lots if holding is None else lots + holding.size_lots + holding.buy_lots
    if max(owed, held) > market.position_max_lots:
        reject(state, command, Reason.POSITION_LIMIT, position_lots_max=market.position_max_lots)
        return
    if market.open_interest_lots + lots > market.interest_max_lots:
        most = market.interest_max_lots
        reject(state, command, Reason.OPEN_INTEREST_LIMIT, open_interest_lots_max=most)
        return
    after = None if vault is None else figures(state, vault, lots=lots)
    if vault is None or after is None or not after.covers(asked.terms.ratio_e4):
        ratio = 0 if after is None else after.ratio_e4 or 0
        reject(state, command, Reason.COLLATERAL_TOO_LOW, ratio_e4=ratio)
        return
    _trade_at_nothing(state, vault, lots)


def burn(state: State, command: Burn) -> None:
    """Give units of the contract that the account is long back to the vault that minted them."""
    asked = _asked(state, command)
    if asked is None:
        return
    lots = command.size_lots
    if lots <= 0:
        reject(state, command, Reason.SIZE_NOT_POSITIVE, size_lots=lots)
        return
    holding = asked.account.holdings.get(command.market)
    if holding is not None and holding.mode is not MarginMode.CROSS:
        reject(state, command, Reason.VAULT_NEEDS_CROSS)
        return
    vault = state.vaults.get((command.account, command.market))
    owed = 0 if vault is None else minted_lots(state, vault)
    held = 0 if holding is None else holding.size_lots
    if vault is None or holding is None or lots > min(owed, held):
        reject(state, command, Reason.NOT_SO_MUCH_MINTED, minted_lots=owed, held_lots=max(0, held))
        return
    lacking = _lacking_micros(state, asked, holding, lots)
    if lacking > 0:
        reject(state, command, Reason.INSUFFICIENT_MARGIN, lacking_micros=lacking)
        return
    _trade_at_nothing(state, vault, -lots)


def _lacking_micros(state: State, asked: _Asked, holding: Holding, lots: int) -> int:
    """Return what initial margin would lack once the units are gone, and with them their worth."""
    market, account = asked.market, asked.account
    left = Holding(
        holding.market,
        leverage_of(state, account, holding.market),
        size_lots=holding.size_lots - lots,
        buy_lots=holding.buy_lots,
        buy_micros=holding.buy_micros,
        sell_lots=holding.sell_lots,
        sell_micros=holding.sell_micros,
    )
    needed = required_micros(market, left)
    needed += account_required_micros(state, account, but=holding.market)
    return needed + lots * market.mark_micros - cross_equity_micros(state, account)


def _trade_at_nothing(state: State, vault: Vault, lots: int) -> None:
    holding = hold(state, state.accounts[vault.account], vault.market)
    emit(
        state,
        ev.Minted(
            vault.account,
            vault.market,
            vault.vault,
            lots,
            realised_micros(
                size_lots=holding.size_lots,
                entry_micros=holding.entry_micros,
                delta_lots=lots,
                price_micros=0,
            ),
        ),
    )
    state.touched[vault.account, vault.market] = None
    check_touched(state)
