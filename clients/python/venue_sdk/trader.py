"""What a bot has in hand: what is known of markets and account, and short words for orders."""

from decimal import Decimal
from typing import TypedDict, Unpack

from venue_sdk import messages as m
from venue_sdk.book import Book
from venue_sdk.client import Client
from venue_sdk.desk import FLAT, Position
from venue_sdk.numbers import Number, ceil_to, floor_to

ONE = Decimal(1)


class OrderOptions(TypedDict, total=False):
    """What an order may say beside its market, side, size and price: as ``Client.place_order``."""

    time_in_force: m.TimeInForce | str
    post_only: bool
    reduce_only: bool
    client_order_id: str | None
    self_trade: m.SelfTrade | str
    expires_at_ms: int | None
    cancel_on_close: bool
    stop: Number | None
    take_profit: Number | None


class Trader:
    """A client with the words that bots use most. ``listed`` has ticks, lots and limits."""

    def __init__(self) -> None:
        self.listed: dict[str, m.MarketView] = {}
        self._client: Client | None = None

    @property
    def client(self) -> Client:
        """All methods of the venue; there while the bot runs."""
        assert self._client is not None, "the bot runs"
        return self._client

    # What is known.

    @property
    def time_ms(self) -> int:
        """The venue's time, as last heard; milliseconds since 1970 UTC."""
        return self.client.time_ms

    def position(self, market: str) -> Position:
        """Return the position in a market: size, positive long, and entry cost."""
        return FLAT if self._client is None else self._client.hearing.desk.position(market)

    def order(self, order_id: int) -> m.OrderView | None:
        """Return an open order; ``None``: it is gone."""
        return self.client.hearing.desk.orders.get(order_id)

    def book(self, market: str) -> Book | None:
        """Return the book of a market as last heard."""
        return self.client.hearing.books.get(market)

    def prices(self, market: str) -> m.PricesView | None:
        """Return index, mark and funding of a market as last heard."""
        return self.client.hearing.prices.get(market)

    def phase(self, market: str) -> m.PhaseView | None:
        """Return what a market is doing, as last heard."""
        return self.client.hearing.phases.get(market)

    def terms(self, market: str) -> m.MarketTermsView | None:
        """Return what an order may be in a market, as last heard."""
        return self.client.hearing.terms.get(market)

    def session(self, market: str) -> m.SessionView | None:
        """Return what the market of a market's underlying is doing, as last heard."""
        return self.client.hearing.sessions.get(self.listed[market].underlying)

    def is_continuous(self, market: str) -> bool:
        """Say whether a market is known to trade continuously: no call, no halt."""
        phase = self.phase(market)
        return phase is not None and phase.phase is m.Phase.CONTINUOUS

    def size_for(self, market: str, dollars: Number, price: Decimal) -> Decimal:
        """Return how much so many dollars buy: whole lots, at most what one order may be.

        Zero when it would be below the market's least notional.
        """
        view = self.listed[market]
        size = floor_to(min(Decimal(dollars) / price, view.order_size_max), view.lot)
        return size if size * price >= view.notional_min else Decimal(0)

    # Orders.

    async def buy(
        self,
        market: str,
        size: Number,
        price: Number | None = None,
        **options: Unpack[OrderOptions],
    ) -> m.OrderResult:
        """Buy; without a price at the market. ``options`` are those of ``Client.place_order``."""
        return await self.client.place_order(market, m.Side.BUY, size, price, **options)

    async def sell(
        self,
        market: str,
        size: Number,
        price: Number | None = None,
        **options: Unpack[OrderOptions],
    ) -> m.OrderResult:
        """Sell; without a price at the market. ``options`` are those of ``Client.place_order``."""
        return await self.client.place_order(market, m.Side.SELL, size, price, **options)

    async def aim(
        self, market: str, target: Decimal, *, at_most: Decimal, within: Decimal
    ) -> m.OrderResult | None:
        """Trade at once towards a position, by one order; ``None`` when there is nothing to do.

        Args:
            target: the position wanted, positive long.
            at_most: the size of the order, whole lots.
            within: how far from the mark it may trade, as a fraction: 0.002 is 20 basis points.
        """
        prices = self.prices(market)
        if prices is None or prices.mark is None:
            return None
        view = self.listed[market]
        missing = target - self.position(market).size
        size = floor_to(min(abs(missing), at_most), view.lot)
        if not size or size * prices.mark < view.notional_min:
            return None
        now = m.TimeInForce.IOC
        if missing > 0:
            limit = floor_to(prices.mark * (ONE + within), view.tick)
            return await self.buy(market, size, limit, time_in_force=now)
        limit = ceil_to(prices.mark * (ONE - within), view.tick)
        return await self.sell(market, size, limit, time_in_force=now)
