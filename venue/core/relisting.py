"""A listing in the units after a split, and whether there can be such a one."""

from msgspec.structs import replace

from venue.core.listing import MarketSpec
from venue.core.market import Market
from venue.core.rescaling import NewUnits


def relist(market: Market, units: NewUnits) -> MarketSpec | None:
    """Return the listing with its limits in new units; ``None``: something would be nothing.

    Limits round down, so that no account can hold more than the listing was admitted with.
    """
    limits = market.spec.limits
    changed = replace(
        limits,
        order_lots_max=units.lots(limits.order_lots_max),
        position_lots_max=units.lots(limits.position_lots_max),
        open_interest_lots_max=units.lots(limits.open_interest_lots_max),
        price_max_ticks=units.price_down(limits.price_max_ticks),
    )
    least = min(
        changed.order_lots_max,
        changed.position_lots_max,
        changed.open_interest_lots_max,
        changed.price_max_ticks,
    )
    if market.mark_nanos is not None:
        mark_micros = units.price_down(market.mark_micros)
        least = min(least, mark_micros)
        if mark_micros > changed.price_max_ticks * market.tick_lot_micros:
            return None
    return replace(market.spec, limits=changed) if least > 0 else None
