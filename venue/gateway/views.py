"""What the answers show: orders, fills, positions, accounts, markets, prices."""

from typing import Annotated, Literal

from msgspec import Meta, field

from venue.core.commands import MarginMode, SelfTrade, Side, TimeInForce, TriggerKind
from venue.core.phases import Closure, Phase, Pricing, Session
from venue.core.policies import Action, Does
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

    It sleeps (``awake`` false) until the order whose bracket it is has its first fill, or all of
    it where the market has brackets wait.
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


class FeesView(Result, frozen=True, kw_only=True, gc=False):
    """What an account pays in a market now; a negative maker fee is a rebate.

    ``open_orders_max`` is how many open orders it may have in all when it places one here;
    ``requests_max`` how many requests it may have sent before this market takes one at a time
    (``null``: they are not counted here).
    """

    market: MarketName
    maker_fee: Rate
    taker_fee: Rate
    open_orders_max: int
    requests_max: int | None = None


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
    requests: Annotated[int, Meta(description="How many it has sent where they are counted.")] = 0
    fees: Annotated[list[FeesView], Meta(description="In every market.")] = field(
        default_factory=list
    )
    cancel_all_at_ms: Ms | None = None
    parent: AccountId | None = None


class TierView(Result, frozen=True, kw_only=True, gc=False):
    """From this notional on, at most this leverage."""

    from_notional: Money
    leverage_max: int


class MarginView(Result, frozen=True, kw_only=True, gc=False):
    """From this notional on, these fractions of what lies above it: to open, and to keep."""

    from_notional: Money
    initial_long: Rate
    initial_short: Rate
    maintenance_long: Rate
    maintenance_short: Rate


class TermsView(Result, frozen=True, kw_only=True, gc=False):
    """The limits that hold in the present session; sizes in money are taken at the mark.

    ``leverage_max`` is the most that an order may be opened or grown at, ``initial_min`` the least
    initial margin that a crowded market asks for. ``closes_above`` is the leverage above which
    positions are closed by force. Orders outside ``sell_min`` to ``sell_max``, or ``buy_min`` to
    ``buy_max``, are refused; where one is absent, any price passes.
    """

    leverage_max: Leverage
    position_max: Size
    open_interest_max: Size
    order_size_max: Size
    market_order_size_max: Size
    initial_min: Rate
    reduce_only: bool = False
    market_orders: bool = True
    closed: bool = False
    closes_above: Leverage | None = None
    closing_ms: Annotated[
        Ms | None, Meta(description="When the session's closing terms begin to hold.")
    ] = None
    reducing_why: Annotated[
        str, Meta(description="Why positions may only shrink: session, or a permanent word.")
    ] = ""
    blocked: Annotated[
        list[Action], Meta(description="What may not begin at the outside price's validity.")
    ] = field(default_factory=list)
    sell_min: Price | None = None
    sell_max: Price | None = None
    buy_min: Price | None = None
    buy_max: Price | None = None


class MarketTermsView(TermsView, frozen=True, kw_only=True, gc=False):
    """The limits of one market as of a place in the journal, in the present session.

    Orders outside ``sell_min`` to ``sell_max``, or ``buy_min`` to ``buy_max``, are refused; where
    one is absent, any price passes.
    """

    market: MarketName
    seq: Seq
    time_ms: Ms


class ActionView(Result, frozen=True, kw_only=True, gc=False):
    """A corporate action that was announced, and the step of it that comes next.

    Of a split ``ratio`` is new units for old ones; of a dividend ``amount`` is the cash of a unit;
    of a new name ``to`` is the name. A merger may have all three: cash, and units of another.
    """

    action_id: int
    kind: Literal["split", "dividend", "rename", "delisting", "merger"]
    effective_ms: Ms
    next_step: Does
    next_step_ms: Ms
    ratio: tuple[int, int] | None = None
    amount: AveragePrice | None = None
    to: MarketName | None = None


class MarketView(Result, frozen=True, kw_only=True):
    """A market: its units, limits and fees, and what it is doing.

    ``maker_fee`` and ``taker_fee`` are a new account's; what an account pays stands with it.
    """

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
    margin: list[MarginView]
    terms: Annotated[TermsView, Meta(description="The limits that hold now.")]
    mark_interval_ms: int
    sample_interval_ms: int
    funding_interval_ms: int
    reopen_call_ms: int
    phase: Phase
    open_interest: Size
    power: Annotated[
        str | None, Meta(description="p of a contract on a power of the underlying, such as 1/2.")
    ] = None
    actions: Annotated[
        list[ActionView], Meta(description="Announced corporate actions, the next step first.")
    ]
    rules_hash: Annotated[str, Meta(description="Hash of the listing with every rule's source.")]


class LevelsView(Result, frozen=True, kw_only=True):
    """Levels of a book, best first: price, size, number of orders."""

    market: MarketName
    seq: Seq
    time_ms: Ms
    bids: list[tuple[Price, Size, int]]
    asks: list[tuple[Price, Size, int]]


