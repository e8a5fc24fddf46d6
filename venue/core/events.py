"""Events: what has happened. The state changes by events alone, so they rebuild it.

Each event is applied the moment it is made (``core/apply.py``). The time of an event is its
command's, or that of the nearest ``TimePassed`` before it in the same command. Rule memory
travels as JSON bytes, because averages may outgrow 64 bits.
"""

from enum import StrEnum

import msgspec

from venue.core.commands import (
    CorporateAction,
    MarginMode,
    PlaceOrder,
    PlaceScale,
    PlaceTwap,
    SelfTrade,
    Side,
    TimeInForce,
    TriggerKind,
)
from venue.core.listing import MarketSpec
from venue.core.phases import Closure, Phase, Pricing, Session
from venue.core.policies import ActionStep, Does, Validity, Verdict
from venue.core.rejects import Cause, Reason


class Event(msgspec.Struct, frozen=True, array_like=True, gc=False, tag=True):
    """The root of all events."""


class TimePassed(Event, frozen=True, array_like=True, gc=False, tag=True):
    """What follows in this command happened at ``at_ns``."""

    at_ns: int


class Rejected(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A command was refused and changed nothing. ``figures`` are the numbers behind it.

    ``now_called`` is the new name of a market that was named by an old one.
    """

    account: int
    command: str
    reason: Reason
    figures: dict[str, int]
    client_order_id: str | None = None
    now_called: str = ""


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
    """The same client order id with the same body came again; nothing changed.

    ``is_waiting``: it is a plan that is not done yet.
    """

    account: int
    client_order_id: str
    order_id: int
    filled_lots: int
    cost_micros: int
    remaining_lots: int
    is_waiting: bool = False


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


class OrderDelayed(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An order that would take waits until ``due_ns``; nothing of it stands before that."""

    order_id: int
    account: int
    market: str
    asked: PlaceOrder
    due_ns: int


class DelayEnded(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A delayed order has waited; it is accepted next, under the same id."""

    order_id: int
    account: int
    market: str


class TwapPlaced(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A TWAP of so many ``suborders`` stands; the first goes out now."""

    order_id: int
    account: int
    market: str
    asked: PlaceTwap
    suborders: int


class TwapWorked(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A suborder of a TWAP had its turn: so much of ``lots`` was filled for ``cost_micros``.

    ``suborder_id`` is the id of the order that it was, 0 where none was sent: it was not due to
    trade, or was refused for ``reason``. The next has its turn at ``next_ns``.
    """

    order_id: int
    account: int
    market: str
    suborder_id: int
    lots: int
    filled_lots: int
    cost_micros: int
    reason: Reason | None
    next_ns: int


class PlanEnded(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A delayed order is gone before it could take, or a TWAP is over, and why.

    ``remaining_lots`` did not trade. ``reason`` is what a delayed order was refused for in the end.
    """

    order_id: int
    account: int
    market: str
    remaining_lots: int
    cause: Cause
    reason: Reason | None = None
    is_twap: bool = False


class ScalePlaced(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A scale stands: its orders follow, with the ids from ``order_id`` on."""

    order_id: int
    account: int
    market: str
    asked: PlaceScale


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


class UnderlyingPriced(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The underlying's price from outside, where the contract is on a power of it.

    ``base_nanos`` is S0, to which the power is counted.
    """

    market: str
    underlying_nanos: int
    base_nanos: int


class PricingChanged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The index has another origin from now on; ``anchor_nanos`` is the last external price."""

    market: str
    pricing: Pricing
    since_ns: int
    anchor_nanos: int
    anchor_ns: int
    why: str


class ValidityChanged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The index rule trusts outside prices more, or less, than it did."""

    market: str
    validity: Validity


class ReopenChanged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The index is coming back, since ``since_ns``, to an outside price; ``None``: it is back."""

    market: str
    since_ns: int | None
    outside_nanos: int


class MarkUpdated(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The published mark, in nano-dollars and in whole micro-dollars a lot.

    ``band_memory`` is ``None`` while the band rule remembers what it did before. ``is_held``: clamp
    or band held it back.
    """

    market: str
    at_ns: int
    mark_nanos: int
    mark_micros: int
    memory: bytes
    clamp_memory: bytes
    band_memory: bytes | None = None
    is_held: bool = False


class MarkSkipped(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A mark was due but there is no index yet, or the interruption rule holds it."""

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

    ``receivers`` says how the other side is paid (``policies.FundingAnswer``); ``rollover_e12`` is
    what every position pays besides, ``kept_micros`` what the venue keeps of it all. The contract's
    index is multiplied by ``drift_e18``. ``accrued_e12`` is the rate that is put by while closed.
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
    receivers: str = "each"
    rollover_e12: int = 0
    kept_micros: int = 0
    drift_e18: int = 10**18
    accrued_e12: int = 0


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


class BoundsMoved(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Continuous trading happens within (low, high) ticks; ``None``: at any price."""

    market: str
    bounds: tuple[int, int] | None
    memory: bytes | None


class LimitStateChanged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Somebody stands at a bound, and a call begins at ``until_ns`` if so then; ``None``: over."""

    market: str
    until_ns: int | None


class TradingInterrupted(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Trading or the mark would have gone to ``price_nanos``; a call follows."""

    market: str
    price_nanos: int | None
    memory: bytes


class CallScheduled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A call will begin at a time of day; ``None``: none is due any more."""

    market: str
    begins_ns: int | None


class CallExtended(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A call goes on until ``until_ns``: what it would uncross at is out of bounds, or the venue
    was down."""

    market: str
    until_ns: int
    price_nanos: int | None
    memory: bytes | None


class ReducingOnly(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Positions may only shrink, and why; empty: they may grow again."""

    market: str
    why: str


class PositionSettled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A position of ``size_lots`` was closed at the mark for ``realised_micros`` of profit."""

    account: int
    market: str
    size_lots: int
    mark_micros: int
    realised_micros: int


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
    INDEX_NOT_VALID = "index_not_valid"
    THROTTLE = "throttle"
    NO_TAKER = "no_taker"
    BUDGET = "budget"
    BACKSTOP_DUE = "backstop_due"
    FROZEN = "frozen"


class LiquidationOutcome(StrEnum):
    """How a liquidation ended."""

    HEALTHY = "healthy"
    CLOSED_OUT = "closed_out"
    TAKEN_OVER = "taken_over"
    DELEVERAGED = "deleveraged"
    LOSS_SHARED = "loss_shared"


class BreachesFound(Event, frozen=True, array_like=True, gc=False, tag=True):
    """One mark put these units (account, market or "", rank) below maintenance.

    They are on record as deferred for the venue's own budget, and are taken by rank (equity in
    1e-12 of maintenance), then id, some a command. ``left`` more are below maintenance: they are
    on record together and are found, the lowest first, once those before them had their step.
    The search goes on after the place ``after`` (rank, account, market); ``None``: it is over.
    """

    at_ns: int
    units: tuple[tuple[int, str, int], ...]
    left: int = 0
    after: tuple[int, int, str] | None = None


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
    ``memory`` is the close-out rule's, ``None`` where it remembers what it did before.
    """

    liquidation_id: int
    account: int
    position_market: str
    asked_lots: int
    filled_lots: int
    limit_ticks: int
    throttle_at_ns: int
    throttle_micros: int
    memory: bytes | None = None


class TakenOver(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The backstop took over a position, or a part of it, from a liquidated account.

    ``taker`` is the insurance fund, the vault, or a provider. ``mark_micros`` is what a lot was
    taken at: the mark, or the index where the close-out rule closes at the oracle.
    ``realised_micros`` settles the account's side there; the taker's entry cost is its notional.
    """

    liquidation_id: int
    account: int
    position_market: str
    size_lots: int
    mark_micros: int
    realised_micros: int
    fund_realised_micros: int
    taker: int = 0


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
    ``payer`` is the insurance fund, or the vault. ``drawn_market`` is the market whose draws on the
    fund are capped and that this counts among, if any.
    """

    liquidation_id: int
    account: int
    market: str
    insurance_micros: int
    bad_debt_micros: int
    payer: int = 0
    drawn_market: str = ""


class LiquidationFeePaid(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A fee between a margin unit and the insurance fund; negative: the fund pays a provider."""

    liquidation_id: int
    account: int
    market: str
    position_market: str
    amount_micros: int


class LossShared(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A loss of one account was socialised: each in ``payments`` paid that much of it.

    ``loss_micros`` is what the account (or the fund, for its own) got: the sum of the payments,
    which come from the payers' positions in ``position_market``.
    """

    liquidation_id: int
    account: int
    market: str
    position_market: str
    loss_micros: int
    payments: tuple[tuple[int, int], ...]


class ProviderSet(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An account takes over liquidated positions in a market up to a notional; 0: no more."""

    account: int
    market: str
    cap_micros: int


class VaultOpened(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An account has a vault in a market; ``vault`` is the account that holds it."""

    account: int
    market: str
    vault: int


class CollateralMoved(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Collateral came into a vault (negative: went): the account's cash, or units from outside.

    ``worth_micros`` is what the units are worth, by which the account's return is counted anew.
    """

    account: int
    market: str
    vault: int
    cash_micros: int
    units_e9: int
    worth_micros: int


class Minted(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A vault minted lots of the contract for its account (negative: burned them), at no price.

    ``realised_micros`` is what it realised for the account.
    """

    account: int
    market: str
    vault: int
    lots: int
    realised_micros: int


class VaultLiquidated(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The insurance fund took over lots of a vault's debt at a price in micro-dollars a lot.

    For it ``units_e9`` of collateral were sold outside. ``ratio_e4`` is the collateral ratio that
    it was found with.
    """

    account: int
    market: str
    vault: int
    lots: int
    price_micros: int
    units_e9: int
    proceeds_micros: int
    ratio_e4: int
    realised_micros: int
    fund_realised_micros: int


class VaultCovered(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A vault's cash was below zero: units were sold outside for it, the insurance fund paid."""

    account: int
    market: str
    vault: int
    units_e9: int
    proceeds_micros: int
    fund_micros: int


class LiquidationEnded(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A liquidation is over, with the account's margin after it."""

    liquidation_id: int
    account: int
    market: str
    outcome: LiquidationOutcome
    equity_micros: int
    maintenance_e4: int


class FundUnwound(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The holder tried to sell what it took over: ``lots`` asked, ``filled_lots`` traded."""

    market: str
    at_ns: int
    lots: int
    filled_lots: int
    holder: int = 0


# Makers


class BondMoved(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A maker's bond grew by ``amount_micros`` out of its account; ``wanted_micros`` is what it is
    to be after the epoch, which ends at ``epoch_ends_ns``."""

    account: int
    market: str
    amount_micros: int
    wanted_micros: int
    epoch_ends_ns: int


class QuotesSampled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Which of the committed makers quoted as they owe (account, whether) at one sample."""

    market: str
    makers: tuple[tuple[int, bool], ...]


class Judgement(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One maker's epoch: what went from its bond to the insurance fund, and back to its account."""

    account: int
    sampled: int
    met: int
    penalty_micros: int
    returned_micros: int
    bond_micros: int


class MakersJudged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An epoch of maker duties is over; the next ends at ``next_ns``; ``None``: nobody is left."""

    market: str
    judged: tuple[Judgement, ...]
    next_ns: int | None


# Pools


class PoolOutcome(StrEnum):
    """What a request to a pool came to; ``returned``: its money bought no share."""

    PAID_IN = "paid_in"
    PAID_OUT = "paid_out"
    RETURNED = "returned"


class PoolCloseWhy(StrEnum):
    """Why a pool's keepers closed a position: its own gain, or its side's share of the pool."""

    GAIN_MAX = "gain_max"
    ADL = "adl"


class PoolOpened(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A market's pool is this account; its first epoch ends at the first mark from a time on."""

    market: str
    account: int
    next_epoch_ns: int


class PoolRequested(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A provider pays ``amount_micros`` into the account ``pool``, or asks ``shares`` back."""

    market: str
    request_id: int
    account: int
    amount_micros: int
    shares: int
    pool: int


class PoolRequestEnded(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A request was executed: so much money for so many shares, or the other way round."""

    market: str
    request_id: int
    account: int
    amount_micros: int
    shares: int
    outcome: PoolOutcome
    pool: int


class PoolEpochEnded(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An epoch of a pool ended: what all ``shares`` are worth after its requests."""

    market: str
    at_ns: int
    next_epoch_ns: int
    value_micros: int
    shares: int


class PoolPositionClosed(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A pool's keepers close lots of a position that has gained so much; the trade follows."""

    account: int
    market: str
    lots: int
    gain_micros: int
    why: PoolCloseWhy


# Forced closes


class ForcedOutcome(StrEnum):
    """How a forced close ended."""

    CLOSED = "closed"
    WITHIN_LIMIT = "within_limit"
    LIQUIDATED = "liquidated"
    SESSION_OVER = "session_over"


class SessionClosing(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A session is as near to its end as its terms asked: its closing terms hold."""

    market: str
    at_ns: int


class ForcedClosesFound(Event, frozen=True, array_like=True, gc=False, tag=True):
    """These positions (account, leverage in 1e-4) are above the leverage that may be held now."""

    market: str
    at_ns: int
    leverage_max: int
    positions: tuple[tuple[int, int], ...]


class ForcedCloseDeferred(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A position could not be closed whole yet, and is looked at again ``until_ns``."""

    account: int
    market: str
    until_ns: int


class ForcedCloseEnded(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A forced close is over, and how."""

    account: int
    market: str
    outcome: ForcedOutcome


class ForcedClosesWorked(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Forced closes of a market go on at ``next_ns``; ``None``: none is open."""

    market: str
    next_ns: int | None


# Corporate actions


class ActionAnnounced(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A corporate action is known, and what it will do when."""

    market: str
    action_id: int
    action: CorporateAction
    effective_ns: int
    steps: tuple[ActionStep, ...]


class ActionWithdrawn(Event, frozen=True, array_like=True, gc=False, tag=True):
    """What was left of an action will not happen: ``asked``, ``unfit`` by now, or ``delisted``."""

    market: str
    action_id: int
    why: str


class ActionStepTaken(Event, frozen=True, array_like=True, gc=False, tag=True):
    """One step of an action begins; ``is_last``: the action is over with it."""

    market: str
    action_id: int
    at_ns: int
    does: Does
    figure: int
    is_last: bool


class MarketSplit(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Prices × denominator / numerator, lots × numerator / denominator; what is held follows.

    ``spec`` is the listing with its new limits, ``mark_micros`` the mark afterwards, rounded down.
    ``memories`` are what the rules remember, in the order of listings.
    """

    market: str
    at_ns: int
    numerator: int
    denominator: int
    spec: MarketSpec
    mark_nanos: int | None
    mark_micros: int
    memories: tuple[bytes, ...]


class PositionRescaled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A position after a split; its account's equity has not changed.

    ``cost_micros`` is by how much its value at the mark changed: fractions of a lot, and the mark's
    rounding. That is paid in cash. ``realised_micros`` is what of it was profit.
    """

    account: int
    market: str
    was_lots: int
    size_lots: int
    cost_micros: int
    realised_micros: int


class OrderRescaled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A resting order after a split; it keeps its place in the queue."""

    order_id: int
    account: int
    market: str
    price_ticks: int
    size_lots: int
    filled_lots: int
    remaining_lots: int


class TriggerRescaled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A trigger order after a split; ``None``: the whole position, or at the market."""

    order_id: int
    account: int
    market: str
    size_lots: int | None
    trigger_ticks: int
    price_ticks: int | None


class IndexAdjusted(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Reference prices were lowered with the index, for a dividend."""

    market: str
    at_ns: int
    amount_nanos: int


class DividendPaid(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Shorts have paid longs a dividend. ``payments``: (account, paid), negative: received."""

    market: str
    at_ns: int
    amount_nanos: int
    payments: tuple[tuple[int, int], ...]
    rounding_micros: int


class FundingIntervalChanged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Funding settles every ``interval_ns`` from now on, next at ``next_ns``."""

    market: str
    interval_ns: int
    next_ns: int


class MarkHeldNear(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The mark stays within ``within_e4`` (1e-4) of the index; ``None``: no more."""

    market: str
    within_e4: int | None


class AverageBegan(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The mean of the index that a delisting settles at is taken from now on; ``None``: no more."""

    market: str
    at_ns: int | None


class MarketRenamed(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A market has a new name; its orders, positions and history are the same."""

    market: str
    to: str
    underlying: str


# The venue


class FeeDayBegan(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A day (UTC) is over: what was traded in it counts for fees from now on."""

    at_ns: int


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
    | OrderDelayed
    | DelayEnded
    | TwapPlaced
    | TwapWorked
    | PlanEnded
    | ScalePlaced
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
    | UnderlyingPriced
    | PricingChanged
    | ValidityChanged
    | ReopenChanged
    | MarkUpdated
    | MarkSkipped
    | PremiumSampled
    | FundingSettled
    | SessionChanged
    | PhaseChanged
    | BoundsMoved
    | LimitStateChanged
    | TradingInterrupted
    | CallScheduled
    | CallExtended
    | ReducingOnly
    | PositionSettled
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
    | LiquidationFeePaid
    | LossShared
    | ProviderSet
    | PoolOpened
    | PoolRequested
    | PoolRequestEnded
    | PoolEpochEnded
    | PoolPositionClosed
    | BondMoved
    | QuotesSampled
    | MakersJudged
    | VaultOpened
    | CollateralMoved
    | Minted
    | VaultLiquidated
    | VaultCovered
    | LiquidationEnded
    | FundUnwound
    | SessionClosing
    | ForcedClosesFound
    | ForcedCloseDeferred
    | ForcedCloseEnded
    | ForcedClosesWorked
    | ActionAnnounced
    | ActionWithdrawn
    | ActionStepTaken
    | MarketSplit
    | PositionRescaled
    | OrderRescaled
    | TriggerRescaled
    | IndexAdjusted
    | DividendPaid
    | FundingIntervalChanged
    | MarkHeldNear
    | AverageBegan
    | MarketRenamed
    | FeeDayBegan
    | MarketListed
)
