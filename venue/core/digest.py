"""The whole state as bytes, and back: checkpoints; and its digest.

The form is canonical: it depends on what the state is, never on how it came about. Indexes
(timers, sweep, trigger heaps, who holds what) are left out and built anew.
"""

from collections import deque
from hashlib import blake2b

import msgspec
from msgspec import structs

from venue.core.account import Account, Holding, Trigger
from venue.core.apply import pack_memory
from venue.core.apply_liquidation import note_of
from venue.core.apply_plans import set_timer
from venue.core.apply_prices import (
    MEMORIES,
    hold_terms,
    terms_now,
    unpack_memories,
)
from venue.core.book import Order
from venue.core.bounds import refresh_bounds
from venue.core.commands import MarginMode, Side
from venue.core.deferrals import Breach, ForcedClose, Liquidation, Search
from venue.core.guarding import refresh_blocked
from venue.core.liquidator_vault import old_vault
from venue.core.listing import MarketSpec
from venue.core.margin_tiers import MarginTiers
from venue.core.market import Announced, Feed, Maker, Market, Source
from venue.core.market_timers import set_market_timers
from venue.core.phases import Phase, Pricing
from venue.core.plans import OpenPlan, Plan
from venue.core.policies import BuildRules, Validity
from venue.core.pool import PoolDump, dump_pool, load_pool
from venue.core.pool_book import book_for
from venue.core.state import Ledger, State, Vault
from venue.core.sweep import Note
from venue.core.timers import Timer
from venue.core.units import E18
from venue.core.volumes import new_account_fees, refresh_fees, set_fee_day

FORMAT = 1

# A remembered client order id: an open order or trigger by its id, a finished one whole.
Remembered = tuple[str, int, Order | None, Trigger | None]


class MarketDump(msgspec.Struct, array_like=True):
    """One market: its fields by name, its rules' memories, and its book in priority order."""

    spec: MarketSpec
    phase: Phase
    pricing: Pricing
    numbers: dict[str, int | None]
    phase_why: str
    memories: tuple[bytes, ...]
    bids: list[Order]
    asks: list[Order]
    bounds: tuple[int, int] | None = None
    reducing_why: str = ""
    providers: list[tuple[int, int]] = []
    makers: list[Maker] = []
    actions: tuple[Announced, ...] = ()
    pool: PoolDump | None = None
    heard_as: str = ""
    feeds: list[tuple[str, Feed]] = []


class HoldingDump(msgspec.Struct, array_like=True, gc=False):
    """What one account has in one market, field by field as ``Holding`` has it."""

    market: str
    leverage: int
    mode: MarginMode
    size_lots: int
    entry_micros: int
    isolated_micros: int
    buy_lots: int
    buy_micros: int
    sell_lots: int
    sell_micros: int
    reducing: int
    realised_micros: int
    funding_micros: int
    fees_micros: int


class AccountDump(msgspec.Struct, array_like=True):
    """One account."""

    account: int
    name: str
    parent: int | None
    owner: int
    balance_micros: int
    base_micros: int
    holdings: list[HoldingDump]
    triggers: list[Trigger]
    remembered: list[Remembered]
    recent: list[str]
    client_order_ids: int
    cancel_all_at_ns: int | None
    cancel_on_disconnect: list[int]
    day_maker_micros: int = 0
    day_taker_micros: int = 0
    days: tuple[tuple[int, int], ...] = ()
    plans: list[OpenPlan] = []
    # Client order ids of plans: an open one by its id, another whole.
    named_plans: list[tuple[str, int, Plan | None]] = []
    traded_micros: int = 0


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


