"""Commands: what may be asked of the venue. Everything that changes it is one of these.

A command is a typed, frozen record without secrets; the journal holds it as it stands here.
Fields may only be appended, with a default, so that old journals keep their meaning.
"""

from venue.core.commands.accounts import Deposit, FundInsurance, OpenAccount, ResetAccount, Withdraw
from venue.core.commands.command import Command, TraderCommand
from venue.core.commands.corporate import (
    AnnounceAction,
    CorporateAction,
    CountSource,
    Delisting,
    Dividend,
    Merger,
    Rename,
    Split,
    WithdrawAction,
)
from venue.core.commands.margin import MoveIsolatedMargin, SetLeverage, SetProvider
from venue.core.commands.markets import HaltKind, HaltMarket, ListMarket, ResumeMarket
from venue.core.commands.orders import (
    AmendOrder,
    CancelAll,
    CancelOrder,
    LoseConnection,
    PlaceOrder,
    PlaceTrigger,
    SetCancelAllAfter,
    SetCancelOnDisconnect,
)
from venue.core.commands.plans import CommitMaker, PlaceScale, PlaceTwap
from venue.core.commands.prices import ChangeSession, PassTime, RecordDowntime, SubmitPrint
from venue.core.commands.vaults import Burn, DepositToPool, Mint, MoveCollateral, WithdrawFromPool
from venue.core.commands.words import MarginMode, SelfTrade, Side, TimeInForce, TriggerKind

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
    | CountSource
    | WithdrawAction
    | LoseConnection
    | RecordDowntime
    | PassTime
)

__all__ = [
    "AmendOrder",
    "AnnounceAction",
    "AnyCommand",
    "Burn",
    "CancelAll",
    "CancelOrder",
    "ChangeSession",
    "Command",
    "CommitMaker",
    "CorporateAction",
    "CountSource",
    "Delisting",
    "Deposit",
    "DepositToPool",
    "Dividend",
    "FundInsurance",
    "HaltKind",
    "HaltMarket",
    "ListMarket",
    "LoseConnection",
    "MarginMode",
    "Merger",
    "Mint",
    "MoveCollateral",
    "MoveIsolatedMargin",
    "OpenAccount",
    "PassTime",
    "PlaceOrder",
    "PlaceScale",
    "PlaceTrigger",
    "PlaceTwap",
    "RecordDowntime",
    "Rename",
    "ResetAccount",
    "ResumeMarket",
    "SelfTrade",
    "SetCancelAllAfter",
    "SetCancelOnDisconnect",
    "SetLeverage",
    "SetProvider",
    "Side",
    "Split",
    "SubmitPrint",
    "TimeInForce",
    "TraderCommand",
    "TriggerKind",
    "Withdraw",
    "WithdrawAction",
    "WithdrawFromPool",
]
