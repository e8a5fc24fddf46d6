"""Channels ``phase``, ``terms`` and ``insurance``: told from the state itself, once it is durable.

What the uncross would give now, what an order may be, and what the insurance fund is worth at the
marks, is worked out by the core's own functions when the beat asks, and sent only when it has
changed.
"""

from msgspec.structs import replace

from venue.core import events as ev
from venue.core.events import Event
from venue.core.state import State
from venue.gateway.channels import Channel
from venue.gateway.market_views import insurance_view, phase_view
from venue.gateway.scales import MarketTable
from venue.gateway.terms_views import market_terms_view
from venue.gateway.views import InsuranceView, MarketTermsView, PhaseView

Picture = PhaseView | MarketTermsView | InsuranceView


class AskedFeed:
    """The phase or the terms of a market, or (``market`` empty) the insurance fund."""

    __slots__ = (
        "_gave",
        "_picture",
        "_said",
        "_table",
        "_uncrossed",
        "is_stirred",
        "kind",
        "market",
    )

    def __init__(self, kind: str, market: str, table: MarketTable) -> None:
        self.kind = kind
        self.market = market
        self._table = table
        self._picture: Picture | None = None
        self._said: Picture | None = None
        self._uncrossed: ev.AuctionUncrossed | None = None
        self._gave: Picture | None = None  # What the uncross gave: told once, with the picture.
        self.is_stirred = False

    def stir(self, event: Event) -> None:
        """Something happened that this channel tells of."""
        self.is_stirred = True
        if isinstance(event, ev.AuctionUncrossed):
            self._uncrossed = event

    def look(self, state: State) -> None:
        """Take the picture as it is now."""
        self.is_stirred = False
        if not self.market:
            self._picture = insurance_view(state, self._table)
            return
        scales = self._table.get(self.market)
        if self.kind == "terms":
            self._picture = market_terms_view(state, state.markets[self.market], scales)
            return
        view = self._picture = phase_view(state, state.markets[self.market], scales)
        done, self._uncrossed = self._uncrossed, None
        if done is not None and done.price_ticks is not None:
            self._gave = replace(
                view,
                uncross_price=scales.price.text(done.price_ticks),
                uncross_size=scales.size.text(done.size_lots),
                imbalance=scales.size.text(done.imbalance_lots),
            )

    def take(self) -> Picture | None:
        """Return the picture when more than its place in the journal has changed."""
        now, said = self._picture, self._said
        gave, self._gave = self._gave, None
        if now is None:
            return None
        if gave is not None:
            self._said = now
            return gave
        if said is not None and replace(now, seq=said.seq, time_ms=said.time_ms) == said:
            return None
        self._said = now
        return now

    def snapshot(self) -> Picture | None:
        """Return the picture as it was said last."""
        return self._said


class AskedAnswer:
    """A question on its way: look at the state, and let the channel speak."""

    __slots__ = ("_channel", "_feed")

    def __init__(self, channel: Channel, feed: AskedFeed) -> None:
        self._channel = channel
        self._feed = feed

    def __call__(self, state: State) -> None:
        self._feed.look(state)
        self._channel.beat()
