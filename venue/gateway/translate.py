"""From what a bot asks to a command: decimals into ticks, lots and micros, nothing judged.

What a market or an account allows is the core's to say; here only what cannot be written as a
command at all is refused.
"""

from collections.abc import Callable
from typing import Any

from venue.core import commands as core
from venue.core.units import NS_PER_MS
from venue.gateway import private_params as ask
from venue.gateway.decimals import MONEY
from venue.gateway.refusals import DOOR_SENTENCES, DoorReason, Refused
from venue.gateway.scales import MarketTable
from venue.gateway.wire_types import Params


class Sender:
    """For whom a command is made: the account named, the connection, and its owner."""

    __slots__ = ("account", "connection", "owner")

    def __init__(self, account: int, connection: int, owner: int) -> None:
        self.account = account
        self.connection = connection
        self.owner = owner


def place_order(params: ask.PlaceOrderParams, who: Sender, markets: MarketTable) -> core.PlaceOrder:
    """Return the command of ``private/place_order``."""
    scales = markets.get(params.market)
    name = params.client_order_id
    if name is not None and not (name.isascii() and name.isprintable()):
        raise _bad_id("client_order_id")
    price = params.price
    expires_at_ms = params.expires_at_ms
    parse_price = scales.price.parse
    stop, take_profit = params.stop, params.take_profit
    return core.PlaceOrder(
        who.account,
        params.market,
        params.side,
        scales.size.parse(params.size, "size"),
        None if price is None else parse_price(price, "price"),
        params.time_in_force,
        params.post_only,
        params.reduce_only,
        name,
        params.self_trade,
        None if expires_at_ms is None else expires_at_ms * NS_PER_MS,
        params.cancel_on_close,
        who.connection,
        None if stop is None else parse_price(stop, "stop"),
        None if take_profit is None else parse_price(take_profit, "take_profit"),
    )


def place_trigger(
    params: ask.PlaceTriggerParams, who: Sender, markets: MarketTable
) -> core.PlaceTrigger:
    """Return the command of ``private/place_trigger``."""
    scales = markets.get(params.market)
    _check_id(params.client_order_id, "client_order_id")
    _check_id(params.group, "group")
    return core.PlaceTrigger(
        account=who.account,
        market=params.market,
        side=params.side,
        size_lots=None if params.size is None else scales.size.parse(params.size, "size"),
        kind=params.kind,
        trigger_ticks=scales.price.parse(params.trigger, "trigger"),
        price_ticks=None if params.price is None else scales.price.parse(params.price, "price"),
        reduce_only=params.reduce_only,
        client_order_id=params.client_order_id,
        group=params.group,
        connection=who.connection,
    )


def amend_order(params: ask.AmendOrderParams, who: Sender, markets: MarketTable) -> core.AmendOrder:
    """Return the command of ``private/amend_order``."""
    scales = markets.get(params.market)
    _check_one_id(params.order_id, params.client_order_id)
    return core.AmendOrder(
        who.account,
        params.order_id,
        params.client_order_id,
        None if params.price is None else scales.price.parse(params.price, "price"),
        None if params.size is None else scales.size.parse(params.size, "size"),
        params.market,
    )


def cancel_order(
    params: ask.CancelOrderParams, who: Sender, markets: MarketTable
) -> core.CancelOrder:
    """Return the command of ``private/cancel_order``."""
    _check_one_id(params.order_id, params.client_order_id)
    return core.CancelOrder(who.account, params.order_id, params.client_order_id)


def cancel_all(params: ask.CancelAllParams, who: Sender, markets: MarketTable) -> core.CancelAll:
    """Return the command of ``private/cancel_all``."""
    if params.market is not None:
        markets.get(params.market)
    return core.CancelAll(who.account, params.market)


def cancel_all_after(
    params: ask.CancelAllAfterParams, who: Sender, markets: MarketTable
) -> core.SetCancelAllAfter:
    """Return the command of ``private/cancel_all_after``."""
    at_ms = params.at_ms
    return core.SetCancelAllAfter(who.account, None if at_ms is None else at_ms * NS_PER_MS)


def cancel_on_disconnect(
    params: ask.CancelOnDisconnectParams, who: Sender, markets: MarketTable
) -> core.SetCancelOnDisconnect:
    """Return the command of ``private/set_cancel_on_disconnect``."""
    return core.SetCancelOnDisconnect(who.account, who.connection, params.enabled)


def set_leverage(
    params: ask.SetLeverageParams, who: Sender, markets: MarketTable
) -> core.SetLeverage:
    """Return the command of ``private/set_leverage``."""
    markets.get(params.market)
    return core.SetLeverage(who.account, params.market, params.leverage, params.mode)


def move_margin(
    params: ask.MoveMarginParams, who: Sender, markets: MarketTable
) -> core.MoveIsolatedMargin:
    """Return the command of ``private/move_isolated_margin``."""
    markets.get(params.market)
    amount_micros = MONEY.parse(params.amount, "amount")
    return core.MoveIsolatedMargin(who.account, params.market, amount_micros)


def deposit(params: ask.DepositParams, who: Sender, markets: MarketTable) -> core.Deposit:
    """Return the command of ``private/deposit``."""
    return core.Deposit(who.account, MONEY.parse(params.amount, "amount"))


def withdraw(params: ask.WithdrawParams, who: Sender, markets: MarketTable) -> core.Withdraw:
    """Return the command of ``private/withdraw``."""
    return core.Withdraw(who.account, MONEY.parse(params.amount, "amount"))


def reset_account(params: ask.ResetParams, who: Sender, markets: MarketTable) -> core.ResetAccount:
    """Return the command of ``private/reset_account``."""
    return core.ResetAccount(who.account, MONEY.parse(params.balance, "balance"))


def open_sub_account(
    params: ask.SubAccountParams, who: Sender, markets: MarketTable
) -> core.OpenAccount:
    """Return the command of ``private/open_sub_account``."""
    return core.OpenAccount(params.name, who.owner)


def _check_one_id(order_id: int | None, client_order_id: str | None) -> None:
    if (order_id is None) == (client_order_id is None):
        raise Refused(DoorReason.ONE_ORDER_ID, DOOR_SENTENCES[DoorReason.ONE_ORDER_ID])
    _check_id(client_order_id, "client_order_id")


def _check_id(name: str | None, field: str) -> None:
    if name is not None and not (name.isascii() and name.isprintable()):
        raise _bad_id(field)


def _bad_id(field: str) -> Refused:
    reason = DoorReason.BAD_CLIENT_ORDER_ID
    return Refused(reason, f"{field}: {DOOR_SENTENCES[reason]}")


Translate = Callable[[Any, Sender, MarketTable], core.Command]

TRANSLATE: dict[type[Params], Translate] = {
    ask.PlaceOrderParams: place_order,
    ask.PlaceTriggerParams: place_trigger,
    ask.AmendOrderParams: amend_order,
    ask.CancelOrderParams: cancel_order,
    ask.CancelAllParams: cancel_all,
    ask.CancelAllAfterParams: cancel_all_after,
    ask.CancelOnDisconnectParams: cancel_on_disconnect,
    ask.SetLeverageParams: set_leverage,
    ask.MoveMarginParams: move_margin,
    ask.DepositParams: deposit,
    ask.WithdrawParams: withdraw,
    ask.ResetParams: reset_account,
    ask.SubAccountParams: open_sub_account,
}
