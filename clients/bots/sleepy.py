"""A sleepy maker: while the underlying is closed it leaves quotes round the last outside price.

It quotes like any maker while the underlying trades. From the close on it keeps one small order
on each side, a fixed way from the last price that the stock market gave (the anchor), and places
it again when it is filled. It sleeps through the call of the reopen as well: its quotes are then
from before the news, and the uncross shows what they cost and what the call saves.
"""

from decimal import Decimal

from venue_sdk import Phase, PhaseView, PricesView, Pricing
from venue_sdk.log import say

from clients.bots.maker import Maker, Manner, quotes

ZERO, ONE = Decimal(0), Decimal(1)
ASLEEP = Manner(levels=1, lean=ZERO)  # A sleeper does not lean against what it holds.


class Sleepy(Maker):
    """Awake while prices come from outside, asleep while they come from our own book."""

    away = Decimal("0.005")  # Of the anchor, on each side.
    asleep_share = Decimal("0.004")  # Of the equity, the notional of a quote, over all markets.

    async def on_phase(self, phase: PhaseView) -> None:
        if phase.phase is Phase.AUCTION and phase.why == "reopen":
            say("sleeps_on", bot=self.name, market=phase.market, quotes=self.count(phase.market))
            return
        await super().on_phase(phase)

    async def on_mark(self, prices: PricesView) -> None:
        market, anchor = prices.market, prices.anchor
        if prices.pricing is Pricing.EXTERNAL or anchor is None:
            await super().on_mark(prices)
            return
        if not self.is_continuous(market):
            return
        self.looks += 1
        most = max(ONE, self.equity * self.manner.position_share / len(self.listed))
        wanted = quotes(
            ASLEEP,
            self.listed[market],
            reference=anchor,
            half=self.away,
            inventory=self.position(market).size * anchor / most,
            dollars=self.equity * self.asleep_share / len(self.listed),
        )
        await self.bring(market, wanted, tolerance=ZERO)

    def count(self, market: str) -> int:
        """Return how many of its quotes stand."""
        standing = self.standing[market].values()
        return sum(1 for each in standing if self.order(each.order_id) is not None)
