"""A Merkle tree over all accounts: what everyone has at one seq, in 32 bytes.

The root is published and signed; a bot that is given its own leaf and the hashes beside its path
checks that all it has is in it (balance, positions, open orders and plans, vaults, bonds, shares of
pools), and learns nothing about others. The tree is RFC 6962's (section 2.1): a leaf is hashed
behind a byte 0, a node behind a byte 1, and n leaves split at the largest power of two below n, so
that no leaf can pass for a node.

A leaf's text could be guessed from a list of likely balances, so each is hashed with a salt that
only the account is told. The seed of all salts is in the journal: whoever has that knows all.
"""

from collections import defaultdict
from hashlib import sha256
from hmac import digest as hmac

import msgspec

from venue.core.account import Account
from venue.core.plans import size_of
from venue.core.pool import Pool
from venue.core.state import State
from venue.core.vaults import minted_lots

LEAF, NODE = b"\x00", b"\x01"
SALT_BYTES = 16


class Statement(msgspec.Struct, frozen=True):
    """One account at one seq, as its leaf says it.

    Money in micro-dollars. ``positions`` are (market, signed lots, entry cost, isolated margin) in
    order of market; ``orders`` are (order id, market, side, remaining lots, price in ticks),
    ``triggers`` (order id, market, side, lots or none for all, trigger in ticks) and ``plans``
    (order id, market, side, lots that have not traded) in order of id. What is not in the balance
    follows in order of market: ``vaults`` (market, cash, 1e-9 units, minted lots), ``bonds``
    (market, bond), ``pools`` (market, shares in millionths) and ``pool_requests`` (market, request
    id, money that waits, shares that wait, which are among those of ``pools`` until then). A pool
    without a market's name is the liquidator vault.
    """

    seq: int
    account: int
    balance_micros: int
    positions: tuple[tuple[str, int, int, int], ...]
    orders: tuple[tuple[int, str, str, int, int], ...]
    triggers: tuple[tuple[int, str, str, int | None, int], ...]
    plans: tuple[tuple[int, str, str, int], ...]
    vaults: tuple[tuple[str, int, int, int], ...]
    bonds: tuple[tuple[str, int], ...]
    pools: tuple[tuple[str, int], ...]
    pool_requests: tuple[tuple[str, int, int, int], ...]


class Leaf(msgspec.Struct, frozen=True):
    """A statement's text, and the salt that it is hashed with."""

    text: bytes
    salt: bytes

    @property
    def hash(self) -> bytes:
        """Return SHA-256 of a byte 0, the salt, and the text."""
        return sha256(LEAF + self.salt + self.text).digest()


class Beside(msgspec.Struct):
    """What an account has beside its balance, as its statement says it."""

    vaults: list[tuple[str, int, int, int]] = []
    bonds: list[tuple[str, int]] = []
    pools: list[tuple[str, int]] = []
    pool_requests: list[tuple[str, int, int, int]] = []


def beside_balances(state: State) -> dict[int, Beside]:
    """Return what stands in vaults, bonds and pools, by account; in one way through them.

    The liquidator vault's shares come first, under no market's name.
    """
    found: defaultdict[int, Beside] = defaultdict(Beside)
    for (number, name), vault in sorted(state.vaults.items()):
        cash_micros = state.accounts[vault.vault].balance_micros
        lots = minted_lots(state, vault)
        found[number].vaults.append((name, cash_micros, vault.units_e9, lots))
    if state.vault_pool is not None:
        _shares_of("", state.vault_pool, found)
    for name, market in sorted(state.markets.items()):
        for number, maker in market.makers.items():
            found[number].bonds.append((name, maker.bond_micros))
        if market.pool is not None:
            _shares_of(name, market.pool, found)
    return found


def _shares_of(name: str, pool: Pool, found: defaultdict[int, Beside]) -> None:
    for number, share in pool.providers.items():
        found[number].pools.append((name, share.shares))
    for request_id, asked in sorted(pool.requests.items()):
        row = (name, request_id, asked.amount_micros, asked.shares)
        found[asked.account].pool_requests.append(row)


def statement(seq: int, account: Account, beside: Beside) -> Statement:
    """Return what an account has now."""
    return Statement(
        seq,
        account.account,
        account.balance_micros,
        tuple(
            (name, holding.size_lots, holding.entry_micros, holding.isolated_micros)
            for name, holding in sorted(account.holdings.items())
            if holding.size_lots or holding.isolated_micros
        ),
        tuple(
            (
                order.order_id,
                order.market,
                "buy" if order.is_buy else "sell",
                order.remaining_lots,
                order.limit_ticks,
            )
            for _, order in sorted(account.orders.items())
        ),
        tuple(
            (
                order_id,
                trigger.placed.market,
                trigger.placed.side.value,
                trigger.placed.size_lots,
                trigger.placed.trigger_ticks,
            )
            for order_id, trigger in sorted(account.triggers.items())
        ),
        tuple(
            (order_id, plan.asked.market, plan.asked.side.value, size_of(plan))
            for order_id, plan in sorted(account.plans.items())
        ),
        tuple(beside.vaults),
        tuple(beside.bonds),
        tuple(beside.pools),
        tuple(beside.pool_requests),
    )


def leaves(state: State, seed: bytes) -> list[Leaf]:
    """Return the leaves of all accounts, in order of account.

    The salt is the first 16 bytes of HMAC-SHA-256 of ``seq:account`` under the root's seed.
    """
    nothing = Beside()
    beside = beside_balances(state)
    return [
        Leaf(
            msgspec.json.encode(statement(state.seq, account, beside.get(number, nothing))),
            hmac(seed, b"%d:%d" % (state.seq, number), "sha256")[:SALT_BYTES],
        )
        for number, account in sorted(state.accounts.items())
    ]


def levels(hashes: list[bytes]) -> list[list[bytes]]:
    """Return the tree over leaf hashes, row by row: the leaves, their parents, ..., the root alone.

    Neighbours are hashed together; a last one without a neighbour goes up as it is, which is the
    same tree as RFC 6962's. Of no leaves the root is the hash of nothing.

    >>> [len(row) for row in levels([bytes(32)] * 5)]
    [5, 3, 2, 1]
    """
    rows = [hashes or [sha256(b"").digest()]]
    while len(row := rows[-1]) > 1:
        above = [sha256(NODE + row[at] + row[at + 1]).digest() for at in range(0, len(row) - 1, 2)]
        rows.append(above + row[len(above) * 2 :])
    return rows


def path(rows: list[list[bytes]], at: int) -> list[tuple[str, bytes]]:
    """Return the hashes beside the way from leaf ``at`` to the root, lowest first.

    Each with its side: ``left`` is hashed before what has been come to, ``right`` after it.

    >>> rows = levels([bytes(32)] * 5)
    >>> [side for side, _ in path(rows, 4)], [side for side, _ in path(rows, 1)]
    (['left'], ['left', 'right', 'right'])
    """
    assert 0 <= at < len(rows[0]), f"leaf {at} of {len(rows[0])}"
    beside = []
    for row in rows[:-1]:
        other = at ^ 1
        if other < len(row):
            beside.append(("left" if other < at else "right", row[other]))
        at //= 2
    return beside


def root_by(leaf_hash: bytes, beside: list[tuple[str, bytes]]) -> bytes:
    """Return the root that a leaf and the hashes beside its way come to."""
    for side, other in beside:
        pair = other + leaf_hash if side == "left" else leaf_hash + other
        leaf_hash = sha256(NODE + pair).digest()
    return leaf_hash
