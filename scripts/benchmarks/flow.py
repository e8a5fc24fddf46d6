"""The flow that books are measured on: 60 % passive adds round a random walk, 29 % cancels of
orders that rest, 11 % marketable orders, from one seed.

Sizes are such that marketable orders take what cancels leave, so the book neither dries up nor
swells. Making the flow runs the minimal book, so that a cancel never names an order that is gone.
"""

from random import Random
from typing import NamedTuple

from scripts.benchmarks.minimal_book import MinimalBook

ADD, CANCEL, TAKE = 0, 1, 2
SEED = 20_261_101


class Op(NamedTuple):
    """``target`` is the number of the add that a cancel names."""

    kind: int
    is_buy: bool
    price_ticks: int
    lots: int
    target: int


def ops(count: int, *, mid_ticks: int = 25_000) -> list[Op]:
    """Return the first ``count`` operations of the flow."""
    random = Random(SEED)
    book = MinimalBook()
    flow: list[Op] = []
    live: list[int] = []
    for number in range(count):
        if number % 20 == 0:
            mid_ticks += random.choice((-1, 1))
        draw = random.random()
        is_buy = random.random() < 0.5
        side = -1 if is_buy else 1
        if draw < 0.29 and book.orders:
            target = _pop_resting(random, live, book)
            book.cancel(target)
            flow.append(Op(CANCEL, is_buy, 0, 0, target))
            continue
        if draw < 0.40:
            op = Op(TAKE, is_buy, mid_ticks - side * 30, random.randint(50, 400), 0)
        else:
            away = 1 + int(random.expovariate(1 / 15))
            op = Op(ADD, is_buy, mid_ticks + side * away, random.randint(50, 150), 0)
            live.append(number)
        book.submit(number, is_buy, op.price_ticks, op.lots, op.kind == ADD)
        flow.append(op)
    return flow


def _pop_resting(random: Random, live: list[int], book: MinimalBook) -> int:
    """Draw an order that still rests."""
    while True:
        index = random.randrange(len(live))
        live[index], live[-1] = live[-1], live[index]
        target = live.pop()
        if target in book.orders:
            return target
