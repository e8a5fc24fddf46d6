"""What the rules of pools have in common: the oracle's bid and ask, and limits on a side."""

from venue.core.policies import QuoteInputs
from venue.core.units import E6, div_ceil, div_floor


def oracle_nanos(seen: QuoteInputs, spread_e6: int) -> int:
    """Return the oracle's ask for who buys, its bid for who sells: the index ± half the spread.

    Rounds towards the pool: an ask up, a bid down.

    >>> from venue.rules.examples import QUOTE
    >>> oracle_nanos(QUOTE, 200), oracle_nanos(QUOTE._replace(notional_micros=-1), 200)
    (250050000000, 249950000000)
    """
    if seen.notional_micros > 0:
        return div_ceil(seen.index_nanos * (E6 + spread_e6), E6)
    return div_floor(seen.index_nanos * (E6 - spread_e6), E6)


def side_after_micros(seen: QuoteInputs) -> int:
    """Return the notional of the side that an order opens on, the order included.

    >>> from venue.rules.examples import QUOTE
    >>> side_after_micros(QUOTE)  # $1,000,000 of longs, and $2,500
    1002500000000
    """
    if seen.notional_micros > 0:
        return seen.long_micros + seen.notional_micros
    return seen.short_micros - seen.notional_micros
