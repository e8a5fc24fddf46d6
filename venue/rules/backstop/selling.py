"""How a holder sells what it took over: in slices, at no worse than a distance from the mark."""

from venue.core.policies import UnwindAnswer, UnwindInputs
from venue.core.units import E4, div_ceil, div_floor


def slice_lots(
    seen: UnwindInputs, *, full_micros: int, fraction_e4: int, slice_micros_max: int
) -> int:
    """Return how many lots go now: all, if worth no more than ``full_micros``, else a slice.

    >>> from venue.rules.examples import UNWIND  # $2,500
    >>> slice_lots(UNWIND, full_micros=0, fraction_e4=5_000, slice_micros_max=10**9)  # $1,000
    4000
    """
    lots = abs(seen.size_lots)
    if lots * seen.lot_notional_micros <= full_micros:
        return lots
    by_fraction = div_floor(lots * fraction_e4, E4)
    by_money = div_floor(slice_micros_max, max(1, seen.lot_notional_micros))
    return max(1, min(by_fraction, by_money))


def at_protection(seen: UnwindInputs, lots: int, protection_e4: int) -> UnwindAnswer:
    """Return an order for lots at no worse than ``protection_e4`` from the mark, rounded to it."""
    if seen.size_lots > 0:
        return UnwindAnswer(lots, div_ceil(seen.mark_nanos * (E4 - protection_e4), E4))
    return UnwindAnswer(lots, div_floor(seen.mark_nanos * (E4 + protection_e4), E4))
