"""Vaults: collateral is locked, units of the contract are minted against it, and sold.

A vault is an account of its own, below all traders' numbers: its cash collateral is its balance,
what was minted its short position. A mint is a trade at nothing between vault and owner: the vault
is short n at an entry cost of 0, the owner long n at an entry cost of 0. So positions go on summing
to zero, clearing stays minus the sum of entry costs, and the owner who sells gets the whole price,
as who sells a coin does. The vault is worth collateral − n × mark.

    collateral ratio = collateral × its price / (minted × A × (S / S0)^p × norm)

Both prices are the last ones from outside: a book at night liquidates no vault. Collateral of the
index asset is held as claims: units of the underlying that came from outside and go there again.
Units of an underlying in all vaults sum to what came less what went (``State.units_e9``).

Below the least ratio the insurance fund takes over half of the debt, or all of it where too little
would be left, and gets the debt and the reward in cash; units are sold outside at the index for it.
Vaults are liquidated by this alone: maintenance margin is not asked of them.

Source: seed 003 (mint, sell, collateral ratio); Squeeth 6dc8cd9 (venue-rules.md, section 13).
"""

from typing import NamedTuple

from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.apply import emit
from venue.core.bounds import is_blocked
from venue.core.contract import contract_nanos
from venue.core.market import Market
from venue.core.phases import Phase
from venue.core.policies import Action, VaultTerms
from venue.core.position import realised_micros
from venue.core.state import State, Vault
from venue.core.units import E4, E12, div_ceil, div_floor

# What one mark liquidates at most in a market; the next one, a few seconds later, goes on.
LIQUIDATIONS_PER_MARK = 16
# How far off a vault's liquidation is looked for, either way.
FAR = 1_000


class VaultFigures(NamedTuple):
    """A vault at the last outside prices: what it holds, what it owes, both in micro-dollars."""

    lots: int
    collateral_micros: int
    debt_micros: int

    @property
    def ratio_e4(self) -> int | None:
        """Collateral over debt, rounded down; ``None`` without a debt."""
        if not self.debt_micros:
            return None
        return div_floor(self.collateral_micros * E4, self.debt_micros)

    def covers(self, ratio_e4: int) -> bool:
        """Say whether the collateral is at least so much of the debt; free of division."""
        return self.collateral_micros * E4 >= ratio_e4 * self.debt_micros


def minted_lots(state: State, vault: Vault) -> int:
    """Return what a vault owes, in lots of the contract."""
    holding = state.accounts[vault.vault].holdings.get(vault.market)
    return 0 if holding is None else -holding.size_lots


def is_empty(state: State, vault: Vault) -> bool:
    """Say whether a vault neither holds nor owes anything."""
    holds = vault.units_e9 or state.accounts[vault.vault].balance_micros
    return not holds and not minted_lots(state, vault)


def debt_micros(market: Market, lots: int) -> int:
    """Return what lots of the contract are worth at the last outside price, rounded up."""
    assert market.underlying_nanos is not None, "a debt has a price"
    index_nanos = contract_nanos(market, market.underlying_nanos)
    return div_ceil(lots * index_nanos * market.spec.units.lot_e9, E12)


def units_micros(market: Market, units_e9: int) -> int:
    """Return what units of the underlying are worth at its last outside price, rounded down."""
    assert market.underlying_nanos is not None, "a unit has a price"
    return div_floor(units_e9 * market.underlying_nanos, E12)


def figures(
    state: State, vault: Vault, *, cash: int = 0, units: int = 0, lots: int = 0
) -> VaultFigures:
    """Return a vault's collateral and debt, as they would be with so much more of each."""
    market = state.markets[vault.market]
    owed = minted_lots(state, vault) + lots
    held_micros = state.accounts[vault.vault].balance_micros + cash
    if vault.units_e9 + units:
        held_micros += units_micros(market, vault.units_e9 + units)
    return VaultFigures(owed, held_micros, debt_micros(market, owed) if owed else 0)


