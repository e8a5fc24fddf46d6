"""The standings: every account that trades, by its return on what was brought in.

One arithmetic for all who show them: the bots' door, the operator's, and what is left of a venue
that is over. The house's bots have a rank and are marked; the fund, pools and vaults have none.
"""

from collections.abc import Set

import msgspec
from msgspec import structs

from venue.core.account import Account
from venue.core.kinds import RANKED, Kind, kind_of, purses
from venue.core.margin import equity_micros
from venue.core.state import State
from venue.core.units import E4, E12, div_floor, div_half_even


class Standing(msgspec.Struct, frozen=True):
    """One account's place. Money is in micro-dollars.

    ``equity_micros`` is at the last marks; ``base_micros`` is what was brought in since the start
    or the last reset, what was taken out subtracted. ``fees_micros`` and ``funding_micros`` are
    what was paid since then; negative: received. ``rank`` is ``None`` for what nobody trades with.
    """

    rank: int | None
    account: int
    name: str
    kind: Kind
    equity_micros: int
    base_micros: int
    return_e12: int
    positions: int
    fees_micros: int
    funding_micros: int


def return_e12(*, equity_micros: int, base_micros: int) -> int:
    """Return profit over what was brought in, in 1e-12, rounded down; 0 without a base.

    >>> return_e12(equity_micros=110, base_micros=100)
    100000000000
    """
    if base_micros <= 0:
        return 0
    return div_floor((equity_micros - base_micros) * E12, base_micros)


def shown_return_e4(*, equity_micros: int, base_micros: int) -> int:
    """Return the same as views show it: in 1e-4, rounded half to even; 0 without a base.

    >>> shown_return_e4(equity_micros=999_997_350_000, base_micros=1_000_000_000_000)
    0
    """
    if base_micros <= 0:
        return 0
    return div_half_even((equity_micros - base_micros) * E4, base_micros)


def standings(state: State, house: Set[str]) -> list[Standing]:
    """Return all accounts, best return first, the lower number first at the same one.

    ``house`` are the names of the venue's own bots. At the end stands what has no rank.
    """
    unranked = purses(state)
    found = [
        _standing(state, account, kind_of(account, unranked, house))
        for account in state.accounts.values()
    ]
    found.sort(key=lambda each: (each.kind not in RANKED, -each.return_e12, each.account))
    return [
        each if each.kind not in RANKED else structs.replace(each, rank=rank)
        for rank, each in enumerate(found, 1)
    ]


def _standing(state: State, account: Account, kind: Kind) -> Standing:
    equity = equity_micros(state, account)
    holdings = account.holdings.values()
    return Standing(
        None,
        account.account,
        account.name,
        kind,
        equity,
        account.base_micros,
        return_e12(equity_micros=equity, base_micros=account.base_micros),
        sum(1 for each in holdings if each.size_lots),
        sum(each.fees_micros for each in holdings),
        sum(each.funding_micros for each in holdings),
    )
