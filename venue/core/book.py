"""The book of one market: price levels, and time priority within each.

A level is a queue; a cancelled order stays in its queue with nothing remaining until the
queue reaches it or is swept, so a cancel costs no search. Level prices stand in a sorted list
with the best at its end, so the best price is one look away and depth is a walk.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterator
from typing import Final

from venue.core.commands import Side
from venue.core.order import Order as Order

# A queue is swept when its dead orders outnumber the living by this many.
DEAD_SLACK: Final = 32


class Level:
    """All orders at one price, oldest first; ``lots`` and ``count`` are of the living."""

    __slots__ = ("count", "lots", "orders")

    def __init__(self) -> None:
        self.orders: deque[Order] = deque()
        self.lots = 0
        self.count = 0

    def living(self) -> Iterator[Order]:
        """Yield the orders that rest here, in time priority."""
        for order in self.orders:
            if order.in_book:
                yield order


class BookSide:
    """One side of a book. ``sign`` is +1 for bids and -1 for asks: keys are sign × price, so the
    best price of either side has the largest key. ``spare`` are empty levels, to be used again."""

    __slots__ = ("keys", "levels", "sign", "spare")

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.keys: list[int] = []
        self.levels: dict[int, Level] = {}
        self.spare: list[Level] = []

    def best_ticks(self) -> int | None:
        """Return the best price, or ``None`` when the side is empty."""
        return self.keys[-1] * self.sign if self.keys else None

    def walk(self) -> Iterator[tuple[int, Level]]:
        """Yield (price in ticks, level) from the best price on."""
        sign, levels = self.sign, self.levels
        for key in reversed(self.keys):
            yield key * sign, levels[key]


class Book:
    """Bids and asks of one market."""

    __slots__ = ("asks", "bids")

    def __init__(self) -> None:
        self.bids = BookSide(1)
        self.asks = BookSide(-1)

    def side(self, side: Side) -> BookSide:
        """Return the side where orders to buy (bids) or to sell (asks) rest."""
        return self.bids if side is Side.BUY else self.asks

    def add(self, order: Order) -> None:
        """Put an order at the end of the queue at its limit."""
        if order.is_buy:
            side, key = self.bids, order.limit_ticks
        else:
            side, key = self.asks, -order.limit_ticks
        level = side.levels.get(key)
        if level is None:
            spare = side.spare
            level = side.levels[key] = spare.pop() if spare else Level()
            keys = side.keys
            if not keys or key > keys[-1]:
                keys.append(key)
            else:
                insort(keys, key)
        level.orders.append(order)
        level.lots += order.remaining_lots
        level.count += 1
        if not order.in_book:
            order.in_book = True

    def reduce(self, order: Order, lots: int) -> None:
        """Take lots off a resting order; one with nothing left leaves the book."""
        if order.is_buy:
            side, key = self.bids, order.limit_ticks
        else:
            side, key = self.asks, -order.limit_ticks
        level = side.levels[key]
        level.lots -= lots
        left = order.remaining_lots = order.remaining_lots - lots
        if left:
            return
        count, orders = level.count, level.orders
        if count > 1 and orders[0] is order:  # Nearly always: it was the first in its queue.
            orders.popleft()
            level.count = count - 1
            order.in_book = False
        else:
            _leave(order, side, key, level)

    def remove(self, order: Order) -> None:
        """Take a resting order out of the book; what remains of it stays on its record."""
        if order.is_buy:
            side, key = self.bids, order.limit_ticks
        else:
            side, key = self.asks, -order.limit_ticks
        level = side.levels[key]
        level.lots -= order.remaining_lots
        count, orders = level.count, level.orders
        if count == 1 or orders[0] is order or len(orders) >= 2 * count + DEAD_SLACK:
            _leave(order, side, key, level)
        else:  # It lies among the living: that it rests no more is all there is to say.
            level.count = count - 1
            order.in_book = False

    def lift(self, order: Order) -> None:
        """Take out a resting order that comes back, an amended one.

        It leaves no dead entry behind, which would come back to life with the priority that the
        order gave up.
        """
        side = self.bids if order.is_buy else self.asks
        orders = side.levels[order.limit_ticks * side.sign].orders
        orders.remove(order)
        orders.appendleft(order)
        self.remove(order)

    def best_maker(self, taker_is_buy: bool, limit_ticks: int) -> Order | None:
        """Return the order that an arriving one meets first at its limit or better."""
        side = self.asks if taker_is_buy else self.bids
        keys = side.keys
        if not keys:
            return None
        key = keys[-1]
        if (-key > limit_ticks) if taker_is_buy else (key < limit_ticks):
            return None
        orders = side.levels[key].orders
        order = orders[0]
        while not order.in_book:
            orders.popleft()
            order = orders[0]
        return order

    def would_trade(self, *, is_buy: bool, limit_ticks: int) -> bool:
        """Say whether an order at this limit would meet one at once."""
        side = self.asks if is_buy else self.bids
        if not side.keys:
            return False
        key = side.keys[-1]
        return -key <= limit_ticks if is_buy else key >= limit_ticks

    def is_crossed(self) -> bool:
        """Say whether the best bid is at or above the best ask, as it may be in a call."""
        bid, ask = self.bids.best_ticks(), self.asks.best_ticks()
        return bid is not None and ask is not None and bid >= ask

    def depth(self, side: Side, levels_max: int) -> list[tuple[int, int, int]]:
        """Return (price in ticks, lots, orders) of the best levels of a side."""
        walk = self.side(side).walk()
        return [
            (price, level.lots, level.count)
            for (price, level), _ in zip(walk, range(levels_max), strict=False)
        ]

    def resting(self, side: Side) -> Iterator[Order]:
        """Yield every resting order of a side in price-time priority."""
        for _, level in self.side(side).walk():
            yield from level.living()


def _leave(order: Order, side: BookSide, key: int, level: Level) -> None:
    order.in_book = False
    count = level.count = level.count - 1
    if not count:
        del side.levels[key]
        level.orders.clear()
        side.spare.append(level)
        keys = side.keys
        if keys[-1] == key:
            keys.pop()
        else:
            del keys[bisect_left(keys, key)]
        return
    orders = level.orders
    if orders[0] is order:
        orders.popleft()
    elif len(orders) > 2 * count + DEAD_SLACK:
        level.orders = deque(level.living())
