"""What an account's vaults add to its equity; apart from ``vaults`` so that margin may ask."""

from venue.core.state import State
from venue.core.units import E12, div_floor


def vaults_micros(state: State, account: int) -> int:
    """Return the worth of an account's vaults: collateral less what was minted, at the marks."""
    total = 0
    for (owner, name), vault in state.vaults.items():
        if owner != account:
            continue
        market = state.markets[name]
        locked = state.accounts[vault.vault]
        total += locked.balance_micros
        if vault.units_e9 and market.underlying_nanos is not None:
            total += div_floor(vault.units_e9 * market.underlying_nanos, E12)
        holding = locked.holdings.get(name)
        if holding is not None:
            total += holding.size_lots * market.mark_micros - holding.entry_micros
    return total
