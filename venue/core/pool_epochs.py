"""Shares change hands: requests to pay in or leave are executed, at the end of an epoch or at once.

One mechanism for a market's pool and for the liquidator vault. Each says for itself when an epoch
may end, and what it can spare.
"""

from collections.abc import Callable

from venue.core import events as ev
from venue.core.account import VAULT
from venue.core.apply import emit
from venue.core.market import Market
from venue.core.phases import Session
from venue.core.policies import ShareTerms
from venue.core.pool import Pool, PoolRequest, first_epoch_ns, minted_shares, redeemed_micros
from venue.core.pool_value import value_micros
from venue.core.state import State, source_of

# The name that the liquidator vault has among markets in events: it is of none of them.
NO_MARKET = ""

CanSpare = Callable[[int], bool]


def pool_behind(state: State, market: Market) -> Pool | None:
    """Return whom one may pay into in a market: its own pool, or the vault that backs it."""
    if market.pool is not None:
        return market.pool
    return state.vault_pool if market.rules.backstop.holder == "vault" else None


def name_of(pool: Pool, market: str) -> str:
    """Return the market that a pool's events name."""
    return NO_MARKET if pool.account == VAULT else market


def end_epoch(state: State, name: str, pool: Pool, terms: ShareTerms, can_spare: CanSpare) -> None:
    """Execute the requests that have stood for long enough, the oldest first."""
    for request_id, request in sorted(pool.requests.items()):
        if request.at_ns + terms.notice_ns > state.now_ns:
            continue
        ended = _executed(state, name, pool, request_id, request, terms, can_spare)
        if ended is not None:
            emit(state, ended)
    if terms.epoch_ns:
        emit(
            state,
            ev.PoolEpochEnded(
                name,
                state.now_ns,
                first_epoch_ns(state.now_ns, terms.epoch_ns),
                value_micros(state, pool),
                pool.shares,
            ),
        )


def _executed(
    state: State,
    name: str,
    pool: Pool,
    request_id: int,
    request: PoolRequest,
    terms: ShareTerms,
    can_spare: CanSpare,
) -> ev.PoolRequestEnded | None:
    """Return what a request comes to now; ``None``: it waits, for the pool needs its money."""
    value = value_micros(state, pool)
    outcome, amount, shares = ev.PoolOutcome.PAID_IN, request.amount_micros, 0
    locked_until_ns = 0
    if request.shares:
        outcome, shares = ev.PoolOutcome.PAID_OUT, request.shares
        amount = redeemed_micros(shares, pool.shares, value)
        if not can_spare(amount):
            return None
    else:
        if value > 0 or not pool.shares:
            shares = minted_shares(amount, pool.shares, value)
        if not shares:  # Nothing to be bought: the pool is worth nothing, or too much.
            outcome = ev.PoolOutcome.RETURNED
        elif terms.lockup_ns:
            locked_until_ns = state.now_ns + terms.lockup_ns
    return ev.PoolRequestEnded(
        name, request_id, request.account, amount, shares, outcome, pool.account, locked_until_ns
    )


def closes_now(state: State, market: Market) -> bool:
    """Say whether the underlying closes at this very instant: marks run before its sessions."""
    source = source_of(state, market)
    return (
        source.next_session is Session.NO_TRADING
        and source.next_change_ns is not None
        and source.next_change_ns <= state.now_ns
    )
