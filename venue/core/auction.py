"""The one uncross price of a call auction, and what it would trade.

Price: the most volume; then the least surplus; then nearest to the reference (the mark); then
the lower. Source: Nasdaq's cross for the order of the ties, Vega 0026 for maximising volume;
venue-rules section 14.
"""

from typing import NamedTuple

from venue.core.book import Book


class Indication(NamedTuple):
    """What the uncross would give now (NOII terms). ``imbalance_lots``: positive, bids left."""

    price_ticks: int
    paired_lots: int
    imbalance_lots: int


def indication(book: Book, reference_ticks: int) -> Indication | None:
    """Return the uncross price of a book, or ``None`` when nothing crosses.

    >>> indication(Book(), 100) is None
    True
    """
    best_bid, best_ask = book.bids.best_ticks(), book.asks.best_ticks()
    if best_bid is None or best_ask is None or best_bid < best_ask:
        return None
    bids = [(p, level.lots) for p, level in book.bids.walk() if p >= best_ask]
    asks = [(p, level.lots) for p, level in book.asks.walk() if p <= best_bid]

    def at(price: int) -> tuple[int, int, int]:
        demand = sum(lots for p, lots in bids if p >= price)
        supply = sum(lots for p, lots in asks if p <= price)
        return min(demand, supply), -abs(demand - supply), demand - supply

    # Demand and supply change at order prices and one tick beyond them, nowhere else.
    candidates = {
        near
        for p, _ in (*bids, *asks)
        for near in (p - 1, p, p + 1)
        if best_ask <= near <= best_bid
    }
    if best_ask <= reference_ticks <= best_bid:
        candidates.add(reference_ticks)
    price = min(candidates, key=lambda p: (-at(p)[0], -at(p)[1], abs(p - reference_ticks), p))
    paired, _, imbalance = at(price)
    return Indication(price, paired, imbalance)
