"""What the methods give."""

from typing import Annotated

from msgspec import Meta, field

from venue.core.commands import MarginMode
from venue.gateway.notes import LiquidationNote
from venue.gateway.plan_views import PlanView
from venue.gateway.views import (
    AccountView,
    CandleView,
    FillView,
    LiquidationView,
    MarketView,
    OrderView,
    PoolShareView,
    PositionView,
    StandingView,
    TradeView,
    TriggerView,
)
from venue.gateway.wire_types import (
    AccountId,
    Channel,
    Hex,
    Leverage,
    MarketName,
    Money,
    Ms,
    OrderId,
    Result,
    Scope,
    Seq,
    SignedSize,
    WallMs,
)


class HelloResult(Result, frozen=True, kw_only=True):
    """What a program should know before it does anything."""

    venue: Annotated[str, Meta(description="The program that serves: `venue`.")]
    venue_name: Annotated[str, Meta(description="What its operator calls this one.")]
    version: str
    server_time_ms: WallMs
    venue_time_ms: Ms
    speed: Annotated[str, Meta(description="Venue seconds a wall second; 0: stepped.")]
    ping_every_ms: int
    silence_max_ms: Annotated[
        int, Meta(description="A connection that is silent for this long is closed.")
    ]
    message_bytes_max: int
    rulebooks: Annotated[
        dict[str, str], Meta(description="Of every market, the hash of its listing and rules.")
    ]


class LoginResult(HelloResult, frozen=True, kw_only=True):
    """Who is logged in, and where its account's numbering stands."""

    account: AccountId
    scope: Scope
    accounts: Annotated[list[AccountId], Meta(description="All of the owner, this one included.")]
    account_n: Annotated[int, Meta(description="Last number of the account's notices.")]
    connection: int
    expires_ms: WallMs | None = None


class PingResult(Result, frozen=True, kw_only=True, gc=False):
    """Proof of life."""

    server_time_ms: WallMs
    venue_time_ms: Ms


class ReadyResult(Result, frozen=True, kw_only=True):
    """Time has moved one step."""

    venue_time_ms: Ms


class ChannelsResult(Result, frozen=True, kw_only=True):
    """What this connection is subscribed to now."""

    channels: list[Channel]


class MarketsResult(Result, frozen=True, kw_only=True):
    """All listed markets, by name."""

    markets: list[MarketView]


class TapeResult(Result, frozen=True, kw_only=True):
    """Trades, newest last."""

    trades: list[TradeView]


class CandlesResult(Result, frozen=True, kw_only=True):
    """Candles, newest last; the last one may still grow."""

    candles: list[CandleView]


class LiquidationsResult(Result, frozen=True, kw_only=True):
    """Public steps of liquidations, newest last."""

    liquidations: list[LiquidationView]


class StandingsResult(Result, frozen=True, kw_only=True):
    """Accounts by return, best first, as of ``time_ms``."""

    time_ms: Ms
    standings: list[StandingView]


class BucketView(Result, frozen=True, kw_only=True, gc=False):
    """One rate limit: used of at most ``cap`` at once, empty again after ``reset_ms``."""

    used: int
    cap: int
    reset_ms: int


class LimitsResult(Result, frozen=True, kw_only=True):
    """Headroom of this connection and of its account; a limit that is off is left out."""

    connection: BucketView | None = None
    account: BucketView | None = None
    unanswered: int = 0
    unanswered_max: int = 0


class OrderResult(Result, frozen=True, kw_only=True, gc=False):
    """An order and what it did at once. ``average_price`` is of the fills listed here.

    ``duplicate``: this client order id came before with the same body; nothing was done, and
    ``order`` is what the first answer said (without its fills).
    """

    seq: Seq
    time_ms: Ms
    order: OrderView
    fills: list[FillView] = field(default_factory=list)
    duplicate: bool = False


class TriggerResult(Result, frozen=True, kw_only=True):
    """A trigger order that waits."""

    seq: Seq
    time_ms: Ms
    trigger: TriggerView
    duplicate: bool = False


class CancelResult(Result, frozen=True, kw_only=True, gc=False):
    """What was cancelled, with what remained of it; a trigger order may have no size."""

    seq: Seq
    time_ms: Ms
    order: OrderView


class CancelAllResult(Result, frozen=True, kw_only=True):
    """Ids of everything that was cancelled."""

    seq: Seq
    time_ms: Ms
    orders: list[OrderId]
    triggers: list[OrderId]


class DoneResult(Result, frozen=True, kw_only=True, gc=False):
    """It is done, at this place in the journal."""

    seq: Seq
    time_ms: Ms


class LeverageResult(DoneResult, frozen=True, kw_only=True, gc=False):
    """Leverage and margin mode that hold now."""

    market: MarketName
    leverage: Leverage
    mode: MarginMode


class ProviderResult(DoneResult, frozen=True, kw_only=True, gc=False):
    """Up to which notional the account takes over liquidated positions; 0: none."""

    market: MarketName
    cap: Money


class PoolRequestResult(DoneResult, frozen=True, kw_only=True, gc=False):
    """The request that waits for the end of an epoch; a notice tells what it comes to."""

    market: MarketName
    request_id: int
    amount: Money
    shares: Money


