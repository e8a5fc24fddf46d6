"""What pool events do to the state: a pool opens, money and shares change hands at epochs."""

from venue.core import events as ev
from venue.core.account import Account
from venue.core.pool import Pool, PoolRequest, PoolShare
from venue.core.state import State, touch


def pool_opened(state: State, event: ev.PoolOpened) -> None:
    pool = Pool(event.account, event.next_epoch_ns)
    if event.market:
        state.markets[event.market].pool = pool
    else:
        state.vault_pool = pool


def _pool(state: State, market: str) -> Pool:
    pool = state.markets[market].pool if market else state.vault_pool
    assert pool is not None, "a pool's events are of a market that has one, or of the vault"
    return pool


def _move(state: State, pool: Pool, account: Account, amount_micros: int) -> None:
    """Move money from an account to the pool's (negative: back); no return is counted from it."""
    account.balance_micros -= amount_micros
    account.base_micros -= amount_micros
    holder = state.accounts[pool.account]
    holder.balance_micros += amount_micros
    holder.base_micros += amount_micros
    touch(state, account, "")
    touch(state, holder, "")


def pool_requested(state: State, event: ev.PoolRequested) -> None:
    pool = _pool(state, event.market)
    pool.requests[event.request_id] = PoolRequest(
        event.account, event.amount_micros, event.shares, state.now_ns
    )
    pool.next_request = event.request_id + 1
    pool.waiting_micros += event.amount_micros
    share = pool.providers.setdefault(event.account, PoolShare())
    share.leaving += event.shares
    _move(state, pool, state.accounts[event.account], event.amount_micros)


def pool_request_ended(state: State, event: ev.PoolRequestEnded) -> None:
    pool = _pool(state, event.market)
    request = pool.requests.pop(event.request_id)
    share = pool.providers[event.account]
    pool.waiting_micros -= request.amount_micros
    share.leaving -= request.shares
    if event.outcome is ev.PoolOutcome.PAID_IN:
        share.shares += event.shares
        pool.shares += event.shares
        share.paid_micros += event.amount_micros
        share.locked_until_ns = event.locked_until_ns
    else:
        _move(state, pool, state.accounts[event.account], -event.amount_micros)
        if event.outcome is ev.PoolOutcome.PAID_OUT:
            share.shares -= event.shares
            pool.shares -= event.shares
            share.paid_micros -= event.amount_micros
    if not share.shares and not any(
        other.account == event.account for other in pool.requests.values()
    ):
        del pool.providers[event.account]


def vault_seeded(state: State, event: ev.VaultSeeded) -> None:
    """Give the operator shares; the money came, or went, with the deposit before."""
    pool = _pool(state, "")
    share = pool.providers.setdefault(pool.account, PoolShare())
    share.shares += event.shares
    share.paid_micros += event.amount_micros
    pool.shares += event.shares
    if not share.shares:
        del pool.providers[pool.account]


def pool_epoch_ended(state: State, event: ev.PoolEpochEnded) -> None:
    _pool(state, event.market).next_epoch_ns = event.next_epoch_ns
