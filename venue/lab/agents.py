"""Small agents for offline runs: makers, noise, momentum, holders. Whole numbers and a seed.

Each decides by its view alone and by what it remembers itself, so a run with the same agents
repeats. They are there to give a market a life, not to earn anything.
"""

from collections import deque
from collections.abc import Iterator
from random import Random

from venue.core.commands import (
    CancelAll,
    CancelOrder,
    Command,
    PlaceOrder,
    SetLeverage,
    Side,
    TimeInForce,
)
from venue.core.phases import Phase, Pricing
from venue.core.units import E4, E6, E9, E12
from venue.lab.view import MarketView, OwnOrder, View

TRADING = frozenset({Phase.CONTINUOUS, Phase.AUCTION})
MILLION_DOLLARS = E12  # in micro-dollars
# How far beyond the best price a holder's opening order may trade, in 1e-4.
REACH_E4 = 10


class Maker:
    """Quotes some levels on both sides of a centre, and puts back what was taken.

    The centre is the index, leant against its position (``lean_e6``: by so many 1e-6 of the
    price for each ``size_lots`` held), or ``around_nanos``, which does not move. ``spread_e4`` is
    from the centre to the first level and from each level to the next, in 1e-4; while pricing
    is internal it is ``closed_e4``. New quotes only when the centre has moved by ``stir_e4``.
    From ``asleep_ns[0]`` to ``asleep_ns[1]`` it does nothing, and its quotes stay where they are.
    """

    def __init__(
        self,
        name: str,
        market: str,
        *,
        spread_e4: int = 8,
        closed_e4: int = 30,
        size_lots: int = 50_000,
        levels: int = 4,
        stir_e4: int = 2,
        lean_e6: int = 0,
        around_nanos: int | None = None,
        asleep_ns: tuple[int, int] = (0, 0),
        deposit_micros: int = 20 * MILLION_DOLLARS,
    ) -> None:
        self.name = name
        self.deposit_micros = deposit_micros
        self._market = market
        self._spread_e4 = spread_e4
        self._closed_e4 = closed_e4
        self._size_lots = size_lots
        self._levels = levels
        self._stir_e4 = stir_e4
        self._lean_e6 = lean_e6
        self._around_nanos = around_nanos
        self._asleep_ns = asleep_ns
        self._quoted: tuple[int, int] | None = None

    def act(self, seen: View) -> Iterator[Command]:
        """Bring what rests to what should."""
        market = seen.markets[self._market]
        centre_nanos = self._centre(seen, market)
        if centre_nanos is None or market.phase not in TRADING:
            return
        if self._asleep_ns[0] <= seen.now_ns < self._asleep_ns[1]:
            return
        spread_e4 = self._spread_e4 if market.pricing is Pricing.EXTERNAL else self._closed_e4
        if self._quoted is not None and self._quoted[1] == spread_e4:
            quoted_nanos = self._quoted[0]
            if abs(centre_nanos - quoted_nanos) * E4 <= self._stir_e4 * quoted_nanos:
                centre_nanos = quoted_nanos
        self._quoted = (centre_nanos, spread_e4)
        wanted = self._wanted(market, centre_nanos, spread_e4)
        standing: dict[tuple[bool, int], int] = {}
        gone: list[OwnOrder] = []
        for order in seen.orders:
            key = (order.is_buy, order.price_ticks)
            if key in wanted:
                standing[key] = standing.get(key, 0) + order.remaining_lots
            elif order.market == self._market:
                gone.append(order)
        if gone and not standing:
            yield CancelAll(seen.account, self._market)
        else:
            for order in gone:
                yield CancelOrder(seen.account, order.order_id, None)
        for is_buy, ticks in wanted:
            missing = self._size_lots - standing.get((is_buy, ticks), 0)
            if missing * 2 > self._size_lots:
                yield PlaceOrder(
                    seen.account,
                    self._market,
                    Side.BUY if is_buy else Side.SELL,
                    missing,
                    ticks,
                    post_only=market.phase is Phase.CONTINUOUS,
                )

    def _centre(self, seen: View, market: MarketView) -> int | None:
        if self._around_nanos is not None or market.index_nanos is None:
            return self._around_nanos if market.mark_nanos is not None else None
        if market.mark_nanos is None:
            return None
        position = seen.positions.get(self._market, 0)
        lean = market.index_nanos * self._lean_e6 * position // (self._size_lots * E6)
        return market.index_nanos - lean

    def _wanted(
        self, market: MarketView, centre_nanos: int, spread_e4: int
    ) -> dict[tuple[bool, int], None]:
        wanted: dict[tuple[bool, int], None] = {}
        for level in range(1, self._levels + 1):
            off_nanos = centre_nanos * spread_e4 * level // E4
            wanted[True, (centre_nanos - off_nanos) // market.tick_nanos] = None
            wanted[False, -(-(centre_nanos + off_nanos) // market.tick_nanos)] = None
        return wanted


class NoiseTaker:
    """Now and then buys or sells a little, as chance has it; never holds more than a few times it.

    ``chance_e4``: how likely it trades at a step, in 1e-4.
    """

    def __init__(
        self,
        name: str,
        market: str,
        *,
        seed: int,
        chance_e4: int = 2_000,
        size_lots: int = 5_000,
        deposit_micros: int = MILLION_DOLLARS,
    ) -> None:
        self.name = name
        self.deposit_micros = deposit_micros
        self._market = market
        self._chance = Random(seed)
        self._chance_e4 = chance_e4
        self._size_lots = size_lots

    def act(self, seen: View) -> Iterator[Command]:
        """Trade or not."""
        trades = self._chance.randrange(E4) < self._chance_e4
        buys = self._chance.randrange(2) == 0
        lots = 1 + self._chance.randrange(self._size_lots)
        if not trades or seen.markets[self._market].phase is not Phase.CONTINUOUS:
            return
        position = seen.positions.get(self._market, 0)
        if abs(position) > 4 * self._size_lots:
            buys = position < 0
        yield at_market(seen.account, self._market, lots if buys else -lots)


class Momentum:
    """Follows the mark: long when it has risen over the last steps, short when it has fallen.

    ``move_e4``: by how much, in 1e-4, over ``steps`` steps.
    """

    def __init__(
        self,
        name: str,
        market: str,
        *,
        steps: int = 10,
        move_e4: int = 30,
        size_lots: int = 40_000,
        deposit_micros: int = MILLION_DOLLARS,
    ) -> None:
        self.name = name
        self.deposit_micros = deposit_micros
        self._market = market
        self._marks: deque[int] = deque(maxlen=steps + 1)
        self._move_e4 = move_e4
        self._size_lots = size_lots

    def act(self, seen: View) -> Iterator[Command]:
        """Turn, if the mark has."""
        market = seen.markets[self._market]
        if market.mark_nanos is None:
            return
        self._marks.append(market.mark_nanos)
        moved = market.mark_nanos - self._marks[0]
        if abs(moved) * E4 < self._move_e4 * self._marks[0] or market.phase is not Phase.CONTINUOUS:
            return
        wanted = self._size_lots if moved > 0 else -self._size_lots
        lots = wanted - seen.positions.get(self._market, 0)
        if lots:
            yield at_market(seen.account, self._market, lots)


class Holder:
    """Opens one position at a time, at a leverage, and holds it, whatever comes.

    ``at_ns``: from when on. ``is_long``: which side. It uses ``use_e4`` (1e-4) of its deposit as
    margin at that leverage: 9,000 of 10,000 at 20x leaves room for spread and fees at the start.
    """

    def __init__(
        self,
        name: str,
        market: str,
        *,
        at_ns: int,
        is_long: bool,
        leverage: int,
        use_e4: int = 9_000,
        deposit_micros: int = 2_000 * E6,
    ) -> None:
        self.name = name
        self.deposit_micros = deposit_micros
        self._market = market
        self._at_ns = at_ns
        self._is_long = is_long
        self._leverage = leverage
        self._use_e4 = use_e4
        self._opened = False

    def act(self, seen: View) -> Iterator[Command]:
        """Open when it is time and there is a book; then nothing more."""
        market = seen.markets[self._market]
        if self._opened or seen.now_ns < self._at_ns or market.phase is not Phase.CONTINUOUS:
            return
        if seen.positions.get(self._market, 0):
            self._opened = True
            return
        best_ticks = market.ask_ticks if self._is_long else market.bid_ticks
        if best_ticks is None:
            return
        # A limit near the book: a market order's protection price would ask for margin of its own.
        reach_ticks = best_ticks * REACH_E4 // E4
        limit_ticks = best_ticks + (reach_ticks if self._is_long else -reach_ticks)
        margin_micros = self.deposit_micros * self._use_e4 // E4
        yield SetLeverage(seen.account, self._market, self._leverage)
        yield PlaceOrder(
            seen.account,
            self._market,
            Side.BUY if self._is_long else Side.SELL,
            margin_micros * self._leverage // market.mark_micros,
            limit_ticks,
            TimeInForce.IOC,
        )


def at_market(account: int, market: str, lots: int) -> PlaceOrder:
    """Return a market order for so many lots: positive, buy."""
    side = Side.BUY if lots > 0 else Side.SELL
    return PlaceOrder(account, market, side, abs(lots), None, TimeInForce.IOC)


def dollars_nanos(dollars: int, cents: int = 0) -> int:
    """Return a price in nano-dollars.

    >>> dollars_nanos(250, 50)
    250500000000
    """
    return dollars * E9 + cents * E9 // 100
