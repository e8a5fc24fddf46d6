"""What may be asked: one table, method -> what it takes, what it gives, who may, what it costs.

Requests are built from the table: a message is decoded once, straight into its own type. What
cannot be decoded is looked at again, slowly, to say exactly what is wrong with it.
"""

from enum import IntEnum
from typing import Any, Literal, NamedTuple, Union

import msgspec

from venue.gateway import private_params as private
from venue.gateway import public_params as public
from venue.gateway import results
from venue.gateway import vault_wire as vault
from venue.gateway.plan_views import MakersView
from venue.gateway.views import InsuranceView as Insurance
from venue.gateway.views import (
    LevelsView,
    MarketTermsView,
    PhaseView,
    PoolView,
    PricesView,
    SessionView,
)
from venue.gateway.wire_types import Params, RequestId, Result, Scope


class Needs(IntEnum):
    """What a connection must have to ask: nothing, a login, a scope that trades, one that funds."""

    NOTHING = 0
    LOGIN = 1
    TRADE = 2
    FUND = 3


ALLOWS: dict[Scope | None, Needs] = {
    None: Needs.NOTHING,
    Scope.READ: Needs.LOGIN,
    Scope.TRADE: Needs.TRADE,
    Scope.FUND: Needs.FUND,
}


class Method(NamedTuple):
    """One row: ``cost`` is what it takes out of the rate limits."""

    name: str
    params: type[Params]
    result: type[Result]
    needs: Needs
    cost: int = 1


METHODS: tuple[Method, ...] = (
    Method("public/hello", public.HelloParams, results.HelloResult, Needs.NOTHING),
    Method("public/ping", public.PingParams, results.PingResult, Needs.NOTHING),
    Method("public/login", public.LoginParams, results.LoginResult, Needs.NOTHING, 10),
    Method("public/subscribe", public.SubscribeParams, results.ChannelsResult, Needs.NOTHING, 5),
    Method("public/unsubscribe", public.UnsubscribeParams, results.ChannelsResult, Needs.NOTHING),
    Method("public/get_markets", public.MarketsParams, results.MarketsResult, Needs.NOTHING, 5),
    Method("public/get_book", public.BookParams, LevelsView, Needs.NOTHING, 5),
    Method("public/get_trades", public.TapeParams, results.TapeResult, Needs.NOTHING, 5),
    Method("public/get_candles", public.CandlesParams, results.CandlesResult, Needs.NOTHING, 5),
    Method("public/get_prices", public.PricesParams, PricesView, Needs.NOTHING, 2),
    Method("public/get_makers", public.MakersParams, MakersView, Needs.NOTHING, 5),
    Method("public/get_phase", public.PhaseParams, PhaseView, Needs.NOTHING, 2),
    Method("public/get_terms", public.TermsParams, MarketTermsView, Needs.NOTHING, 2),
    Method("public/get_session", public.SessionParams, SessionView, Needs.NOTHING, 2),
    Method("public/get_insurance", public.InsuranceParams, Insurance, Needs.NOTHING, 2),
    Method("public/get_pool", public.PoolParams, PoolView, Needs.NOTHING, 2),
    Method(
        "public/get_liquidations",
        public.LiquidationsParams,
        results.LiquidationsResult,
        Needs.NOTHING,
        5,
    ),
    Method(
        "public/get_standings", public.StandingsParams, results.StandingsResult, Needs.NOTHING, 20
    ),
    Method("public/get_limits", public.LimitsParams, results.LimitsResult, Needs.NOTHING),
    Method("public/get_roots", public.RootsParams, results.RootsResult, Needs.NOTHING, 2),
    Method("public/get_fair_mark", vault.FairMarkParams, vault.FairMarkResult, Needs.NOTHING, 2),
    Method("private/place_order", private.PlaceOrderParams, results.OrderResult, Needs.TRADE),
    Method("private/place_trigger", private.PlaceTriggerParams, results.TriggerResult, Needs.TRADE),
    Method("private/amend_order", private.AmendOrderParams, results.OrderResult, Needs.TRADE),
    Method("private/cancel_order", private.CancelOrderParams, results.CancelResult, Needs.TRADE),
    Method("private/cancel_all", private.CancelAllParams, results.CancelAllResult, Needs.TRADE),
    Method("private/set_leverage", private.SetLeverageParams, results.LeverageResult, Needs.TRADE),
    Method(
        "private/move_isolated_margin", private.MoveMarginParams, results.MoneyResult, Needs.TRADE
    ),
    Method("private/set_provider", private.SetProviderParams, results.ProviderResult, Needs.TRADE),
    Method("private/place_twap", private.PlaceTwapParams, results.PlanResult, Needs.TRADE),
    Method("private/place_scale", private.PlaceScaleParams, results.ScaleResult, Needs.TRADE, 8),
    Method("private/commit_maker", private.CommitMakerParams, results.BondResult, Needs.TRADE),
    Method(
        "private/set_cancel_on_disconnect",
        private.CancelOnDisconnectParams,
        results.DoneResult,
        Needs.TRADE,
    ),
    Method(
        "private/cancel_all_after",
        private.CancelAllAfterParams,
        results.CancelAllAfterResult,
        Needs.TRADE,
    ),
    Method(
        "private/deposit_to_pool",
        private.DepositToPoolParams,
        results.PoolRequestResult,
        Needs.FUND,
    ),
    Method(
        "private/withdraw_from_pool",
        private.WithdrawFromPoolParams,
        results.PoolRequestResult,
        Needs.FUND,
    ),
    Method(
        "private/get_pool_shares",
        private.PoolSharesParams,
        results.PoolSharesResult,
        Needs.LOGIN,
        2,
    ),
    Method(
        "private/move_collateral", vault.MoveCollateralParams, vault.CollateralResult, Needs.FUND
    ),
    Method("private/mint", vault.MintParams, vault.MintResult, Needs.TRADE),
    Method("private/burn", vault.BurnParams, vault.MintResult, Needs.TRADE),
    Method("private/get_vaults", vault.VaultsParams, vault.VaultsResult, Needs.LOGIN, 2),
    Method("private/deposit", private.DepositParams, results.MoneyResult, Needs.FUND),
    Method("private/withdraw", private.WithdrawParams, results.MoneyResult, Needs.FUND),
    Method("private/reset_account", private.ResetParams, results.MoneyResult, Needs.FUND),
    Method(
        "private/open_sub_account", private.SubAccountParams, results.SubAccountResult, Needs.FUND
    ),
    Method("private/get_account", private.GetAccountParams, results.AccountResult, Needs.LOGIN, 2),
    Method(
        "private/get_positions", private.PositionsParams, results.PositionsResult, Needs.LOGIN, 2
    ),
    Method("private/get_orders", private.OrdersParams, results.OrdersResult, Needs.LOGIN, 5),
    Method(
        "private/get_explanation",
        private.ExplanationParams,
        results.ExplanationResult,
        Needs.LOGIN,
        5,
    ),
    Method("private/get_proof", private.ProofParams, results.ProofResult, Needs.LOGIN, 20),
    Method("private/get_receipt", private.ReceiptParams, results.ReceiptResult, Needs.LOGIN, 20),
    Method(
        "private/subscribe_account",
        private.SubscribeAccountParams,
        results.SubscribeAccountResult,
        Needs.LOGIN,
        5,
    ),
    Method("private/ready", private.ReadyParams, results.ReadyResult, Needs.LOGIN, 0),
    Method(
        "private/unsubscribe_account",
        private.UnsubscribeAccountParams,
        results.ChannelsResult,
        Needs.LOGIN,
    ),
)

