"""Every method of the venue as a typed call. Sizes and prices: ``Decimal``, int or decimal text."""

from collections.abc import Awaitable, Callable, Coroutine
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

import msgspec

from venue_sdk import messages as m
from venue_sdk.errors import Refused
from venue_sdk.numbers import Number, text, text_or_none

R = TypeVar("R", bound=msgspec.Struct)
E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")
P = ParamSpec("P")


def names(
    params: type[msgspec.Struct],
) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Coroutine[Any, Any, T]]]:
    """Have what a call refuses by itself, before anything is sent, name the venue's method."""
    method = m.METHODS[params]

    def naming(call: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
        @wraps(call)
        async def named(*args: P.args, **options: P.kwargs) -> T:
            try:
                return await call(*args, **options)
            except Refused as refused:
                refused.method = refused.method or method
                raise

        return named

    return naming


class Calls(Protocol):
    """Calls for one account. Each raises ``Refused`` with the venue's own name for the reason.

    ``ask`` sends params and returns the answer. ``again``: it may be sent once more when the
    connection was lost before its answer came.
    """

    account_id: int | None

    async def ask(self, params: msgspec.Struct, result: type[R], *, again: bool = True) -> R: ...

    def new_order_id(self) -> str: ...

    def placed(self, result: m.OrderResult) -> None: ...

    # Orders.

    @names(m.PlaceOrderParams)
    async def place_order(
        self,
        market: str,
        side: m.Side | str,
        size: Number,
        price: Number | None = None,
        *,
        time_in_force: m.TimeInForce | str = m.TimeInForce.GTC,
        post_only: bool = False,
        reduce_only: bool = False,
        client_order_id: str | None = None,
        self_trade: m.SelfTrade | str = m.SelfTrade.CANCEL_RESTING,
        expires_at_ms: int | None = None,
        cancel_on_close: bool = False,
        stop: Number | None = None,
        take_profit: Number | None = None,
    ) -> m.OrderResult:
        """Buy or sell; without a price it is a market order.

        Every order has a client order id, given or made here: so it may be asked again after a
        lost connection, and stands once.
        """
        params = m.PlaceOrderParams(
            account=self.account_id,
            market=market,
            side=choice(m.Side, side, "side"),
            size=text(size, "size"),
            price=text_or_none(price, "price"),
            time_in_force=choice(m.TimeInForce, time_in_force, "time_in_force"),
            post_only=post_only,
            reduce_only=reduce_only,
            client_order_id=client_order_id or self.new_order_id(),
            self_trade=choice(m.SelfTrade, self_trade, "self_trade"),
            expires_at_ms=expires_at_ms,
            cancel_on_close=cancel_on_close,
            stop=text_or_none(stop, "stop"),
            take_profit=text_or_none(take_profit, "take_profit"),
        )
        result = await self.ask(params, m.OrderResult)
        self.placed(result)
        return result

    @names(m.PlaceTriggerParams)
    async def place_trigger(
        self,
        market: str,
        side: m.Side | str,
        kind: m.TriggerKind | str,
        trigger: Number,
        *,
        size: Number | None = None,
        price: Number | None = None,
        reduce_only: bool = True,
        client_order_id: str | None = None,
        group: str | None = None,
    ) -> m.TriggerResult:
        """Place an order when the mark reaches a price; without size, for the whole position."""
        params = m.PlaceTriggerParams(
            account=self.account_id,
            market=market,
            side=choice(m.Side, side, "side"),
            kind=choice(m.TriggerKind, kind, "kind"),
            trigger=text(trigger, "trigger"),
            size=text_or_none(size, "size"),
            price=text_or_none(price, "price"),
            reduce_only=reduce_only,
            client_order_id=client_order_id or self.new_order_id(),
            group=group,
        )
        return await self.ask(params, m.TriggerResult)

    @names(m.PlaceTwapParams)
    async def place_twap(
        self,
        market: str,
        side: m.Side | str,
        size: Number,
        duration_ms: int,
        *,
        reduce_only: bool = False,
        client_order_id: str | None = None,
    ) -> m.PlanResult:
        """Trade a size in equal parts, one every 30 seconds, each at the market."""
        params = m.PlaceTwapParams(
            account=self.account_id,
            market=market,
            side=choice(m.Side, side, "side"),
            size=text(size, "size"),
            duration_ms=duration_ms,
            reduce_only=reduce_only,
            client_order_id=client_order_id or self.new_order_id(),
        )
        return await self.ask(params, m.PlanResult)

    @names(m.PlaceScaleParams)
    async def place_scale(
        self,
        market: str,
        side: m.Side | str,
        size: Number,
        from_price: Number,
        to_price: Number,
        orders: int,
        *,
        last_percent: int = 100,
        post_only: bool = False,
        reduce_only: bool = False,
        client_order_id: str | None = None,
        self_trade: m.SelfTrade | str = m.SelfTrade.CANCEL_RESTING,
    ) -> m.ScaleResult:
        """Place two to eight limit orders at even steps between two prices, all or none."""
        params = m.PlaceScaleParams(
            account=self.account_id,
            market=market,
            side=choice(m.Side, side, "side"),
            size=text(size, "size"),
            from_price=text(from_price, "from_price"),
            to_price=text(to_price, "to_price"),
            orders=orders,
            last_percent=last_percent,
            post_only=post_only,
            reduce_only=reduce_only,
            client_order_id=client_order_id or self.new_order_id(),
            self_trade=choice(m.SelfTrade, self_trade, "self_trade"),
        )
        return await self.ask(params, m.ScaleResult)

    @names(m.AmendOrderParams)
    async def amend(
        self,
        market: str,
        order_id: int | None = None,
        *,
        client_order_id: str | None = None,
        price: Number | None = None,
        size: Number | None = None,
    ) -> m.OrderResult:
        """Change price or total size of an open order, named by one of its two ids."""
        params = m.AmendOrderParams(
            account=self.account_id,
            market=market,
            order_id=order_id,
            client_order_id=client_order_id,
            price=text_or_none(price, "price"),
            size=text_or_none(size, "size"),
        )
        return await self.ask(params, m.OrderResult)

    async def cancel(
        self, order_id: int | None = None, *, client_order_id: str | None = None
    ) -> m.CancelResult:
        """Cancel one order or trigger order, named by one of its two ids."""
        params = m.CancelOrderParams(
            account=self.account_id, order_id=order_id, client_order_id=client_order_id
        )
        return await self.ask(params, m.CancelResult)

    async def cancel_all(self, market: str | None = None) -> m.CancelAllResult:
        """Cancel every order and trigger order, in one market or in all."""
        params = m.CancelAllParams(account=self.account_id, market=market)
        return await self.ask(params, m.CancelAllResult)

    async def cancel_all_after(self, at_ms: int | None) -> m.CancelAllAfterResult:
        """Cancel everything at a time of the venue's clock; ``None`` calls it off."""
        params = m.CancelAllAfterParams(account=self.account_id, at_ms=at_ms)
        return await self.ask(params, m.CancelAllAfterResult)

    async def orders(
        self, market: str | None = None, *, after: int = 0, count: int = 1_000
    ) -> m.OrdersResult:
        """Return open orders and trigger orders, oldest first."""
        params = m.OrdersParams(account=self.account_id, market=market, after=after, count=count)
        return await self.ask(params, m.OrdersResult)

    # The account.

    async def account(self) -> m.AccountView:
        """Return the account's money at the published marks."""
        params = m.GetAccountParams(account=self.account_id)
        return (await self.ask(params, m.AccountResult)).account

    async def positions(self) -> list[m.PositionView]:
        """Return positions, leverage and margin mode by market."""
        params = m.PositionsParams(account=self.account_id)
        return (await self.ask(params, m.PositionsResult)).positions

    @names(m.SetLeverageParams)
    async def set_leverage(
        self, market: str, leverage: int, mode: m.MarginMode | str = m.MarginMode.CROSS
    ) -> m.LeverageResult:
        """Choose leverage and margin mode in one market."""
        params = m.SetLeverageParams(
            account=self.account_id,
            market=market,
            leverage=leverage,
            mode=choice(m.MarginMode, mode, "mode"),
        )
        return await self.ask(params, m.LeverageResult)

    async def explanation(self, liquidation_id: int) -> m.ExplanationResult:
        """Return the whole story of one of the account's liquidations."""
        params = m.ExplanationParams(account=self.account_id, liquidation_id=liquidation_id)
        return await self.ask(params, m.ExplanationResult)

    async def proof(self) -> m.ProofResult:
        """Return the proof of what the account had when the venue last published roots.

        Written to a file, ``scripts/check_account`` checks it without the venue's code.
        """
        return await self.ask(m.ProofParams(account=self.account_id), m.ProofResult)

    async def receipt(self, seq: int) -> m.ReceiptResult:
        """Return where an acknowledged command stands, signed: by the ``seq`` of its answer.

        It covers everything before it, too: one now and then is enough.
        """
        return await self.ask(m.ReceiptParams(seq=seq), m.ReceiptResult)

    # Money: never asked twice, so a lost connection raises ``Unanswered``.

    @names(m.MoveMarginParams)
    async def move_isolated_margin(self, market: str, amount: Number) -> m.MoneyResult:
        """Move money between the account and its isolated position; positive: to the position."""
        params = m.MoveMarginParams(
            account=self.account_id, market=market, amount=text(amount, "amount")
        )
        return await self.ask(params, m.MoneyResult, again=False)

    @names(m.SetProviderParams)
    async def set_provider(self, market: str, cap: Number) -> m.ProviderResult:
        """Take over liquidated positions, up to a notional of one's own; 0 ends it."""
        params = m.SetProviderParams(account=self.account_id, market=market, cap=text(cap, "cap"))
        return await self.ask(params, m.ProviderResult, again=False)

    @names(m.CommitMakerParams)
    async def commit_maker(self, market: str, bond: Number) -> m.BondResult:
        """Have a bond stand for quoting in a market; 0 asks it back at the epoch's end."""
        params = m.CommitMakerParams(
            account=self.account_id, market=market, bond=text(bond, "bond")
        )
        return await self.ask(params, m.BondResult, again=False)

    @names(m.MoveCollateralParams)
    async def move_collateral(
        self, market: str, *, cash: Number | None = None, units: Number | None = None
    ) -> m.CollateralResult:
        """Lock cash, or units of the underlying, in the account's vault; negative: take it back."""
        params = m.MoveCollateralParams(
            account=self.account_id,
            market=market,
            cash=text_or_none(cash, "cash"),
            units=text_or_none(units, "units"),
        )
        return await self.ask(params, m.CollateralResult, again=False)

    @names(m.MintParams)
    async def mint(self, market: str, size: Number) -> m.MintResult:
        """Mint units of the contract against the vault's collateral; sold, they are a short."""
        params = m.MintParams(account=self.account_id, market=market, size=text(size, "size"))
        return await self.ask(params, m.MintResult, again=False)

    @names(m.BurnParams)
    async def burn(self, market: str, size: Number) -> m.MintResult:
        """Give units of the contract that the account is long back to its vault."""
        params = m.BurnParams(account=self.account_id, market=market, size=text(size, "size"))
        return await self.ask(params, m.MintResult, again=False)

    async def vaults(self) -> dict[str, m.VaultView]:
        """Return the account's vaults by market, and where they would be liquidated."""
        found = await self.ask(m.VaultsParams(account=self.account_id), m.VaultsResult)
        return {view.market: view for view in found.vaults}

    @names(m.DepositToPoolParams)
    async def deposit_to_pool(self, market: str, amount: Number) -> m.PoolRequestResult:
        """Pay into a market's pool, or the liquidator vault behind it, for shares."""
        params = m.DepositToPoolParams(
            account=self.account_id, market=market, amount=text(amount, "amount")
        )
        return await self.ask(params, m.PoolRequestResult, again=False)

    @names(m.WithdrawFromPoolParams)
    async def withdraw_from_pool(self, market: str, shares: Number) -> m.PoolRequestResult:
        """Give shares of a market's pool, or of the vault behind it, back."""
        params = m.WithdrawFromPoolParams(
            account=self.account_id, market=market, shares=text(shares, "shares")
        )
        return await self.ask(params, m.PoolRequestResult, again=False)

    @names(m.PoolSharesParams)
    async def pool_shares(self, market: str) -> m.PoolShareView:
        """Return what the account has of a market's pool, or of the vault behind it."""
        params = m.PoolSharesParams(account=self.account_id, market=market)
        return (await self.ask(params, m.PoolSharesResult)).pool

    @names(m.PoolParams)
    async def pool(self, market: str) -> m.PoolView:
        """Return the pool that a market's orders trade with, or the vault behind it."""
        return await self.ask(m.PoolParams(market=market), m.PoolView)

    @names(m.DepositParams)
    async def deposit(self, amount: Number) -> m.MoneyResult:
        """Bring paper money in."""
        params = m.DepositParams(account=self.account_id, amount=text(amount, "amount"))
        return await self.ask(params, m.MoneyResult, again=False)

    @names(m.WithdrawParams)
    async def withdraw(self, amount: Number) -> m.MoneyResult:
        """Take paper money out."""
        params = m.WithdrawParams(account=self.account_id, amount=text(amount, "amount"))
        return await self.ask(params, m.MoneyResult, again=False)

    @names(m.ResetParams)
    async def reset_account(self, balance: Number) -> m.MoneyResult:
        """Start the account again at a balance; open positions refuse it."""
        params = m.ResetParams(account=self.account_id, balance=text(balance, "balance"))
        return await self.ask(params, m.MoneyResult, again=False)

    async def open_sub_account(self, name: str) -> m.SubAccountResult:
        """Open a sub-account of the token's owner."""
        return await self.ask(m.SubAccountParams(name=name), m.SubAccountResult, again=False)

    # What everybody may see.

    async def markets(self) -> dict[str, m.MarketView]:
        """Return all listed markets by name."""
        found = await self.ask(m.MarketsParams(), m.MarketsResult)
        return {view.market: view for view in found.markets}

    @names(m.FairMarkParams)
    async def fair_mark(self, market: str, sigma: Number | None = None) -> m.FairMarkResult:
        """Return the mark that would be fair at a volatility a year, or at the measured one."""
        params = m.FairMarkParams(market=market, sigma=text_or_none(sigma, "sigma"))
        return await self.ask(params, m.FairMarkResult)

    async def book_now(self, market: str, depth: int = 20) -> m.LevelsView:
        """Return the book of a market as it stands."""
        return await self.ask(m.BookParams(market=market, depth=depth), m.LevelsView)

    async def trades(self, market: str, count: int = 100) -> list[m.TradeView]:
        """Return the latest trades of a market, newest last."""
        found = await self.ask(m.TapeParams(market=market, count=count), m.TapeResult)
        return found.trades

    @names(m.CandlesParams)
    async def candles(self, market: str, interval: str, count: int = 100) -> list[m.CandleView]:
        """Return the latest candles of a market, newest last; intervals are 1m, 5m and 1h."""
        try:
            params = msgspec.convert(
                {"market": market, "interval": interval, "count": count}, m.CandlesParams
            )
        except msgspec.ValidationError as error:
            raise Refused("bad_value", str(error), {"field": "interval"}) from None
        return (await self.ask(params, m.CandlesResult)).candles

    async def prices(self, market: str) -> m.PricesView:
        """Return index, mark and funding of a market."""
        return await self.ask(m.PricesParams(market=market), m.PricesView)

    async def makers(self, market: str) -> m.MakersView:
        """Return how the committed makers of a market quote, the most time first."""
        return await self.ask(m.MakersParams(market=market), m.MakersView)

    async def phase(self, market: str) -> m.PhaseView:
        """Return what a market is doing; in a call, what the uncross would give now."""
        return await self.ask(m.PhaseParams(market=market), m.PhaseView)

    async def terms(self, market: str) -> m.MarketTermsView:
        """Return what an order may be in a market now, and what is blocked."""
        return await self.ask(m.TermsParams(market=market), m.MarketTermsView)

    async def session(self, underlying: str) -> m.SessionView:
        """Return what the market of an underlying is doing."""
        return await self.ask(m.SessionParams(underlying=underlying), m.SessionView)

    async def insurance(self) -> m.InsuranceView:
        """Return the insurance fund."""
        return await self.ask(m.InsuranceParams(), m.InsuranceView)

    async def roots(self) -> m.RootsResult:
        """Return what the venue signed last: its chain, and the root over all accounts."""
        return await self.ask(m.RootsParams(), m.RootsResult)

    async def liquidations(self, count: int = 100) -> list[m.LiquidationView]:
        """Return the latest public steps of liquidations, newest last."""
        found = await self.ask(m.LiquidationsParams(count=count), m.LiquidationsResult)
        return found.liquidations

    async def standings(self, count: int = 100) -> list[m.StandingView]:
        """Return accounts by return, best first."""
        return (await self.ask(m.StandingsParams(count=count), m.StandingsResult)).standings

    async def limits(self) -> m.LimitsResult:
        """Return how much room the rate limits leave."""
        return await self.ask(m.LimitsParams(), m.LimitsResult)

    async def ping(self) -> m.PingResult:
        """Return a sign of life."""
        return await self.ask(m.PingParams(), m.PingResult)


def choice(kind: type[E], value: E | str, field: str) -> E:
    """Return one of a kind's words; another is refused before it is sent.

    >>> choice(m.Side, "buy", "side")
    <Side.BUY: 'buy'>
    """
    try:
        return kind(value)
    except ValueError:
        words = ", ".join(kind)
        sentence = f"{field}: expected one of {words}, found {str(value)[:32]!r}"
        raise Refused("bad_value", sentence, {"field": field}) from None
