"""What the public channels say: one record a channel."""

from typing import Annotated, Literal

from msgspec import Meta

from venue.gateway.public_params import Interval
from venue.gateway.views import CandleView, LiquidationView, TradeView
from venue.gateway.wire_types import MarketName, Ms, Price, Result, Seq, Size

Kind = Annotated[
    Literal["snapshot", "delta"],
    Meta(description="The whole picture, or what has changed since ``prev``."),
]
Prev = Annotated[
    int,
    Meta(ge=0, description="``seq`` of the message before on this channel; else subscribe again."),
]


class BookData(Result, frozen=True, kw_only=True):
    """Levels that changed: price, new size, number of orders; size zero: the level is gone."""

    kind: Kind
    market: MarketName
    seq: Seq
    prev: Prev
    time_ms: Ms
    bids: list[tuple[Price, Size, int]]
    asks: list[tuple[Price, Size, int]]


class BboData(Result, frozen=True, kw_only=True, gc=False):
    """Best bid and ask: price and size; absent: the side is empty."""

    market: MarketName
    seq: Seq
    prev: Prev
    time_ms: Ms
    bid: tuple[Price, Size] | None = None
    ask: tuple[Price, Size] | None = None


class TradesData(Result, frozen=True, kw_only=True):
    """Trades since ``prev``, oldest first; a snapshot has the latest."""

    kind: Kind
    market: MarketName
    seq: Seq
    prev: Prev
    trades: list[TradeView]
    missed: Annotated[
        int, Meta(description="Trades that were too many for one message and are left out.")
    ] = 0


class CandlesData(Result, frozen=True, kw_only=True):
    """Candles that began or grew since the last message."""

    market: MarketName
    interval: Interval
    candles: list[CandleView]


class LiquidationsData(Result, frozen=True, kw_only=True):
    """Steps of liquidations since ``prev``."""

    seq: Seq
    prev: Prev
    liquidations: list[LiquidationView]
