"""Inputs to try a rule with: what may be drawn is said once, who draws is another matter.

A ``Draw`` takes a ``Pick`` and makes an input out of the whole numbers that it picks. The contract
test lets its property tester pick, and shrink what it finds; ``Numbered`` picks by itself, the same
numbers on every machine for the same seed, so that a listing is judged alike wherever it is
executed again.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

Draw = Callable[["Pick"], Any]

# SplitMix64's constants: Steele, Lea and Flood, "Fast splittable pseudorandom number generators".
_STEP, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_MASK = (1 << 64) - 1
# One number in so many is the least or the most: there rules break first.
_EDGES_EVERY = 8


class Pick(Protocol):
    """Whoever picks whole numbers."""

    def whole(self, least: int, most: int) -> int: ...


class Numbered:
    """Picks by a seed.

    >>> one, other = Numbered(7), Numbered(7)
    >>> [one.whole(1, 6) for _ in range(5)] == [other.whole(1, 6) for _ in range(5)]
    True
    """

    def __init__(self, seed: int) -> None:
        self._at = seed & _MASK

    def whole(self, least: int, most: int) -> int:
        """Return a number from ``least`` to ``most``, both included."""
        if self._next() % _EDGES_EVERY == 0:
            return (least, most)[self._next() % 2]
        return least + self._next() % (most - least + 1)

    def _next(self) -> int:
        self._at = (self._at + _STEP) & _MASK
        found = self._at
        found = ((found ^ (found >> 30)) * _FIRST) & _MASK
        found = ((found ^ (found >> 27)) * _SECOND) & _MASK
        return found ^ (found >> 31)


def whole(least: int, most: int) -> Draw:
    """Draw a number from ``least`` to ``most``, both included."""
    return lambda pick: pick.whole(least, most)


def one_of(values: Iterable[Any]) -> Draw:
    """Draw one of some values."""
    found = tuple(values)
    return lambda pick: found[pick.whole(0, len(found) - 1)]


def either(*draws: Draw) -> Draw:
    """Draw by one of some draws."""
    return lambda pick: draws[pick.whole(0, len(draws) - 1)](pick)


def just(value: Any) -> Draw:
    """Draw always the same."""
    return lambda pick: value


def maybe(draw: Draw) -> Draw:
    """Draw nothing, or by a draw."""
    return either(just(None), draw)


def yes_or_no() -> Draw:
    """Draw true or false."""
    return one_of((False, True))


def tuples(*draws: Draw) -> Draw:
    """Draw a tuple, one value by each draw."""
    return lambda pick: tuple(draw(pick) for draw in draws)


def builds(make: Callable[..., Any], *draws: Draw) -> Draw:
    """Draw what ``make`` makes of a value by each draw."""
    return lambda pick: make(*(draw(pick) for draw in draws))


def lists(draw: Draw, least: int, most: int) -> Draw:
    """Draw a list of ``least`` to ``most`` values."""
    return lambda pick: [draw(pick) for _ in range(pick.whole(least, most))]
