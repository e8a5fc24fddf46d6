"""Commands: what may be asked of the venue. Everything that changes it is one of these.

A command is a typed, frozen record without secrets; the journal holds it as it stands here.
Fields may only be appended, with a default, so that old journals keep their meaning.
"""

from enum import StrEnum

import msgspec

from venue.core.listing import MarketSpec
from venue.core.phases import Closure, Session
from venue.core.units import NS_PER_DAY, NS_PER_HOUR


class Side(StrEnum):
    """Buy or sell (FIX 54)."""

    BUY = "buy"
    SELL = "sell"


class TimeInForce(StrEnum):
    """How long an order lives (FIX 59).

    ``gfa`` is good for a call auction only, and ``gfn`` for continuous trading only: the end of a
    call cancels what is left of the one, and its beginning the other.
    """

    GTC = "gtc"
    IOC = "ioc"
    FOK = "fok"
    GFA = "gfa"
    GFN = "gfn"


class SelfTrade(StrEnum):
    """What happens when an order would meet one of the same owner."""

    CANCEL_RESTING = "cancel_resting"
    CANCEL_TAKING = "cancel_taking"
    DECREMENT = "decrement"


class TriggerKind(StrEnum):
    """Which side of the mark a trigger order waits on.

    A stop fires when the mark goes against the position that it protects: a sell stop at or
    below its trigger, a buy stop at or above. A take-profit is the reverse.
    """

    STOP = "stop"
    TAKE_PROFIT = "take_profit"


class MarginMode(StrEnum):
    """Whether a position draws on the whole account, or only on what was set aside for it."""

    CROSS = "cross"
    ISOLATED = "isolated"


class Command(msgspec.Struct, frozen=True, array_like=True, gc=False, tag=True):
    """The root of all commands."""


class TraderCommand(Command, frozen=True, array_like=True, gc=False, tag=True):
    """A command that a bot sends for one account."""

    account: int


# Orders


