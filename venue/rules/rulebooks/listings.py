"""What the markets that ship are listed with: units, limits, fees and margin tiers.

Admission holds the sum over all markets of position limit × highest price below 2**62 / 10,000
micro-dollars (461 million dollars), so that no product in the margin sweep leaves 64 bits. The
three below take 220 of it.

Fees are Hyperliquid's base tier: taker 0.045 %, maker 0.015 %. Orders are
worth at least $10 there, and an account has at most 1,000.
"""

from msgspec.structs import replace

from venue.core.listing import Fees, Limits, MarketSpec, Tier
from venue.core.units import E6, E9, Units

BASE_FEES = Fees(maker_e6=150, taker_e6=450)
ORDER_MICROS_MIN = 10 * E6
OPEN_ORDERS_MAX = 1_000

# A share: a cent, and a thousandth.
SHARE = Units(tick_nanos=E9 // 100, lot_e9=E9 // 1_000)
# An index at some 20,000 points: a tenth of a point, and a ten-thousandth of a contract.
INDEX = Units(tick_nanos=E9 // 10, lot_e9=E9 // 10_000)

SHARE_TIERS = (Tier(0, 20), Tier(1_000_000 * E6, 10), Tier(5_000_000 * E6, 5))
# 25 rather than 30: half of 1/30 is not a whole number of 1e-4.
INDEX_TIERS = (Tier(0, 25), Tier(2_000_000 * E6, 10), Tier(10_000_000 * E6, 5))


def _limits(
    *, units: Units, lots_a_unit: int, position_units: int, price_max_dollars: int
) -> Limits:
    # An order up to a quarter of the position limit, open interest up to ten positions.
    return Limits(
        order_lots_max=position_units * lots_a_unit // 4,
        position_lots_max=position_units * lots_a_unit,
        open_interest_lots_max=10 * position_units * lots_a_unit,
        open_orders_max=OPEN_ORDERS_MAX,
        price_max_ticks=price_max_dollars * E9 // units.tick_nanos,
        order_micros_min=ORDER_MICROS_MIN,
    )


SHARE_LIMITS = {
    "TSLA": _limits(units=SHARE, lots_a_unit=1_000, position_units=40_000, price_max_dollars=2_000),
    "NVDA": _limits(units=SHARE, lots_a_unit=1_000, position_units=60_000, price_max_dollars=1_000),
}
# A power begins at 100: for p = 4 the underlying may rise by 78 % to ten times that.
POWER_LIMITS = _limits(
    units=SHARE, lots_a_unit=1_000, position_units=20_000, price_max_dollars=1_000
)
INDEX_LIMITS = _limits(
    units=INDEX, lots_a_unit=10_000, position_units=1_000, price_max_dollars=80_000
)


def share(market: str, limits: Limits | None = None) -> MarketSpec:
    """Return a stock's listing, without rules; TSLA's limits where there are none of its own.

    >>> share("TSLA").limits.price_max_ticks
    200000
    """
    return MarketSpec(
        market=market,
        underlying=market,
        calendar="us_equity",
        units=SHARE,
        limits=limits or SHARE_LIMITS.get(market, SHARE_LIMITS["TSLA"]),
        fees=BASE_FEES,
        tiers=SHARE_TIERS,
        rulebook="",
        rules=(),
    )


def powered(market: str, underlying: str) -> MarketSpec:
    """Return the listing of a contract on a power of an underlying, without rules: 100 when listed.

    >>> powered("TSLA-P2", "TSLA").underlying, powered("NDX-P2", "US100").calendar
    ('TSLA', 'cme_index_future')
    """
    shipped = LISTINGS.get(underlying)
    return replace(
        share(market, POWER_LIMITS),
        underlying=underlying,
        calendar="us_equity" if shipped is None else shipped.calendar,
    )


LISTINGS: dict[str, MarketSpec] = {
    "TSLA": share("TSLA"),
    "NVDA": share("NVDA"),
    "US100": MarketSpec(
        market="US100",
        underlying="US100",
        calendar="cme_index_future",
        units=INDEX,
        limits=INDEX_LIMITS,
        fees=BASE_FEES,
        tiers=INDEX_TIERS,
        rulebook="",
        rules=(),
    ),
}
