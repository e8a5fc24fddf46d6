"""What an account is: somebody's, the house's, or the venue's own purse.

Only what people and bots trade with is ranked: what a pool or a vault holds belongs to others.
"""

from collections.abc import Set
from enum import StrEnum

from venue.core.account import INSURANCE, VAULT, Account
from venue.core.state import State


class Kind(StrEnum):
    """Whose an account is."""

    PARTICIPANT = "participant"
    HOUSE = "house"
    POOL = "pool"
    VAULT = "vault"
    INSURANCE = "insurance"


RANKED = (Kind.PARTICIPANT, Kind.HOUSE)


def purses(state: State) -> dict[int, Kind]:
    """Return the accounts that nobody trades with: the fund, pools, and vaults."""
    found = {INSURANCE: Kind.INSURANCE, VAULT: Kind.VAULT}
    found |= {vault.vault: Kind.VAULT for vault in state.vaults.values()}
    pools = (market.pool for market in state.markets.values())
    return found | {pool.account: Kind.POOL for pool in pools if pool is not None}


def kind_of(account: Account, purses: dict[int, Kind], house: Set[str]) -> Kind:
    """Return what an account is; ``house`` are the names that the house's bots trade under.

    A sub-account is never the house's.
    """
    if account.account in purses:
        return purses[account.account]
    is_house = account.parent is None and account.name in house
    return Kind.HOUSE if is_house else Kind.PARTICIPANT
