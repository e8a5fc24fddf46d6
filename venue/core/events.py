"""Events: what has happened. The state changes by events alone, so they rebuild it.

Each event is applied the moment it is made (``core/apply.py``). The time of an event is its
command's, or that of the nearest ``TimePassed`` before it in the same command. Rule memory
travels as JSON bytes, because averages may outgrow 64 bits.
"""

from enum import StrEnum

import msgspec

from venue.core.commands import MarginMode, SelfTrade, Side, TimeInForce, TriggerKind
from venue.core.listing import MarketSpec
from venue.core.phases import Closure, Phase, Pricing, Session
from venue.core.policies import Verdict
from venue.core.rejects import Cause, Reason


class Event(msgspec.Struct, frozen=True, array_like=True, gc=False, tag=True):
    """The root of all events."""


class TimePassed(Event, frozen=True, array_like=True, gc=False, tag=True):
    """What follows in this command happened at ``at_ns``."""

    at_ns: int


class Rejected(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A command was refused and changed nothing. ``figures`` are the numbers behind it."""

    account: int
    command: str
    reason: Reason
    figures: dict[str, int]
    client_order_id: str | None = None


# Orders


class OrderAccepted(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An order stands. ``rests`` is true when nothing crossed it and it is in the book whole.

    ``price_ticks`` of a market order is its protection price. ``is_market`` says which it was.
    """

    order_id: int
    account: int
    market: str
    side: Side
    size_lots: int
    price_ticks: int
    time_in_force: TimeInForce
    post_only: bool
    reduce_only: bool
    client_order_id: str | None
    self_trade: SelfTrade
    expires_at_ns: int | None
    cancel_on_close: bool
    connection: int
    is_market: bool
    rests: bool
    stop_ticks: int | None = None
    take_profit_ticks: int | None = None


class DuplicateAnswered(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The same client order id with the same body came again; nothing changed."""

    account: int
    client_order_id: str
    order_id: int
    filled_lots: int
    cost_micros: int
    remaining_lots: int


class Traded(Event, frozen=True, array_like=True, gc=False, tag=True):
    """One match between a resting and an arriving order, with what it did to both accounts.

    Fees are what each side pays (a rebate is negative); realised profit is before fees.
    """

    trade_id: int
    market: str
    price_ticks: int
    size_lots: int
    taker_side: Side
    maker_order_id: int
    taker_order_id: int
    maker_account: int
    taker_account: int
    maker_fee_micros: int
    taker_fee_micros: int
    maker_realised_micros: int
    taker_realised_micros: int


class OrderRested(Event, frozen=True, array_like=True, gc=False, tag=True):
    """What was left of an arriving order went into the book."""

    order_id: int
    remaining_lots: int


class OrderReduced(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An order lost ``lots`` without a trade (self-trade decrement)."""

    order_id: int
    account: int
    market: str
    lots: int
    cause: Cause


class OrderCancelled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An order is gone with ``remaining_lots`` unfilled, and why."""

    order_id: int
    account: int
    market: str
    remaining_lots: int
    cause: Cause


class OrderAmended(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An order has a new price or size. Unless it ``kept_priority`` it left the book; what
    follows in this command says whether it traded and rested again."""

    order_id: int
    account: int
    market: str
    price_ticks: int
    size_lots: int
    remaining_lots: int
    kept_priority: bool


class TriggerPlaced(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A trigger order waits. ``parent_id`` is the order whose bracket it is, 0 if none; it
    sleeps (``awake`` false) until that order's first fill."""

    order_id: int
    account: int
    market: str
    side: Side
    size_lots: int | None
    kind: TriggerKind
    trigger_ticks: int
    price_ticks: int | None
    reduce_only: bool
    client_order_id: str | None
    group: str | None
    connection: int
    parent_id: int
    awake: bool


class TriggerWoken(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A bracket's parent has its first fill; the trigger watches the mark from now on."""

    order_id: int
    account: int
    market: str


class TriggerFired(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The mark reached a trigger; the order that it sends follows, under the same id."""

    order_id: int
    account: int
    market: str
    mark_nanos: int


class TriggerCancelled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A trigger order is gone, and why."""

    order_id: int
    account: int
    market: str
    cause: Cause


class CancelAllAfterSet(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Everything of an account will be cancelled at a time; ``None``: no more."""

    account: int
    at_ns: int | None


class CancelOnDisconnectSet(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A connection's orders will, or will no more, be cancelled when it is lost."""

    account: int
    connection: int
    enabled: bool


class ConnectionLost(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A bot's connection is gone; the cancels that follow are its orders."""

    account: int
    connection: int


# Accounts


class AccountOpened(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An account exists. ``owner`` is the account at the root of its family."""

    account: int
    name: str
    parent: int | None
    owner: int


class Deposited(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Paper money came in; negative: it was withdrawn."""

    account: int
    amount_micros: int


class AccountReset(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An account starts again at a balance; its return is counted from here."""

    account: int
    balance_micros: int
    change_micros: int


class LeverageSet(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An account's leverage and margin mode in one market."""

    account: int
    market: str
    leverage: int
    mode: MarginMode


class IsolatedMarginMoved(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Money moved from the account to its isolated position (negative: back)."""

    account: int
    market: str
    amount_micros: int


# Prices


class PrintJudged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A print came, and what the market's index rule made of it; with the rule's memory."""

    market: str
    source: str
    price_nanos: int
    source_time_ns: int
    verdict: Verdict
    memory: bytes | None


class IndexUpdated(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The published index of a market, with the memories of its two rules where they changed."""

    market: str
    index_nanos: int
    pricing: Pricing
    closed_memory: bytes | None
    open_memory: bytes | None


class PricingChanged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The index has another origin from now on; ``anchor_nanos`` is the last external price."""

    market: str
    pricing: Pricing
    since_ns: int
    anchor_nanos: int
    anchor_ns: int
    why: str


class MarkUpdated(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The published mark, in nano-dollars and in whole micro-dollars a lot."""

    market: str
    at_ns: int
    mark_nanos: int
    mark_micros: int
    memory: bytes
    clamp_memory: bytes


class MarkSkipped(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A mark was due but there is no index yet."""

    market: str
    at_ns: int


class PremiumSampled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The funding rule took a sample, or (``memory`` is ``None``) could not."""

    market: str
    at_ns: int
    memory: bytes | None


class FundingSettled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Funding moved: each account in ``payments`` paid that much (negative: received).

    ``rate_e12`` is after the share of the interval that was sampled (``sampled_e4``) and the
    session's scale. ``rounding_micros`` is what stays with the venue.
    """

    market: str
    at_ns: int
    rate_e12: int
    premium_e12: int
    sampled_e4: int
    price_micros: int
    payments: tuple[tuple[int, int], ...]
    rounding_micros: int
    memory: bytes


# Sessions and phases


class SessionChanged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The underlying's session, as it was told."""

    underlying: str
    session: Session
    closure: Closure
    since_ns: int
    next_change_ns: int | None
    next_session: Session | None


class PhaseChanged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Our market's phase. ``until_ns`` is when a call ends; ``why`` a permanent word.

    ``called_from_id``: orders with a lower id stood before the call.
    """

    market: str
    phase: Phase
    why: str
    until_ns: int | None
    called_from_id: int = 0


class AuctionUncrossed(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The call ended at one price; ``price_ticks`` is ``None`` when nothing crossed.

    ``imbalance_lots`` is what was left at that price: positive, bids. ``stale_micros`` measures
    what resting quotes from before the call would have lost to the fastest taker against the
    uncross price, had matching been continuous.
    """

    market: str
    price_ticks: int | None
    size_lots: int
    imbalance_lots: int
    stale_micros: int


class DowntimeRecorded(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The venue was down from ``since_ns`` to ``until_ns`` of its own clock."""

    since_ns: int
    until_ns: int


# Liquidation


class LiquidationWhy(StrEnum):
    """What a liquidation is waiting for, when it waits."""

    COOL_DOWN = "cool_down"
    AUCTION = "auction"
    HALT = "halt"
    THROTTLE = "throttle"
    NO_TAKER = "no_taker"
    BUDGET = "budget"
    BACKSTOP_DUE = "backstop_due"


class LiquidationOutcome(StrEnum):
    """How a liquidation ended."""

    HEALTHY = "healthy"
    CLOSED_OUT = "closed_out"
    TAKEN_OVER = "taken_over"
    DELEVERAGED = "deleveraged"


class BreachesFound(Event, frozen=True, array_like=True, gc=False, tag=True):
    """One mark put these units (account, market or "", rank) below maintenance.

    They are on record as deferred for the venue's own budget, and are taken by rank (equity in
    1e-12 of maintenance), then id, some a command.
    """

    at_ns: int
    units: tuple[tuple[int, str, int], ...]


class BreachHealed(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A unit that waited for its liquidation is above maintenance again."""

    account: int
    market: str


class LiquidationStarted(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An account, or (``market`` not empty) one isolated position, is below maintenance.

    All in micro-dollars at the marks in ``marks`` (market, mark in micro-dollars a lot).
    """

    liquidation_id: int
    account: int
    market: str
    at_ns: int
    equity_micros: int
    maintenance_e4: int
    rank_e12: int
    marks: tuple[tuple[str, int], ...]


class LiquidationDeferred(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A liquidation waits, why, and until when."""

    liquidation_id: int
    account: int
    market: str
    why: LiquidationWhy
    until_ns: int


class ClosedOut(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A close-out order was sent: ``asked_lots`` of which ``filled_lots`` traded.

    ``throttle_*`` is the market's close-out allowance after it: so much used, as of when.
    """

    liquidation_id: int
    account: int
    position_market: str
    asked_lots: int
    filled_lots: int
    limit_ticks: int
    throttle_at_ns: int
    throttle_micros: int


class TakenOver(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The insurance fund took over one position, at cost, from a liquidated account.

    ``realised_micros`` settles the account's side at the mark; the fund's entry cost is the
    mark's notional.
    """

    liquidation_id: int
    account: int
    position_market: str
    size_lots: int
    mark_micros: int
    realised_micros: int
    fund_realised_micros: int


class Deleveraged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """ADL: ``counterparty`` gave up ``size_lots`` (signed, the liquidated side's) for cash.

    ``cash_micros`` is what the liquidated side gets for them (negative: pays); ``price_nanos``
    the same a unit, for people, rounded half even.
    """

    liquidation_id: int
    account: int
    counterparty: int
    position_market: str
    size_lots: int
    cash_micros: int
    price_nanos: int
    realised_micros: int
    counterparty_realised_micros: int


class ShortfallPaid(Event, frozen=True, array_like=True, gc=False, tag=True):
    """What a liquidated account could not pay: the fund's part, and what stands as bad debt.

    Negative ``insurance_micros``: what was left of the account's margin went to the fund.
    """

    liquidation_id: int
    account: int
    market: str
    insurance_micros: int
    bad_debt_micros: int


class LiquidationEnded(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A liquidation is over, with the account's margin after it."""

    liquidation_id: int
    account: int
    market: str
    outcome: LiquidationOutcome
    equity_micros: int
    maintenance_e4: int


class FundUnwound(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The fund tried to sell what it took over: ``lots`` asked, ``filled_lots`` traded."""

    market: str
    at_ns: int
    lots: int
    filled_lots: int


# The venue


class MarketListed(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A market is open under its rulebook. Times are the first of each timer."""

    spec: MarketSpec
    next_mark_ns: int
    next_sample_ns: int
    next_funding_ns: int
    memories: tuple[bytes, ...]


AnyEvent = (
    TimePassed
    | Rejected
    | OrderAccepted
    | DuplicateAnswered
    | Traded
    | OrderRested
    | OrderReduced
    | OrderCancelled
    | OrderAmended
    | TriggerPlaced
    | TriggerWoken
    | TriggerFired
    | TriggerCancelled
    | CancelAllAfterSet
    | CancelOnDisconnectSet
    | ConnectionLost
    | AccountOpened
    | Deposited
    | AccountReset
    | LeverageSet
    | IsolatedMarginMoved
    | PrintJudged
    | IndexUpdated
    | PricingChanged
    | MarkUpdated
    | MarkSkipped
    | PremiumSampled
    | FundingSettled
    | SessionChanged
    | PhaseChanged
    | AuctionUncrossed
    | DowntimeRecorded
    | BreachesFound
    | BreachHealed
    | LiquidationStarted
    | LiquidationDeferred
    | ClosedOut
    | TakenOver
    | Deleveraged
    | ShortfallPaid
    | LiquidationEnded
    | FundUnwound
    | MarketListed
)
