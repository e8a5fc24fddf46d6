"""The liquidator vault: an account that takes positions over, and whose money is its depositors'.

It is opened with the first market whose backstop is the vault, and stands behind all such markets;
the terms of its shares are those of the first. The operator's seed buys shares like anybody's
money, so that a depositor shares gains and losses with it, and does not own it. What the vault
needs for the positions that it holds it does not pay out; such a request waits.

Source: Hyperliquid documentation, protocol vaults (depositors share profit and loss; withdrawals
four days after the latest deposit).
"""

from collections.abc import Iterator

from venue.core import events as ev
from venue.core.account import VAULT, VAULT_NAME
from venue.core.apply import emit
from venue.core.bounds import is_blocked
from venue.core.margin import withdrawable_micros
from venue.core.market import Market
from venue.core.phases import Session
from venue.core.policies import Action, ShareTerms
from venue.core.pool import Pool, PoolShare, first_epoch_ns, minted_shares
from venue.core.pool_epochs import NO_MARKET, closes_now, end_epoch
from venue.core.pool_value import value_micros
from venue.core.state import State, source_of
from venue.core.units import div_ceil

# The terms of a vault whose rule names none.
AT_ONCE = ShareTerms(0, 0, 0, waits_for_open=False)


def open_vault(state: State, market: Market) -> None:
    """Open the depositors' account with the first market whose backstop is the vault."""
    if market.rules.backstop.holder != "vault" or VAULT in state.accounts:
        return
    name = VAULT_NAME
    while name in state.names:
        name += "_"
    emit(state, ev.AccountOpened(VAULT, name, None, VAULT))
    epoch_ns = first_epoch_ns(state.now_ns, vault_terms(state).epoch_ns)
    emit(state, ev.PoolOpened(NO_MARKET, VAULT, epoch_ns))


def vault_terms(state: State) -> ShareTerms:
    """Return when the vault's shares change hands: by the first market that it stands behind."""
    rule = next(_backed(state)).rules.backstop
    return rule.shares or AT_ONCE


def _backed(state: State) -> Iterator[Market]:
    """Walk the markets that the vault stands behind, in the order of their listing."""
    return (each for each in state.markets.values() if each.rules.backstop.holder == "vault")


def keep_vault(state: State) -> None:
    """After a mark, or a request: execute what is due."""
    pool = state.vault_pool
    if pool is None or not (pool.requests or pool.next_epoch_ns <= state.now_ns):
        return
    terms = vault_terms(state)
    if terms.epoch_ns and pool.next_epoch_ns > state.now_ns:
        return
    if not (terms.epoch_ns or pool.requests) or (terms.waits_for_open and _is_closed(state)):
        return

    def can_spare(amount_micros: int) -> bool:
        return amount_micros <= spare_micros(state, pool)

    end_epoch(state, NO_MARKET, pool, terms, can_spare)


def _is_closed(state: State) -> bool:
    """Say whether the underlying of a market that the vault stands behind is closed."""
    return any(
        source_of(state, market).session is Session.NO_TRADING or closes_now(state, market)
        for market in _backed(state)
    )


def spare_micros(state: State, pool: Pool) -> int:
    """Return what may leave the vault: as any account's, less what waits; nothing in doubt."""
    vault = state.accounts[VAULT]
    for name, holding in vault.holdings.items():
        if holding.size_lots and is_blocked(state.markets[name], Action.MARGIN):
            return 0
    return withdrawable_micros(state, vault) - pool.waiting_micros


def seed(state: State, amount_micros: int) -> None:
    """The operator has paid into the vault: give it shares for it, at what they were worth before.

    What comes into a vault whose shares are worth nothing is a gift to those who have them.
    """
    pool = state.vault_pool
    assert pool is not None, "a vault has shares"
    before = value_micros(state, pool) - amount_micros
    shares = minted_shares(amount_micros, pool.shares, before) if _has_price(pool, before) else 0
    emit(state, ev.VaultSeeded(amount_micros, shares))


def _has_price(pool: Pool, value: int) -> bool:
    return value > 0 or not pool.shares


def seed_cost(state: State, amount_micros: int) -> tuple[int, int]:
    """Return how many shares taking out so much of the seed costs, rounded up, and how many it has.

    Without any shares it costs none.
    """
    pool = state.vault_pool
    assert pool is not None, "a vault has shares"
    value = value_micros(state, pool)
    has = pool.providers.get(VAULT, PoolShare()).shares
    if not pool.shares or value <= 0:
        return 0, has
    return div_ceil(amount_micros * pool.shares, value), has


def return_waiting(state: State) -> None:
    """Give back the money that waits to be paid in: a vault that is bankrupt takes nobody's."""
    pool = state.vault_pool
    assert pool is not None, "a vault has shares"
    for request_id, request in sorted(pool.requests.items()):
        if request.amount_micros:
            emit(
                state,
                ev.PoolRequestEnded(
                    NO_MARKET,
                    request_id,
                    request.account,
                    request.amount_micros,
                    0,
                    ev.PoolOutcome.RETURNED,
                    VAULT,
                ),
            )


def old_vault(state: State) -> Pool | None:
    """Return the vault's shares as a checkpoint from before there were any has them: the seed's."""
    vault = state.accounts.get(VAULT)
    if vault is None:
        return None
    pool = Pool(VAULT, state.now_ns, shares=max(0, vault.balance_micros))
    if pool.shares:
        pool.providers[VAULT] = PoolShare(pool.shares, 0, vault.base_micros)
    return pool


def waiting_micros(state: State, account: int) -> int:
    """Return what of an account's balance is not its own: it waits for shares of the vault."""
    if account != VAULT or state.vault_pool is None:
        return 0
    return state.vault_pool.waiting_micros
