"""The yardstick: a minimal price-time book in plain Python, written for the benchmark.

What any book must do, and no more: orders by id, a dict of levels that know their total, a lazy
heap of prices, a linked first-in-first-out queue in each level; it tells every fill. No
accounts, no margin, no events, no journal.
"""

from heapq import heappop, heappush

# (maker's order, taker's order, price in ticks, lots).
Fill = tuple[int, int, int, int]


class Order:
    """A resting order, linked to its neighbours in time."""

    __slots__ = ("after", "before", "is_buy", "level", "lots", "number")

    def __init__(self, number: int, is_buy: bool, lots: int, level: "Level") -> None:
        self.number = number
        self.is_buy = is_buy
        self.lots = lots
        self.level = level
        self.before: Order | None = None
        self.after: Order | None = None


class Level:
    """All orders at one price; ``lots`` is their total."""

    __slots__ = ("first", "key", "last", "lots")

    def __init__(self, key: int) -> None:
        self.key = key
        self.lots = 0
        self.first: Order | None = None
        self.last: Order | None = None


class Side:
    """Bids or asks. Keys are such that the best is the smallest: ask price, minus bid price."""

    __slots__ = ("heap", "levels")

    def __init__(self) -> None:
        self.levels: dict[int, Level] = {}
        self.heap: list[int] = []

    def best(self) -> Level | None:
        """Return the best level; prices whose level is gone leave the heap when met."""
        heap, levels = self.heap, self.levels
        while heap:
            level = levels.get(heap[0])
            if level is not None:
                return level
            heappop(heap)
        return None


class MinimalBook:
    """``submit`` and ``cancel``; both answer at once."""

    __slots__ = ("asks", "bids", "orders")

    def __init__(self) -> None:
        self.bids = Side()
        self.asks = Side()
        self.orders: dict[int, Order] = {}

    def submit(self, number: int, is_buy: bool, price: int, lots: int, rests: bool) -> list[Fill]:
        """Trade what crosses, rest what is left of an order that may; return the fills."""
        fills: list[Fill] = []
        other = self.asks if is_buy else self.bids
        limit = price if is_buy else -price
        while lots:
            level = other.best()
            if level is None or level.key > limit:
                break
            lots = self._take(other, level, number, lots, fills)
        if lots and rests:
            self._rest(number, is_buy, price, lots)
        return fills

    def _take(self, side: Side, level: Level, number: int, lots: int, fills: list[Fill]) -> int:
        """Fill against one level, oldest first; return the lots that are left."""
        maker = level.first
        while maker is not None and lots:
            fill = min(lots, maker.lots)
            lots -= fill
            maker.lots -= fill
            level.lots -= fill
            fills.append((maker.number, number, abs(level.key), fill))
            if maker.lots:
                break
            del self.orders[maker.number]
            maker = maker.after
        if maker is None:
            del side.levels[level.key]
        else:
            maker.before = None
            level.first = maker
        return lots

    def _rest(self, number: int, is_buy: bool, price: int, lots: int) -> None:
        side, key = (self.bids, -price) if is_buy else (self.asks, price)
        level = side.levels.get(key)
        if level is None:
            level = side.levels[key] = Level(key)
            heappush(side.heap, key)
        order = self.orders[number] = Order(number, is_buy, lots, level)
        last = level.last
        if last is None:
            level.first = order
        else:
            last.after = order
            order.before = last
        level.last = order
        level.lots += lots

    def cancel(self, number: int) -> bool:
        """Take an order out; say whether it was there."""
        order = self.orders.pop(number, None)
        if order is None:
            return False
        level = order.level
        level.lots -= order.lots
        before, after = order.before, order.after
        if before is None:
            level.first = after
        else:
            before.after = after
        if after is None:
            level.last = before
        else:
            after.before = before
        if level.first is None:
            side = self.bids if order.is_buy else self.asks
            del side.levels[level.key]
        return True
