"""The whole state as bytes, and back: checkpoints; and its digest.

The form is canonical: it depends on what the state is, never on how it came about. Indexes
(timers, sweep, trigger heaps, who holds what) are left out and built anew. What is written of a
market and of an account stands in ``market_dump`` and ``account_dump``.
"""

from hashlib import blake2b

import msgspec
from msgspec import structs

from venue.core.account_dump import AccountDump, dump_account, load_account, load_remembered
from venue.core.apply_liquidation import note_of
from venue.core.deferrals import Breach, ForcedClose, Liquidation, Search
from venue.core.liquidator_vault import old_vault
from venue.core.market import Source
from venue.core.market_dump import MarketDump, dump_market, load_market
from venue.core.policies import BuildRules
from venue.core.pool import PoolDump, dump_pool, load_pool
from venue.core.state import Ledger, State, Vault
from venue.core.sweep import Note
from venue.core.volumes import refresh_fees, set_fee_day

FORMAT = 1


class Dump(msgspec.Struct, array_like=True):
    """The venue."""

    format: int
    seq: int
    now_ns: int
    next_account: int
    next_trade_id: int
    next_liquidation_id: int
    next_system_order: int
    downtimes: int
    ledger: Ledger
    sources: list[tuple[str, Source]]
    markets: list[MarketDump]
    accounts: list[AccountDump]
    liquidations: list[Liquidation]
    breaches: list[tuple[int, str, Breach]]
    search: Search | None = None
    forced: list[ForcedClose] = []
    next_fee_day_ns: int | None = None
    vaults: list[Vault] = []
    units_e9: list[tuple[str, int]] = []
    renamed: list[tuple[str, str]] = []
    vault_pool: PoolDump | None = None


class LaterDump(Dump, array_like=True):
    """The venue, where there is something of what came later; else ``Dump`` is the form.

    So a state without any has the digest that it always had. ``requests`` are the accounts whose
    requests are counted, with how many and the time of the last.
    """

    requests: list[tuple[int, int, int]] = []


_encoder = msgspec.msgpack.Encoder(order="deterministic")
_decoder = msgspec.msgpack.Decoder(LaterDump)


def dump(state: State) -> bytes:
    """Return the whole state as canonical bytes."""
    whole = Dump(
        FORMAT,
        state.seq,
        state.now_ns,
        state.next_account,
        state.next_trade_id,
        state.next_liquidation_id,
        state.next_system_order,
        state.downtimes,
        state.ledger,
        sorted(state.sources.items()),
        # Markets keep the order of their listing: prints are judged in it.
        [dump_market(market) for market in state.markets.values()],
        [dump_account(account) for _, account in sorted(state.accounts.items())],
        [liquidation for _, liquidation in sorted(state.liquidations.items())],
        [(*unit, breach) for unit, breach in sorted(state.breaches.items())],
        state.search,
        [closed for _, closed in sorted(state.forced.items())],
        state.next_fee_day_ns,
        [vault for _, vault in sorted(state.vaults.items())],
        sorted(state.units_e9.items()),
        renamed=sorted(state.renamed.items()),
        vault_pool=dump_pool(state.vault_pool),
    )
    requests = [
        (number, account.requests, account.requested_at_ns)
        for number, account in sorted(state.accounts.items())
        if account.requests or account.requested_at_ns
    ]
    if requests:
        whole = LaterDump(**structs.asdict(whole), requests=requests)
    return _encoder.encode(whole)


def digest(state: State) -> bytes:
    """Return 32 bytes that two states share only if they are the same."""
    return blake2b(dump(state), digest_size=32).digest()


def load(data: bytes, build_rules: BuildRules) -> State:
    """Return the state that ``dump`` wrote, its indexes built anew."""
    stored = _decoder.decode(data)
    assert stored.format == FORMAT, f"checkpoint format {stored.format}, expected {FORMAT}"
    state = State(build_rules)
    state.seq = stored.seq
    state.now_ns = stored.now_ns
    state.next_account = stored.next_account
    state.next_trade_id = stored.next_trade_id
    state.next_liquidation_id = stored.next_liquidation_id
    state.next_system_order = stored.next_system_order
    state.downtimes = stored.downtimes
    state.ledger = stored.ledger
    state.sources = dict(stored.sources)
    state.renamed = dict(stored.renamed)
    state.accounts.clear()
    state.names.clear()
    for account in stored.accounts:
        load_account(state, account)
    for market in stored.markets:
        load_market(state, market)
    for order_id, order in sorted(state.orders.items()):
        state.accounts[order.account].orders[order_id] = order
    for stored_account in stored.accounts:
        load_remembered(state, stored_account)
    for number, requests, requested_at_ns in stored.requests:
        state.accounts[number].requests = requests
        state.accounts[number].requested_at_ns = requested_at_ns
    for liquidation in stored.liquidations:
        unit = (liquidation.account, liquidation.market)
        state.liquidations[unit] = liquidation
        state.timers.set_step(liquidation.until_ns, liquidation.rank_e12, unit)
        state.sweep.note(unit, note_of(liquidation.why))
    for account_id, market_name, breach in stored.breaches:
        state.breaches[(account_id, market_name)] = breach
        state.timers.set_step(breach.since_ns, breach.rank_e12, (account_id, market_name))
        state.sweep.note((account_id, market_name), Note.ON_RECORD)
    state.search = search = stored.search
    if search is not None:
        state.timers.set_search(search.due_ns, search.rank_e12, search.account, search.market)
    state.forced = {(closed.account, closed.market): closed for closed in stored.forced}
    state.vaults = {(vault.account, vault.market): vault for vault in stored.vaults}
    state.units_e9 = dict(stored.units_e9)
    state.vault_pool = load_pool(stored.vault_pool) or old_vault(state)
    if stored.next_fee_day_ns is not None:
        set_fee_day(state, stored.next_fee_day_ns)
        refresh_fees(state)
    return state
