"""What several funding rules share: the premium of impact prices, a sum of samples, a time share.

All rounding is half to even, to 1e-12. One sample counts for at most ±1,000 %, far beyond where
any cap binds, so that a sum over a day of samples fits 64 bits.
"""

import msgspec

from venue.core.units import E4, E12, clamp, div_half_even

# One sample counts for at most this, either way.
SAMPLE_E12_MAX = 10 * E12


class Samples(msgspec.Struct, frozen=True, array_like=True):
    """The samples of this interval: their sum in 1e-12, and how many."""

    sum_e12: int = 0
    samples: int = 0


NO_SAMPLES = Samples()


def impact_premium_e12(
    bid_nanos: int | None, ask_nanos: int | None, from_nanos: int, index_nanos: int
) -> int:
    """Return (max(bid - from, 0) - max(from - ask, 0)) / index; a side too thin contributes 0.

    ``from_nanos`` is what impact prices are measured from: the index, or BitMEX's fair price.

    >>> impact_premium_e12(252_500_000_000, None, 250_000_000_000, 250_000_000_000)  # 1 %
    10000000000
    """
    difference_nanos = 0
    if bid_nanos is not None and bid_nanos > from_nanos:
        difference_nanos += bid_nanos - from_nanos
    if ask_nanos is not None and ask_nanos < from_nanos:
        difference_nanos -= from_nanos - ask_nanos
    if difference_nanos == 0:
        return 0
    return bounded_e12(difference_nanos, index_nanos)


def bounded_e12(part: int, whole: int) -> int:
    """Return part / whole in 1e-12, within what one sample may count for.

    >>> bounded_e12(-1, 4), bounded_e12(100, 1)
    (-250000000000, 10000000000000)
    """
    return clamp(div_half_even(part * E12, whole), low=-SAMPLE_E12_MAX, high=SAMPLE_E12_MAX)


def share_e12(rate_e12: int, interval_ns: int, of_ns: int) -> int:
    """Return the part of a rate for ``of_ns`` that an interval takes.

    >>> share_e12(9_500_000_000, 3_600, 8 * 3_600)
    1187500000
    """
    return div_half_even(rate_e12 * interval_ns, of_ns)


def margins_apart_e12(leverage_max: int, maintenance_e4: int) -> int:
    """Return initial minus maintenance margin as a fraction of notional; never negative.

    >>> margins_apart_e12(20, 250)  # 5 % and 2.5 %
    25000000000
    """
    return max(0, div_half_even(E12, leverage_max) - maintenance_e4 * (E12 // E4))
