"""What the orders rule of a market comes to: a legal price, and who waits before it may take."""

from venue.core.commands import PlaceOrder, Side
from venue.core.handlers.refusing import Refusal
from venue.core.market import Market
from venue.core.phases import Phase
from venue.core.policies import LegalPrices, OrdersRule, PriceInputs
from venue.core.rejects import Reason


def legal_prices(market: Market, rule: OrdersRule, price_ticks: int) -> LegalPrices:
    """Ask the rule for the nearest legal prices to one above zero."""
    units = market.spec.units
    return rule.legal(PriceInputs(price_ticks, units.tick_nanos, units.lot_e9))


def price_refusal(market: Market, *prices: int | None) -> Refusal | None:
    """Refuse the first price that is not legal here, with the nearest legal ones.

    What is zero or less is refused by others; a price that is not given is legal.
    """
    rule = market.order_rule
    if rule is None:
        return None
    for price_ticks in prices:
        if price_ticks is None or price_ticks <= 0:
            continue
        below, above = legal_prices(market, rule, price_ticks)
        if below != above:
            figures = {"price_ticks": price_ticks, "above_ticks": above}
            if below:
                figures["below_ticks"] = below
            return Refusal(Reason.PRICE_NOT_LEGAL, figures)
    return None


def waits(market: Market, rule: OrdersRule, command: PlaceOrder, limit_ticks: int) -> bool:
    """Say whether an order would trade at once, and so waits before it may."""
    return (
        rule.taker_delay_ns > 0
        and market.phase is Phase.CONTINUOUS
        and (command.price_ticks is not None or rule.market_orders_wait)
        and market.book.would_trade(is_buy=command.side is Side.BUY, limit_ticks=limit_ticks)
    )


def takes_by_amendment(market: Market, *, is_buy: bool, price_ticks: int) -> bool:
    """Say whether an amended order would take without having waited."""
    rule = market.order_rule
    return (
        rule is not None
        and rule.taker_delay_ns > 0
        and market.phase is Phase.CONTINUOUS
        and market.book.would_trade(is_buy=is_buy, limit_ticks=price_ticks)
    )
