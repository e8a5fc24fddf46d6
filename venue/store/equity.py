"""The equity curve: what every account is worth, at stated intervals of venue time.

Worth is kept up from the events alone, so that it is of the very command that a point belongs to,
whatever the engine has executed since; and it is a second opinion beside the engine's own.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.commands import Side
from venue.core.margin import bonds_micros
from venue.core.state import State
from venue.core.units import E12
from venue.store.rows import Values


class Position(msgspec.Struct):
    """Signed lots, and their exact signed cost."""

    lots: int = 0
    entry_micros: int = 0


class Worth:
    """Everybody's money and positions, and the marks, after some command.

    Money is an account's balance, isolated margin and bonds together.
    """

    def __init__(self, state: State) -> None:
        self.money_micros: dict[int, int] = {}
        self.base_micros: dict[int, int] = {}
        self.positions: dict[int, dict[str, Position]] = {}
        self.marks: dict[str, int] = {}
        self.tick_lot_micros: dict[str, int] = {}
        # Vaults by owner, then market: their account, and units of the underlying at its price.
        self.vaults: dict[int, dict[str, int]] = {}
        self.units_e9: dict[int, int] = {}
        self.underlying_nanos: dict[str, int] = {}
        for vault in state.vaults.values():
            self.vaults.setdefault(vault.account, {})[vault.market] = vault.vault
            self.units_e9[vault.vault] = vault.units_e9
        for name, market in state.markets.items():
            self.marks[name] = market.mark_micros
            self.underlying_nanos[name] = market.underlying_nanos or 0
            self.tick_lot_micros[name] = market.tick_lot_micros
        for number, account in state.accounts.items():
            held = account.holdings
            isolated_micros = sum(holding.isolated_micros for holding in held.values())
            bonds = bonds_micros(state, number)
            self.money_micros[number] = account.balance_micros + isolated_micros + bonds
            self.base_micros[number] = account.base_micros
            self.positions[number] = {
                name: Position(holding.size_lots, holding.entry_micros)
                for name, holding in held.items()
                if holding.size_lots or holding.entry_micros
            }

    def apply(self, event: ev.Event) -> None:
        """Take one event in; most change nothing here."""
        change = CHANGES.get(type(event))
        if change is not None:
            change(self, event)

    def equity_micros(self, account: int) -> int:
        """Return money + Σ (lots × mark - entry cost), and the same of the account's vaults."""
        equity = self.money_micros[account]
        for market, position in self.positions[account].items():
            equity += position.lots * self.marks[market] - position.entry_micros
        for market, vault in self.vaults.get(account, {}).items():
            units_micros = self.units_e9[vault] * self.underlying_nanos[market] // E12
            equity += self.equity_micros(vault) + units_micros
        return equity

    def rows(self, *, seq: int, at_ns: int) -> Iterator[Values]:
        """Yield one row for each account that has or had money."""
        for account in sorted(self.money_micros):
            money = self.money_micros[account]
            base = self.base_micros[account]
            if money or base or self.positions[account]:
                yield {
                    "account": account,
                    "at_ns": at_ns,
                    "seq": seq,
                    "equity_micros": self.equity_micros(account),
                    "balance_micros": money,
                    "base_micros": base,
                }

    def move(
        self, account: int, market: str, *, lots: int, cost_micros: int, gain_micros: int
    ) -> None:
        """Change a position at a signed cost; ``gain_micros`` is its realised profit."""
        positions = self.positions[account]
        position = positions.get(market)
        if position is None:
            position = positions[market] = Position()
        position.lots += lots
        position.entry_micros += cost_micros + gain_micros
        self.money_micros[account] += gain_micros
        if not position.lots and not position.entry_micros:
            del positions[market]


def _account_opened(worth: Worth, event: ev.AccountOpened) -> None:
    worth.money_micros[event.account] = 0
    worth.base_micros[event.account] = 0
    worth.positions[event.account] = {}


def _deposited(worth: Worth, event: ev.Deposited) -> None:
    worth.money_micros[event.account] += event.amount_micros
    worth.base_micros[event.account] += event.amount_micros


def _account_reset(worth: Worth, event: ev.AccountReset) -> None:
    worth.money_micros[event.account] += event.change_micros
    worth.base_micros[event.account] = event.balance_micros