MARKET_NUMBERS = (
    "next_mark_ns",
    "next_sample_ns",
    "next_funding_ns",
    "phase_until_ns",
    "called_from_id",
    "pricing_since_ns",
    "index_nanos",
    "index_at_ns",
    "anchor_nanos",
    "anchor_ns",
    "mark_nanos",
    "mark_micros",
    "previous_mark_micros",
    "mark_at_ns",
    "last_ticks",
    "open_interest_lots",
    "clearing_micros",
    "traded_lots",
    "throttle_micros",
    "throttle_at_ns",
    "next_unwind_ns",
    "last_rate_e12",
    "norm_e18",
    "underlying_nanos",
    "base_nanos",
    "units_new",
    "units_old",
    "variance_whole",
    "variance_rest",
    "variance_ps",
    "varied_nanos",
    "varied_at_ns",
    "funding_accrued_e12",
    "mark_held",
    "index_mean_whole",
    "index_mean_rest",
    "index_mean_ps",
    "index_mean_at_ns",
    "middle_nanos",
    "last_at_ns",
    "drawn_micros",
    "drawn_since_ns",
    "fees_micros",
    "tape_from_lots",
    "tape_micros",
    "heard_at_ns",
    "close_nanos",
    "open_nanos",
    "open_at_ns",
    "marked_interest_lots",
    "closing_since_ns",
    "closing_at_ns",
    "next_forced_ns",
    "validity",
    "reopen_since_ns",
    "outside_nanos",
    "uncross_nanos",
    "limit_until_ns",
    "extensions",
    "next_call_ns",
    "next_epoch_ns",
    "adjusted_ns",
    "mark_within_e4",
    "average_since_ns",
    "average_at_ns",
    "average_nanos",
    "average_rest",
    "splits_new",
    "splits_old",
    "last_split_new",
    "last_split_old",
    "owed_e4",
    "is_driven",
    "kept_e18",
)
# Left out where they are what a fresh market has, as ``LaterDump`` is.
LATER_NUMBERS = {"owed_e4": 0, "is_driven": 0, "kept_e18": E18}

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
        [_dump_market(market) for market in state.markets.values()],
        [_dump_account(account) for _, account in sorted(state.accounts.items())],
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


def _dump_market(market: Market) -> MarketDump:
    return MarketDump(
        market.spec,
        market.phase,
        market.pricing,
        {
            name: value
            for name in MARKET_NUMBERS
            for value in (getattr(market, name),)
            if name not in LATER_NUMBERS or value != LATER_NUMBERS[name]
        },
        market.phase_why,
        tuple(pack_memory(getattr(market, field)) for field, _ in MEMORIES),
        list(market.book.resting(Side.BUY)),
        list(market.book.resting(Side.SELL)),
        market.bounds,
        market.reducing_why,
        sorted(market.providers.items()),
        makers=[maker for _, maker in sorted(market.makers.items())],
        actions=market.actions,
        pool=dump_pool(market.pool),
        heard_as=market.heard_as,
        feeds=sorted(market.feeds.items()),
    )


def _dump_account(account: Account) -> AccountDump:
    remembered: list[Remembered] = []
    for name, what in sorted(account.remembered.items()):
        if isinstance(what, Order):
            gone = None if what.in_book else what
            remembered.append((name, what.order_id, gone, None))
        elif isinstance(what, Trigger):
            order_id = what.placed.order_id
            remembered.append(
                (name, order_id, None, None if order_id in account.triggers else what)
            )
    return AccountDump(
        account.account,
        account.name,
        account.parent,
        account.owner,
        account.balance_micros,
        account.base_micros,
        [_dump_holding(holding) for _, holding in sorted(account.holdings.items())],
        [trigger for _, trigger in sorted(account.triggers.items())],
        remembered,
        list(account.recent),
        account.client_order_ids,
        account.cancel_all_at_ns,
        sorted(account.cancel_on_disconnect),
        account.day_maker_micros,
        account.day_taker_micros,
        account.days,
        plans=[plan for _, plan in sorted(account.plans.items())],
        named_plans=_dump_named_plans(account),
        traded_micros=account.traded_micros,
    )


def _dump_holding(holding: Holding) -> HoldingDump:
    return HoldingDump(
        holding.market,
        holding.leverage,
        holding.mode,
        holding.size_lots,
        holding.entry_micros,
        holding.isolated_micros,
        holding.buy_lots,
        holding.buy_micros,
        holding.sell_lots,
        holding.sell_micros,
        holding.reducing,
        holding.realised_micros,
        holding.funding_micros,
        holding.fees_micros,
    )


def _dump_named_plans(account: Account) -> list[tuple[str, int, Plan | None]]:
    # An open plan by its id, any other whole: a scale has its first order's id, which may wait.
    return [
        (name, what.order_id, None if account.plans.get(what.order_id) is what else what)
        for name, what in sorted(account.remembered.items())
        if not isinstance(what, Order | Trigger)
    ]


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
        _load_account(state, account)
    for market in stored.markets:
        _load_market(state, market)
    for order_id, order in sorted(state.orders.items()):
        state.accounts[order.account].orders[order_id] = order
    for stored_account in stored.accounts:
        _load_remembered(state, stored_account)
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


