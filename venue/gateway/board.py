"""Index, mark and funding of every market, and sessions, as durable events have told them."""

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from venue.core import events as ev
from venue.core.contract import carried_nanos, drifted_norm_e18
from venue.core.events import Event
from venue.core.phases import Pricing
from venue.core.policies import Rules, Validity
from venue.core.policies.funding import UNCHANGED_E18
from venue.core.rescaling import NewUnits
from venue.core.state import State
from venue.core.volatility import note_return
from venue.gateway.market_views import session_view
from venue.gateway.scales import MarketScales, MarketTable
from venue.gateway.showing import ms, ms_or_none
from venue.gateway.views import SessionView


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
        "norm_e18",
        "outside_nanos",
        "pricing",
        "reopening_since_ns",
        "rules",
        "scales",
        "validity",
        "variance_ps",
        "variance_rest",
        "variance_whole",
        "varied_at_ns",
        "varied_nanos",
        "version",
    )

    def __init__(self, scales: MarketScales) -> None:
        self.scales = scales
        self.rules: Rules | None = None
        self.validity = Validity.VALID
        self.outside_nanos: int | None = None
        self.reopening_since_ns: int | None = None
        # The mean of a power's squared returns, as the market keeps it (``core/volatility.py``).
        self.variance_whole = self.variance_rest = self.variance_ps = 0
        self.varied_nanos = self.varied_at_ns = 0
        self.pricing = Pricing.INTERNAL
        self.index_nanos: int | None = None
        self.mark_nanos: int | None = None
        self.mark_at_ns = 0
        self.last_ticks: int | None = None
        self.anchor_nanos: int | None = None
        self.funding_e12 = 0
        # What funding in kind has multiplied the contract by (``core/contract.py``).
        self.norm_e18 = UNCHANGED_E18
        self.next_funding_ns = 0
        self.at_ns = 0
        self.version = 0


VARIED: Final = ("variance_whole", "variance_rest", "variance_ps", "varied_nanos", "varied_at_ns")


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
            prices.rules = market.rules
            prices.pricing = market.pricing
            prices.index_nanos = market.index_nanos
            prices.mark_nanos = market.mark_nanos
            prices.mark_at_ns = market.mark_at_ns
            prices.last_ticks = market.last_ticks
            prices.anchor_nanos = market.anchor_nanos
            prices.funding_e12 = market.last_rate_e12
            prices.next_funding_ns = market.next_funding_ns
            prices.norm_e18 = market.norm_e18
            prices.validity = market.validity
            prices.outside_nanos = market.outside_nanos
            prices.reopening_since_ns = market.reopen_since_ns
            for name_of in VARIED:
                setattr(prices, name_of, getattr(market, name_of))
            prices.at_ns = state.now_ns
        for underlying in state.sources:
            view = session_view(state, underlying)
            if view is not None:
                self.sessions[underlying] = view
                self.told[underlying] = 0

    def learn(self, state: State) -> None:
        """Take the rules of the markets that were listed meanwhile; no event carries them."""
        for name, prices in self.markets.items():
            if name in state.markets:
                prices.rules = state.markets[name].rules

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
        if event.pricing is Pricing.INTERNAL:
            prices.outside_nanos = prices.reopening_since_ns = None

    def _validity(self, event: ev.ValidityChanged) -> None:
        self._changed(event.market).validity = event.validity

    def _reopening(self, event: ev.ReopenChanged) -> None:
        prices = self._changed(event.market)
        prices.reopening_since_ns = event.since_ns
        prices.outside_nanos = None if event.since_ns is None else event.outside_nanos

    def _underlying(self, event: ev.UnderlyingPriced) -> None:
        """A power's underlying has moved; the index that follows from it is told next."""
        note_return(self.markets[event.market], event.underlying_nanos, self._at_ns)

    def _funding(self, event: ev.FundingSettled) -> None:
        prices = self._changed(event.market)
        prices.funding_e12 = event.rate_e12
        prices.next_funding_ns = event.at_ns + prices.scales.spec.funding_interval_ns
        if event.drift_e18 != UNCHANGED_E18:
            before = prices.norm_e18
            after = prices.norm_e18 = drifted_norm_e18(before, event.drift_e18)
            prices.anchor_nanos = carried_nanos(prices.anchor_nanos, before, after)
            prices.outside_nanos = carried_nanos(prices.outside_nanos, before, after)

    def _split(self, event: ev.MarketSplit) -> None:
        """What was published stands in the new units from now on."""
        prices = self._changed(event.market)
        prices.scales.spec = event.spec
        units = NewUnits(event.numerator, event.denominator)
        prices.index_nanos = units.price_or_none(prices.index_nanos)
        prices.anchor_nanos = units.price_or_none(prices.anchor_nanos)
        prices.outside_nanos = units.price_or_none(prices.outside_nanos)
        prices.last_ticks = units.price_or_none(prices.last_ticks)
        prices.mark_nanos = event.mark_nanos

    def _adjusted(self, event: ev.IndexAdjusted) -> None:
        prices = self._changed(event.market)
        if prices.anchor_nanos is not None:
            prices.anchor_nanos = max(1, prices.anchor_nanos - event.amount_nanos)
        if prices.outside_nanos is not None:
            prices.outside_nanos = max(1, prices.outside_nanos - event.amount_nanos)

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


CONCERNS: Final[dict[type[Event], Callable[[Board, Any], None]]] = {
    ev.MarketListed: Board._listed,
    ev.IndexUpdated: Board._index,
    ev.MarkUpdated: Board._mark,
    ev.PricingChanged: Board._pricing,
    ev.ValidityChanged: Board._validity,
    ev.ReopenChanged: Board._reopening,
    ev.UnderlyingPriced: Board._underlying,
    ev.FundingSettled: Board._funding,
    ev.MarketSplit: Board._split,
    ev.IndexAdjusted: Board._adjusted,
    ev.FundingIntervalChanged: Board._interval,
    ev.MarketRenamed: Board._renamed,
    ev.Traded: Board._traded,
    ev.SessionChanged: Board._session,
}