def _traded(worth: Worth, event: ev.Traded) -> None:
    lots = event.size_lots if event.taker_side is Side.BUY else -event.size_lots
    cost_micros = lots * event.price_ticks * worth.tick_lot_micros[event.market]
    market, taker, maker = event.market, event.taker_account, event.maker_account
    taker_gain = event.taker_realised_micros
    maker_gain = event.maker_realised_micros
    worth.move(taker, market, lots=lots, cost_micros=cost_micros, gain_micros=taker_gain)
    worth.move(maker, market, lots=-lots, cost_micros=-cost_micros, gain_micros=maker_gain)
    worth.money_micros[taker] -= event.taker_fee_micros
    worth.money_micros[maker] -= event.maker_fee_micros


def _funding_settled(worth: Worth, event: ev.FundingSettled | ev.DividendPaid) -> None:
    for account, paid_micros in event.payments:
        worth.money_micros[account] -= paid_micros


def _position_settled(worth: Worth, event: ev.PositionSettled) -> None:
    worth.move(
        event.account,
        event.market,
        lots=-event.size_lots,
        cost_micros=-event.size_lots * event.mark_micros,
        gain_micros=event.realised_micros,
    )


def _market_split(worth: Worth, event: ev.MarketSplit) -> None:
    worth.marks[event.market] = event.mark_micros


def _position_rescaled(worth: Worth, event: ev.PositionRescaled) -> None:
    worth.move(
        event.account,
        event.market,
        lots=event.size_lots - event.was_lots,
        cost_micros=event.cost_micros,
        gain_micros=event.realised_micros,
    )


def _market_renamed(worth: Worth, event: ev.MarketRenamed) -> None:
    old, new = event.market, event.to
    for by_market in (worth.marks, worth.tick_lot_micros, worth.underlying_nanos):
        if old in by_market:
            by_market[new] = by_market.pop(old)
    for positions in worth.positions.values():
        if old in positions:
            positions[new] = positions.pop(old)


def _taken_over(worth: Worth, event: ev.TakenOver) -> None:
    lots, market = event.size_lots, event.position_market
    cost_micros = lots * event.mark_micros
    gain, fund_gain = event.realised_micros, event.fund_realised_micros
    worth.move(event.account, market, lots=-lots, cost_micros=-cost_micros, gain_micros=gain)
    worth.move(event.taker, market, lots=lots, cost_micros=cost_micros, gain_micros=fund_gain)


def _deleveraged(worth: Worth, event: ev.Deleveraged) -> None:
    lots, market, cash = event.size_lots, event.position_market, event.cash_micros
    gain, other_gain = event.realised_micros, event.counterparty_realised_micros
    worth.move(event.account, market, lots=-lots, cost_micros=-cash, gain_micros=gain)
    worth.move(event.counterparty, market, lots=lots, cost_micros=cash, gain_micros=other_gain)


def _shortfall_paid(worth: Worth, event: ev.ShortfallPaid) -> None:
    worth.money_micros[event.account] += event.insurance_micros + event.bad_debt_micros
    worth.money_micros[event.payer] -= event.insurance_micros


def _fee_paid(worth: Worth, event: ev.LiquidationFeePaid) -> None:
    worth.money_micros[event.account] -= event.amount_micros
    worth.money_micros[INSURANCE] += event.amount_micros - event.beyond_micros


def _fund_filled(worth: Worth, event: ev.FundFilled) -> None:
    worth.money_micros[INSURANCE] += event.amount_micros


def _loss_shared(worth: Worth, event: ev.LossShared) -> None:
    worth.money_micros[event.account] += event.loss_micros
    for account, paid_micros in event.payments:
        worth.money_micros[account] -= paid_micros


def _makers_judged(worth: Worth, event: ev.MakersJudged) -> None:
    for judged in event.judged:
        worth.money_micros[judged.account] -= judged.penalty_micros
        worth.money_micros[INSURANCE] += judged.penalty_micros


def _pool_requested(worth: Worth, event: ev.PoolRequested) -> None:
    _to_pool(worth, event.account, event.pool, event.amount_micros)


def _pool_request_ended(worth: Worth, event: ev.PoolRequestEnded) -> None:
    if event.outcome is not ev.PoolOutcome.PAID_IN:
        _to_pool(worth, event.account, event.pool, -event.amount_micros)


