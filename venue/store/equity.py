"""The equity curve: what every account is worth, at stated intervals of venue time.

Worth is kept up from the events alone, so that it is of the very command that a point belongs to,
whatever the engine has executed since; and it is a second opinion beside the engine's own.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from venue.core import events as ev
from venue.core.commands import Side
from venue.core.state import INSURANCE, State
from venue.store.rows import Values


class Position(msgspec.Struct):
    """Signed lots, and their exact signed cost."""

    lots: int = 0
    entry_micros: int = 0


class Worth:
    """Everybody's money and positions, and the marks, after some command.

    Money is an account's balance and isolated margin together.
    """

    def __init__(self, state: State) -> None:
        self.money_micros: dict[int, int] = {}
        self.base_micros: dict[int, int] = {}
        self.positions: dict[int, dict[str, Position]] = {}
        self.marks: dict[str, int] = {}
        self.tick_lot_micros: dict[str, int] = {}
        for name, market in state.markets.items():
            self.marks[name] = market.mark_micros
            self.tick_lot_micros[name] = market.tick_lot_micros
        for number, account in state.accounts.items():
            held = account.holdings
            isolated_micros = sum(holding.isolated_micros for holding in held.values())
            self.money_micros[number] = account.balance_micros + isolated_micros
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
        """Return money + Σ (lots × mark - entry cost)."""
        equity = self.money_micros[account]
        for market, position in self.positions[account].items():
            equity += position.lots * self.marks[market] - position.entry_micros
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


def _funding_settled(worth: Worth, event: ev.FundingSettled) -> None:
    for account, paid_micros in event.payments:
        worth.money_micros[account] -= paid_micros


def _taken_over(worth: Worth, event: ev.TakenOver) -> None:
    lots, market = event.size_lots, event.position_market
    cost_micros = lots * event.mark_micros
    gain, fund_gain = event.realised_micros, event.fund_realised_micros
    worth.move(event.account, market, lots=-lots, cost_micros=-cost_micros, gain_micros=gain)
    worth.move(INSURANCE, market, lots=lots, cost_micros=cost_micros, gain_micros=fund_gain)


def _deleveraged(worth: Worth, event: ev.Deleveraged) -> None:
    lots, market, cash = event.size_lots, event.position_market, event.cash_micros
    gain, other_gain = event.realised_micros, event.counterparty_realised_micros
    worth.move(event.account, market, lots=-lots, cost_micros=-cash, gain_micros=gain)
    worth.move(event.counterparty, market, lots=lots, cost_micros=cash, gain_micros=other_gain)


def _shortfall_paid(worth: Worth, event: ev.ShortfallPaid) -> None:
    worth.money_micros[event.account] += event.insurance_micros + event.bad_debt_micros
    worth.money_micros[INSURANCE] -= event.insurance_micros


def _mark_updated(worth: Worth, event: ev.MarkUpdated) -> None:
    worth.marks[event.market] = event.mark_micros


def _market_listed(worth: Worth, event: ev.MarketListed) -> None:
    worth.marks[event.spec.market] = 0
    worth.tick_lot_micros[event.spec.market] = event.spec.units.tick_lot_micros


CHANGES: dict[type[ev.Event], Callable[[Worth, Any], None]] = {
    ev.AccountOpened: _account_opened,
    ev.Deposited: _deposited,
    ev.AccountReset: _account_reset,
    ev.Traded: _traded,
    ev.FundingSettled: _funding_settled,
    ev.TakenOver: _taken_over,
    ev.Deleveraged: _deleveraged,
    ev.ShortfallPaid: _shortfall_paid,
    ev.MarkUpdated: _mark_updated,
    ev.MarketListed: _market_listed,
}
