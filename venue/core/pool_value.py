"""What a pool is worth; what a market's pool has, and what its traders have gained from it."""

from typing import NamedTuple

from venue.core.account import FIRST_ACCOUNT, Holding
from venue.core.market import Market
from venue.core.pool import Pool
from venue.core.state import State
from venue.core.units import div_ceil


class Held(NamedTuple):
    """One trader's position and what it has gained at the mark, in micro-dollars."""

    account: int
    holding: Holding
    gain_micros: int


def value_micros(state: State, pool: Pool) -> int:
    """Return what all shares are worth: balance without what waits, and its positions' gain."""
    account = state.accounts[pool.account]
    value = account.balance_micros - pool.waiting_micros
    for name, holding in account.holdings.items():
        value += holding.size_lots * state.markets[name].mark_micros - holding.entry_micros
    return value


def money_micros(state: State, market: Market, pool: Pool) -> int:
    """Return what the pool would have if every trader closed without gain or loss.

    Its value and all that its traders have gained. Lots sum to zero, so that is its balance and
    the market's clearing balance: a trader's realised gain comes out of it to the micro-dollar.
    """
    balance_micros = state.accounts[pool.account].balance_micros
    return balance_micros - pool.waiting_micros + market.clearing_micros


def sides_lots(state: State, market: Market, pool: Pool) -> tuple[int, int]:
    """Return the lots of all traders' longs and shorts, without the pool's own position."""
    holding = state.accounts[pool.account].holdings.get(market.spec.market)
    size = holding.size_lots if holding is not None else 0
    return (
        market.open_interest_lots - max(0, size),
        market.open_interest_lots - max(0, -size),
    )


def traders(state: State, market: Market) -> list[Held]:
    """Return every trader's position with its gain, in order of accounts."""
    name, mark = market.spec.market, market.mark_micros
    held = []
    for account_id in sorted(market.holders):
        if account_id >= FIRST_ACCOUNT:
            holding = state.accounts[account_id].holdings[name]
            gain = holding.size_lots * mark - holding.entry_micros
            held.append(Held(account_id, holding, gain))
    return held


def collateral_micros(holding: Holding) -> int:
    """Return what a position has put up: its cost at the entry over its leverage, rounded up."""
    return div_ceil(abs(holding.entry_micros), holding.leverage)


def side_gain_micros(held: list[Held], *, longs: bool) -> int:
    """Return what all positions of one side have gained together; their losses count too."""
    return sum(each.gain_micros for each in held if (each.holding.size_lots > 0) == longs)


def payable_micros(
    state: State, market: Market, pool: Pool, holding: Holding, gain_micros: int
) -> int:
    """Return what a position may be paid of a gain.

    No more than ``gain_max_e4`` of its collateral; and where its side has gained more than
    ``traders_e4`` of the pool's money, its part of that. Rounds down, towards the pool.
    """
    rule = market.rules.counterparty
    if gain_micros <= 0:
        return gain_micros
    payable = gain_micros
    if rule.gain_max_e4 is not None:
        payable = min(payable, collateral_micros(holding) * rule.gain_max_e4 // 10_000)
    most = max(0, money_micros(state, market, pool)) * rule.traders_e4 // 10_000
    longs_lots, shorts_lots = sides_lots(state, market, pool)
    is_long = holding.size_lots > 0
    # Winners alone: what others of the side have lost is still in their margin.
    if (longs_lots if is_long else shorts_lots) == abs(holding.size_lots):
        side = gain_micros
    else:
        side = sum(
            max(0, each.gain_micros)
            for each in traders(state, market)
            if (each.holding.size_lots > 0) == is_long
        )
    if side > most:
        payable = min(payable, gain_micros * most // max(side, gain_micros))
    return payable
