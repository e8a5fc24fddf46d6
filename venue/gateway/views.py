"""What the answers show: orders, fills, positions, accounts, markets, prices."""

from typing import Annotated

from msgspec import Meta

from venue.core.commands import MarginMode, SelfTrade, Side, TimeInForce, TriggerKind
from venue.core.phases import Closure, Phase, Pricing, Session
from venue.core.rejects import Cause
from venue.gateway.wire_types import (
    AccountId,
    AveragePrice,
    ClientOrderId,
    Leverage,
    MarketName,
    Money,
    Ms,
    OrderId,
    OrderStatus,
    Price,
    Rate,
    Result,
    Role,
    Seq,
    SignedSize,
    Size,
    Underlying,
)


class FillView(Result, frozen=True, kw_only=True, gc=False):
    """One account's half of a trade. A negative fee is a rebate; profit is before fees."""

    trade_id: int
    price: Price
    size: Size
    fee: Money
    realised: Money
    role: Role


class OrderView(Result, frozen=True, kw_only=True, gc=False):
    """An order as it stands. ``price`` of a market order is its protection price."""

    order_id: OrderId
    market: MarketName
    status: OrderStatus
    side: Side | None = None
    size: Size | None = None
    price: Price | None = None
    filled: Size | None = None
    remaining: Size | None = None
    average_price: AveragePrice | None = None
    client_order_id: ClientOrderId | None = None
    cause: Cause | None = None
    time_in_force: TimeInForce | None = None
    post_only: bool = False
    reduce_only: bool = False
    is_market: bool = False
    self_trade: SelfTrade | None = None
    expires_at_ms: Ms | None = None
    cancel_on_close: bool = False


class TriggerView(Result, frozen=True, kw_only=True, gc=False):
    """A trigger order as it stands. Without size it is for the whole position.

    It sleeps (``awake`` false) until the first fill of the order whose bracket it is.
    """

    order_id: OrderId
    market: MarketName
    status: OrderStatus
    side: Side | None = None
    kind: TriggerKind | None = None
    trigger: Price | None = None
    size: Size | None = None
    price: Price | None = None
    reduce_only: bool = False
    awake: bool = True
    client_order_id: ClientOrderId | None = None
    group: str | None = None
    parent_id: OrderId | None = None
    cause: Cause | None = None


class PositionView(Result, frozen=True, kw_only=True, gc=False):
    """What an account has in one market. Fees and funding are running totals of what was paid."""

    market: MarketName
    size: SignedSize
    entry_cost: Annotated[Money, Meta(description="Exact signed cost of the position, dollars.")]
    leverage: Leverage
    mode: MarginMode
    mark: AveragePrice | None = None
    average_entry: AveragePrice | None = None
    unrealised: Money | None = None
    liquidation_price: AveragePrice | None = None
    isolated_margin: Money | None = None
    realised: Money = "0.000000"
    funding: Money = "0.000000"
    fees: Money = "0.000000"


class AccountView(Result, frozen=True, kw_only=True):
    """An account's money at the published marks. All in dollars."""

    account: AccountId
    name: str
    owner: AccountId
    balance: Money
    equity: Money
    initial_margin: Money
    maintenance_margin: Money
    withdrawable: Money
    base: Annotated[Money, Meta(description="What the return is counted from.")]
    open_orders: int
    open_triggers: int
    cancel_all_at_ms: Ms | None = None
    parent: AccountId | None = None


class TierView(Result, frozen=True, kw_only=True, gc=False):
    """From this notional on, at most this leverage."""

    from_notional: Money
    leverage_max: int


class MarketView(Result, frozen=True, kw_only=True):
    """A market: its units, limits and fees, and what it is doing."""

    market: MarketName
    underlying: Underlying
    tick: Price
    lot: Size
    rulebook: str
    maker_fee: Rate
    taker_fee: Rate
    order_size_max: Size
    position_max: Size
    open_interest_max: Size
    open_orders_max: int
    price_max: Price
    notional_min: Money
    protection: Rate
    tiers: list[TierView]
    mark_interval_ms: int
    sample_interval_ms: int
    funding_interval_ms: int
    reopen_call_ms: int
    phase: Phase
    open_interest: Size
    rules_hash: Annotated[str, Meta(description="Hash of the listing with every rule's source.")]


class LevelsView(Result, frozen=True, kw_only=True):
    """Levels of a book, best first: price, size, number of orders."""

    market: MarketName
    seq: Seq
    time_ms: Ms
    bids: list[tuple[Price, Size, int]]
    asks: list[tuple[Price, Size, int]]


class PricesView(Result, frozen=True, kw_only=True, gc=False):
    """The prices that rules compute. ``last`` is the last trade's, ``anchor`` the last external."""

    market: MarketName
    seq: Seq
    time_ms: Ms
    pricing: Pricing
    index: AveragePrice | None = None
    mark: AveragePrice | None = None
    last: Price | None = None
    anchor: AveragePrice | None = None
    funding_rate: Annotated[
        Rate | None, Meta(description="Of the last interval settled; positive: longs pay shorts.")
    ] = None
    next_funding_ms: Ms | None = None
    mark_ms: Ms | None = None


class SessionView(Result, frozen=True, kw_only=True, gc=False):
    """What the market of the underlying is doing, since when, and what comes next."""

    underlying: Underlying
    session: Session
    closure: Closure
    since_ms: Ms
    next_change_ms: Ms | None = None
    next_session: Session | None = None


class PhaseView(Result, frozen=True, kw_only=True, gc=False):
    """What our own market is doing, and in a call what the uncross would give now.

    ``imbalance`` is what would be left at the indicative price: positive, bids.
    """

    market: MarketName
    seq: Seq
    time_ms: Ms
    phase: Phase
    why: str = ""
    until_ms: Ms | None = None
    indicative_price: Price | None = None
    paired_size: Size | None = None
    imbalance: SignedSize | None = None
    uncross_price: Annotated[
        Price | None, Meta(description="When a call has just ended in a trade.")
    ] = None
    uncross_size: Size | None = None


class TradeView(Result, frozen=True, kw_only=True, gc=False):
    """One trade of the tape. ``side`` is the taker's."""

    trade_id: int
    price: Price
    size: Size
    side: Side
    time_ms: Ms
    seq: Seq


class CandleView(Result, frozen=True, kw_only=True, gc=False):
    """Trades of one interval of venue time. An interval without a trade has no candle."""

    start_ms: Ms
    open: Price
    high: Price
    low: Price
    close: Price
    volume: Size
    trades: int


class LiquidationView(Result, frozen=True, kw_only=True, gc=False):
    """A public step of somebody's liquidation; who it is is not told."""

    liquidation_id: int
    step: str
    seq: Seq
    time_ms: Ms
    market: MarketName | None = None
    size: SignedSize | None = None
    price: AveragePrice | None = None
    insurance: Annotated[
        Money | None, Meta(description="What the insurance fund paid; negative: received.")
    ] = None
    bad_debt: Money | None = None
    outcome: str | None = None


class InsuranceView(Result, frozen=True, kw_only=True):
    """The insurance fund at the marks, and what stands as bad debt."""

    seq: Seq
    time_ms: Ms
    balance: Money
    equity: Money
    bad_debt: Money
    positions: list[PositionView]


class StandingView(Result, frozen=True, kw_only=True, gc=False):
    """One row of the standings. ``return_on_base`` is profit over what was brought in."""

    rank: int
    account: AccountId
    name: str
    equity: Money
    base: Money
    return_on_base: Rate