def _load_account(state: State, stored: AccountDump) -> None:
    account = Account(
        stored.account,
        stored.name,
        stored.parent,
        stored.owner,
        balance_micros=stored.balance_micros,
        base_micros=stored.base_micros,
        holdings={held.market: Holding(*structs.astuple(held)) for held in stored.holdings},
        triggers={trigger.placed.order_id: trigger for trigger in stored.triggers},
        recent=deque(stored.recent),
        client_order_ids=stored.client_order_ids,
        cancel_all_at_ns=stored.cancel_all_at_ns,
        cancel_on_disconnect=dict.fromkeys(stored.cancel_on_disconnect, True),
        day_maker_micros=stored.day_maker_micros,
        day_taker_micros=stored.day_taker_micros,
        days=stored.days,
        traded_micros=stored.traded_micros,
        plans={plan.order_id: plan for plan in stored.plans},
    )
    state.accounts[account.account] = account
    state.names[account.name] = account.account
    state.dirty.add((account.account, ""))
    state.dirty.update((account.account, name) for name in account.holdings)
    for plan in stored.plans:
        set_timer(state, plan)
    if account.cancel_all_at_ns is not None:
        state.timers.set(account.cancel_all_at_ns, Timer.CANCEL_ALL, (account.account,))


def _load_market(state: State, stored: MarketDump) -> None:
    spec = stored.spec
    rules = state.build_rules(spec)
    market = Market(
        spec=spec,
        rules=rules,
        terms=terms_now(
            state,
            spec,
            rules,
            stored.pricing,
            is_closing=stored.numbers.get("closing_since_ns") is not None,
        ),
        phase=stored.phase,
        next_mark_ns=0,
        next_sample_ns=0,
        next_funding_ns=0,
        tick_lot_micros=spec.units.tick_lot_micros,
        tiers=MarginTiers.by(rules.margin, spec.tiers, stored.numbers.get("owed_e4") or 0),
        book=book_for(rules),
        phase_why=stored.phase_why,
        pricing=stored.pricing,
        bounds=stored.bounds,
        reducing_why=stored.reducing_why,
        providers=dict(stored.providers),
        makers={maker.account: maker for maker in stored.makers},
        actions=stored.actions,
        pool=load_pool(stored.pool),
        heard_as=stored.heard_as,
        feeds=dict(stored.feeds),
        **unpack_memories(rules, stored.memories),
    )
    for name in MARKET_NUMBERS:
        if name in stored.numbers:  # Those that came later begin as in a fresh market.
            setattr(market, name, stored.numbers[name])
    name = spec.market
    state.markets[name] = market
    state.counts_requests |= rules.requests.counts_requests
    market.validity = Validity(market.validity)
    hold_terms(market)
    refresh_blocked(state, market)
    refresh_bounds(market)
    market.base_fees = new_account_fees(market)
    for order in (*stored.bids, *stored.asks):
        state.orders[order.order_id] = order
        market.book.add(order)
        expires_at_ns = order.accepted.expires_at_ns
        if expires_at_ns is not None:
            state.timers.set(expires_at_ns, Timer.EXPIRE_ORDER, (order.order_id,))
    for account_id, account in sorted(state.accounts.items()):
        holding = account.holdings.get(name)
        if holding is not None and holding.size_lots:
            market.holders[account_id] = None
        for order_id, trigger in account.triggers.items():
            if trigger.placed.market == name:
                market.triggers[order_id] = trigger
                if trigger.awake:
                    market.watch.add(trigger.placed)
    set_market_timers(state, market)
    if market.mark_nanos is not None:
        state.sweep.list_market(name, market.tiers, market.mark_micros)


def _load_remembered(state: State, stored: AccountDump) -> None:
    account = state.accounts[stored.account]
    for name, order_id, gone_order, gone_trigger in stored.remembered:
        what = gone_order or gone_trigger
        if what is None:
            what = account.orders.get(order_id) or account.triggers[order_id]
        account.remembered[name] = what
    for name, order_id, gone in stored.named_plans:
        account.remembered[name] = account.plans[order_id] if gone is None else gone
