"""One market as it is written in a checkpoint: its form, to it, and back from it.

Its book is written in priority order. Its indexes (bounds, holders, trigger heaps, timers) are
left out and built anew.
"""

import msgspec

from venue.core.apply import pack_memory
from venue.core.apply_prices import MEMORIES, hold_terms, terms_now, unpack_memories
from venue.core.book import Order
from venue.core.bounds import refresh_bounds
from venue.core.commands import Side
from venue.core.guarding import refresh_blocked
from venue.core.listing import MarketSpec
from venue.core.margin_tiers import MarginTiers
from venue.core.market import Announced, Feed, Maker, Market
from venue.core.market_timers import set_market_timers
from venue.core.phases import Phase, Pricing
from venue.core.policies import Validity
from venue.core.pool import PoolDump, dump_pool, load_pool
from venue.core.pool_book import book_for
from venue.core.state import State
from venue.core.timers import Timer
from venue.core.units import E18
from venue.core.volumes import new_account_fees


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


def dump_market(market: Market) -> MarketDump:
    """Return what is written of a market."""
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


def load_market(state: State, stored: MarketDump) -> None:
    """Put a market back, with its book; the accounts are there before."""
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
