"""How far a band reaches from its reference: 1/L, or a share of its own, and never past a cap."""

from venue.core.units import E4


def reach_nanos(
    reference_nanos: int, *, leverage_max: int, reach_e4: int | None, reach_e4_max: int
) -> int:
    """Return min(reach, cap) × reference, where reach is 1/L unless it is given.

    Args:
        reference_nanos: the price that the band lies round.
        leverage_max: L, the listing's highest leverage.
        reach_e4: a share of the reference in 1e-4; ``None``: 1/L.
        reach_e4_max: the cap in 1e-4; 10,000 is none.

    Rounds down to a nano-dollar: the band is never wider than it says.

    Source: venue-rules.md, sections 2 (min(1/L, 20 %)) and 3 (±1/L).

    >>> reach_nanos(30_000, leverage_max=3, reach_e4=None, reach_e4_max=10_000)
    10000
    >>> reach_nanos(30_000, leverage_max=3, reach_e4=None, reach_e4_max=2_000)
    6000
    >>> reach_nanos(30_000, leverage_max=3, reach_e4=350, reach_e4_max=10_000)
    1050
    """
    if reach_e4 is None:
        return min(reference_nanos // leverage_max, reference_nanos * reach_e4_max // E4)
    return reference_nanos * min(reach_e4, reach_e4_max) // E4
