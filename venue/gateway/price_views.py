"""The prices that rules compute, from the state and as events have told them."""

from typing import cast

from venue.core.fair_mark import funded_mark_nanos
from venue.core.market import Market
from venue.core.phases import Pricing
from venue.core.policies import Rules, Validity
from venue.core.state import State
from venue.core.units import E4, E12
from venue.core.volatility import Varied, sigma_e4
from venue.gateway.decimals import nanos_text, rate_text
from venue.gateway.scales import MarketScales
from venue.gateway.showing import ms, ms_or_none
from venue.gateway.views import PricesView, ValidityName


def prices_view(state: State, market: Market, scales: MarketScales) -> PricesView:
    """Show the prices that rules have computed."""
    last, index = market.last_ticks, market.index_nanos
    mark, anchor = market.mark_nanos, market.anchor_nanos
    interval_ns = market.spec.funding_interval_ns
    fair, sigma = fair_texts(market.rules, market, index, interval_ns)
    return PricesView(
        market=market.spec.market,
        seq=state.seq,
        time_ms=ms(state.now_ns),
        pricing=market.pricing,
        index=None if index is None else nanos_text(index),
        mark=None if mark is None else nanos_text(mark),
        last=None if last is None else scales.price.text(last),
        anchor=None if anchor is None else nanos_text(anchor),
        funding_rate=rate_text(market.last_rate_e12),
        next_funding_ms=ms(market.next_funding_ns),
        mark_ms=ms(market.mark_at_ns) if mark is not None else None,
        validity=validity_name(market.validity, market.pricing),
        outside=None if market.outside_nanos is None else nanos_text(market.outside_nanos),
        reopening_since_ms=ms_or_none(market.reopen_since_ns),
        fair_mark=fair,
        sigma=sigma,
    )


def validity_name(validity: Validity, pricing: Pricing) -> ValidityName | None:
    """Name the outside price's validity; ``None`` while there is no such price."""
    if pricing is Pricing.INTERNAL:
        return None
    return cast(ValidityName, validity.name.lower())


def fair_texts(
    rules: Rules | None, varied: Varied, index_nanos: int | None, interval_ns: int
) -> tuple[str | None, str | None]:
    """Show a power's fair mark and the volatility that it is worked out with, where there are."""
    if rules is None or rules.contract.is_linear or index_nanos is None:
        return None, None
    sigma = sigma_e4(varied)
    if sigma is None:
        return None, None
    fair = funded_mark_nanos(rules, index_nanos, sigma_e4=sigma, interval_ns=interval_ns)
    return None if fair is None else nanos_text(fair), rate_text(sigma * (E12 // E4))
