"""A gap trader: a little short into a close, against the drift while closed, flat while open.

While the underlying is closed the venue prices from its own book, which a few orders can carry
away from the last price that the stock market gave (the anchor). This bot bets that Monday opens
nearer to Friday's close than the book believes, in proportion to the drift. News proves it wrong
by exactly the gap: that is its risk, and why it is small.

In the last hour before a close it sells a little, whatever the price did: stocks have opened lower
after a weekend more often than after a night (French 1980, "Stock Returns and the Weekend
Effect"), and who is long with leverage has to sell when they do.

    python clients/bots/gap.py --token TOKEN
"""

from decimal import Decimal
from typing import ClassVar

from venue_sdk import Bot, PricesView, Pricing, SessionView
from venue_sdk.log import say

ZERO, ONE = Decimal(0), Decimal(1)


def against_drift(*, mark: Decimal, anchor: Decimal, least: Decimal, full: Decimal) -> Decimal:
    """Return the share of the full position to hold against a drift, -1 to 1.

    >>> against_drift(
    ...     mark=Decimal(255), anchor=Decimal(250), least=Decimal("0.005"), full=Decimal("0.04")
    ... )
    Decimal('-0.5')
    """
    drift = mark / anchor - 1
    if abs(drift) < least:
        return ZERO
    return max(-ONE, min(ONE, -drift / full))


class Gap(Bot):
    """Sells what the weekend makes dear and buys what it makes cheap."""

    hears: ClassVar[frozenset[str]] = frozenset({"phase"})
    # A share of the equity in each market; drifts as fractions of the anchor.
    least, full = Decimal("0.0015"), Decimal("0.02")
    lasting = Decimal("-0.25")  # Held through every closure, as a share of the full position.
    before_ms = 60 * 60_000  # Before a close: from then on.
    step = Decimal("0.125")  # Of the full position: less is not worth an order, but to be flat.
    share = Decimal("0.15")
    pause_ms = 3 * 60_000
    last_ms = 15 * 60_000  # Before an open: what is held by then is held through it.
    within = Decimal("0.006")

    async def on_start(self) -> None:
        self.next_ms: dict[str, int] = dict.fromkeys(self.listed, 0)
        self.equity = (await self.client.account()).equity

    async def on_session(self, session: SessionView) -> None:
        say(
            "session",
            bot=self.name,
            underlying=session.underlying,
            session=session.session.value,
            closure=session.closure.value,
        )

    async def on_mark(self, prices: PricesView) -> None:
        market, at_ms = prices.market, prices.time_ms
        if prices.mark is None or at_ms < self.next_ms[market] or not self.is_continuous(market):
            return
        most = self.size_for(market, self.equity * self.share, prices.mark)
        target = most * self.lasting if self.closes_soon(market) else ZERO
        if prices.pricing is Pricing.INTERNAL and prices.anchor:
            if self.opens_soon(market):
                return
            against = against_drift(
                mark=prices.mark, anchor=prices.anchor, least=self.least, full=self.full
            )
            target = most * max(-ONE, self.lasting + against)
        if target and abs(target - self.position(market).size) < most * self.step:
            return
        if await self.aim(market, target, at_most=most / 6, within=self.within):
            self.next_ms[market] = at_ms + self.pause_ms

    def closes_soon(self, market: str) -> bool:
        """Say whether the underlying stops trading within the hour."""
        session = self.session(market)
        if session is None or session.next_change_ms is None:
            return False
        is_next = session.next_session == "NO_TRADING" and session.session != "NO_TRADING"
        return is_next and session.next_change_ms - self.time_ms < self.before_ms

    def opens_soon(self, market: str) -> bool:
        """Say whether the underlying trades again too soon for a new bet to be worth its fee."""
        session = self.session(market)
        if session is None or session.next_change_ms is None or session.session != "NO_TRADING":
            return False
        return session.next_change_ms - self.time_ms < self.last_ms


if __name__ == "__main__":
    Gap.main()
