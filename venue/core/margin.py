"""Margin of one account, in exact whole numbers: equity, maintenance, initial, withdrawable.

A *margin unit* is what stands or falls together: the cross positions of an account, or one
isolated position. Maintenance is held in 1e-4 micro-dollars, so the comparison with equity is
free of division. ``sweep.py`` does the same for all units at once, and agrees to the last digit.
"""

from typing import Final, NamedTuple

from venue.core.account import Account, Holding
from venue.core.commands import MarginMode
from venue.core.deferrals import Unit
from venue.core.market import Market
from venue.core.state import State
from venue.core.units import E4, E12, div_ceil, div_floor, div_half_even
from venue.core.vault_worth import vaults_micros

CROSS: Final = MarginMode.CROSS
ISOLATED: Final = MarginMode.ISOLATED


class UnitMargin(NamedTuple):
    """Equity in micro-dollars, and maintenance in 1e-4 micro-dollars, at the marks."""

    equity_micros: int
    maintenance_e4: int

    @property
    def is_below(self) -> bool:
        """Below maintenance: liquidation begins."""
        return self.equity_micros * E4 < self.maintenance_e4


def unit_of(account: Account, market: str) -> Unit:
    """Return the margin unit that a position in a market belongs to."""
    holding = account.holdings.get(market)
    if holding is not None and holding.mode is ISOLATED:
        return account.account, market
    return account.cross_unit


def unit_holdings(account: Account, unit_market: str) -> list[Holding]:
    """Return the holdings with a position in a margin unit, in order of market."""
    if unit_market:
        holding = account.holdings.get(unit_market)
        if holding is None or holding.mode is not ISOLATED or not holding.size_lots:
            return []
        return [holding]
    return [
        holding
        for _, holding in sorted(account.holdings.items())
        if holding.size_lots and holding.mode is CROSS
    ]


def unit_margin(state: State, account: Account, unit_market: str) -> UnitMargin:
    """Return equity and maintenance of a margin unit at the published marks."""
    return UnitMargin(*unit_figures(state, account, unit_market))


def unit_figures(state: State, account: Account, unit_market: str) -> tuple[int, int]:
    """Return what ``unit_margin`` does as a bare pair: it is asked after every fill."""
    markets = state.markets
    if unit_market:
        holding = account.holdings[unit_market]
        equity = holding.isolated_micros
        if not holding.size_lots:
            return equity, 0
        market = markets[unit_market]
        value = holding.size_lots * market.mark_micros
        return equity + value - holding.entry_micros, market.tiers.maintenance_e4(value)
    equity = account.balance_micros
    maintenance = 0
    for name, holding in account.holdings.items():
        size = holding.size_lots
        if size and holding.mode is CROSS:
            market = markets[name]
            value = size * market.mark_micros
            equity += value - holding.entry_micros
            maintenance += market.tiers.maintenance_e4(value)
    return equity, maintenance


def required_micros(
    market: Market,
    holding: Holding,
    *,
    more_buy_lots: int = 0,
    more_buy_micros: int = 0,
    more_sell_lots: int = 0,
    more_sell_micros: int = 0,
    leverage_max: int | None = None,
) -> int:
    """Return the initial margin of a holding if the worse of its two sides filled.

    For each side: initial margin of the position with all opening orders of that side filled,
    at the mark, plus what those fills would lose at once against the mark. ``leverage_max`` caps
    the holding's leverage: what the session's terms let an increase have.
    """
    mark = market.mark_micros
    size = holding.size_lots
    buy_lots = holding.buy_lots + more_buy_lots
    sell_lots = holding.sell_lots + more_sell_lots
    long_lots = size + buy_lots
    short_lots = size - sell_lots
    longest = long_lots if long_lots > 0 else -long_lots
    shortest = short_lots if short_lots > 0 else -short_lots
    buy_loss = holding.buy_micros + more_buy_micros - buy_lots * mark
    sell_loss = sell_lots * mark - holding.sell_micros - more_sell_micros
    tiers = market.tiers
    initial = tiers.initial_micros
    leverage = holding.leverage
    if leverage_max is not None and leverage_max < leverage:
        leverage = leverage_max
    least_e4 = market.crowded_e4
    if tiers.is_sided:
        longest, shortest = long_lots, short_lots
    elif buy_loss <= 0 and sell_loss <= 0:
        return initial((longest if longest > shortest else shortest) * mark, leverage, least_e4)
    need_long = initial(longest * mark, leverage, least_e4) + (buy_loss if buy_loss > 0 else 0)
    need_short = initial(shortest * mark, leverage, least_e4) + (sell_loss if sell_loss > 0 else 0)
    return need_long if need_long > need_short else need_short


def isolated_required_micros(market: Market, holding: Holding, need_micros: int) -> int:
    """Return what an isolated holding asks of the cross balance: what is not yet set aside."""
    return max(0, need_micros - holding.isolated_micros) if holding.size_lots else need_micros


def account_required_micros(state: State, account: Account, *, but: str = "") -> int:
    """Return the initial margin that an account's holdings need of its cross balance.

    The market ``but`` is left out: the caller adds what it would become.
    """
    total = 0
    for name, holding in account.holdings.items():
        if name == but:
            continue
        if holding.size_lots or holding.buy_lots or holding.sell_lots:
            market = state.markets[name]
            need = required_micros(market, holding)
            if holding.mode is ISOLATED:
                need = isolated_required_micros(market, holding, need)
            total += need
    return total


