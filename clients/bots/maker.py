"""A market maker: quotes several levels round a reference price, and is paid by the spread.

It leans against its inventory, widens with what the price has lately done between two looks (so
that it lives at any speed of the venue), widens and shrinks while the underlying is closed, and
steps back during a call. It amends only what is far enough from where it should be.

    python clients/bots/maker.py --token TOKEN
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, NamedTuple

from venue_sdk import (
    Bot,
    MarketView,
    Phase,
    PhaseView,
    PricesView,
    Pricing,
    Refused,
    Side,
    ceil_to,
    floor_to,
)
from venue_sdk.log import say

ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class Manner:
    """How to quote. Fractions are of the reference price, shares of the account's equity.

    The least half spread leaves the maker's fee (1.5 basis points) and something for being
    picked off. The largest move between two looks, remembered with a half-life of some 35 looks,
    is what a resting quote risks before it can be moved.
    """

    half_min: Decimal = Decimal("0.0008")
    half_max: Decimal = Decimal("0.04")
    moves: Decimal = Decimal("1.5")
    memory: Decimal = Decimal("0.98")
    levels: int = 3
    level_step: Decimal = Decimal("0.75")
    level_share: Decimal = Decimal("0.02")
    position_share: Decimal = Decimal("0.30")
    lean: Decimal = Decimal("1.0")
    closed_widen: Decimal = Decimal(3)
    closed_shrink: Decimal = Decimal("0.4")
    tolerance: Decimal = Decimal("0.25")
    looks_off: int = 40  # A level that was refused rests for so many looks.


class Quote(NamedTuple):
    """One order as it should stand."""

    price: Decimal
    size: Decimal


Slot = tuple[Side, int]


def half_spread(manner: Manner, *, move: Decimal, is_closed: bool) -> Decimal:
    """Return half the spread as a fraction of the price.

    >>> half_spread(Manner(), move=Decimal("0.002"), is_closed=False)
    Decimal('0.0038')
    """
    half = manner.half_min + manner.moves * move
    if is_closed:
        half *= manner.closed_widen
    return min(half, manner.half_max)


def quotes(
    manner: Manner,
    view: MarketView,
    *,
    reference: Decimal,
    half: Decimal,
    inventory: Decimal,
    dollars: Decimal,
) -> dict[Slot, Quote]:
    """Return the orders that should stand.

    Args:
        inventory: the position as a share of the largest wanted, -1 to 1 and beyond. The whole
            picture moves against it by ``lean`` half spreads at 1; the side that would go beyond
            is left out.
        dollars: notional of the first level.
    """
    centre = reference * (ONE - inventory * manner.lean * half)
    wanted: dict[Slot, Quote] = {}
    for level in range(manner.levels):
        away = half * (ONE + manner.level_step * level)
        for side, sign, full in ((Side.BUY, -1, inventory >= 1), (Side.SELL, 1, inventory <= -1)):
            if full:
                continue
            rounded = floor_to if side is Side.BUY else ceil_to
            price = rounded(centre * (ONE + sign * away), view.tick)
            size = floor_to(min(dollars / reference, view.order_size_max), view.lot)
            if ZERO < price <= view.price_max and size * price >= view.notional_min:
                wanted[side, level] = Quote(price, size)
    return wanted


class Standing(NamedTuple):
    """An order of ours, and the price that it was last sent with."""

    order_id: int
    price: Decimal


class Maker(Bot):
    """Quotes every market that is listed."""

    hears: ClassVar[frozenset[str]] = frozenset({"phase", "session"})
    manner = Manner()

    async def on_start(self) -> None:
        self.standing: dict[str, dict[Slot, Standing]] = {name: {} for name in self.listed}
        self.rests: dict[tuple[str, Slot], int] = {}
        self.looked: dict[str, Decimal] = {}
        self.moved: dict[str, Decimal] = {}
        self.looks = 0
        await self.client.set_cancel_on_disconnect(True)
        await self.client.cancel_all()
        self.equity = (await self.client.account()).equity

    async def on_phase(self, phase: PhaseView) -> None:
        if phase.phase is not Phase.CONTINUOUS and self.standing[phase.market]:
            say("steps_back", bot=self.name, market=phase.market, phase=phase.phase.value)
            await self.withdraw(phase.market)

    async def on_mark(self, prices: PricesView) -> None:
        market = prices.market
        outside = prices.pricing is Pricing.EXTERNAL
        # While closed the index is the slow average of our own book: a mark that jumps with every
        # trade would widen the quotes, whose wider trades would make it jump more.
        reference = prices.index if prices.index is not None else prices.mark
        if reference is None or not self.is_continuous(market):
            return
        self.looks += 1
        if self.looks % 500 == 0:
            self.equity = (await self.client.account()).equity
        session = self.session(market)
        is_closed = not outside or (session is not None and session.session == "NO_TRADING")
        manner = self.manner
        half = half_spread(manner, move=self.move(market, reference), is_closed=is_closed)
        most = max(ONE, self.equity * manner.position_share / len(self.listed))
        dollars = self.equity * manner.level_share / len(self.listed)
        wanted = quotes(
            manner,
            self.listed[market],
            reference=reference,
            half=half,
            inventory=self.position(market).size * reference / most,
            dollars=dollars * manner.closed_shrink if is_closed else dollars,
        )
        await self.bring(market, wanted, tolerance=half * reference * manner.tolerance)

    def move(self, market: str, reference: Decimal) -> Decimal:
        """Return what the price does between two looks: the largest of late, fading."""
        before = self.looked.get(market, reference)
        self.looked[market] = reference
        faded = self.moved.get(market, ZERO) * self.manner.memory
        self.moved[market] = max(abs(reference / before - 1), faded)
        return self.moved[market]

    async def bring(self, market: str, wanted: dict[Slot, Quote], *, tolerance: Decimal) -> None:
        """Bring the orders that stand to those wanted, as few messages as that takes."""
        standing = self.standing[market]
        for slot in [slot for slot in standing if slot not in wanted]:
            await self.guard(market, slot, None)
        # What moves away from the market first, so that the far side does not meet its own.
        for slot, quote in sorted(wanted.items(), key=lambda item: item[0][1], reverse=True):
            if self.rests.get((market, slot), 0) > self.looks:
                continue
            known = standing.get(slot)
            order = None if known is None else self.order(known.order_id)
            if (
                known is None
                or order is None
                or order.remaining is None
                or (
                    abs(known.price - quote.price) > tolerance
                    or order.remaining < quote.size / 2
                    or order.remaining > quote.size * 2
                )
            ):
                await self.guard(market, slot, quote)

    async def guard(self, market: str, slot: Slot, quote: Quote | None) -> None:
        """Place, amend or (without a quote) cancel the order of a slot; a refusal lets it rest."""
        standing = self.standing[market]
        known = standing.get(slot)
        order = None if known is None else self.order(known.order_id)
        try:
            if quote is None:
                standing.pop(slot, None)
                if order is not None:
                    await self.client.cancel(order.order_id)
            elif order is None:
                standing.pop(slot, None)
                placed = await self.client.place_order(
                    market, slot[0], quote.size, quote.price, post_only=True
                )
                standing[slot] = Standing(placed.order.order_id, quote.price)
            else:
                size = quote.size + (order.filled or ZERO)
                await self.client.amend(market, order.order_id, price=quote.price, size=size)
                standing[slot] = Standing(order.order_id, quote.price)
        except Refused as refused:
            if refused.name in ("unknown_order", "nothing_to_change"):
                return  # It was filled or cancelled meanwhile; the next look knows.
            if refused.name == "post_only_would_trade":
                return  # Somebody else is there: the next look places it elsewhere.
            self.rests[market, slot] = self.looks + self.manner.looks_off
            if refused.name != "market_not_trading":
                say("level_rests", bot=self.name, market=market, level=slot[1], why=refused.name)

    async def withdraw(self, market: str) -> None:
        """Take everything out of a market."""
        self.standing[market].clear()
        await self.client.cancel_all(market)

    async def on_stop(self) -> None:
        await self.client.cancel_all()


if __name__ == "__main__":
    Maker.main()
