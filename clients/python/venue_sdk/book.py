"""A book as the channel ``book`` tells it: a snapshot, then deltas that chain by seq and prev."""

from decimal import Decimal
from typing import NamedTuple

from venue_sdk.messages import BookData


class Level(NamedTuple):
    """All orders at one price: their size together, and how many they are."""

    price: Decimal
    size: Decimal
    orders: int


class Book:
    """The levels of one market. ``ready`` is false until a snapshot has come, and after a gap."""

    def __init__(self, market: str) -> None:
        self.market = market
        self.ready = False
        self.seq = 0
        self.time_ms = 0
        self._bids: dict[Decimal, Level] = {}
        self._asks: dict[Decimal, Level] = {}
        self._best_bid: Level | None = None
        self._best_ask: Level | None = None

    def take(self, data: BookData) -> bool:
        """Apply a message; return false when it does not follow what stands here.

        Then ``ready`` is false, and only a snapshot makes it true again: subscribe once more.
        """
        if data.kind == "snapshot":
            self._bids.clear()
            self._asks.clear()
        elif not self.ready or data.prev != self.seq:
            self.ready = False
            return False
        _apply(self._bids, data.bids)
        _apply(self._asks, data.asks)
        self._best_bid = self._bids[max(self._bids)] if self._bids else None
        self._best_ask = self._asks[min(self._asks)] if self._asks else None
        self.seq = data.seq
        self.time_ms = data.time_ms
        self.ready = True
        return True

    @property
    def bid(self) -> Level | None:
        """The best bid; ``None``: nobody bids."""
        return self._best_bid

    @property
    def ask(self) -> Level | None:
        """The best ask; ``None``: nobody offers."""
        return self._best_ask

    @property
    def mid(self) -> Decimal | None:
        """The mean of best bid and best ask; ``None`` while a side is empty."""
        if self._best_bid is None or self._best_ask is None:
            return None
        return (self._best_bid.price + self._best_ask.price) / 2

    def bids(self, depth: int | None = None) -> list[Level]:
        """Return the bids, best first."""
        return [self._bids[price] for price in sorted(self._bids, reverse=True)[:depth]]

    def asks(self, depth: int | None = None) -> list[Level]:
        """Return the asks, best first."""
        return [self._asks[price] for price in sorted(self._asks)[:depth]]


def _apply(side: dict[Decimal, Level], changes: list[tuple[Decimal, Decimal, int]]) -> None:
    for price, size, orders in changes:
        if size:
            side[price] = Level(price, size, orders)
        else:
            side.pop(price, None)
