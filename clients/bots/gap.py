"""A weekend-gap trader: against the drift while the underlying is closed, flat while it trades.

While the underlying is closed the venue prices from its own book, which a few orders can carry
away from the last price that the stock market gave (the anchor). This bot bets that Monday opens
nearer to Friday's close than the book believes, in proportion to the drift. News proves it wrong
by exactly the gap: that is its risk, and why it is small.

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
    least, full = Decimal("0.0015"), Decimal("0.02")
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
        target = ZERO
        if prices.pricing is Pricing.INTERNAL and prices.anchor:
            if self.opens_soon(market):
                return
            target = most * against_drift(
                mark=prices.mark, anchor=prices.anchor, least=self.least, full=self.full
            )
        if await self.aim(market, target, at_most=most / 6, within=self.within):
            self.next_ms[market] = at_ms + self.pause_ms

    def opens_soon(self, market: str) -> bool:
        """Say whether the underlying trades again too soon for a new bet to be worth its fee."""
        session = self.session(market)
        if session is None or session.next_change_ms is None or session.session != "NO_TRADING":
            return False
        return session.next_change_ms - self.time_ms < self.last_ms


if __name__ == "__main__":
    Gap.main()