BY_NAME: dict[str, Method] = {method.name: method for method in METHODS}


def type_name(method: str) -> str:
    """Return a method's name as one of types.

    >>> type_name("private/place_order")
    'PlaceOrder'
    """
    return "".join(part.capitalize() for part in method.partition("/")[2].split("_"))


def _request_type(method: Method) -> type[msgspec.Struct]:
    """Build the request record of a method; ``params`` may be left out where all is optional."""
    try:
        fallback: Any = msgspec.field(default=method.params())
        params_field: tuple[str, Any] | tuple[str, Any, Any] = ("params", method.params, fallback)
    except TypeError:
        params_field = ("params", method.params)
    request = msgspec.defstruct(
        f"{type_name(method.name)}Request",
        [("id", RequestId), params_field, ("jsonrpc", Literal["2.0"], "2.0")],
        tag_field="method",
        tag=method.name,
        forbid_unknown_fields=True,
        frozen=True,
        kw_only=True,
        gc=False,
    )
    request.__doc__ = f"Ask ``{method.name}``."
    return request


REQUESTS: dict[type[msgspec.Struct], Method] = {_request_type(method): method for method in METHODS}
DECODER: Any = msgspec.json.Decoder(Union[tuple(REQUESTS)])  # noqa: UP007 - built from the table.


class Envelope(msgspec.Struct, frozen=True):
    """The outside of a message, for saying what is wrong with the inside."""

    id: Any = None
    method: Any = None


ENVELOPE: msgspec.json.Decoder[Envelope] = msgspec.json.Decoder(Envelope)
