"""A noise trader: buys and sells for no reason, at random venue times, and drifts home.

It takes most of the time and leaves a limit order otherwise, which expires by itself. All
chance comes from the seed.

    python clients/bots/noise.py --token TOKEN --seed 7
"""

from decimal import Decimal
from math import exp
from typing import ClassVar

from venue_sdk import Bot, PricesView, Side, TimeInForce, ceil_to, floor_to

ONE = Decimal(1)


class Noise(Bot):
    """On average one order per market in ``every_ms`` of venue time, never two at one look."""

    hears: ClassVar[frozenset[str]] = frozenset({"phase"})
    every_ms = 120_000.0
    takes = 0.75  # Share of orders that take.
    share = Decimal("0.02")  # Of the equity, the position that pulls home with full force.
    order_share = Decimal("0.002")  # Of the equity, the mean notional of an order.
    within = Decimal("0.006")
    expires_ms = 20 * 60_000  # Longer than an order is on its way, at any speed of use.

    async def on_start(self) -> None:
        self.looked_ms: dict[str, int] = {}
        self.equity = (await self.client.account()).equity

    async def on_mark(self, prices: PricesView) -> None:
        market, mark = prices.market, prices.mark
        since_ms = prices.time_ms - self.looked_ms.setdefault(market, prices.time_ms)
        self.looked_ms[market] = prices.time_ms
        chance = self.chance
        if mark is None or chance.random() >= 1 - exp(-since_ms / self.every_ms):
            return
        if not self.is_continuous(market):
            return
        pull = self.position(market).size * mark / (self.equity * self.share)
        buys = chance.random() < 0.5 - 0.4 * max(-1.0, min(1.0, float(pull)))
        dollars = self.equity * self.order_share * Decimal(str(round(chance.expovariate(1.0), 3)))
        size = self.size_for(market, dollars, mark)
        if not size:
            return
        side = Side.BUY if buys else Side.SELL
        sign = 1 if buys else -1
        tick = self.listed[market].tick
        if chance.random() < self.takes:
            limit = floor_to(mark * (ONE + sign * self.within), tick)
            await self.client.place_order(market, side, size, limit, time_in_force=TimeInForce.IOC)
        else:
            away = self.within * Decimal(str(round(chance.random(), 3)))
            rounded = floor_to if buys else ceil_to
            limit = rounded(mark * (ONE - sign * away), tick)
            expires_at_ms = self.time_ms + self.expires_ms
            await self.client.place_order(market, side, size, limit, expires_at_ms=expires_at_ms)


if __name__ == "__main__":
    Noise.main()
