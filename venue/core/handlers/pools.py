"""Pools: opened with their market; providers pay in and leave, at the end of an epoch.

The liquidator vault is the pool of a market whose liquidated positions go to it.
"""

from venue.core import events as ev
from venue.core.account import VAULT
from venue.core.apply import emit
from venue.core.breaches import is_on_record
from venue.core.commands import DepositToPool, WithdrawFromPool
from venue.core.handlers.accounts import AMOUNT_MICROS_MAX
from venue.core.handlers.naming import account_and_market
from venue.core.handlers.refusing import reject
from venue.core.liquidation import check_unit
from venue.core.liquidator_vault import keep_vault, vault_terms
from venue.core.margin import withdrawable_micros
from venue.core.market import Market
from venue.core.pool import Pool, first_epoch_ns
from venue.core.pool_epochs import name_of, pool_behind
from venue.core.rejects import Reason
from venue.core.state import State

# Less than a dollar buys shares whose rounding could be seen.
DEPOSIT_MICROS_MIN = 1_000_000
# So many requests of one account may wait in a pool: each is looked at whenever an epoch ends.
REQUESTS_MAX = 16


def open_pool(state: State, market: Market) -> None:
    """Open the pool's account with a market that has one: the first free number below the vault."""
    rule = market.rules.counterparty
    if not rule.is_pool:
        return
    number = min(VAULT, *state.accounts) - 1
    name = f"pool_{market.spec.market}"
    while name in state.names:
        name += "_"
    emit(state, ev.AccountOpened(number, name, None, number))
    epoch_ns = first_epoch_ns(state.now_ns, rule.epoch_ns)
    emit(state, ev.PoolOpened(market.spec.market, number, epoch_ns))


def _pool_of(state: State, command: DepositToPool | WithdrawFromPool) -> Pool | None:
    """Return the pool that a command names; else refuse it and return ``None``."""
    both = account_and_market(state, command, command.market)
    if both is None:
        return None
    _, market = both
    pool = pool_behind(state, market)
    if pool is None:
        reject(state, command, Reason.NO_POOL_HERE)
        return None
    waiting = sum(each.account == command.account for each in pool.requests.values())
    if waiting >= REQUESTS_MAX:
        reject(state, command, Reason.REQUESTS_LIMIT, requests_max=REQUESTS_MAX)
        return None
    return pool


def _ask(
    state: State,
    command: DepositToPool | WithdrawFromPool,
    pool: Pool,
    amount_micros: int,
    shares: int,
) -> None:
    """Put a request down; what needs no epoch is executed at once."""
    emit(
        state,
        ev.PoolRequested(
            name_of(pool, command.market),
            pool.next_request,
            command.account,
            amount_micros,
            shares,
            pool.account,
        ),
    )
    if pool.account == VAULT and not vault_terms(state).epoch_ns:
        keep_vault(state)


def deposit_to_pool(state: State, command: DepositToPool) -> None:
    """Set money aside for shares; it must be free as for a withdrawal."""
    pool = _pool_of(state, command)
    if pool is None:
        return
    if is_on_record(state, (command.account, "")):
        reject(state, command, Reason.LIQUIDATION_OPEN)
        return
    amount = command.amount_micros
    if amount < DEPOSIT_MICROS_MIN:
        reject(state, command, Reason.AMOUNT_NOT_POSITIVE, amount_micros_min=DEPOSIT_MICROS_MIN)
        return
    if amount + state.accounts[pool.account].balance_micros > AMOUNT_MICROS_MAX:
        reject(state, command, Reason.AMOUNT_TOO_LARGE, amount_micros_max=AMOUNT_MICROS_MAX)
        return
    available = withdrawable_micros(state, state.accounts[command.account])
    if amount > available:
        reject(state, command, Reason.INSUFFICIENT_BALANCE, withdrawable_micros=available)
        return
    _ask(state, command, pool, amount, 0)
    check_unit(state, (command.account, ""))


def withdraw_from_pool(state: State, command: WithdrawFromPool) -> None:
    """Ask shares back; they stay the provider's, gains and losses too, until the epoch's end."""
    pool = _pool_of(state, command)
    if pool is None:
        return
    if command.shares <= 0:
        reject(state, command, Reason.AMOUNT_NOT_POSITIVE, shares=command.shares)
        return
    share = pool.providers.get(command.account)
    free = share.shares - share.leaving if share is not None else 0
    if command.shares > free:
        reject(state, command, Reason.INSUFFICIENT_SHARES, shares=free)
        return
    if share is not None and state.now_ns < share.locked_until_ns:
        reject(state, command, Reason.SHARES_LOCKED, locked_until_ns=share.locked_until_ns)
        return
    _ask(state, command, pool, 0, command.shares)
