"""Who comes first among units below maintenance: margin ratios of many units, exact, in int64."""

import numpy as np
import numpy.typing as npt

from venue.core.units import E12

Ints = npt.NDArray[np.int64]

# A rank below every ratio: equity under zero with nothing to maintain.
RANK_LAST_E12 = -(1 << 62)
INT64_MAX = (1 << 63) - 1
DIGITS = 12
# Below so many times its maintenance a rank is the last.
TIMES_MIN = RANK_LAST_E12 // E12


def ranks_e12(slack: Ints, maintenance: Ints) -> Ints:
    """Return equity in 1e-12 of maintenance, rounded down; the last rank with none to keep.

    rank = floor((slack + maintenance) × 10^12 / maintenance), by long division: the quotient of
    slack and maintenance first, then as many decimal digits a time as int64 holds. Agrees with
    ``breaches.rank_e12`` to the last digit.

    Args:
        slack: equity × 10,000 − maintenance, in 1e-4 micro-dollars.
        maintenance: in 1e-4 micro-dollars, not negative.

    >>> ranks_e12(np.array([-300, -5]), np.array([100, 0])).tolist()
    [-2000000000000, -4611686018427387904]
    """
    nothing = maintenance == 0
    huge = maintenance > INT64_MAX // 10  # Not a digit more would fit: done one by one below.
    divisor = np.where(nothing | huge, 1, maintenance)
    times, rest = np.divmod(slack, divisor)
    at_once = min(DIGITS, len(str(INT64_MAX // int(divisor.max(initial=1)))) - 1)
    part = np.zeros_like(rest)
    for begin in range(0, DIGITS, at_once):
        scale = 10 ** min(at_once, DIGITS - begin)
        digits, rest = np.divmod(rest * scale, divisor)
        part = part * scale + digits
    ranks = (np.maximum(times, TIMES_MIN) + 1) * E12 + part
    ranks[nothing | (times < TIMES_MIN)] = RANK_LAST_E12
    for row in np.flatnonzero(huge).tolist():
        least = int(maintenance[row])
        ranks[row] = max(RANK_LAST_E12, (int(slack[row]) + least) * E12 // least)
    found: Ints = np.maximum(ranks, RANK_LAST_E12)
    return found


def first_places(ranks: Ints, accounts: Ints, count: int) -> Ints:
    """Return where the first by rank, then account, stand: ``count``, and who ties the last."""
    if len(ranks) <= count:
        return np.arange(len(ranks), dtype=np.int64)
    within = np.flatnonzero(ranks <= np.partition(ranks, count - 1)[count - 1])
    order = within[np.lexsort((accounts[within], ranks[within]))]
    last = order[count - 1]
    ties = (ranks[order] == ranks[last]) & (accounts[order] == accounts[last])
    ties[:count] = True
    first: Ints = order[ties]
    return first
