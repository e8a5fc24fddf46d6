"""The one uncross price of a call auction, and what it would trade.

Price: the most volume; then the least surplus; then nearest to the reference (the mark); then
the lower. Or, where the calls rule says so, the middle of all prices that trade the most, down to
a tick. In a scheduled call with a collar no price outside it is looked at. Source: Nasdaq's cross
for the order of the ties and the collar, Vega 0026 for the middle; venue-rules section 14.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate, takewhile
from typing import NamedTuple

from venue.core.book import Book, Level
from venue.core.commands import Side
from venue.core.market import Market
from venue.core.phases import Phase
from venue.core.plans import CALLS_OF
from venue.core.units import E4

# Why a call is made that begins at a time of day.
SCHEDULED = ("opening", "closing")


class Indication(NamedTuple):
    """What the uncross would give now (NOII terms). ``imbalance_lots``: positive, bids left."""

    price_ticks: int
    paired_lots: int
    imbalance_lots: int


def indication_of(market: Market) -> Indication | None:
    """Return what the uncross of a market's call would give now; ``None``: nothing, or no call."""
    if market.phase is not Phase.AUCTION:
        return None
    reference_ticks = (market.mark_nanos or 0) // market.spec.units.tick_nanos
    at_middle = market.rules.calls.uncross_at == "middle"
    return indication(
        market.book, reference_ticks, at_middle=at_middle, collar_ticks=collar_ticks(market)
    )


def collar_ticks(market: Market) -> tuple[int, int] | None:
    """Return the lowest and the highest price of a scheduled call's uncross; ``None``: any.

    Bid and ask are the best of orders from before the call; the mark where a side has none, or
    where an amendment has crossed them.
    """
    rule, units = market.rules.calls, market.spec.units
    if rule.collar_e4 is None or market.phase_why not in SCHEDULED or market.mark_nanos is None:
        return None
    bid_ticks, ask_ticks = _before(market, Side.BUY), _before(market, Side.SELL)
    if bid_ticks is None or ask_ticks is None or bid_ticks >= ask_ticks:
        bid_nanos = ask_nanos = market.mark_nanos
    else:
        bid_nanos, ask_nanos = bid_ticks * units.tick_nanos, ask_ticks * units.tick_nanos
    reach_nanos = max((bid_nanos + ask_nanos) * rule.collar_e4 // (2 * E4), rule.collar_nanos)
    low_ticks = units.ticks_ceil(bid_nanos - reach_nanos)
    return max(1, low_ticks), units.ticks_floor(ask_nanos + reach_nanos)


def _before(market: Market, side: Side) -> int | None:
    """Return the best price of orders that were in the book before the call began."""
    for order in market.book.resting(side):
        waited = order.accepted.time_in_force in CALLS_OF
        if order.order_id < market.called_from_id and not waited:
            return order.limit_ticks
    return None


def indication(
    book: Book,
    reference_ticks: int,
    *,
    at_middle: bool = False,
    collar_ticks: tuple[int, int] | None = None,
) -> Indication | None:
    """Return the uncross price of a book, or ``None`` when nothing crosses within the collar.

    >>> indication(Book(), 100) is None
    True
    """
    best_bid, best_ask = book.bids.best_ticks(), book.asks.best_ticks()
    if best_bid is None or best_ask is None or best_bid < best_ask:
        return None
    low, high = best_ask, best_bid
    if collar_ticks is not None:
        low, high = max(low, collar_ticks[0]), min(high, collar_ticks[1])
        if low > high:
            return None
    # Best first: walking from the best price adds up what crosses, and stops where nothing does.
    bids = _crossing(book.bids.walk(), lambda price: price >= best_ask)
    asks = _crossing(book.asks.walk(), lambda price: price <= best_bid)
    bid_keys, ask_keys = [-price for price, _ in bids], [price for price, _ in asks]
    bid_sums = [0, *accumulate(lots for _, lots in bids)]
    ask_sums = [0, *accumulate(lots for _, lots in asks)]

    def at(price: int) -> tuple[int, int, int]:
        demand = bid_sums[bisect_right(bid_keys, -price)]
        supply = ask_sums[bisect_right(ask_keys, price)]
        return min(demand, supply), -abs(demand - supply), demand - supply

    # Demand and supply change at order prices and one tick beyond them, nowhere else; and the
    # collar may end between two.
    candidates = {
        near for p, _ in (*bids, *asks) for near in (p - 1, p, p + 1) if low <= near <= high
    } | {low, high}
    if low <= reference_ticks <= high:
        candidates.add(reference_ticks)
    if at_middle:
        most = max(at(p)[0] for p in candidates)
        trading_most = [p for p in candidates if at(p)[0] == most]
        price = (min(trading_most) + max(trading_most)) // 2
    else:
        price = min(candidates, key=lambda p: (-at(p)[0], -at(p)[1], abs(p - reference_ticks), p))
    paired, _, imbalance = at(price)
    return Indication(price, paired, imbalance)


def _crossing(
    walk: Iterator[tuple[int, Level]], crosses: Callable[[int], bool]
) -> list[tuple[int, int]]:
    return [(price, level.lots) for price, level in takewhile(lambda each: crosses(each[0]), walk)]
