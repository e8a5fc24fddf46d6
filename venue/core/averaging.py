"""The mean of the index over time, which a delisting settles at.

mean = sum of index × how long it stood / how long altogether; the fraction is kept as a whole part
and a rest, because the sum outgrows the 64 bits of a checkpoint.

Source: Hyperliquid, "settled at a one hour TWAP of the oracle" (venue-rules.md, section 1).
"""

from venue.core.market import Market
from venue.core.units import div_half_even


def begin_average(market: Market, at_ns: int | None) -> None:
    """Begin anew, with the index as it is; ``None``: take no mean any more."""
    market.average_since_ns, market.average_at_ns = at_ns, at_ns or 0
    market.average_nanos = market.average_rest = 0


def note_index(market: Market, at_ns: int) -> None:
    """Count the index for as long as it stood; to be done before it moves."""
    since_ns, index_nanos = market.average_since_ns, market.index_nanos
    if since_ns is None or index_nanos is None or at_ns <= market.average_at_ns:
        return
    before_ns, stood_ns = market.average_at_ns - since_ns, at_ns - market.average_at_ns
    total = market.average_nanos * before_ns + market.average_rest + index_nanos * stood_ns
    market.average_nanos, market.average_rest = divmod(total, before_ns + stood_ns)
    market.average_at_ns = at_ns


def average_nanos(market: Market, at_ns: int) -> int | None:
    """Return the mean until now, half to even; the index itself where no time has passed."""
    since_ns, index_nanos = market.average_since_ns, market.index_nanos
    if since_ns is None or index_nanos is None or at_ns <= since_ns:
        return index_nanos
    before_ns, stood_ns = market.average_at_ns - since_ns, at_ns - market.average_at_ns
    total = market.average_nanos * before_ns + market.average_rest + index_nanos * stood_ns
    return div_half_even(total, before_ns + stood_ns)
