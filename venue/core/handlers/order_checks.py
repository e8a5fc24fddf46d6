"""Every reason to refuse an order, checked completely before anything changes.

The order of the checks is the order of ``rejects.Reason``: who and where (``place_refusal``), what
is asked by itself (``order_asked``), what the market allows now (``order_limits``), what the
account can bear (``order_margin``), what the book can give (``order_fill``).
"""

from typing import Final

from venue.core.account import Account
from venue.core.commands import PlaceOrder, Side, TimeInForce
from venue.core.handlers.order_asked import asked_refusal
from venue.core.handlers.order_fill import fill_refusal
from venue.core.handlers.order_limits import limits_refusal, phase_refusal
from venue.core.handlers.order_margin import margin_refusal, past_bankruptcy, within_headroom
from venue.core.handlers.refusing import Refusal
from venue.core.market import Market
from venue.core.phases import ACCEPTS_ORDERS, Phase
from venue.core.rejects import Reason
from venue.core.state import State
from venue.core.volumes import open_orders_max

IOC: Final = TimeInForce.IOC
FOK: Final = TimeInForce.FOK
OPG: Final = TimeInForce.OPG
CLS: Final = TimeInForce.CLS
BUY: Final = Side.BUY
CONTINUOUS: Final = Phase.CONTINUOUS


def order_refusal(
    state: State,
    account: Account,
    market: Market,
    command: PlaceOrder,
    limit_ticks: int,
    *,
    is_new: bool = False,
) -> Refusal | None:
    """Return why an order may not stand, or ``None``. ``limit_ticks`` is its resolved limit.

    ``is_new``: it is placed now, and neither comes of a trigger or plan nor has waited.
    """
    refusal = asked_refusal(state, market, command, limit_ticks)
    if refusal is not None:
        return refusal
    refusal = phase_refusal(market, command)
    if refusal is not None:
        return refusal
    size, is_buy = command.size_lots, command.side is BUY
    holding = account.holdings.get(command.market)
    refusal = limits_refusal(
        state, market, holding, is_buy, size, limit_ticks, reduce_only=command.reduce_only
    )
    if refusal is not None:
        return refusal
    force = command.time_in_force
    may_rest = (
        force is not IOC
        and force is not FOK
        and (command.price_ticks is not None or force is OPG or force is CLS)
    )
    if may_rest and len(account.orders) >= market.spec.limits.open_orders_max:
        orders_max = open_orders_max(market, account)
        if len(account.orders) >= orders_max:
            return Refusal(Reason.OPEN_ORDERS_LIMIT, {"open_orders_max": orders_max})
    if is_new and (
        command.reduce_only
        or command.stop_ticks is not None
        or command.take_profit_ticks is not None
    ):
        refusal = exit_refusal(market, account, 1)
        if refusal is not None:
            return refusal
    if command.post_only and market.book.would_trade(is_buy=is_buy, limit_ticks=limit_ticks):
        return Refusal(Reason.POST_ONLY_WOULD_TRADE, {})
    if command.reduce_only:
        refusal = past_bankruptcy(state, account, market, is_buy, limit_ticks)
        if refusal is not None:
            return refusal
    else:
        notional = size * limit_ticks * market.tick_lot_micros
        if not within_headroom(state, account, market, holding, is_buy, size, notional):
            refusal = margin_refusal(state, account, market, holding, is_buy, size, notional)
            if refusal is not None:
                return refusal
    if force is FOK:
        return fill_refusal(state, account, market, holding, command, limit_ticks, is_buy=is_buy)
    return None


def exit_refusal(market: Market, account: Account, orders: int) -> Refusal | None:
    """Refuse what can only close, or waits, beyond the listing's number; where the rules do."""
    if not market.rules.open_orders.exits_to_listed:
        return None
    listed_max = market.spec.limits.open_orders_max
    if len(account.orders) + len(account.triggers) + orders <= listed_max:
        return None
    return Refusal(Reason.OPEN_ORDERS_LIMIT, {"open_orders_max": listed_max})


def place_refusal(state: State, account: Account, market: Market) -> Refusal | None:
    """Return why an account may place nothing in a market now, or ``None``."""
    if state.liquidations and (
        (account.account, "") in state.liquidations
        or (account.account, market.spec.market) in state.liquidations
    ):
        return Refusal(Reason.LIQUIDATION_OPEN, {})
    if market.mark_nanos is None:
        return Refusal(Reason.NO_MARK_YET, {})
    if market.phase is not CONTINUOUS and market.phase not in ACCEPTS_ORDERS:
        return Refusal(Reason.MARKET_NOT_TRADING, {})
    if market.terms.is_closed:
        return Refusal(Reason.MARKET_CLOSED, {})
    return None
