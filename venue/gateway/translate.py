"""From what a bot asks to a command: decimals into ticks, lots and micros, nothing judged.

What a market or an account allows is the core's to say; here only what cannot be written as a
command at all is refused.
"""

from collections.abc import Callable
from typing import Any

from venue.core import commands as core
from venue.core.units import E4, NS_PER_MS
from venue.gateway import private_params as ask
from venue.gateway import vault_wire as vault
from venue.gateway.decimals import MONEY, UNITS
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
    scales = markets.markets.get(params.market) or markets.get(params.market)
    name = params.client_order_id
    if name is not None and not (name.isascii() and name.isprintable()):
        raise _bad_id("client_order_id")
    size = params.size
    size_lots = scales.size.known.get(size)
    if size_lots is None:
        size_lots = scales.size.parse(size, "size")
    price = params.price
    price_ticks = None if price is None else scales.price.known.get(price)
    if price_ticks is None and price is not None:
        price_ticks = scales.price.parse(price, "price")
    expires_at_ms = params.expires_at_ms
    parse_price = scales.price.parse
    stop, take_profit = params.stop, params.take_profit
    return core.PlaceOrder(
        who.account,
        params.market,
        params.side,
        size_lots,
        price_ticks,
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
    order_id, name = params.order_id, params.client_order_id
    if order_id is not None or name is None or not (name.isascii() and name.isprintable()):
        _check_one_id(order_id, name)
    return core.CancelOrder(who.account, order_id, name)


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


def set_provider(
    params: ask.SetProviderParams, who: Sender, markets: MarketTable
) -> core.SetProvider:
    """Return the command of ``private/set_provider``."""
    markets.get(params.market)
    return core.SetProvider(who.account, params.market, MONEY.parse(params.cap, "cap"))


def deposit_to_pool(
    params: ask.DepositToPoolParams, who: Sender, markets: MarketTable
) -> core.DepositToPool:
    """Return the command of ``private/deposit_to_pool``."""
    markets.get(params.market)
    return core.DepositToPool(who.account, params.market, MONEY.parse(params.amount, "amount"))


def withdraw_from_pool(
    params: ask.WithdrawFromPoolParams, who: Sender, markets: MarketTable
) -> core.WithdrawFromPool:
    """Return the command of ``private/withdraw_from_pool``."""
    markets.get(params.market)
    return core.WithdrawFromPool(who.account, params.market, MONEY.parse(params.shares, "shares"))


def move_collateral(
    params: vault.MoveCollateralParams, who: Sender, markets: MarketTable
) -> core.MoveCollateral:
    """Return the command of ``private/move_collateral``."""
    markets.get(params.market)
    cash = 0 if params.cash is None else MONEY.parse(params.cash, "cash")
    units = 0 if params.units is None else UNITS.parse(params.units, "units")
    return core.MoveCollateral(who.account, params.market, cash, units)


def mint(params: vault.MintParams, who: Sender, markets: MarketTable) -> core.Mint:
    """Return the command of ``private/mint``."""
    size = markets.get(params.market).size.parse(params.size, "size")
    return core.Mint(who.account, params.market, size)


def burn(params: vault.BurnParams, who: Sender, markets: MarketTable) -> core.Burn:
    """Return the command of ``private/burn``."""
    size = markets.get(params.market).size.parse(params.size, "size")
    return core.Burn(who.account, params.market, size)


def place_twap(params: ask.PlaceTwapParams, who: Sender, markets: MarketTable) -> core.PlaceTwap:
    """Return the command of ``private/place_twap``."""
    scales = markets.get(params.market)
    _check_id(params.client_order_id, "client_order_id")
    return core.PlaceTwap(
        account=who.account,
        market=params.market,
        side=params.side,
        size_lots=scales.size.parse(params.size, "size"),
        duration_ns=params.duration_ms * NS_PER_MS,
        reduce_only=params.reduce_only,
        client_order_id=params.client_order_id,
        connection=who.connection,
    )


def place_scale(params: ask.PlaceScaleParams, who: Sender, markets: MarketTable) -> core.PlaceScale:
    """Return the command of ``private/place_scale``."""
    scales = markets.get(params.market)
    _check_id(params.client_order_id, "client_order_id")
    return core.PlaceScale(
        account=who.account,
        market=params.market,
        side=params.side,
        size_lots=scales.size.parse(params.size, "size"),
        from_ticks=scales.price.parse(params.from_price, "from_price"),
        to_ticks=scales.price.parse(params.to_price, "to_price"),
        orders=params.orders,
        last_e4=params.last_percent * (E4 // 100),
        post_only=params.post_only,
        reduce_only=params.reduce_only,
        client_order_id=params.client_order_id,
        self_trade=params.self_trade,
        connection=who.connection,
    )


def commit_maker(
    params: ask.CommitMakerParams, who: Sender, markets: MarketTable
) -> core.CommitMaker:
    """Return the command of ``private/commit_maker``."""
    markets.get(params.market)
    return core.CommitMaker(who.account, params.market, MONEY.parse(params.bond, "bond"))


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
    ask.SetProviderParams: set_provider,
    ask.PlaceTwapParams: place_twap,
    ask.PlaceScaleParams: place_scale,
    ask.CommitMakerParams: commit_maker,
    vault.MoveCollateralParams: move_collateral,
    vault.MintParams: mint,
    vault.BurnParams: burn,
    ask.DepositToPoolParams: deposit_to_pool,
    ask.WithdrawFromPoolParams: withdraw_from_pool,
    ask.DepositParams: deposit,
    ask.WithdrawParams: withdraw,
    ask.ResetParams: reset_account,
    ask.SubAccountParams: open_sub_account,
}
