"""Orders that may stand for sure: what nearly all orders are, told in few comparisons.

``order_refusal`` looks at every order completely, and finds the true reason. Most are limit
orders in continuous trading that are far from every limit; what such a one must keep to is the
same from one mark to the next, so it is worked out once (``bounds.refresh_bounds``) and held as a
tuple for each side. An order that is not plain is not refused: it is looked at in full.
"""

from typing import Final

from venue.core.account import Account
from venue.core.commands import PlaceOrder, Side, TimeInForce
from venue.core.handlers.order_margin import within_headroom
from venue.core.market import Market
from venue.core.phases import Phase
from venue.core.state import State

GTC: Final = TimeInForce.GTC
IOC: Final = TimeInForce.IOC
BUY: Final = Side.BUY
CONTINUOUS: Final = Phase.CONTINUOUS


def is_plain(state: State, account: Account, market: Market, command: PlaceOrder) -> bool:
    """Say whether neither ``place_refusal`` nor ``order_refusal`` could refuse an order.

    Each comparison is at least as narrow as theirs. The margin that it may need is taken off the
    headroom, as they do.
    """
    ticks, lots, force = command.price_ticks, command.size_lots, command.time_in_force
    is_buy = command.side is BUY
    plain = market.plain_buys if is_buy else market.plain_sells
    holding = account.holdings.get(command.market)
    if (
        plain is None
        or holding is None
        or ticks is None
        or (force is not GTC and force is not IOC)
        or command.reduce_only
        or command.stop_ticks is not None
        or command.take_profit_ticks is not None
        or command.expires_at_ns is not None
        or market.phase is not CONTINUOUS
        or market.blocked
        or state.liquidations
    ):
        return False
    low_ticks, high_ticks, lots_max, micros_min, position_max, interest_max, orders_max = plain
    micros = lots * ticks * market.tick_lot_micros
    if is_buy:
        worst = holding.size_lots + holding.buy_lots + lots
    else:
        worst = holding.sell_lots + lots - holding.size_lots
    return (
        low_ticks <= ticks <= high_ticks
        and 0 < lots <= lots_max
        and micros >= micros_min
        and worst <= position_max
        and market.open_interest_lots + lots <= interest_max
        and len(account.orders) < orders_max
        and not (
            command.post_only
            and (force is not GTC or market.book.would_trade(is_buy=is_buy, limit_ticks=ticks))
        )
        and within_headroom(state, account, market, holding, is_buy, lots, micros)
    )
