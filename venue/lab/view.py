"""What a bot sees of the venue: public prices and books, and its own account. Nothing else.

A view is taken after a step and never changes; an agent that keeps one keeps the past.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from venue.core.margin import equity_micros, withdrawable_micros
from venue.core.phases import Closure, Phase, Pricing, Session
from venue.core.state import State, source_of


class MarketView(NamedTuple):
    """One market in public. Prices are ``None`` before the first one, or on an empty side.

    ``bid_ticks`` and ``ask_ticks`` are the best prices of the book; ``tick_nanos`` a tick's worth.
    ``underlying_nanos`` is the underlying's price where a contract is on a power of it.
    """

    market: str
    session: Session
    closure: Closure
    phase: Phase
    pricing: Pricing
    index_nanos: int | None
    mark_nanos: int | None
    mark_micros: int
    last_ticks: int | None
    bid_ticks: int | None
    ask_ticks: int | None
    tick_nanos: int
    underlying_nanos: int | None = None


class OwnOrder(NamedTuple):
    """One of the account's resting orders."""

    order_id: int
    market: str
    is_buy: bool
    price_ticks: int
    remaining_lots: int


class View(NamedTuple):
    """What one account sees at a time. ``positions`` are signed lots by market.

    ``free_micros`` is what it could withdraw, or move to an isolated position.
    """

    now_ns: int
    account: int
    markets: Mapping[str, MarketView]
    equity_micros: int
    positions: Mapping[str, int]
    orders: tuple[OwnOrder, ...]
    free_micros: int = 0


def public(state: State) -> Mapping[str, MarketView]:
    """Return what everybody sees of all markets."""
    seen: dict[str, MarketView] = {}
    for name, market in state.markets.items():
        source = source_of(state, market)
        seen[name] = MarketView(
            name,
            source.session,
            source.closure,
            market.phase,
            market.pricing,
            market.index_nanos,
            market.mark_nanos,
            market.mark_micros,
            market.last_ticks,
            market.book.bids.best_ticks(),
            market.book.asks.best_ticks(),
            market.spec.units.tick_nanos,
            market.underlying_nanos,
        )
    return MappingProxyType(seen)


def private(state: State, account_id: int, markets: Mapping[str, MarketView]) -> View:
    """Return what an account sees: what everybody does, and its own."""
    account = state.accounts[account_id]
    orders = tuple(
        OwnOrder(order_id, order.market, order.is_buy, order.limit_ticks, order.remaining_lots)
        for order_id, order in sorted(account.orders.items())
        if order.in_book
    )
    positions = {name: holding.size_lots for name, holding in account.holdings.items()}
    return View(
        state.now_ns,
        account_id,
        markets,
        equity_micros(state, account),
        MappingProxyType(positions),
        orders,
        max(0, withdrawable_micros(state, account)),
    )
