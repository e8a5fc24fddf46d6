"""Limits of close-out orders: as far from the mark as a rule lets, no worse than who pays bears."""

from venue.core.policies import CloseoutInputs
from venue.core.units import div_ceil, div_floor


def away_from_mark(seen: CloseoutInputs, numerator: int, denominator: int) -> int:
    """Return the price a fraction below the mark for a long, above it for a short.

    Rounds towards the mark, so that nothing is sold for less than the formula says.

    >>> from venue.rules.examples import CLOSEOUT  # $250
    >>> away_from_mark(CLOSEOUT, 1, 100), away_from_mark(CLOSEOUT._replace(size_lots=-1), 1, 100)
    (247500000000, 252500000000)
    """
    if seen.size_lots > 0:
        return max(1, div_ceil(seen.mark_nanos * (denominator - numerator), denominator))
    return div_floor(seen.mark_nanos * (denominator + numerator), denominator)


def within_bankruptcy(seen: CloseoutInputs, limit_nanos: int) -> int:
    """Return a limit that is no worse than the bankruptcy price: no fill makes a shortfall.

    >>> from venue.rules.examples import CLOSEOUT  # bankrupt at $245
    >>> within_bankruptcy(CLOSEOUT, 240_000_000_000)
    245000000000
    """
    if seen.size_lots > 0:
        return max(limit_nanos, seen.bankruptcy_nanos)
    return min(limit_nanos, seen.bankruptcy_nanos)
