"""Impact prices: what a stated notional, traded into the book at once, would fetch on average."""

from venue.core.book import BookSide
from venue.core.market import Market
from venue.core.units import E9, E12, div_half_even


def impact_nanos(side: BookSide, market: Market, impact_micros: int) -> int | None:
    """Return the average price of trading ``impact_micros`` of notional into one side.

    average = notional / units, the last level taken in part (units to 1e-9 of a lot, rounded
    down); rounded half even. ``None`` when the side is too thin: it then has no say.

    Source: Hyperliquid's impact price (venue-rules section 1), trade.xyz's missing side
    (section 3).
    """
    left = impact_micros
    lots_e9 = 0
    tick_lot = market.tick_lot_micros
    for price, level in side.walk():
        price_micros = price * tick_lot
        worth = level.lots * price_micros
        if worth >= left:
            if not lots_e9:
                return price * market.spec.units.tick_nanos
            lots_e9 += left * E9 // price_micros
            return div_half_even(impact_micros * E9 * E12, lots_e9 * market.spec.units.lot_e9)
        lots_e9 += level.lots * E9
        left -= worth
    return None


def impact_prices(market: Market, impact_micros: int) -> tuple[int | None, int | None]:
    """Return the impact bid and the impact ask of a market in nano-dollars."""
    return (
        impact_nanos(market.book.bids, market, impact_micros),
        impact_nanos(market.book.asks, market, impact_micros),
    )