class PlaceOrder(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Buy or sell. ``price_ticks`` is ``None`` for a market order.

    A market order trades no further from the mark than its protection price, which the market's
    listing sets. ``expires_at_ns`` ends a GTC order; ``cancel_on_close`` cancels it when the
    underlying closes. ``connection`` names the connection that sent it: 0, none.
    ``stop_ticks`` and ``take_profit_ticks`` attach a bracket: two reduce-only trigger orders,
    one cancels the other, that come alive with the first fill.
    """

    market: str
    side: Side
    size_lots: int
    price_ticks: int | None
    time_in_force: TimeInForce = TimeInForce.GTC
    post_only: bool = False
    reduce_only: bool = False
    client_order_id: str | None = None
    self_trade: SelfTrade = SelfTrade.CANCEL_RESTING
    expires_at_ns: int | None = None
    cancel_on_close: bool = False
    connection: int = 0
    stop_ticks: int | None = None
    take_profit_ticks: int | None = None


class PlaceTrigger(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Place an order when the mark reaches ``trigger_ticks``.

    ``price_ticks`` is the limit of the order that it sends; ``None`` sends a market order.
    ``size_lots`` is ``None`` for the whole position at the time. Triggers that share a
    ``group`` (a name of the trader's) cancel one another: when one fires the rest go.
    """

    market: str
    side: Side
    size_lots: int | None
    kind: TriggerKind
    trigger_ticks: int
    price_ticks: int | None = None
    reduce_only: bool = True
    client_order_id: str | None = None
    group: str | None = None
    connection: int = 0


class AmendOrder(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Change price or size of a resting order, named by one of its two ids.

    ``size_lots`` is the new total size, what has been filled included. Time priority is kept
    only when the size shrinks at the same price. ``market`` says whose ticks and lots these are:
    an order of another market is not found.
    """

    order_id: int | None
    client_order_id: str | None
    price_ticks: int | None
    size_lots: int | None
    market: str | None = None


class CancelOrder(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Cancel one order or trigger order, named by one of its two ids."""

    order_id: int | None
    client_order_id: str | None


class CancelAll(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Cancel every order and trigger order of an account, in one market or in all."""

    market: str | None = None


class SetCancelAllAfter(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Cancel everything at a time unless told otherwise before; ``None`` calls it off."""

    at_ns: int | None


class SetCancelOnDisconnect(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Cancel the orders that a connection placed when it is lost."""

    connection: int
    enabled: bool


class SetLeverage(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Choose leverage and margin mode of an account in one market."""

    market: str
    leverage: int
    mode: MarginMode = MarginMode.CROSS


class MoveIsolatedMargin(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Move money between an account and its isolated position; positive: to the position."""

    market: str
    amount_micros: int


class SetProvider(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Take over liquidated positions of a market, up to a notional of one's own position.

    Only where the market's backstop is its providers; ``cap_micros`` 0 ends it.
    """

    market: str
    cap_micros: int


class MoveCollateral(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Lock collateral in the account's vault of a market; negative: give it back.

    Cash comes from the account's balance, units of the underlying (in 1e-9) from outside: one of
    them is 0, by the market's kind of collateral.
    """

    market: str
    cash_micros: int = 0
    units_e9: int = 0


class Mint(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Mint units of the contract against the vault's collateral; the account is then long them."""

    market: str
    size_lots: int


class Burn(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Give units of the contract back to the vault that minted them."""

    market: str
    size_lots: int


class PlaceTwap(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Trade a size in equal parts over a time, each at the market not far from the mark.

    ``duration_ns`` is from the first suborder, which goes out at once, to the last.
    """

    market: str
    side: Side
    size_lots: int
    duration_ns: int
    reduce_only: bool = False
    client_order_id: str | None = None
    connection: int = 0


class PlaceScale(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Place ``orders`` limit orders at even steps from one price to another, all or none.

    ``last_e4`` is the last one's size as a multiple of the first's, in 1e-4; between them sizes
    change evenly. Their client order id names them together.
    """

    market: str
    side: Side
    size_lots: int
    from_ticks: int
    to_ticks: int
    orders: int
    last_e4: int = 10_000
    post_only: bool = False
    reduce_only: bool = False
    client_order_id: str | None = None
    self_trade: SelfTrade = SelfTrade.CANCEL_RESTING
    connection: int = 0


class CommitMaker(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Commit oneself to quote in a market, with a bond for it; where its rules have makers.

    ``bond_micros`` is what the bond is to be. More is taken from the account at once; less is given
    back when the epoch has been judged, and 0 ends it then.
    """

    market: str
    bond_micros: int


class DepositToPool(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Pay money into a market's pool for shares, at the end of an epoch."""

    market: str
    amount_micros: int


class WithdrawFromPool(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Give shares of a market's pool back for money, at the end of an epoch."""

    market: str
    shares: int


# Accounts


class OpenAccount(Command, frozen=True, array_like=True, gc=False, tag=True):
    """Open an account. ``parent`` is the account whose sub-account it becomes."""

    name: str
    parent: int | None = None


class Deposit(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Bring paper money in."""

    amount_micros: int


class Withdraw(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Take paper money out; what open positions and orders need must remain."""

    amount_micros: int


class ResetAccount(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Start an account again at a balance: orders are cancelled; open positions refuse it."""

    balance_micros: int


class FundInsurance(Command, frozen=True, array_like=True, gc=False, tag=True):
    """Bring paper money into the insurance fund."""

    amount_micros: int


# Prices and sessions


class SubmitPrint(Command, frozen=True, array_like=True, gc=False, tag=True):
    """One price of one source for one underlying, as it came: nothing is judged outside.

    ``source_time_ns`` is the source's own stamp. ``cadence_ns`` is how often the source says it
    prints; staleness is counted in it. ``confidence_nanos`` is the source's own half width about
    its price; 0: it states none.
    """

    underlying: str
    source: str
    price_nanos: int
    source_time_ns: int
    received_ns: int
    cadence_ns: int
    confidence_nanos: int = 0


class ChangeSession(Command, frozen=True, array_like=True, gc=False, tag=True):
    """The underlying's session has changed, as the calendar or the operator says.

    ``since_ns`` is when by the calendar, ``next_change_ns`` when the next change is due and
    ``next_session`` what it brings.
    """

    underlying: str
    session: Session
    closure: Closure
    since_ns: int
    next_change_ns: int | None
    next_session: Session | None


# The venue itself


class ListMarket(Command, frozen=True, array_like=True, gc=False, tag=True):
    """Open a market under a rulebook; the record carries every parameter and rule hash."""

    spec: MarketSpec


class HaltKind(StrEnum):
    """What a halt does: stop trading, or let positions only shrink, or settle them all.

    ``freeze``: no orders, no trades; cancels stay allowed. ``reduce_only``: trading goes on, and
    what could let a position grow is cancelled and refused. ``settle``: all orders are cancelled
    and all positions closed at the mark (Hyperliquid's haltTrading), and no orders after it.
    """

    FREEZE = "freeze"
    REDUCE_ONLY = "reduce_only"
    SETTLE = "settle"


class HaltMarket(Command, frozen=True, array_like=True, gc=False, tag=True):
    """Stop trading in a market, in one of three ways."""

    market: str
    why: str
    kind: HaltKind = HaltKind.FREEZE


class ResumeMarket(Command, frozen=True, array_like=True, gc=False, tag=True):
    """End a halt, at once or by a call auction of ``call_ns``."""

    market: str
    call_ns: int = 0


class Split(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """``numerator`` new units for ``denominator`` old ones; 1 for 10 is a reverse split.

    Trading is halted ``halt_ns`` before, and goes on by a call.
    """

    numerator: int
    denominator: int
    halt_ns: int = 0


class Dividend(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Cash of ``amount_nanos`` a unit; effective at midnight in New York, as the ex-date begins."""

    amount_nanos: int


class Rename(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """The market is called ``to`` from now on, and its underlying as told (``None``: as before)."""

    to: str
    underlying: str | None = None


class Delisting(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """All positions are closed at the index's mean over the last ``average_ns``; trading ends.

    Positions may only shrink from ``reduce_ns`` before.
    """

    reduce_ns: int = NS_PER_DAY
    average_ns: int = NS_PER_HOUR


CorporateAction = Split | Dividend | Rename | Delisting


class AnnounceAction(Command, frozen=True, array_like=True, gc=False, tag=True):
    """Announce what happens to a market at ``effective_ns``; 0: at once. It is known by its id."""

    market: str
    action: CorporateAction
    effective_ns: int = 0


class WithdrawAction(Command, frozen=True, array_like=True, gc=False, tag=True):
    """Call an announced action off, or what is left of it."""

    market: str
    action_id: int


class LoseConnection(Command, frozen=True, array_like=True, gc=False, tag=True):
    """A bot's connection is gone."""

    account: int
    connection: int


class RecordDowntime(Command, frozen=True, array_like=True, gc=False, tag=True):
    """The venue was down from this command's own time to ``until_ns`` of its clock.

    Submitted at a restart, stamped with the last durable time, before anything else: every
    connection is lost; mark and sample timers skip to their next due time; sessions, expiries,
    cool-downs and fundings will run, each at its own time.
    """

    until_ns: int


class PassTime(Command, frozen=True, array_like=True, gc=False, tag=True):
    """Nothing but time: run the timers that are due."""


AnyCommand = (
    PlaceOrder
    | PlaceTrigger
    | AmendOrder
    | CancelOrder
    | CancelAll
    | SetCancelAllAfter
    | SetCancelOnDisconnect
    | SetLeverage
    | MoveIsolatedMargin
    | SetProvider
    | DepositToPool
    | WithdrawFromPool
    | PlaceTwap
    | PlaceScale
    | CommitMaker
    | MoveCollateral
    | Mint
    | Burn
    | OpenAccount
    | Deposit
    | Withdraw
    | ResetAccount
    | FundInsurance
    | SubmitPrint
    | ChangeSession
    | ListMarket
    | HaltMarket
    | ResumeMarket
    | AnnounceAction
    | WithdrawAction
    | LoseConnection
    | RecordDowntime
    | PassTime
)
