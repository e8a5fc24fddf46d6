"""A trader's command as the message that a bot would send for it."""

from decimal import Decimal
from typing import Any

import msgspec

from venue.core import commands as cmd
from venue.core.commands import Command
from venue.core.listing import MarketSpec
from venue.core.state import State
from venue.core.units import E6, E9, NS_PER_MS


class Writer:
    """Writes messages with ids that never come twice."""

    def __init__(self, specs: tuple[MarketSpec, ...]) -> None:
        self._specs = {spec.market: spec for spec in specs}
        self._asked = 0

    def look(self, state: State) -> None:
        """Know the markets by the names and units that they have by now."""
        self._specs.update((name, market.spec) for name, market in state.markets.items())

    def ask(self, method: str, params: dict[str, Any]) -> bytes:
        """Return a request."""
        self._asked += 1
        whole = {"jsonrpc": "2.0", "id": self._asked, "method": method, "params": params}
        return msgspec.json.encode(whole)

    def message(self, command: Command) -> bytes | None:
        """Return the request that leads to a command; ``None`` where a bot cannot ask for it."""
        found = self._asked_by(command)
        if found is None:
            return None
        method, params = found
        given = {name: value for name, value in params.items() if value is not None}
        return self.ask(f"private/{method}", given)

    def _asked_by(self, command: Command) -> tuple[str, dict[str, Any]] | None:
        match command:
            case cmd.PlaceOrder() as order:
                return "place_order", {
                    "market": order.market,
                    "side": order.side,
                    "size": self._size(order.market, order.size_lots),
                    "price": self._price(order.market, order.price_ticks),
                    "time_in_force": order.time_in_force,
                    "post_only": order.post_only,
                    "reduce_only": order.reduce_only,
                    "client_order_id": order.client_order_id,
                    "self_trade": order.self_trade,
                    "expires_at_ms": _ms(order.expires_at_ns),
                    "cancel_on_close": order.cancel_on_close,
                    "stop": self._price(order.market, order.stop_ticks),
                    "take_profit": self._price(order.market, order.take_profit_ticks),
                }
            case cmd.PlaceTrigger() as trigger:
                return "place_trigger", {
                    "market": trigger.market,
                    "side": trigger.side,
                    "kind": trigger.kind,
                    "trigger": self._price(trigger.market, trigger.trigger_ticks),
                    "size": self._size(trigger.market, trigger.size_lots),
                    "price": self._price(trigger.market, trigger.price_ticks),
                    "reduce_only": trigger.reduce_only,
                    "client_order_id": trigger.client_order_id,
                    "group": trigger.group,
                }
            case cmd.CancelOrder(order_id=order_id, client_order_id=name):
                return "cancel_order", {"order_id": order_id, "client_order_id": name}
            case cmd.CancelAll(market=market):
                return "cancel_all", {"market": market}
            case cmd.SetCancelAllAfter(at_ns=at_ns):
                return "cancel_all_after", {"at_ms": _ms(at_ns)}
            case cmd.SetCancelOnDisconnect(enabled=enabled):
                return "set_cancel_on_disconnect", {"enabled": enabled}
            case cmd.SetLeverage(market=market, leverage=leverage, mode=mode):
                return "set_leverage", {"market": market, "leverage": leverage, "mode": mode}
            case cmd.MoveIsolatedMargin(market=market, amount_micros=amount):
                return "move_isolated_margin", {"market": market, "amount": _money(amount)}
            case cmd.Deposit(amount_micros=amount):
                return "deposit", {"amount": _money(amount)}
            case cmd.Withdraw(amount_micros=amount):
                return "withdraw", {"amount": _money(amount)}
            case cmd.ResetAccount(balance_micros=balance):
                return "reset_account", {"balance": _money(balance)}
        return self._asked_lately(command)

    def _asked_lately(self, command: Command) -> tuple[str, dict[str, Any]] | None:
        """Plans, bonds, pools, vaults: what a bot may ask for besides orders and money."""
        match command:
            case cmd.PlaceTwap() as twap:
                return "place_twap", {
                    "market": twap.market,
                    "side": twap.side,
                    "size": self._size(twap.market, twap.size_lots),
                    "duration_ms": _ms(twap.duration_ns),
                    "reduce_only": twap.reduce_only,
                    "client_order_id": twap.client_order_id,
                }
            case cmd.PlaceScale() as scale:
                return "place_scale", {
                    "market": scale.market,
                    "side": scale.side,
                    "size": self._size(scale.market, scale.size_lots),
                    "from_price": self._price(scale.market, scale.from_ticks),
                    "to_price": self._price(scale.market, scale.to_ticks),
                    "orders": scale.orders,
                    "last_percent": scale.last_e4 // 100,
                    "post_only": scale.post_only,
                    "reduce_only": scale.reduce_only,
                    "client_order_id": scale.client_order_id,
                    "self_trade": scale.self_trade,
                }
            case cmd.CommitMaker(market=market, bond_micros=bond):
                return "commit_maker", {"market": market, "bond": _money(bond)}
            case cmd.SetProvider(market=market, cap_micros=cap):
                return "set_provider", {"market": market, "cap": _money(cap)}
            case cmd.DepositToPool(market=market, amount_micros=amount):
                return "deposit_to_pool", {"market": market, "amount": _money(amount)}
            case cmd.WithdrawFromPool(market=market, shares=shares):
                return "withdraw_from_pool", {"market": market, "shares": _money(shares)}
            case cmd.MoveCollateral(market=market, cash_micros=cash, units_e9=units):
                asked = {"cash": _money(cash)} if cash else {"units": f"{Decimal(units) / E9:f}"}
                return "move_collateral", {"market": market, **asked}
            case cmd.Mint(market=market, size_lots=lots):
                return "mint", {"market": market, "size": self._size(market, lots)}
            case cmd.Burn(market=market, size_lots=lots):
                return "burn", {"market": market, "size": self._size(market, lots)}
        return None

    def amendment(self, command: cmd.AmendOrder, market: str) -> bytes:
        """Return the request that amends an order of a market."""
        params = {
            "market": market,
            "order_id": command.order_id,
            "client_order_id": command.client_order_id,
            "price": self._price(market, command.price_ticks),
            "size": self._size(market, command.size_lots),
        }
        given = {name: value for name, value in params.items() if value is not None}
        return self.ask("private/amend_order", given)

    def print(self, command: cmd.SubmitPrint) -> bytes:
        """Return the live source's frame of a print."""
        price = f"{Decimal(command.price_nanos) / E9:.9f}"
        told = {"op": "print", "underlying": command.underlying, "price": price}
        return msgspec.json.encode({**told, "time_ns": command.source_time_ns})

    def _price(self, market: str, ticks: int | None) -> str | None:
        if ticks is None:
            return None
        return f"{Decimal(ticks * self._specs[market].units.tick_nanos) / E9:f}"

    def _size(self, market: str, lots: int | None) -> str | None:
        if lots is None:
            return None
        return f"{Decimal(lots * self._specs[market].units.lot_e9) / E9:f}"


def _money(micros: int) -> str:
    return f"{Decimal(micros) / E6:f}"


def _ms(at_ns: int | None) -> int | None:
    return None if at_ns is None else at_ns // NS_PER_MS
