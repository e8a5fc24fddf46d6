"""What a market allows an order now: its phase, band, bounds, position and open-interest limits."""

from typing import Final

from venue.core.account import Holding
from venue.core.bounds import is_blocked, validity_figures
from venue.core.calls import has_call
from venue.core.commands import MarginMode, PlaceOrder, TimeInForce
from venue.core.handlers.refusing import Refusal
from venue.core.market import Market
from venue.core.matching import reducible_lots
from venue.core.phases import Phase
from venue.core.policies import Action, Terms
from venue.core.rejects import Reason
from venue.core.state import State
from venue.core.units import E4

GTC: Final = TimeInForce.GTC
GFA: Final = TimeInForce.GFA
OPG: Final = TimeInForce.OPG
CLS: Final = TimeInForce.CLS
CONTINUOUS: Final = Phase.CONTINUOUS
ISOLATED: Final = MarginMode.ISOLATED


def phase_refusal(market: Market, command: PlaceOrder) -> Refusal | None:
    """Refuse a kind of order that the market does not take in its phase, or by its terms now."""
    force = command.time_in_force
    if force is OPG or force is CLS:
        if not has_call(market, force):
            return Refusal(Reason.NO_SUCH_CALL, {})
    elif market.phase is not CONTINUOUS:
        if (
            (force is not GTC and force is not GFA)
            or command.price_ticks is None
            or command.post_only
        ):
            return Refusal(Reason.NOT_IN_AUCTION, {})
    elif force is GFA:
        return Refusal(Reason.ONLY_IN_AUCTION, {})
    if command.price_ticks is None and not market.terms.market_orders:
        return Refusal(Reason.MARKET_ORDERS_NOT_NOW, {})
    return None


def limits_refusal(
    state: State,
    market: Market,
    holding: Holding | None,
    is_buy: bool,
    lots: int,
    limit_ticks: int,
    *,
    reduce_only: bool,
) -> Refusal | None:
    """Check band, reducing, position and open-interest limits; ``lots`` are what is added."""
    band = market.band_ticks
    if band is not None and (
        limit_ticks > band[1] or limit_ticks < band[2]
        if is_buy
        else limit_ticks < band[0] or limit_ticks > band[3]
    ):
        return Refusal(Reason.OUTSIDE_BAND, {"low_ticks": band[0], "high_ticks": band[1]})
    if reduce_only:
        if not reducible_lots(holding, is_buy=is_buy):
            return Refusal(Reason.REDUCE_ONLY_WOULD_INCREASE, {})
        return _blocked(market, is_buy, limit_ticks, opens=False) if market.blocked else None
    if holding is None:
        worst = lots
    elif is_buy:
        worst = holding.size_lots + holding.buy_lots + lots
    else:
        worst = holding.sell_lots + lots - holding.size_lots
    if market.blocked:
        refusal = _blocked(market, is_buy, limit_ticks, opens=worst > 0)
        if refusal is not None:
            return refusal
    if worst <= 0:
        return None  # All of it reduces: no limit stands in the way of getting out.
    terms = market.terms
    if terms.reduce_only:
        return Refusal(Reason.ONLY_REDUCING_NOW, {})
    if terms.margin_mode != "any" and (holding is None or holding.mode is not ISOLATED):
        return Refusal(Reason.ISOLATED_ONLY, {})
    if worst > market.position_max_lots:
        return Refusal(Reason.POSITION_LIMIT, {"position_lots_max": market.position_max_lots})
    opening = lots if lots < worst else worst
    if market.open_interest_lots + opening > market.interest_max_lots:
        return _interest_refusal(market, holding, is_buy, limit_ticks)
    if terms.venue_interest_micros_max is not None:
        return _venue_interest_refusal(state, opening * market.mark_micros, terms)
    return None


def _venue_interest_refusal(state: State, opening_micros: int, terms: Terms) -> Refusal | None:
    """Check the open interest of all markets together, each at its mark.

    Source: HIP-3, venue-rules section 2 (a cap per asset, and one on the whole exchange).
    """
    together = sum(each.open_interest_lots * each.mark_micros for each in state.markets.values())
    most = terms.venue_interest_micros_max
    if most is None or together + opening_micros <= most:
        return None
    figures = {"venue_interest_micros": together, "venue_interest_micros_max": most}
    return Refusal(Reason.OPEN_INTEREST_LIMIT, figures)


def _interest_refusal(
    market: Market, holding: Holding | None, is_buy: bool, limit_ticks: int
) -> Refusal:
    """Say what an order ran into at the open-interest limit; under a cap in money, which way.

    Source: Hyperliquid's order statuses, venue-rules section 1 (increase, flip, too aggressive).
    """
    terms = market.terms
    figures = {
        "open_interest_lots": market.open_interest_lots,
        "open_interest_lots_max": market.interest_max_lots,
    }
    if terms.at_cap_e4 is not None and market.mark_nanos is not None:
        reach_e4 = E4 + terms.at_cap_e4 * (1 if is_buy else -1)
        beyond = limit_ticks * market.spec.units.tick_nanos * E4 - market.mark_nanos * reach_e4
        if (beyond if is_buy else -beyond) > 0:
            return Refusal(Reason.TOO_AGGRESSIVE_AT_OPEN_INTEREST_CAP, figures)
    if terms.open_interest_micros_max is not None and reducible_lots(holding, is_buy=is_buy):
        return Refusal(Reason.POSITION_FLIP_AT_OPEN_INTEREST_CAP, figures)
    return Refusal(Reason.OPEN_INTEREST_LIMIT, figures)


def _blocked(market: Market, is_buy: bool, limit_ticks: int, *, opens: bool) -> Refusal | None:
    """Refuse what would trade, or open, while the outside price is not good enough for it."""
    trades = market.phase is CONTINUOUS and market.book.would_trade(
        is_buy=is_buy, limit_ticks=limit_ticks
    )
    if (trades and is_blocked(market, Action.MATCH)) or (
        opens and is_blocked(market, Action.MARGIN)
    ):
        return Refusal(Reason.INDEX_NOT_VALID, validity_figures(market))
    return None