def liquidation_nanos(state: State, vault: Vault) -> int | None:
    """Return the underlying's price at which a vault reaches the least ratio, from where it is.

    Exact to a nano-dollar. Against cash the ratio falls as S rises, against units as S^(1 - p)
    does. ``None`` without a debt, below the ratio already, or if no price within a thousandth and a
    thousandfold of the present one would do.
    """
    market = state.markets[vault.market]
    terms = market.rules.contract.vaults
    lots = minted_lots(state, vault)
    if terms is None or not lots or market.underlying_nanos is None:
        return None
    power_n, power_d = market.rules.contract.power
    falls = terms.collateral == "index" and power_n < power_d
    balance_micros = state.accounts[vault.vault].balance_micros

    def covered(price_nanos: int) -> bool:
        index_nanos = contract_nanos(market, price_nanos)
        held_micros = balance_micros + div_floor(vault.units_e9 * price_nanos, E12)
        owed_micros = div_ceil(lots * index_nanos * market.spec.units.lot_e9, E12)
        return VaultFigures(lots, held_micros, owed_micros).covers(terms.ratio_e4)

    inside = market.underlying_nanos
    outside = max(1, inside // FAR) if falls else inside * FAR
    if not covered(inside) or covered(outside):
        return None
    while abs(outside - inside) > 1:
        middle = (inside + outside) // 2
        if covered(middle):
            inside = middle
        else:
            outside = middle
    return outside


def check_vaults(state: State, market: Market) -> None:
    """After a mark: liquidate vaults below the least ratio, and let the fund cover what lacks.

    None is liquidated while the market does not trade, or its index is not to be trusted.
    """
    terms = market.rules.contract.vaults
    if terms is None or market.underlying_nanos is None:
        return
    is_held = market.phase is not Phase.CONTINUOUS or is_blocked(market, Action.LIQUIDATE)
    left = 0 if is_held else LIQUIDATIONS_PER_MARK
    for (_, name), vault in sorted(state.vaults.items()):
        if name != market.spec.market:
            continue
        now = figures(state, vault)
        if left and now.lots and not now.covers(terms.ratio_e4):
            _liquidate(state, market, vault, terms, now)
            left -= 1
        if state.accounts[vault.vault].balance_micros < 0:
            _cover(state, market, vault)


def _liquidate(
    state: State, market: Market, vault: Vault, terms: VaultTerms, now: VaultFigures
) -> None:
    """Let the fund take over some of the debt at the index and the reward, or at all there is."""
    index_nanos = contract_nanos(market, market.underlying_nanos or 0)
    price_micros = div_floor(
        index_nanos * market.spec.units.lot_e9 * (E4 + terms.reward_e4), E12 * E4
    )
    lots = div_ceil(now.lots * terms.half_e4, E4)
    if now.collateral_micros - lots * price_micros < terms.dust_micros:
        lots = now.lots
    price_micros = min(price_micros, max(0, now.collateral_micros) // lots)
    balance_micros = state.accounts[vault.vault].balance_micros
    units_e9, proceeds_micros = _sold(market, vault, lots * price_micros - balance_micros)
    fund = state.accounts[INSURANCE].holdings.get(vault.market)
    emit(
        state,
        ev.VaultLiquidated(
            vault.account,
            vault.market,
            vault.vault,
            lots,
            price_micros,
            units_e9,
            proceeds_micros,
            now.ratio_e4 or 0,
            _realised(state, vault.vault, vault.market, lots, price_micros),
            0 if fund is None else _realised(state, INSURANCE, vault.market, -lots, price_micros),
        ),
    )


def _sold(market: Market, vault: Vault, needed_micros: int) -> tuple[int, int]:
    """Return how many units are sold outside for so much cash, or all, and what they fetch."""
    if needed_micros <= 0 or not vault.units_e9:
        return 0, 0
    assert market.underlying_nanos is not None, "a unit has a price"
    units_e9 = min(vault.units_e9, div_ceil(needed_micros * E12, market.underlying_nanos))
    return units_e9, units_micros(market, units_e9)


def _cover(state: State, market: Market, vault: Vault) -> None:
    """A vault whose cash is below zero (settled; paid funding) sells units; then the fund pays."""
    lacking_micros = -state.accounts[vault.vault].balance_micros
    units_e9, proceeds_micros = _sold(market, vault, lacking_micros)
    fund_micros = 0
    if not minted_lots(state, vault):
        fund_micros = max(0, lacking_micros - proceeds_micros)
    if units_e9 or fund_micros:
        emit(
            state,
            ev.VaultCovered(
                vault.account, vault.market, vault.vault, units_e9, proceeds_micros, fund_micros
            ),
        )


def _realised(state: State, account: int, market: str, delta_lots: int, price_micros: int) -> int:
    holding = state.accounts[account].holdings[market]
    return realised_micros(
        size_lots=holding.size_lots,
        entry_micros=holding.entry_micros,
        delta_lots=delta_lots,
        price_micros=price_micros,
    )
