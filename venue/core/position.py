"""Positions: signed size and exact entry cost, never an average price.

A long holds positive lots at a positive cost, a short negative lots at a negative cost. What a
party ``gets`` for what it gives up is cash; profit is cash minus the cost released.
"""

from venue.core.units import div_ceil


def released_micros(size_lots: int, entry_micros: int, closed_lots: int) -> int:
    """Return the part of a position's entry cost that closing ``closed_lots`` (> 0) releases.

    entry × closed / |size|, rounded up, so that profit rounds towards the venue; the whole
    when all is closed.

    >>> released_micros(size_lots=3, entry_micros=100, closed_lots=1)
    34
    >>> released_micros(size_lots=-3, entry_micros=-100, closed_lots=1)
    -33
    """
    return div_ceil(entry_micros * closed_lots, abs(size_lots))


def realised_micros(size_lots: int, entry_micros: int, delta_lots: int, price_micros: int) -> int:
    """Return the profit that trading ``delta_lots`` at a price (micro-dollars a lot) realises.

    Nothing while the position grows. A trade through zero closes first; the rest opens anew.

    >>> realised_micros(size_lots=1, entry_micros=100, delta_lots=-1, price_micros=110)
    10
    >>> realised_micros(size_lots=-2, entry_micros=-200, delta_lots=3, price_micros=90)
    20
    """
    if size_lots == 0 or (size_lots > 0) == (delta_lots > 0):
        return 0
    closed_lots = min(abs(size_lots), abs(delta_lots))
    got_micros = closed_lots * price_micros if size_lots > 0 else -closed_lots * price_micros
    return got_micros - released_micros(size_lots, entry_micros, closed_lots)


def closed_micros(size_lots: int, entry_micros: int, lots: int, price_micros: int) -> int:
    """Return what trading ``lots`` (> 0) against a position (not zero) at a price realises.

    ``realised_micros`` of a trade that is known to close.

    >>> closed_micros(size_lots=-2, entry_micros=-200, lots=3, price_micros=90)
    20
    """
    held_lots = size_lots if size_lots > 0 else -size_lots
    if lots >= held_lots:  # All of it: its cost is released whole.
        return size_lots * price_micros - entry_micros
    got_micros = lots * price_micros if size_lots > 0 else -lots * price_micros
    return got_micros + -entry_micros * lots // held_lots