# How far the outside price can be trusted, the worst first.
ValidityName = Literal[
    "non_positive",
    "too_volatile",
    "too_uncertain",
    "stale_for_margin",
    "insufficient_data",
    "stale_for_immediate",
    "valid",
]


class PricesView(Result, frozen=True, kw_only=True, gc=False):
    """The prices that rules compute. ``last`` is the last trade's.

    ``anchor`` is the outside price as of the last change of pricing: while pricing is external it
    stands, and the index goes on. Funding in kind multiplies it with the index.
    ``outside`` is there while the index is on its way back to it. ``fair_mark`` is where the mark
    of a power would be fair, given its funding and ``sigma``, the volatility measured over the last
    week.
    """

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
    validity: Annotated[
        ValidityName | None, Meta(description="Of the outside price; absent without one.")
    ] = None
    outside: Annotated[
        AveragePrice | None, Meta(description="The outside price that the index is walking to.")
    ] = None
    reopening_since_ms: Ms | None = None
    fair_mark: AveragePrice | None = None
    sigma: Rate | None = None


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

    ``imbalance`` is what would be left at the indicative price: positive, bids. Continuous trading
    happens from ``bound_low`` to ``bound_high``, where the market has bounds.
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
    bound_low: Price | None = None
    bound_high: Price | None = None
    limit_until_ms: Annotated[
        Ms | None, Meta(description="Somebody stands at a bound; a call begins if so at this time.")
    ] = None
    reduce_only: Annotated[bool, Meta(description="A halt lets positions only shrink.")] = False
    reducing_why: Annotated[str, Meta(description="Why they may only shrink.")] = ""
    actions: Annotated[
        list[ActionView] | None, Meta(description="Announced corporate actions.")
    ] = None


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
    limit: Annotated[
        AveragePrice | None, Meta(description="Of a close-out order; fills are steps before it.")
    ] = None
    insurance: Annotated[
        Money | None, Meta(description="What the insurance fund paid; negative: received.")
    ] = None
    bad_debt: Money | None = None
    shared: Annotated[
        Money | None, Meta(description="What others paid of the loss, without a position closed.")
    ] = None
    given_up: Annotated[
        Money | None, Meta(description="What ADL cost the counterparty against the mark.")
    ] = None
    outcome: str | None = None


class InsuranceView(Result, frozen=True, kw_only=True):
    """The insurance fund at the marks, and what stands as bad debt."""

    seq: Seq
    time_ms: Ms
    balance: Money
    equity: Money
    bad_debt: Money
    positions: list[PositionView]


class PoolView(Result, frozen=True, kw_only=True):
    """A market's pool, or the vault behind it, at the mark, as of a place in the journal.

    ``value`` is ``money`` less what its traders have gained and not yet closed; what waits for an
    epoch is in neither. A vault's ``money`` is its cash, and ``traders_profit`` what those on the
    other side of all its positions have gained.
    """

    market: MarketName
    kind: Annotated[
        Literal["pool", "vault"],
        Meta(description="Orders trade with it, or it takes over what is liquidated."),
    ]
    seq: Seq
    time_ms: Ms
    value: Annotated[Money, Meta(description="What all shares together are worth.")]
    money: Annotated[Money, Meta(description="If every trader closed without gain or loss.")]
    traders_profit: Annotated[Money, Meta(description="Unrealised, of all traders together.")]
    shares: Money
    share_price: Annotated[Money, Meta(description="Half to even; 1 before there are shares.")]
    long_size: Size
    short_size: Size
    waiting_money: Annotated[Money, Meta(description="Asked to be paid in, at an epoch's end.")]
    waiting_shares: Annotated[Money, Meta(description="Asked back, at an epoch's end.")]
    epoch_ends_ms: Annotated[
        Ms,
        Meta(
            description="With the first mark from then on; the underlying may have to open. A "
            "time that has passed: requests are executed at once."
        ),
    ]


class PoolRequestView(Result, frozen=True, kw_only=True):
    """What waits for an epoch's end: money to be paid in, or shares asked back."""

    request_id: int
    amount: Money
    shares: Money
    since_ms: Ms


class PoolShareView(Result, frozen=True, kw_only=True):
    """What an account has of a pool. ``profit`` is ``value`` less what it paid in, net."""

    market: MarketName
    shares: Annotated[Money, Meta(description="Those asked back included, until they are paid.")]
    leaving: Annotated[Money, Meta(description="Shares asked back.")]
    value: Money
    paid_in: Annotated[Money, Meta(description="For shares, less what shares were paid back.")]
    profit: Money
    locked_until_ms: Annotated[
        Ms | None, Meta(description="None may be given back before, after the latest payment.")
    ]
    requests: list[PoolRequestView]


class StandingView(Result, frozen=True, kw_only=True, gc=False):
    """One row of the standings. ``return_on_base`` is profit over what was brought in.

    Pools, vaults and the insurance fund have no rank.
    """

    rank: int
    account: AccountId
    name: str
    house: Annotated[bool, Meta(description="One of the venue's own bots.")]
    equity: Money
    base: Money
    return_on_base: Rate
