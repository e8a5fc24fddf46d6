"""A split of the underlying of a contract on a power: the contract does not change at all.

With n new units of the underlying for d old the price is S × d/n, and so is the reference S0:

    A × (S / S0)^p  =  A × (S' × n / (S0 × d))^p,   S' the price in new units

The market keeps S0, n and d, so the ratio is exact, and no index, mark, position, order or trigger
moves. What is in units of the underlying does: its last price, what the index rule
remembers, and the collateral of vaults, × n/d. Of that, what would not come out whole (less than d
billionths of an old unit) is sold outside at the last price before, for the vault's cash, so nobody
gains, loses or is liquidated by it.
"""

from math import gcd

from venue.core import events as ev
from venue.core.apply import emit, pack_memory
from venue.core.market import Market
from venue.core.rescaling import NewUnits, rescaled_memory
from venue.core.state import State
from venue.core.vaults import units_micros

# All splits of a market together; neither part of their ratio is larger.
RATIO_MAX = 10**9


def units_after(market: Market, units: NewUnits) -> tuple[int, int] | None:
    """Return new units for old ones since S0, in lowest terms; ``None``: further than is counted.

    Before there is an S0 nothing is counted in it.
    """
    if market.base_nanos is None and market.rules.contract.base_nanos is None:
        return 1, 1
    new, old = market.units_new * units.numerator, market.units_old * units.denominator
    common = gcd(new, old)
    found = new // common, old // common
    return found if max(found) <= RATIO_MAX else None


def split_power(state: State, market: Market, units: NewUnits) -> None:
    """Count the underlying in new units, and every vault's collateral."""
    name = market.spec.market
    for (account, of), vault in sorted(state.vaults.items()):
        if of != name or not vault.units_e9:
            continue
        whole = units.denominator // gcd(units.numerator, units.denominator)
        sold_e9 = vault.units_e9 % whole
        if sold_e9:
            fetched = units_micros(market, sold_e9)
            emit(state, ev.VaultCovered(account, name, vault.vault, sold_e9, fetched, 0))
        if vault.units_e9:
            split_e9 = units.lots(vault.units_e9)
            emit(state, ev.VaultUnitsSplit(account, name, vault.vault, split_e9))
    after = units_after(market, units)
    assert after is not None, "a split that does not fit is withdrawn"
    memory = rescaled_memory(market.rules.index_open, market.index_memory, units)
    emit(
        state,
        ev.UnderlyingSplit(
            name,
            state.now_ns,
            *after,
            units.price_or_none(market.underlying_nanos),
            units.price(market.varied_nanos),
            pack_memory(memory),
        ),
    )
