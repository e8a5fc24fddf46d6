"""What the private methods take. ``account`` is the token's own unless a sub-account is named."""

from typing import Annotated

from msgspec import Meta

from venue.core.commands import MarginMode, SelfTrade, Side, TimeInForce, TriggerKind
from venue.core.names import account_name_fault
from venue.gateway.wire_types import (
    AccountId,
    AccountName,
    ClientOrderId,
    CommandSeq,
    Count,
    Leverage,
    MarketName,
    Money,
    Ms,
    OrderId,
    Params,
    Price,
    Size,
)


class AccountParams(Params, frozen=True, kw_only=True):
    """Name an account: the token's own, or a sub-account of the same owner."""

    account: AccountId | None = None


class PlaceOrderParams(AccountParams, frozen=True, kw_only=True):
    """Buy or sell. Without a price it is a market order, held to a protection price.

    ``stop`` and ``take_profit`` attach a bracket: two reduce-only trigger orders that come
    alive with the first fill (with the last where the market's orders rule has brackets wait), and
    of which one cancels the other.
    """

    market: MarketName
    side: Side
    size: Size
    price: Price | None = None
    time_in_force: TimeInForce = TimeInForce.GTC
    post_only: bool = False
    reduce_only: bool = False
    client_order_id: ClientOrderId | None = None
    self_trade: SelfTrade = SelfTrade.CANCEL_RESTING
    expires_at_ms: Ms | None = None
    cancel_on_close: bool = False
    stop: Price | None = None
    take_profit: Price | None = None


class PlaceTriggerParams(AccountParams, frozen=True, kw_only=True):
    """Place an order when the mark reaches a price.

    Without a size it is for the whole position at the time; without a price it sends a market
    order. Triggers of one ``group`` cancel one another.
    """

    market: MarketName
    side: Side
    kind: TriggerKind
    trigger: Price
    size: Size | None = None
    price: Price | None = None
    reduce_only: bool = True
    client_order_id: ClientOrderId | None = None
    group: ClientOrderId | None = None


class AmendOrderParams(AccountParams, frozen=True, kw_only=True):
    """Change price or size of an open order, named by one of its two ids.

    ``size`` is the new total, what has been filled included. Time priority is kept only when
    the size shrinks at the same price. ``market`` is the order's own: its ticks and lots.
    """

    market: MarketName
    order_id: OrderId | None = None
    client_order_id: ClientOrderId | None = None
    price: Price | None = None
    size: Size | None = None


class CancelOrderParams(AccountParams, frozen=True, kw_only=True):
    """Cancel one order or trigger order, named by one of its two ids."""

    order_id: OrderId | None = None
    client_order_id: ClientOrderId | None = None


class CancelAllParams(AccountParams, frozen=True, kw_only=True):
    """Cancel every order and trigger order, in one market or in all."""

    market: MarketName | None = None


class CancelAllAfterParams(AccountParams, frozen=True, kw_only=True):
    """Cancel everything at a time of the venue's clock, unless told otherwise before."""

    at_ms: Annotated[Ms | None, Meta(description="Null calls it off.")]


class CancelOnDisconnectParams(AccountParams, frozen=True, kw_only=True):
    """Cancel what this connection placed when it is lost."""

    enabled: bool


class SetLeverageParams(AccountParams, frozen=True, kw_only=True):
    """Choose leverage and margin mode in one market."""

    market: MarketName
    leverage: Leverage
    mode: MarginMode = MarginMode.CROSS


class MoveMarginParams(AccountParams, frozen=True, kw_only=True):
    """Move money between the account and its isolated position; positive: to the position."""

    market: MarketName
    amount: Money


class SetProviderParams(AccountParams, frozen=True, kw_only=True):
    """Take over liquidated positions of a market; where its backstop is its providers.

    ``cap`` is the most notional that the account's own position may come to; 0 ends it.
    """

    market: MarketName
    cap: Money


class DepositToPoolParams(AccountParams, frozen=True, kw_only=True):
    """Pay into a market's pool, or the vault behind it, for shares; it cannot be called off."""

    market: MarketName
    amount: Annotated[Money, Meta(description="At least a dollar.")]


class WithdrawFromPoolParams(AccountParams, frozen=True, kw_only=True):
    """Give shares of a market's pool or vault back, at an epoch's end; it cannot be called off."""

    market: MarketName
    shares: Annotated[Money, Meta(description="Shares, to a millionth.")]


