"""The parts that several mark rules are made of: mid, local price, index with funding, median.

Each is a small pure function of ``MarkInputs``; all prices in nano-dollars, rounded half to even.
"""

from venue.core.policies import MarkInputs
from venue.core.units import E12, div_half_even


def middle(one: int, two: int, three: int) -> int:
    """Return the middle one of three numbers.

    >>> middle(3, 1, 2), middle(2, 2, 9), middle(5, 1, 9)
    (2, 2, 5)
    """
    if one > two:
        one, two = two, one
    if three <= one:
        return one
    return min(three, two)


def mid_nanos(seen: MarkInputs) -> int | None:
    """Return the mid of the book; ``None`` where a side is empty, or in a call.

    >>> from venue.rules.examples import MARK
    >>> mid_nanos(MARK), mid_nanos(MARK._replace(best_ask_nanos=None))
    (250000000000, None)
    """
    bid_nanos, ask_nanos = seen.best_bid_nanos, seen.best_ask_nanos
    if bid_nanos is None or ask_nanos is None:
        return None
    return div_half_even(bid_nanos + ask_nanos, 2)


def local_nanos(seen: MarkInputs) -> int | None:
    """Return median(best bid, best ask, last): the last trade, held within bid and ask.

    Without a last trade it is the mid. ``None`` where a side is empty, or in a call: one side
    alone says nothing of where the price is, and costs little to place.

    >>> from venue.rules.examples import MARK
    >>> local_nanos(MARK._replace(last_nanos=999_000_000_000))  # the ask
    250100000000
    """
    bid_nanos, ask_nanos, last_nanos = seen.best_bid_nanos, seen.best_ask_nanos, seen.last_nanos
    if bid_nanos is None or ask_nanos is None:
        return None
    if last_nanos is None:
        return div_half_even(bid_nanos + ask_nanos, 2)
    return middle(bid_nanos, ask_nanos, last_nanos)


def impact_mid_nanos(seen: MarkInputs) -> int | None:
    """Return the mid of the impact prices; ``None`` where a side is too thin, or in a call.

    >>> from venue.rules.examples import MARK
    >>> impact_mid_nanos(MARK), impact_mid_nanos(MARK._replace(impact_bid_nanos=None))
    (250000000000, None)
    """
    bid_nanos, ask_nanos = seen.impact_bid_nanos, seen.impact_ask_nanos
    if bid_nanos is None or ask_nanos is None:
        return None
    return div_half_even(bid_nanos + ask_nanos, 2)


def with_funding_nanos(seen: MarkInputs) -> int:
    """Return O × (1 + rate × time left / interval): the index, and what funding is still to come.

    >>> from venue.rules.examples import MARK
    >>> with_funding_nanos(MARK._replace(rate_e12=1_000_000_000))  # 0.1 %, half an hour left of one
    250125000000
    """
    left_ns = min(max(seen.settles_in_ns, 0), seen.interval_ns)
    share = seen.index_nanos * seen.rate_e12 * left_ns
    return seen.index_nanos + div_half_even(share, E12 * seen.interval_ns)
