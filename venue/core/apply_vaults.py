"""What vault events do to the state."""

from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.apply_orders import move_position
from venue.core.state import State, Vault, hold, touch
from venue.core.timers import Timer


def vault_opened(state: State, event: ev.VaultOpened) -> None:
    state.vaults[event.account, event.market] = Vault(event.account, event.market, event.vault)


def collateral_moved(state: State, event: ev.CollateralMoved) -> None:
    """Cash moves between account and vault; units come from outside, or go there."""
    owner, locked = state.accounts[event.account], state.accounts[event.vault]
    owner.balance_micros -= event.cash_micros
    locked.balance_micros += event.cash_micros
    owner.base_micros += event.worth_micros
    _move_units(state, event.account, event.market, event.units_e9)
    touch(state, owner, "")


def minted(state: State, event: ev.Minted) -> None:
    """A trade at nothing between vault and owner."""
    market = state.markets[event.market]
    locked, owner = state.accounts[event.vault], state.accounts[event.account]
    hold(state, locked, event.market)
    hold(state, owner, event.market)
    move_position(state, market, locked, -event.lots, 0, 0, 0)
    move_position(state, market, owner, event.lots, 0, event.realised_micros, 0)
    owner.headroom_version = -1


def vault_liquidated(state: State, event: ev.VaultLiquidated) -> None:
    """Units are sold outside; then the fund takes the debt over at a price."""
    market = state.markets[event.market]
    locked, fund = state.accounts[event.vault], state.accounts[INSURANCE]
    _sell_units(state, event.account, event.market, event.units_e9, event.proceeds_micros)
    hold(state, fund, event.market)
    cost_micros = event.lots * event.price_micros
    move_position(state, market, locked, event.lots, cost_micros, event.realised_micros, 0)
    move_position(state, market, fund, -event.lots, -cost_micros, event.fund_realised_micros, 0)
    if market.next_unwind_ns is None and fund.holdings[event.market].size_lots:
        market.next_unwind_ns = state.now_ns + market.rules.backstop.unwind_interval_ns
        state.timers.set(market.next_unwind_ns, Timer.UNWIND_FUND, (event.market,))


def vault_covered(state: State, event: ev.VaultCovered) -> None:
    _sell_units(state, event.account, event.market, event.units_e9, event.proceeds_micros)
    state.accounts[event.vault].balance_micros += event.fund_micros
    state.accounts[INSURANCE].balance_micros -= event.fund_micros


def _sell_units(
    state: State, account: int, market: str, units_e9: int, proceeds_micros: int
) -> None:
    _move_units(state, account, market, -units_e9)
    locked = state.accounts[state.vaults[account, market].vault]
    locked.balance_micros += proceeds_micros
    state.ledger.external_micros += proceeds_micros


def _move_units(state: State, account: int, market: str, units_e9: int) -> None:
    if units_e9:
        underlying = state.markets[market].spec.underlying
        state.vaults[account, market].units_e9 += units_e9
        state.units_e9[underlying] = state.units_e9.get(underlying, 0) + units_e9


def vault_units_split(state: State, event: ev.VaultUnitsSplit) -> None:
    held_e9 = state.vaults[event.account, event.market].units_e9
    _move_units(state, event.account, event.market, event.units_e9 - held_e9)