class PoolSharesResult(Result, frozen=True, kw_only=True):
    """What the account has of a pool."""

    seq: Seq
    time_ms: Ms
    pool: PoolShareView


class PlanResult(Result, frozen=True, kw_only=True):
    """A plan as it stands after this request."""

    seq: Seq
    time_ms: Ms
    plan: PlanView
    duplicate: bool = False


class ScaleResult(Result, frozen=True, kw_only=True):
    """The orders of a scale, the first price first, and what they did at once.

    ``duplicate``: this client order id came before with the same body; nothing was done.
    """

    seq: Seq
    time_ms: Ms
    first_id: OrderId
    orders: list[OrderView]
    fills: list[FillView] = field(default_factory=list)
    duplicate: bool = False


class BondResult(DoneResult, frozen=True, kw_only=True, gc=False):
    """What the bond is to be, what was taken for it now, and when the epoch ends."""

    market: MarketName
    bond: Money
    added: Money
    epoch_ends_ms: Ms


class CancelAllAfterResult(DoneResult, frozen=True, kw_only=True, gc=False):
    """When everything will be cancelled; absent: never."""

    at_ms: Ms | None = None


class MoneyResult(DoneResult, frozen=True, kw_only=True, gc=False):
    """What was moved."""

    amount: Money


class SubAccountResult(DoneResult, frozen=True, kw_only=True, gc=False):
    """The new sub-account."""

    account: AccountId
    name: str


class AccountResult(Result, frozen=True, kw_only=True):
    """The account, as of a place in the journal."""

    seq: Seq
    time_ms: Ms
    account: AccountView


class PositionsResult(Result, frozen=True, kw_only=True):
    """Positions and settings by market."""

    seq: Seq
    time_ms: Ms
    positions: list[PositionView]


class OrdersResult(Result, frozen=True, kw_only=True):
    """Open orders, trigger orders and plans. ``more``: ask again after the highest id of these."""

    seq: Seq
    time_ms: Ms
    orders: list[OrderView]
    triggers: list[TriggerView]
    more: bool = False
    plans: list[PlanView] = field(default_factory=list)


class GivenUp(Result, frozen=True, kw_only=True):
    """What one counterparty of a last resort gave up, in contracts and in wealth; unnamed."""

    market: MarketName
    size: Annotated[
        SignedSize, Meta(description="Closed of its position; nothing where loss is shared.")
    ]
    given_up: Annotated[
        Money, Meta(description="Dollars against the mark, or its share; negative: it gained.")
    ]


class ExplanationResult(Result, frozen=True, kw_only=True):
    """Every step of a liquidation in order, with the margin before and after.

    ``counterparties`` are those of the last resort, in order, at most 100 of them.
    """

    liquidation_id: int
    account: AccountId
    market: Annotated[str, Meta(description="Empty: the account's cross positions together.")]
    started_ms: Ms
    equity_before: Money
    maintenance_before: Money
    marks: Annotated[dict[str, str], Meta(description="Mark of every market that counted.")]
    steps: Annotated[
        list[LiquidationNote], Meta(description="As on the private channel, and each fill.")
    ]
    insurance_paid: Money
    bad_debt: Money
    shared: Money
    counterparties: list[GivenUp]
    counterparties_left_out: int
    outcome: str | None = None
    equity_after: Money | None = None
    maintenance_after: Money | None = None


class RootsResult(Result, frozen=True, kw_only=True):
    """What the venue signed last: the chain over its journal, and the root over all accounts.

    The signature, Ed25519, is of six lines that end in a line feed: ``venue roots 1``, then
    ``seq``, ``at_ns``, ``chain``, ``root`` and ``accounts``, each with its value behind a space.
    """

    seq: Seq
    at_ns: Annotated[
        str, Meta(description="Nanoseconds since 1970 UTC of the venue's clock, as text.")
    ]
    chain: Hex
    root: Hex
    accounts: Annotated[int, Meta(description="How many leaves the tree has.")]
    public_key: Hex
    signature: Hex


class ProofResult(RootsResult, frozen=True, kw_only=True):
    """A file that ``scripts/check_account`` reads: roots, a leaf, and the way from one to another.

    The leaf is SHA-256 of a byte 0, ``salt`` and ``statement``; a node of a byte 1 and two hashes.
    """

    account: AccountId
    statement: Annotated[str, Meta(description="What the account had, as JSON, hashed as it is.")]
    salt: Hex
    beside: Annotated[
        list[tuple[str, Hex]],
        Meta(description="Side (left or right) and hash beside the way to the root, lowest first."),
    ]


class ReceiptResult(Result, frozen=True, kw_only=True):
    """A file that ``scripts/check_receipt`` and ``venue journal check-receipt`` read.

    The command stands in the group of ``first_seq`` to ``last_seq``, and ``chain`` is the hash over
    all commands and events up to its end. The signature is of three lines that end in a line feed:
    ``venue receipt 1``, ``seq FIRST to LAST``, ``chain CHAIN``.
    """

    seq: Seq
    first_seq: Seq
    last_seq: Seq
    chain: Hex
    public_key: Hex
    signature: Hex


class SubscribeAccountResult(Result, frozen=True, kw_only=True, gc=False):
    """What comes first, and where the account stands; notices follow on ``account.<number>``."""

    account: AccountId
    first_n: int
    last_n: int
