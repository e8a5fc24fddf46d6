"""Funding carry: holds the side that is paid, while the rate is worth the fees.

python clients/bots/carry.py --token TOKEN
"""

from decimal import Decimal
from typing import ClassVar

from venue_sdk import Bot, FundingNote, PricesView
from venue_sdk.log import say

DAY_MS = 24 * 3_600_000


def side_paid(rate: Decimal, *, now: int, enter: Decimal) -> int:
    """Return the sign of the position to hold; a positive rate pays shorts.

    Args:
        rate: funding a day, as a fraction.
        now: the sign held now; it is kept until the rate turns against it.
        enter: the rate at which a position begins.

    >>> side_paid(Decimal("0.002"), now=0, enter=Decimal("0.001"))
    -1
    >>> side_paid(Decimal("0.0001"), now=-1, enter=Decimal("0.001"))
    -1
    """
    if abs(rate) >= enter:
        return -1 if rate > 0 else 1
    return now if now * rate < 0 else 0


class Carry(Bot):
    """Short what longs pay for, and long what shorts pay for."""

    hears: ClassVar[frozenset[str]] = frozenset({"phase"})
    # A day: twice the 1.5 basis points that the rate is drawn to; some three days earn the fees.
    enter = Decimal("0.0003")
    pause_ms = 5 * 60_000
    share = Decimal("0.10")
    within = Decimal("0.002")

    async def on_start(self) -> None:
        self.held: dict[str, int] = dict.fromkeys(self.listed, 0)
        self.next_ms: dict[str, int] = dict.fromkeys(self.listed, 0)
        self.equity = (await self.client.account()).equity

    async def on_mark(self, prices: PricesView) -> None:
        market, at_ms = prices.market, prices.time_ms
        if prices.funding_rate is None or prices.mark is None or at_ms < self.next_ms[market]:
            return
        a_day = prices.funding_rate * DAY_MS / self.listed[market].funding_interval_ms
        held = side_paid(a_day, now=self.held[market], enter=self.enter)
        if held != self.held[market]:
            self.held[market] = held
            say("carry", bot=self.name, market=market, side=held, a_day=f"{a_day:.6f}")
        if self.is_continuous(market):
            most = self.size_for(market, self.equity * self.share, prices.mark)
            if await self.aim(market, held * most, at_most=most / 5, within=self.within):
                self.next_ms[market] = at_ms + self.pause_ms

    async def on_funding(self, note: FundingNote) -> None:
        say("funding", bot=self.name, market=note.market, paid=note.paid, rate=note.rate)


if __name__ == "__main__":
    Carry.main()
