"""The equity curve: what every account is worth, at stated intervals of venue time."""

from venue.core.state import Account, State
from venue.store.rows import Values


def equity_rows(state: State) -> list[Values]:
    """Return one row for each account that has or had money; equity at the published marks.

    equity = balance + isolated margin + position × mark - entry cost, over all markets.
    """
    return [
        {
            "account": number,
            "at_ns": state.now_ns,
            "seq": state.seq,
            "equity_micros": equity_micros(state, account),
            "balance_micros": account.balance_micros,
            "base_micros": account.base_micros,
        }
        for number, account in sorted(state.accounts.items())
        if account.balance_micros or account.holdings
    ]


def equity_micros(state: State, account: Account) -> int:
    """Return an account's equity in micro-dollars, isolated positions included."""
    equity = account.balance_micros
    for name, holding in account.holdings.items():
        equity += holding.isolated_micros
        if holding.size_lots:
            equity += holding.size_lots * state.markets[name].mark_micros - holding.entry_micros
    return equity
