"""What orders may be in one market now: its price band, its limits, what is blocked."""

from venue.core.market import PRICE_WITHOUT_END, Band, Market, Plain
from venue.core.phases import Pricing
from venue.core.policies import Action, CrowdInputs
from venue.core.units import E4


def refresh_bounds(market: Market) -> None:
    """Work out band and limits anew; after a mark, an anchor or the session's terms changed."""
    terms = market.terms
    limits = market.spec.limits
    market.position_max_lots = limits.position_lots_max * terms.position_e4 // E4
    market.interest_max_lots = limits.open_interest_lots_max * terms.open_interest_e4 // E4
    market.order_max_lots = market.market_order_max_lots = limits.order_lots_max
    if market.mark_micros:
        _refresh_worth(market)
    market.band_ticks = _band_ticks(market)
    market.plain_buys = _plain(market, is_buy=True)
    market.plain_sells = _plain(market, is_buy=False)


def _plain(market: Market, *, is_buy: bool) -> Plain | None:
    """Return what plain orders on a side keep to; ``None`` while no order is plain."""
    terms, limits = market.terms, market.spec.limits
    if market.mark_nanos is None or terms.is_closed or terms.reduce_only:
        return None
    if terms.margin_mode != "any" or terms.venue_interest_micros_max is not None:
        return None
    low, high = 1, limits.price_max_ticks
    if market.band_ticks is not None:
        band = market.band_ticks
        low = max(low, band[2] if is_buy else band[0])
        high = min(high, band[1] if is_buy else band[3])
    return (
        low,
        high,
        market.order_max_lots,
        limits.order_micros_min,
        market.position_max_lots,
        market.interest_max_lots,
        limits.open_orders_max,
    )


def _band_ticks(market: Market) -> Band | None:
    """Return the order price band, with the lowest and highest price; ``None`` without any."""
    terms = market.terms
    units = market.spec.units
    low = low_for_buys = 0
    high = high_for_sells = PRICE_WITHOUT_END
    centre = band_centre_nanos(market, terms.band_from)
    if terms.band_e4 is not None and centre is not None:
        low = units.ticks_ceil(centre * (E4 - terms.band_e4) // E4)
        high = units.ticks_floor(centre * (E4 + terms.band_e4) // E4)
        if terms.band_both_ways:
            low_for_buys, high_for_sells = low, high
    centre = band_centre_nanos(market, terms.band_range_from)
    if terms.band_below_e4 is not None and centre is not None:
        lowest = units.ticks_ceil(centre * (E4 - terms.band_below_e4) // E4)
        low, low_for_buys = max(low, lowest), max(low_for_buys, lowest)
    if terms.band_above_e4 is not None and centre is not None:
        highest = units.ticks_floor(centre * (E4 + terms.band_above_e4) // E4)
        high, high_for_sells = min(high, highest), min(high_for_sells, highest)
    if not low and high == PRICE_WITHOUT_END:
        return None
    return low, high, low_for_buys, high_for_sells


def band_centre_nanos(market: Market, name: str) -> int | None:
    """Return the price that a band is counted from (``Terms.band_from``); ``None``: not yet."""
    if name == "mark":
        return market.mark_nanos
    if name == "anchor":
        return last_external_nanos(market)
    if name == "index":
        return market.index_nanos
    if name == "close":
        return market.close_nanos
    assert name == "open", f"a band is counted from mark, anchor, index, close, open; found {name}"
    return market.open_nanos


def _refresh_worth(market: Market) -> None:
    """Work out the limits that are set in money, in lots at the mark; and the crowd's margin."""
    terms = market.terms
    mark = market.mark_micros
    if terms.open_interest_micros_max is not None:
        lots = terms.open_interest_micros_max // mark
        market.interest_max_lots = min(market.interest_max_lots, lots)
    if terms.order_micros_max is not None:
        market.order_max_lots = min(market.order_max_lots, terms.order_micros_max // mark)
    market.market_order_max_lots = market.order_max_lots
    if terms.market_order_micros_max is not None:
        lots = terms.market_order_micros_max // mark
        market.market_order_max_lots = min(market.order_max_lots, lots)
    crowd = CrowdInputs(market.marked_interest_lots * mark)
    market.crowded_e4 = market.rules.margin.crowded_e4(crowd)
    market.initial_e4_max = max(market.tiers.initial_e4_max, market.crowded_e4)
    market.steepness = max(1, -(-market.initial_e4_max // E4))


def last_external_nanos(market: Market) -> int | None:
    """Return the last price from outside: the index while it is external, else the anchor.

    While the index is on its way back to outside prices, it is where it is going.
    """
    if market.outside_nanos is not None:
        return market.outside_nanos
    return market.index_nanos if market.pricing is Pricing.EXTERNAL else market.anchor_nanos


def is_blocked(market: Market, action: Action) -> bool:
    """Say whether the actions rule forbids an action now."""
    return action in market.blocked


def validity_figures(market: Market) -> dict[str, int]:
    """Return the outside price's validity, for a refusal; nothing while there is no such price."""
    return {"validity": int(market.validity)} if market.pricing is Pricing.EXTERNAL else {}