class PoolSharesParams(AccountParams, frozen=True, kw_only=True):
    """Ask what the account has of a market's pool, or of the vault behind it."""

    market: MarketName


class PlaceTwapParams(AccountParams, frozen=True, kw_only=True):
    """Trade a size in equal parts: one at once, then one every 30 seconds, each at the market.

    A part that does not fill is caught up on by later ones, at most three times as large.
    """

    market: MarketName
    side: Side
    size: Size
    duration_ms: Annotated[
        int, Meta(ge=1, le=86_400_000, description="From the first part to the last.")
    ]
    reduce_only: bool = False
    client_order_id: ClientOrderId | None = None


class PlaceScaleParams(AccountParams, frozen=True, kw_only=True):
    """Place limit orders at even steps from one price to another, all or none.

    ``last_percent`` is the last one's size in per cent of the first's. Each is an order of its own;
    ``client_order_id`` cancels all that are open.
    """

    market: MarketName
    side: Side
    size: Annotated[Size, Meta(description="Of all together.")]
    from_price: Price
    to_price: Price
    orders: Annotated[int, Meta(ge=1, le=1_000, description="2 to 8.")]
    last_percent: Annotated[int, Meta(ge=1, le=10_000)] = 100
    post_only: bool = False
    reduce_only: bool = False
    client_order_id: ClientOrderId | None = None
    self_trade: SelfTrade = SelfTrade.CANCEL_RESTING


class CommitMakerParams(AccountParams, frozen=True, kw_only=True):
    """Commit to quote in a market, with a bond for it; where its rules have makers.

    ``bond`` is what it is to be: more is taken at once, less given back when the epoch is over.
    """

    market: MarketName
    bond: Money


class AmountParams(AccountParams, frozen=True, kw_only=True):
    """Bring paper money in, or take it out."""

    amount: Money


class ResetParams(AccountParams, frozen=True, kw_only=True):
    """Start the account again at a balance; open positions refuse it."""

    balance: Money


class SubAccountParams(Params, frozen=True, kw_only=True):
    """Open a sub-account of the token's owner."""

    name: AccountName

    def __post_init__(self) -> None:
        if wrong := account_name_fault(self.name):
            raise ValueError(f"name: {wrong}")


class OrdersParams(AccountParams, frozen=True, kw_only=True):
    """Ask for the open orders and trigger orders, oldest first."""

    market: MarketName | None = None
    after: Annotated[
        OrderId, Meta(description="Orders of higher ids only, to page through many.")
    ] = 0
    count: Count = 1_000


class ExplanationParams(AccountParams, frozen=True, kw_only=True):
    """Ask for the whole story of one of the account's liquidations."""

    liquidation_id: Annotated[int, Meta(ge=0, le=(1 << 53) - 1)]


class ProofParams(AccountParams, frozen=True, kw_only=True):
    """Ask for the proof of what an account had, against the roots that were published last."""


class ReceiptParams(Params, frozen=True, kw_only=True):
    """Ask for the signed receipt of a command of any of the owner's accounts, by its ``seq``."""

    seq: CommandSeq


class ReadyParams(Params, frozen=True, kw_only=True):
    """In lock-step: say that all that was heard has been handled.

    The answer comes when every enrolled bot has said so, time has moved one step, and everything
    that happened has been told.
    """


class SubscribeAccountParams(AccountParams, frozen=True, kw_only=True, rename={"from_n": "from"}):
    """Hear everything that happens to an account, gaplessly numbered from a number on.

    Left out, it begins with what comes next. A bot that was away asks from its last number
    plus one, and misses nothing.
    """

    from_n: Annotated[int, Meta(ge=1, le=(1 << 53) - 1)] | None = None


class DepositParams(AmountParams, frozen=True, kw_only=True):
    """Bring paper money in."""


class WithdrawParams(AmountParams, frozen=True, kw_only=True):
    """Take paper money out; what open positions and orders need must remain."""


class GetAccountParams(AccountParams, frozen=True, kw_only=True):
    """Ask for an account's money at the published marks."""


class PositionsParams(AccountParams, frozen=True, kw_only=True):
    """Ask for positions, leverage and margin mode by market."""


class UnsubscribeAccountParams(AccountParams, frozen=True, kw_only=True):
    """Hear no more of an account."""
