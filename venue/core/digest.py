"""The whole state as bytes, and back: checkpoints; and its digest.

The form is canonical: it depends on what the state is, never on how it came about. Indexes
(timers, sweep, trigger heaps, who holds what) are left out and built anew.
"""

from collections import deque
from hashlib import blake2b

import msgspec

from venue.core.apply import pack_memory
from venue.core.apply_prices import terms_now, unpack_memory
from venue.core.book import Book, Order
from venue.core.commands import Side
from venue.core.listing import MarketSpec
from venue.core.margin_tiers import MarginTiers
from venue.core.phases import Phase, Pricing
from venue.core.policies import BuildRules
from venue.core.state import (
    Account,
    Breach,
    Holding,
    Ledger,
    Liquidation,
    Market,
    Source,
    State,
    Trigger,
    refresh_bounds,
)
from venue.core.timers import Timer

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


class AccountDump(msgspec.Struct, array_like=True):
    """One account."""

    account: int
    name: str
    parent: int | None
    owner: int
    balance_micros: int
    base_micros: int
    holdings: list[Holding]
    triggers: list[Trigger]
    remembered: list[Remembered]
    recent: list[str]
    client_order_ids: int
    cancel_all_at_ns: int | None
    cancel_on_disconnect: list[int]


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
)

_encoder = msgspec.msgpack.Encoder(order="deterministic")
_decoder = msgspec.msgpack.Decoder(Dump)


def dump(state: State) -> bytes:
    """Return the whole state as canonical bytes."""
    return _encoder.encode(
        Dump(
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
        )
    )


def digest(state: State) -> bytes:
    """Return 32 bytes that two states share only if they are the same."""
    return blake2b(dump(state), digest_size=32).digest()


def _dump_market(market: Market) -> MarketDump:
    return MarketDump(
        market.spec,
        market.phase,
        market.pricing,
        {name: getattr(market, name) for name in MARKET_NUMBERS},
        market.phase_why,
        (
            pack_memory(market.index_memory),
            pack_memory(market.closed_memory),
            pack_memory(market.mark_memory),
            pack_memory(market.clamp_memory),
            pack_memory(market.funding_memory),
        ),
        list(market.book.resting(Side.BUY)),
        list(market.book.resting(Side.SELL)),
    )


def _dump_account(account: Account) -> AccountDump:
    remembered: list[Remembered] = []
    for name, what in sorted(account.remembered.items()):
        if isinstance(what, Order):
            gone = None if what.in_book else what
            remembered.append((name, what.order_id, gone, None))
        else:
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
        [holding for _, holding in sorted(account.holdings.items())],
        [trigger for _, trigger in sorted(account.triggers.items())],
        remembered,
        list(account.recent),
        account.client_order_ids,
        account.cancel_all_at_ns,
        sorted(account.cancel_on_disconnect),
    )


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
    for liquidation in stored.liquidations:
        unit = (liquidation.account, liquidation.market)
        state.liquidations[unit] = liquidation
        state.timers.set_step(liquidation.until_ns, liquidation.rank_e12, unit)
    for account_id, market_name, breach in stored.breaches:
        state.breaches[(account_id, market_name)] = breach
        state.timers.set_step(breach.since_ns, breach.rank_e12, (account_id, market_name))
    return state


def _load_account(state: State, stored: AccountDump) -> None:
    account = Account(
        stored.account,
        stored.name,
        stored.parent,
        stored.owner,
        balance_micros=stored.balance_micros,
        base_micros=stored.base_micros,
        holdings={holding.market: holding for holding in stored.holdings},
        triggers={trigger.placed.order_id: trigger for trigger in stored.triggers},
        recent=deque(stored.recent),
        client_order_ids=stored.client_order_ids,
        cancel_all_at_ns=stored.cancel_all_at_ns,
        cancel_on_disconnect=dict.fromkeys(stored.cancel_on_disconnect, True),
    )
    state.accounts[account.account] = account
    state.names[account.name] = account.account
    state.dirty.add((account.account, ""))
    state.dirty.update((account.account, name) for name in account.holdings)
    if account.cancel_all_at_ns is not None:
        state.timers.set(account.cancel_all_at_ns, Timer.CANCEL_ALL, (account.account,))


def _load_market(state: State, stored: MarketDump) -> None:
    spec = stored.spec
    rules = state.build_rules(spec)
    index, closed, mark, clamp, funding = stored.memories
    market = Market(
        spec=spec,
        rules=rules,
        terms=terms_now(state, spec.underlying, rules, stored.pricing),
        phase=stored.phase,
        next_mark_ns=0,
        next_sample_ns=0,
        next_funding_ns=0,
        index_memory=unpack_memory(index, rules.index_open.initial()),
        closed_memory=unpack_memory(closed, rules.index_closed.initial()),
        mark_memory=unpack_memory(mark, rules.mark.initial()),
        clamp_memory=unpack_memory(clamp, rules.clamp.initial()),
        funding_memory=unpack_memory(funding, rules.funding.initial()),
        tick_lot_micros=spec.units.tick_lot_micros,
        tiers=MarginTiers.of(spec.tiers),
        book=Book(),
        phase_why=stored.phase_why,
        pricing=stored.pricing,
    )
    for name in MARKET_NUMBERS:
        setattr(market, name, stored.numbers[name])
    name = spec.market
    state.markets[name] = market
    refresh_bounds(market)
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
    _load_timers(state, market)
    if market.mark_nanos is not None:
        state.sweep.list_market(name, market.tiers, market.mark_micros)


def _load_timers(state: State, market: Market) -> None:
    name = market.spec.market
    state.timers.set(market.next_mark_ns, Timer.UPDATE_MARK, (name,))
    state.timers.set(market.next_sample_ns, Timer.SAMPLE_PREMIUM, (name,))
    state.timers.set(market.next_funding_ns, Timer.SETTLE_FUNDING, (name,))
    if market.phase is Phase.AUCTION and market.phase_until_ns is not None:
        state.timers.set(market.phase_until_ns, Timer.END_CALL, (name,))
    if market.next_unwind_ns is not None:
        state.timers.set(market.next_unwind_ns, Timer.UNWIND_FUND, (name,))


def _load_remembered(state: State, stored: AccountDump) -> None:
    account = state.accounts[stored.account]
    for name, order_id, gone_order, gone_trigger in stored.remembered:
        what = gone_order or gone_trigger
        if what is None:
            what = account.orders.get(order_id) or account.triggers[order_id]
        account.remembered[name] = what
