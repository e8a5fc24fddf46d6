"""Made-up price paths: one Brownian path, looked at with long steps and with short ones."""

from collections.abc import Sequence
from math import exp, sqrt
from random import Random

from venue.core.units import E9

DAYS_A_YEAR = 365


def closing(
    seed: int, *, days: int, steps_a_day: int, sigma: float, begin: float = 250.0
) -> list[float]:
    """Return a price at the beginning and after each step: no drift, volatility ``sigma`` a year.

    >>> closing(1, days=1, steps_a_day=2, sigma=0.0)
    [250.0, 250.0, 250.0]
    """
    chance = Random(seed)
    dt = 1 / (DAYS_A_YEAR * steps_a_day)
    prices = [begin]
    for _ in range(days * steps_a_day):
        step = sigma * sqrt(dt) * chance.gauss(0, 1) - sigma * sigma * dt / 2
        prices.append(prices[-1] * exp(step))
    return [round(price * E9) / E9 for price in prices]


def every(prices: Sequence[float], nth: int) -> list[float]:
    """Return each ``nth`` price of a path, the first and the last among them.

    >>> every([1, 2, 3, 4, 5], 2)
    [1, 3, 5]
    """
    assert (len(prices) - 1) % nth == 0, "the path ends on a long step too"
    return list(prices[::nth])