def _to_pool(worth: Worth, account: int, pool: int, amount_micros: int) -> None:
    worth.money_micros[account] -= amount_micros
    worth.base_micros[account] -= amount_micros
    worth.money_micros[pool] += amount_micros
    worth.base_micros[pool] += amount_micros


def _vault_opened(worth: Worth, event: ev.VaultOpened) -> None:
    worth.vaults.setdefault(event.account, {})[event.market] = event.vault
    worth.units_e9[event.vault] = 0


def _collateral_moved(worth: Worth, event: ev.CollateralMoved) -> None:
    worth.money_micros[event.account] -= event.cash_micros
    worth.money_micros[event.vault] += event.cash_micros
    worth.base_micros[event.account] += event.worth_micros
    worth.units_e9[event.vault] += event.units_e9


def _minted(worth: Worth, event: ev.Minted) -> None:
    market, gain = event.market, event.realised_micros
    worth.move(event.vault, market, lots=-event.lots, cost_micros=0, gain_micros=0)
    worth.move(event.account, market, lots=event.lots, cost_micros=0, gain_micros=gain)


def _vault_liquidated(worth: Worth, event: ev.VaultLiquidated) -> None:
    worth.units_e9[event.vault] -= event.units_e9
    worth.money_micros[event.vault] += event.proceeds_micros
    lots, market, cost = event.lots, event.market, event.lots * event.price_micros
    gain, fund_gain = event.realised_micros, event.fund_realised_micros
    worth.move(event.vault, market, lots=lots, cost_micros=cost, gain_micros=gain)
    worth.move(INSURANCE, market, lots=-lots, cost_micros=-cost, gain_micros=fund_gain)


def _vault_covered(worth: Worth, event: ev.VaultCovered) -> None:
    worth.units_e9[event.vault] -= event.units_e9
    worth.money_micros[event.vault] += event.proceeds_micros + event.fund_micros
    worth.money_micros[INSURANCE] -= event.fund_micros


def _vault_units_split(worth: Worth, event: ev.VaultUnitsSplit) -> None:
    worth.units_e9[event.vault] = event.units_e9


def _underlying_split(worth: Worth, event: ev.UnderlyingSplit) -> None:
    if event.underlying_nanos is not None:
        worth.underlying_nanos[event.market] = event.underlying_nanos


def _underlying_priced(worth: Worth, event: ev.UnderlyingPriced) -> None:
    worth.underlying_nanos[event.market] = event.underlying_nanos


def _mark_updated(worth: Worth, event: ev.MarkUpdated) -> None:
    worth.marks[event.market] = event.mark_micros


def _market_listed(worth: Worth, event: ev.MarketListed) -> None:
    worth.marks[event.spec.market] = 0
    worth.underlying_nanos[event.spec.market] = 0
    worth.tick_lot_micros[event.spec.market] = event.spec.units.tick_lot_micros


CHANGES: dict[type[ev.Event], Callable[[Worth, Any], None]] = {
    ev.AccountOpened: _account_opened,
    ev.Deposited: _deposited,
    ev.AccountReset: _account_reset,
    ev.Traded: _traded,
    ev.FundingSettled: _funding_settled,
    ev.PositionSettled: _position_settled,
    ev.MarketSplit: _market_split,
    ev.PositionRescaled: _position_rescaled,
    ev.DividendPaid: _funding_settled,
    ev.MarketRenamed: _market_renamed,
    ev.TakenOver: _taken_over,
    ev.Deleveraged: _deleveraged,
    ev.ShortfallPaid: _shortfall_paid,
    ev.LiquidationFeePaid: _fee_paid,
    ev.FundFilled: _fund_filled,
    ev.LossShared: _loss_shared,
    ev.MakersJudged: _makers_judged,
    ev.PoolRequested: _pool_requested,
    ev.PoolRequestEnded: _pool_request_ended,
    ev.VaultOpened: _vault_opened,
    ev.CollateralMoved: _collateral_moved,
    ev.Minted: _minted,
    ev.VaultLiquidated: _vault_liquidated,
    ev.VaultCovered: _vault_covered,
    ev.VaultUnitsSplit: _vault_units_split,
    ev.UnderlyingSplit: _underlying_split,
    ev.UnderlyingPriced: _underlying_priced,
    ev.MarkUpdated: _mark_updated,
    ev.MarketListed: _market_listed,
}
