"""What pool events do to the state: a pool opens, money and shares change hands at epochs."""

from venue.core import events as ev
from venue.core.account import Account
from venue.core.pool import Pool, PoolRequest, PoolShare
from venue.core.state import State, touch


def pool_opened(state: State, event: ev.PoolOpened) -> None:
    market = state.markets[event.market]
    market.pool = Pool(event.account, event.next_epoch_ns)


def _pool(state: State, market: str) -> Pool:
    pool = state.markets[market].pool
    assert pool is not None, "a pool's events are of a market that has one"
    return pool


def _move(state: State, pool: Pool, account: Account, amount_micros: int) -> None:
    """Move money from an account to the pool's (negative: back); its return is counted without."""
    account.balance_micros -= amount_micros
    account.base_micros -= amount_micros
    state.accounts[pool.account].balance_micros += amount_micros
    touch(state, account, "")


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


def pool_epoch_ended(state: State, event: ev.PoolEpochEnded) -> None:
    _pool(state, event.market).next_epoch_ns = event.next_epoch_ns
