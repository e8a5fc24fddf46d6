"""A momentum taker: follows the index when its short average leaves its long one.

python clients/bots/momentum.py --token TOKEN
"""

from decimal import Decimal
from typing import ClassVar

from venue_sdk import Bot, PricesView
from venue_sdk.log import say

ONE = Decimal(1)


class Average:
    """An exponential average over venue time, whatever the pace of what it is told."""

    def __init__(self, half_life_ms: float) -> None:
        self._half_life_ms = half_life_ms
        self._at_ms: int | None = None
        self.value = 0.0

    def take(self, value: float, at_ms: int) -> float:
        """Take a value at a time; return the average.

        >>> average = Average(1_000)
        >>> average.take(100.0, 0), average.take(200.0, 1_000)
        (100.0, 150.0)
        """
        if self._at_ms is None:
            self.value = value
        else:
            kept = 0.5 ** (max(0, at_ms - self._at_ms) / self._half_life_ms)
            self.value = kept * self.value + (1 - kept) * value
        self._at_ms = at_ms
        return self.value


class Momentum(Bot):
    """Goes with a trend of the index, and home when it is over."""

    hears: ClassVar[frozenset[str]] = frozenset({"phase"})
    short_ms, long_ms = 5 * 60_000.0, 40 * 60_000.0
    enter, leave = 0.0015, 0.0003  # How far the averages must be apart, as fractions.
    pause_ms = 60_000  # Venue time between two orders in one market.
    share = Decimal("0.06")  # Of the equity, the largest position in one market.
    within = Decimal("0.004")

    async def on_start(self) -> None:
        self.averages = {
            name: (Average(self.short_ms), Average(self.long_ms)) for name in self.listed
        }
        self.trend: dict[str, int] = dict.fromkeys(self.listed, 0)
        self.next_ms: dict[str, int] = dict.fromkeys(self.listed, 0)
        self.equity = (await self.client.account()).equity

    async def on_mark(self, prices: PricesView) -> None:
        if prices.index is None:
            return
        market, at_ms = prices.market, prices.time_ms
        short, long = self.averages[market]
        index = float(prices.index)
        apart = short.take(index, at_ms) / long.take(index, at_ms) - 1
        trend = self.trend[market]
        if abs(apart) > self.enter:
            trend = 1 if apart > 0 else -1
        elif abs(apart) < self.leave:
            trend = 0
        if trend != self.trend[market]:
            self.trend[market] = trend
            say("trend", bot=self.name, market=market, trend=trend, index=prices.index)
        if at_ms < self.next_ms[market] or not self.is_continuous(market):
            return
        most = self.size_for(market, self.equity * self.share, prices.index)
        if await self.aim(market, trend * most, at_most=most / 4, within=self.within):
            self.next_ms[market] = at_ms + self.pause_ms


if __name__ == "__main__":
    Momentum.main()
