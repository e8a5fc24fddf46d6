"""What an order may be in a market now: prices, sizes, leverage, and what is blocked."""

from typing import Any

from venue.core.market import PRICE_WITHOUT_END, Market
from venue.core.state import State
from venue.core.units import E4, E12
from venue.gateway.decimals import rate_text
from venue.gateway.scales import MarketScales
from venue.gateway.showing import ms, ms_or_none
from venue.gateway.views import MarketTermsView, TermsView

NO_BAND = (0, PRICE_WITHOUT_END, 0, PRICE_WITHOUT_END)
# Why positions may only shrink where no halt and no corporate action says so.
SESSION_REDUCES = "session"


def terms_view(market: Market, scales: MarketScales) -> TermsView:
    """Show the limits that hold in the present session."""
    return TermsView(**_terms(market, scales))


def market_terms_view(state: State, market: Market, scales: MarketScales) -> MarketTermsView:
    """Show the limits that hold in one market now."""
    return MarketTermsView(
        market=market.spec.market,
        seq=state.seq,
        time_ms=ms(state.now_ns),
        **_terms(market, scales),
    )


def _terms(market: Market, scales: MarketScales) -> dict[str, Any]:
    terms = market.terms
    size = scales.size
    most = market.tiers.leverage_max
    low, high, low_for_buys, high_for_sells = market.band_ticks or NO_BAND

    def shown(ticks: int) -> str | None:
        return scales.price.text(ticks) if 0 < ticks < PRICE_WITHOUT_END else None

    return {
        "leverage_max": most if terms.leverage_max is None else min(most, terms.leverage_max),
        "position_max": size.text(market.position_max_lots),
        "open_interest_max": size.text(market.interest_max_lots),
        "order_size_max": size.text(market.order_max_lots),
        "market_order_size_max": size.text(market.market_order_max_lots),
        "initial_min": rate_text(market.crowded_e4 * (E12 // E4)),
        "reduce_only": terms.reduce_only,
        "market_orders": terms.market_orders,
        "closed": terms.is_closed,
        "closes_above": terms.forced_leverage_max,
        "closing_ms": ms_or_none(market.closing_at_ns),
        "reducing_why": market.reducing_why or (SESSION_REDUCES if terms.reduce_only else ""),
        "blocked": list(market.blocked),
        "sell_min": shown(low),
        "sell_max": shown(high_for_sells),
        "buy_min": shown(low_for_buys),
        "buy_max": shown(high),
    }
