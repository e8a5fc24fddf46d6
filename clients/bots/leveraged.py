"""A leveraged long: buys before the weekend with as little margin as it may, and holds.

It takes each position on isolated margin at its leverage, so that the margin of that position is
all that it can lose there: at 20x a Monday a few per cent lower liquidates it, at 10x a larger
gap. It buys no more where it was liquidated; what has lived is sold on Monday at ten.

    python clients/bots/leveraged.py --token TOKEN
"""

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import ClassVar
from zoneinfo import ZoneInfo

from venue_sdk import Bot, LiquidationNote, MarginMode, PricesView, Pricing
from venue_sdk.log import say

ZERO = Decimal(0)
NEW_YORK = ZoneInfo("America/New_York")
BUYS_FROM, SELLS_FROM = time(15, 30), time(10, 0)
MONDAY, FRIDAY = 0, 4


def intention(at_ms: int) -> str:
    """Return what to do at a time of the venue: ``buy``, ``hold`` or ``sell``.

    >>> intention(1_747_423_800_000)  # Friday 2025-05-16, 15:30 in New York.
    'buy'
    """
    now = datetime.fromtimestamp(at_ms / 1_000, UTC).astimezone(NEW_YORK)
    if now.weekday() == FRIDAY and now.time() >= BUYS_FROM:
        return "buy"
    weekend = now.weekday() > FRIDAY or (now.weekday() == MONDAY and now.time() < SELLS_FROM)
    return "hold" if weekend else "sell"


class Leveraged(Bot):
    """Long over the weekend in the shares that it knows, if they are listed."""

    hears: ClassVar[frozenset[str]] = frozenset({"phase"})
    trades: ClassVar[tuple[str, ...]] = ("TSLA", "NVDA")
    leverage = 20
    dollars = Decimal(75_000)  # In one market; less if the account could not margin it.
    spare = Decimal("0.8")  # Of the equity, what may be margin, over all markets.
    pieces = 12  # So many orders fill a position, not to eat the book at once.
    pause_ms = 4 * 60_000
    within = Decimal("0.006")

    async def on_start(self) -> None:
        self.next_ms: dict[str, int] = {}
        self.out: set[str] = set()
        self.equity = (await self.client.account()).equity
        for market in self.trades:
            if market in self.listed and not self.position(market).size:
                await self.client.set_leverage(market, self.leverage, MarginMode.ISOLATED)

    async def on_mark(self, prices: PricesView) -> None:
        market, at_ms, mark = prices.market, prices.time_ms, prices.mark
        if market not in self.trades or mark is None:
            return
        wish = intention(at_ms)
        if wish == "hold" or at_ms < self.next_ms.get(market, 0) or not self.is_continuous(market):
            return
        if wish == "buy" and (market in self.out or prices.pricing is not Pricing.EXTERNAL):
            return
        can = self.equity * self.spare * self.leverage / len(self.trades)
        full = self.size_for(market, min(self.dollars, can), mark)
        held = self.position(market).size
        piece = full / self.pieces
        # What is nearly full is full: the price moves, and a lot more would not matter.
        if wish == "buy" and held > full - piece / 2:
            return
        if wish == "sell" and not held:
            return
        target, at_most = (full, piece) if wish == "buy" else (ZERO, abs(held))
        if await self.aim(market, target, at_most=at_most, within=self.within):
            self.next_ms[market] = at_ms + self.pause_ms

    async def on_liquidation(self, note: LiquidationNote) -> None:
        self.out.add(note.market)
        if note.what in ("started", "ended"):
            figures = {"equity": note.equity, "outcome": note.outcome}
            known = {name: value for name, value in figures.items() if value is not None}
            say("liquidation", bot=self.name, market=note.market, what=note.what, **known)


class Cautious(Leveraged):
    """The same with half the leverage: it lives through what ends the other."""

    leverage = 10


if __name__ == "__main__":
    Leveraged.main()
