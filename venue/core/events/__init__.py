"""Events: what has happened. The state changes by events alone, so they rebuild it.

Each event is applied the moment it is made (``core/apply.py``). The time of an event is its
command's, or that of the nearest ``TimePassed`` before it in the same command. Rule memory
travels as JSON bytes, because averages may outgrow 64 bits.
"""

from venue.core.events.accounts import (
    AccountOpened,
    AccountReset,
    Deposited,
    IsolatedMarginMoved,
    LeverageSet,
    RequestsCounted,
)
from venue.core.events.corporate import (
    ActionAnnounced,
    ActionStepTaken,
    ActionWithdrawn,
    AverageBegan,
    DividendPaid,
    FundingIntervalChanged,
    IndexAdjusted,
    MarketRenamed,
    MarketSplit,
    MarkHeldNear,
    OrderRescaled,
    PositionRescaled,
    PrintsDriven,
    PrintsLowered,
    PrintsSplit,
    SourceCounted,
    TriggerRescaled,
)
from venue.core.events.event import Event
from venue.core.events.forced import (
    ForcedCloseDeferred,
    ForcedCloseEnded,
    ForcedClosesFound,
    ForcedClosesWorked,
    ForcedOutcome,
    SessionClosing,
)
from venue.core.events.liquidation import (
    BreachesFound,
    BreachHealed,
    ClosedOut,
    Deleveraged,
    FundFilled,
    FundUnwound,
    LiquidationDeferred,
    LiquidationEnded,
    LiquidationFeePaid,
    LiquidationOutcome,
    LiquidationStarted,
    LiquidationWhy,
    LossShared,
    ProviderSet,
    ShortfallPaid,
    TakenOver,
)
from venue.core.events.makers import BondMoved, Judgement, MakersJudged, QuotesSampled
from venue.core.events.orders import (
    CancelAllAfterSet,
    CancelOnDisconnectSet,
    ConnectionLost,
    DuplicateAnswered,
    OrderAccepted,
    OrderAmended,
    OrderCancelled,
    OrderReduced,
    OrderRested,
    Traded,
)
from venue.core.events.plans import (
    DelayEnded,
    OrderDelayed,
    PlanEnded,
    ScalePlaced,
    TwapPlaced,
    TwapWorked,
)
from venue.core.events.pools import (
    PoolCloseWhy,
    PoolEpochEnded,
    PoolOpened,
    PoolOutcome,
    PoolPositionClosed,
    PoolRequested,
    PoolRequestEnded,
    VaultSeeded,
)
from venue.core.events.prices import (
    FundingOwed,
    FundingSettled,
    IndexUpdated,
    MarkSkipped,
    MarkUpdated,
    PremiumSampled,
    PricingChanged,
    PrintJudged,
    ReopenChanged,
    UnderlyingPriced,
    ValidityChanged,
)
from venue.core.events.sessions import (
    AuctionUncrossed,
    BoundsMoved,
    CallExtended,
    CallScheduled,
    LimitStateChanged,
    PhaseChanged,
    PositionSettled,
    ReducingOnly,
    SessionChanged,
    TradingInterrupted,
)
from venue.core.events.triggers import TriggerCancelled, TriggerFired, TriggerPlaced, TriggerWoken
from venue.core.events.vaults import (
    CollateralMoved,
    Minted,
    UnderlyingSplit,
    VaultCovered,
    VaultLiquidated,
    VaultOpened,
    VaultUnitsSplit,
)
from venue.core.events.venue import (
    DowntimeRecorded,
    FeeDayBegan,
    MarketListed,
    Rejected,
    TimePassed,
)

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
    | VaultSeeded
    | BondMoved
    | QuotesSampled
    | MakersJudged
    | VaultOpened
    | CollateralMoved
    | Minted
    | VaultLiquidated
    | VaultCovered
    | VaultUnitsSplit
    | UnderlyingSplit
    | LiquidationEnded
    | FundUnwound
    | FundFilled
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
    | PrintsSplit
    | SourceCounted
    | FeeDayBegan
    | RequestsCounted
    | FundingOwed
    | PrintsDriven
    | PrintsLowered
    | MarketListed
)

__all__ = [
    "AccountOpened",
    "AccountReset",
    "ActionAnnounced",
    "ActionStepTaken",
    "ActionWithdrawn",
    "AnyEvent",
    "AuctionUncrossed",
    "AverageBegan",
    "BondMoved",
    "BoundsMoved",
    "BreachHealed",
    "BreachesFound",
    "CallExtended",
    "CallScheduled",
    "CancelAllAfterSet",
    "CancelOnDisconnectSet",
    "ClosedOut",
    "CollateralMoved",
    "ConnectionLost",
    "DelayEnded",
    "Deleveraged",
    "Deposited",
    "DividendPaid",
    "DowntimeRecorded",
    "DuplicateAnswered",
    "Event",
    "FeeDayBegan",
    "ForcedCloseDeferred",
    "ForcedCloseEnded",
    "ForcedClosesFound",
    "ForcedClosesWorked",
    "ForcedOutcome",
    "FundFilled",
    "FundUnwound",
    "FundingIntervalChanged",
    "FundingOwed",
    "FundingSettled",
    "IndexAdjusted",
    "IndexUpdated",
    "IsolatedMarginMoved",
    "Judgement",
    "LeverageSet",
    "LimitStateChanged",
    "LiquidationDeferred",
    "LiquidationEnded",
    "LiquidationFeePaid",
    "LiquidationOutcome",
    "LiquidationStarted",
    "LiquidationWhy",
    "LossShared",
    "MakersJudged",
    "MarkHeldNear",
    "MarkSkipped",
    "MarkUpdated",
    "MarketListed",
    "MarketRenamed",
    "MarketSplit",
    "Minted",
    "OrderAccepted",
    "OrderAmended",
    "OrderCancelled",
    "OrderDelayed",
    "OrderReduced",
    "OrderRescaled",
    "OrderRested",
    "PhaseChanged",
    "PlanEnded",
    "PoolCloseWhy",
    "PoolEpochEnded",
    "PoolOpened",
    "PoolOutcome",
    "PoolPositionClosed",
    "PoolRequestEnded",
    "PoolRequested",
    "PositionRescaled",
    "PositionSettled",
    "PremiumSampled",
    "PricingChanged",
    "PrintJudged",
    "PrintsDriven",
    "PrintsLowered",
    "PrintsSplit",
    "ProviderSet",
    "QuotesSampled",
    "ReducingOnly",
    "Rejected",
    "ReopenChanged",
    "RequestsCounted",
    "ScalePlaced",
    "SessionChanged",
    "SessionClosing",
    "ShortfallPaid",
    "SourceCounted",
    "TakenOver",
    "TimePassed",
    "Traded",
    "TradingInterrupted",
    "TriggerCancelled",
    "TriggerFired",
    "TriggerPlaced",
    "TriggerRescaled",
    "TriggerWoken",
    "TwapPlaced",
    "TwapWorked",
    "UnderlyingPriced",
    "UnderlyingSplit",
    "ValidityChanged",
    "VaultCovered",
    "VaultLiquidated",
    "VaultOpened",
    "VaultSeeded",
    "VaultUnitsSplit",
]