def cross_equity_micros(state: State, account: Account) -> int:
    """Return balance and unrealised profit of the cross positions at the marks."""
    equity = account.balance_micros
    for name, holding in account.holdings.items():
        if holding.size_lots and holding.mode is CROSS:
            equity += holding.size_lots * state.markets[name].mark_micros - holding.entry_micros
    return equity


def bonds_micros(state: State, account: int) -> int:
    """Return what an account has in bonds, in micro-dollars: its own money, but no margin."""
    return sum(
        market.makers[account].bond_micros
        for market in state.markets.values()
        if account in market.makers
    )


def equity_micros(state: State, account: Account) -> int:
    """Return all that an account is worth at the marks: isolated margin, vaults and bonds too."""
    total = account.balance_micros + bonds_micros(state, account.account)
    if state.vaults:
        total += vaults_micros(state, account.account)
    for name, holding in account.holdings.items():
        total += holding.isolated_micros
        if holding.size_lots:
            total += holding.size_lots * state.markets[name].mark_micros - holding.entry_micros
    return total


def withdrawable_micros(state: State, account: Account) -> int:
    """Return what may leave: equity beyond initial margin, and beyond what the rules hold back.

    A margin rule holds back a share of the notional (``transfer_e4``) and of the maintenance
    (``release_e4``); the largest of the three stays, rounded up. Never more than the balance:
    unrealised profit cannot be withdrawn.

    Source: Hyperliquid, venue-rules section 1 (``max(IM required, 10 % of total position``);
    Vega's release level, section 11.
    """
    equity = cross_equity_micros(state, account)
    transfer = release = 0
    for name, holding in account.holdings.items():
        if holding.size_lots and holding.mode is CROSS:
            market = state.markets[name]
            value = holding.size_lots * market.mark_micros
            rule = market.rules.margin
            transfer += abs(value) * rule.transfer_e4
            if rule.release_e4:
                release += market.tiers.maintenance_e4(value) * rule.release_e4
    needed = max(
        account_required_micros(state, account),
        div_ceil(transfer, E4),
        div_ceil(release, E4 * E4),
    )
    return max(0, min(equity - needed, account.balance_micros))


def liquidation_nanos(state: State, account: Account, market_name: str) -> int | None:
    """Return the mark of one market at which its margin unit reaches maintenance.

    price = mark − side × available / size / (1 − l × side), l the maintenance fraction of the
    present tier, available = equity − maintenance. Other marks stand still. ``None`` without a
    position, or when no positive mark would do. Rounds half even.

    Source: Hyperliquid, venue-rules section 1 (vector: long 10 @ 100, isolated margin 100,
    MM 5 % -> 94.7368).
    """
    holding = account.holdings.get(market_name)
    if holding is None or not holding.size_lots:
        return None
    market = state.markets[market_name]
    margin = unit_margin(state, account, unit_of(account, market_name)[1])
    available_e4 = margin.equity_micros * E4 - margin.maintenance_e4
    size = abs(holding.size_lots)
    side = 1 if holding.size_lots > 0 else -1
    fraction_e4 = market.tiers.fraction_e4(holding.size_lots * market.mark_micros)
    # available / size / (1 - l side), from 1e-4 micro-dollars a lot into nano-dollars a unit.
    nanos_per_micro_lot = E4 * E4 * E4
    shift = div_half_even(
        available_e4 * nanos_per_micro_lot,
        size * (E4 - side * fraction_e4) * market.spec.units.lot_e9,
    )
    price = market.spec.units.nanos(market.mark_micros) - side * shift
    return price if price > 0 else None


def equity_share_micros(state: State, account: Account, market_name: str) -> int:
    """Return a position's share of its unit's equity, by maintenance margin; rounds down.

    The shares of a unit add up to its equity or, by less than a micro-dollar a position, less.
    """
    unit_market = unit_of(account, market_name)[1]
    margin = unit_margin(state, account, unit_market)
    market = state.markets[market_name]
    own_e4 = market.tiers.maintenance_e4(
        account.holdings[market_name].size_lots * market.mark_micros
    )
    return div_floor(margin.equity_micros * own_e4, margin.maintenance_e4)


def bankruptcy_nanos(state: State, account: Account, market_name: str) -> int:
    """Return the price at which closing a position uses up its share of equity.

    mark − share / size; rounded against the taker of it, so that no fill at or better than it
    leaves the account below zero: up for a long, down for a short.
    """
    market = state.markets[market_name]
    size = account.holdings[market_name].size_lots
    share = equity_share_micros(state, account, market_name)
    numerator = (size * market.mark_micros - share) * E12
    denominator = size * market.spec.units.lot_e9
    if size > 0:
        return max(0, -(-numerator // denominator))
    return max(0, numerator // denominator)


def is_past_bankruptcy(
    state: State, account: Account, market: Market, *, is_buy: bool, price_ticks: int
) -> bool:
    """Say whether closing a position at a price would leave its share of equity below zero.

    No reducing order may trade there: what it loses beyond, the insurance fund would pay, and two
    accounts could pass it to one another.
    """
    price_nanos = price_ticks * market.spec.units.tick_nanos
    limit_nanos = bankruptcy_nanos(state, account, market.spec.market)
    return price_nanos > limit_nanos if is_buy else price_nanos < limit_nanos
