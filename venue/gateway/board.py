"""Index, mark and funding of every market, and sessions, as durable events have told them."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from venue.core import events as ev
from venue.core.events import Event
from venue.core.phases import Pricing
from venue.core.rescaling import NewUnits
from venue.core.state import State
from venue.gateway.decimals import nanos_text, rate_text
from venue.gateway.market_views import session_view
from venue.gateway.moment import Moment
from venue.gateway.scales import MarketScales, MarketTable
from venue.gateway.showing import ms, ms_or_none
from venue.gateway.views import PricesView, SessionView


class Prices:
    """What was published of one market last. ``version`` counts the changes."""

    __slots__ = (
        "anchor_nanos",
        "at_ns",
        "funding_e12",
        "index_nanos",
        "last_ticks",
        "mark_at_ns",
        "mark_nanos",
        "next_funding_ns",
        "pricing",
        "scales",
        "version",
    )

    def __init__(self, scales: MarketScales) -> None:
        self.scales = scales
        self.pricing = Pricing.INTERNAL
        self.index_nanos: int | None = None
        self.mark_nanos: int | None = None
        self.mark_at_ns = 0
        self.last_ticks: int | None = None
        self.anchor_nanos: int | None = None
        self.funding_e12 = 0
        self.next_funding_ns = 0
        self.at_ns = 0
        self.version = 0


class Board:
    """Prices by market, and sessions by underlying. ``told`` counts the session changes."""

    __slots__ = ("_at_ns", "_table", "markets", "sessions", "told")

    def __init__(self, table: MarketTable) -> None:
        self._table = table
        self._at_ns = 0
        self.markets: dict[str, Prices] = {}
        self.sessions: dict[str, SessionView] = {}
        self.told: dict[str, int] = {}

    def prime(self, state: State) -> None:
        """Begin at a state of which everything is durable."""
        for name, market in state.markets.items():
            prices = self.markets[name] = Prices(self._table.get(name))
            prices.pricing = market.pricing
            prices.index_nanos = market.index_nanos
            prices.mark_nanos = market.mark_nanos
            prices.mark_at_ns = market.mark_at_ns
            prices.last_ticks = market.last_ticks
            prices.anchor_nanos = market.anchor_nanos
            prices.funding_e12 = market.last_rate_e12
            prices.next_funding_ns = market.next_funding_ns
            prices.at_ns = state.now_ns
        for underlying in state.sources:
            view = session_view(state, underlying)
            if view is not None:
                self.sessions[underlying] = view
                self.told[underlying] = 0

    def take(self, event: Event, at_ns: int) -> None:
        """Take one event that ``CONCERNS`` names."""
        self._at_ns = at_ns
        CONCERNS[type(event)](self, event)

    def _listed(self, event: ev.MarketListed) -> None:
        prices = Prices(self._table.get(event.spec.market))
        prices.next_funding_ns = event.next_funding_ns
        self.markets[event.spec.market] = prices

    def _changed(self, market: str) -> Prices:
        prices = self.markets[market]
        prices.at_ns = self._at_ns
        prices.version += 1
        return prices

    def _index(self, event: ev.IndexUpdated) -> None:
        prices = self._changed(event.market)
        prices.index_nanos = event.index_nanos
        prices.pricing = event.pricing

    def _mark(self, event: ev.MarkUpdated) -> None:
        prices = self._changed(event.market)
        prices.mark_nanos = event.mark_nanos
        prices.mark_at_ns = event.at_ns

    def _pricing(self, event: ev.PricingChanged) -> None:
        prices = self._changed(event.market)
        prices.pricing = event.pricing
        prices.anchor_nanos = event.anchor_nanos

    def _funding(self, event: ev.FundingSettled) -> None:
        prices = self._changed(event.market)
        prices.funding_e12 = event.rate_e12
        prices.next_funding_ns = event.at_ns + prices.scales.spec.funding_interval_ns

    def _split(self, event: ev.MarketSplit) -> None:
        """What was published stands in the new units from now on."""
        prices = self._changed(event.market)
        prices.scales.spec = event.spec
        units = NewUnits(event.numerator, event.denominator)
        prices.index_nanos = units.price_or_none(prices.index_nanos)
        prices.anchor_nanos = units.price_or_none(prices.anchor_nanos)
        prices.last_ticks = units.price_or_none(prices.last_ticks)
        prices.mark_nanos = event.mark_nanos

    def _adjusted(self, event: ev.IndexAdjusted) -> None:
        prices = self._changed(event.market)
        if prices.anchor_nanos is not None:
            prices.anchor_nanos = max(1, prices.anchor_nanos - event.amount_nanos)

    def _interval(self, event: ev.FundingIntervalChanged) -> None:
        prices = self._changed(event.market)
        prices.scales.spec = replace(prices.scales.spec, funding_interval_ns=event.interval_ns)
        prices.next_funding_ns = event.next_ns

    def _renamed(self, event: ev.MarketRenamed) -> None:
        prices = self.markets[event.to] = self.markets.pop(event.market)
        followed = prices.scales.spec.underlying
        if event.underlying not in self.sessions and followed in self.sessions:
            self.sessions[event.underlying] = replace(
                self.sessions[followed], underlying=event.underlying
            )
        self._changed(event.to)

    def _traded(self, event: ev.Traded) -> None:
        self.markets[event.market].last_ticks = event.price_ticks

    def _session(self, event: ev.SessionChanged) -> None:
        self.told[event.underlying] = self.told.get(event.underlying, 0) + 1
        self.sessions[event.underlying] = SessionView(
            underlying=event.underlying,
            session=event.session,
            closure=event.closure,
            since_ms=ms(event.since_ns),
            next_change_ms=ms_or_none(event.next_change_ns),
            next_session=event.next_session,
        )


CONCERNS: dict[type[Event], Callable[[Board, Any], None]] = {
    ev.MarketListed: Board._listed,
    ev.IndexUpdated: Board._index,
    ev.MarkUpdated: Board._mark,
    ev.PricingChanged: Board._pricing,
    ev.FundingSettled: Board._funding,
    ev.MarketSplit: Board._split,
    ev.IndexAdjusted: Board._adjusted,
    ev.FundingIntervalChanged: Board._interval,
    ev.MarketRenamed: Board._renamed,
    ev.Traded: Board._traded,
    ev.SessionChanged: Board._session,
}


class PricesFeed:
    """Channel ``prices``: index, mark and funding, whole each time."""

    __slots__ = ("_moment", "_prices", "_said", "_seq")

    def __init__(self, prices: Prices, moment: Moment) -> None:
        self._prices = prices
        self._moment = moment
        self._said = prices.version
        self._seq = moment.seq

    def take(self) -> PricesView | None:
        """Return the prices, or ``None`` when none was published since the last message."""
        if self._prices.version == self._said:
            return None
        self._said = self._prices.version
        return self.snapshot()

    def snapshot(self) -> PricesView:
        """Return the prices as they stand."""
        prices = self._prices
        last, index, mark = prices.last_ticks, prices.index_nanos, prices.mark_nanos
        anchor = prices.anchor_nanos
        return PricesView(
            market=prices.scales.market,
            seq=self._moment.seq,
            time_ms=ms(prices.at_ns),
            pricing=prices.pricing,
            index=None if index is None else nanos_text(index),
            mark=None if mark is None else nanos_text(mark),
            last=None if last is None else prices.scales.price.text(last),
            anchor=None if anchor is None else nanos_text(anchor),
            funding_rate=rate_text(prices.funding_e12),
            next_funding_ms=ms(prices.next_funding_ns),
            mark_ms=None if mark is None else ms(prices.mark_at_ns),
        )


class SessionFeed:
    """Channel ``session``: what the market of an underlying is doing, whole each time."""

    __slots__ = ("_board", "_said", "_underlying")

    def __init__(self, board: Board, underlying: str) -> None:
        self._board = board
        self._underlying = underlying
        self._said = board.told.get(underlying, 0)

    def take(self) -> SessionView | None:
        """Return the session when it has changed, else ``None``."""
        told = self._board.told.get(self._underlying, 0)
        if told == self._said:
            return None
        self._said = told
        return self.snapshot()

    def snapshot(self) -> SessionView | None:
        """Return the session; ``None``: nobody has told yet."""
        return self._board.sessions.get(self._underlying)
