"""How far a market order may trade: the limit that it is checked and matched with."""

from venue.core.account import Account
from venue.core.margin import bankruptcy_nanos
from venue.core.market import Market
from venue.core.matching import reducible_lots
from venue.core.state import State
from venue.core.units import E4


def protection_ticks(
    state: State,
    account: Account,
    market: Market,
    *,
    is_buy: bool,
    reduce_only: bool,
    slippage_e4: int | None = None,
) -> int:
    """Return how far a market order may trade: the mark moved by the market's protection.

    ``slippage_e4`` may hold it nearer, or be a trigger's own. A reducing one goes no further than
    its position's bankruptcy price; and none further than the band, where the session's terms say
    so.
    """
    slippage_e4 = slippage_e4 or market.protection_e4
    reach_e4 = E4 + slippage_e4 * (1 if is_buy else -1)
    assert market.mark_nanos is not None, "a market order needs a mark"
    nanos = market.mark_nanos * reach_e4 // E4
    units = market.spec.units
    ticks = units.ticks_floor(nanos) if is_buy else units.ticks_ceil(nanos)
    if reduce_only and reducible_lots(account.holdings.get(market.spec.market), is_buy=is_buy):
        limit_nanos = bankruptcy_nanos(state, account, market.spec.market)
        if is_buy:
            ticks = min(ticks, units.ticks_floor(limit_nanos))
        else:
            ticks = max(ticks, units.ticks_ceil(limit_nanos))
    band = market.band_ticks
    if band is not None and market.terms.band_caps_market:
        ticks = min(ticks, band[1]) if is_buy else max(ticks, band[0])
    return max(1, min(ticks, market.spec.limits.price_max_ticks))
