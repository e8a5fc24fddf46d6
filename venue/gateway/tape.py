"""Trades and candles of one market, kept in memory; and the channels that tell of them."""

from collections import deque
from itertools import islice
from typing import Final

from venue.core.events import Traded
from venue.core.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_MS
from venue.gateway.feed_data import CandlesData, TradesData
from venue.gateway.moment import Moment
from venue.gateway.public_params import Interval
from venue.gateway.scales import MarketScales
from venue.gateway.showing import ms
from venue.gateway.views import CandleView, TradeView

INTERVALS_NS: Final[dict[Interval, int]] = {
    "1m": NS_PER_MINUTE,
    "5m": 5 * NS_PER_MINUTE,
    "1h": NS_PER_HOUR,
}
SNAPSHOT_TRADES: Final = 50


class Candle:
    """Trades of one interval so far, in ticks and lots."""

    __slots__ = ("close", "high", "lots", "low", "open", "start_ns", "trades")

    def __init__(self, start_ns: int, ticks: int) -> None:
        self.start_ns = start_ns
        self.open = self.high = self.low = self.close = ticks
        self.lots = 0
        self.trades = 0

    def add(self, ticks: int, lots: int) -> None:
        """Count one trade."""
        if ticks > self.high:
            self.high = ticks
        elif ticks < self.low:
            self.low = ticks
        self.close = ticks
        self.lots += lots
        self.trades += 1


class Tape:
    """The latest trades of one market and its candles. Intervals without a trade have none."""

    __slots__ = ("_candles", "_trades", "added", "scales")

    def __init__(self, scales: MarketScales, *, trades_kept: int, candles_kept: int) -> None:
        self.scales = scales
        self.added = 0
        self._trades: deque[tuple[Traded, int, int]] = deque(maxlen=trades_kept)
        self._candles: dict[Interval, deque[Candle]] = {
            interval: deque(maxlen=candles_kept) for interval in INTERVALS_NS
        }

    def add(self, event: Traded, seq: int, at_ns: int) -> None:
        """Record a trade."""
        self._trades.append((event, seq, at_ns))
        self.added += 1
        ticks, lots = event.price_ticks, event.size_lots
        for interval, candles in self._candles.items():
            start_ns = at_ns - at_ns % INTERVALS_NS[interval]
            if not candles or candles[-1].start_ns != start_ns:
                candles.append(Candle(start_ns, ticks))
            candles[-1].add(ticks, lots)

    def latest(self, count: int) -> list[TradeView]:
        """Return up to ``count`` trades, newest last."""
        newest_first = list(islice(reversed(self._trades), count))
        price, size = self.scales.price.text, self.scales.size.text
        return [
            TradeView(
                trade_id=event.trade_id,
                price=price(event.price_ticks),
                size=size(event.size_lots),
                side=event.taker_side,
                time_ms=at_ns // NS_PER_MS,
                seq=seq,
            )
            for event, seq, at_ns in reversed(newest_first)
        ]

    def candles(self, interval: Interval, count: int, since_ns: int = 0) -> list[CandleView]:
        """Return up to ``count`` candles that began at ``since_ns`` or later, newest last."""
        kept = self._candles[interval]
        price, size = self.scales.price.text, self.scales.size.text
        return [
            CandleView(
                start_ms=ms(candle.start_ns),
                open=price(candle.open),
                high=price(candle.high),
                low=price(candle.low),
                close=price(candle.close),
                volume=size(candle.lots),
                trades=candle.trades,
            )
            for candle in islice(kept, max(0, len(kept) - count), None)
            if candle.start_ns >= since_ns
        ]

    def last_start_ns(self, interval: Interval) -> int:
        """Return when the last candle began; 0 without one."""
        kept = self._candles[interval]
        return kept[-1].start_ns if kept else 0


class TradesFeed:
    """Channel ``trades``: every trade, in batches."""

    __slots__ = ("_moment", "_said", "_seq", "_tape")

    def __init__(self, tape: Tape, moment: Moment) -> None:
        self._tape = tape
        self._moment = moment
        self._said = tape.added
        self._seq = moment.seq

    def take(self) -> TradesData | None:
        """Return the trades since the last message, or ``None`` without one."""
        fresh = self._tape.added - self._said
        if not fresh:
            return None
        self._said = self._tape.added
        prev, self._seq = self._seq, self._moment.seq
        trades = self._tape.latest(fresh)
        return TradesData(
            kind="delta",
            market=self._tape.scales.market,
            seq=self._seq,
            prev=prev,
            trades=trades,
            missed=fresh - len(trades),
        )

    def snapshot(self) -> TradesData:
        """Return the latest trades."""
        return TradesData(
            kind="snapshot",
            market=self._tape.scales.market,
            seq=self._seq,
            prev=self._seq,
            trades=self._tape.latest(SNAPSHOT_TRADES),
        )


class CandlesFeed:
    """Channel ``candles``: the candles that grew."""

    __slots__ = ("_interval", "_said", "_since_ns", "_tape")

    def __init__(self, tape: Tape, interval: Interval) -> None:
        self._tape = tape
        self._interval = interval
        self._said = tape.added
        self._since_ns = tape.last_start_ns(interval)

    def take(self) -> CandlesData | None:
        """Return the candles that began or grew since the last message."""
        if self._tape.added == self._said:
            return None
        self._said = self._tape.added
        since_ns, self._since_ns = self._since_ns, self._tape.last_start_ns(self._interval)
        return self._data(self._tape.candles(self._interval, 1_000, since_ns))

    def snapshot(self) -> CandlesData:
        """Return the last candle, if there is one."""
        return self._data(self._tape.candles(self._interval, 1))

    def _data(self, candles: list[CandleView]) -> CandlesData:
        return CandlesData(
            market=self._tape.scales.market, interval=self._interval, candles=candles
        )
