"""The flow that books are measured on: 60 % passive adds round a random walk, 29 % cancels,
11 % marketable orders, from one seed."""

from random import Random
from typing import NamedTuple

ADD, CANCEL, TAKE = 0, 1, 2
SEED = 20_261_101


class Op(NamedTuple):
    """``target`` is which earlier add a cancel names; it may be gone by then."""

    kind: int
    is_buy: bool
    price_ticks: int
    lots: int
    target: int


def ops(count: int, *, mid_ticks: int = 25_000) -> list[Op]:
    """Return the first ``count`` operations of the flow."""
    random = Random(SEED)
    flow: list[Op] = []
    live: list[int] = []
    for number in range(count):
        if number % 20 == 0:
            mid_ticks += random.choice((-1, 1))
        draw = random.random()
        is_buy = random.random() < 0.5
        side = -1 if is_buy else 1
        if draw < 0.29 and live:
            index = random.randrange(len(live))
            live[index], live[-1] = live[-1], live[index]
            flow.append(Op(CANCEL, is_buy, 0, 0, live.pop()))
        elif draw < 0.40:
            flow.append(Op(TAKE, is_buy, mid_ticks - side * 30, random.randint(50, 400), 0))
        else:
            away = 1 + int(random.expovariate(1 / 15))
            flow.append(Op(ADD, is_buy, mid_ticks + side * away, random.randint(50, 150), 0))
            live.append(number)
    return flow
