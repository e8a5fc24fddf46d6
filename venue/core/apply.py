"""Events change the state here, and nowhere else: one small function an event.

``emit`` applies an event and records it; ``apply`` alone rebuilds a state from recorded ones.
Nothing here decides or refuses: a handler has checked everything before it emits.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from venue.core import events as ev
from venue.core.apply_accounts import (
    account_opened,
    account_reset,
    cancel_all_after_set,
    cancel_on_disconnect_set,
    connection_lost,
    deposited,
    isolated_margin_moved,
    leverage_set,
    provider_set,
    requests_counted,
)
from venue.core.apply_corporate import (
    action_announced,
    action_step_taken,
    action_withdrawn,
    average_began,
    dividend_paid,
    funding_interval_changed,
    index_adjusted,
    mark_held_near,
    market_split,
    order_rescaled,
    position_rescaled,
    prints_driven,
    prints_lowered,
    prints_split,
    source_counted,
    trigger_rescaled,
    underlying_split,
)
from venue.core.apply_forced import (
    forced_close_deferred,
    forced_close_ended,
    forced_closes_found,
    forced_closes_worked,
)
from venue.core.apply_halts import (
    bounds_moved,
    call_extended,
    call_scheduled,
    limit_state_changed,
    position_settled,
    reducing_only,
    trading_interrupted,
)
from venue.core.apply_liquidation import (
    breach_healed,
    breaches_found,
    closed_out,
    deleveraged,
    fund_filled,
    fund_unwound,
    liquidation_deferred,
    liquidation_ended,
    liquidation_fee_paid,
    liquidation_started,
    loss_shared,
    shortfall_paid,
    taken_over,
)
from venue.core.apply_makers import bond_moved, makers_judged, quotes_sampled
from venue.core.apply_orders import (
    order_accepted,
    order_amended,
    order_cancelled,
    order_reduced,
    order_rested,
    traded,
    trigger_cancelled,
    trigger_fired,
    trigger_placed,
    trigger_woken,
)
from venue.core.apply_plans import (
    delay_ended,
    order_delayed,
    plan_ended,
    scale_placed,
    twap_placed,
    twap_worked,
)
from venue.core.apply_pool import (
    pool_epoch_ended,
    pool_opened,
    pool_request_ended,
    pool_requested,
    vault_seeded,
)
from venue.core.apply_prices import (
    auction_uncrossed,
    downtime_recorded,
    fee_day_began,
    funding_owed,
    funding_settled,
    index_updated,
    mark_skipped,
    mark_updated,
    market_listed,
    phase_changed,
    premium_sampled,
    pricing_changed,
    print_judged,
    reopen_changed,
    session_changed,
    session_closing,
    underlying_priced,
    validity_changed,
)
from venue.core.apply_vaults import (
    collateral_moved,
    minted,
    vault_covered,
    vault_liquidated,
    vault_opened,
    vault_units_split,
)
from venue.core.renaming import market_renamed
from venue.core.state import State


def nothing(state: State, event: Any) -> None:
    """An event that only tells."""


def time_passed(state: State, event: ev.TimePassed) -> None:
    state.now_ns = event.at_ns


APPLY: dict[type[ev.Event], Callable[[State, Any], None]] = {
    ev.TimePassed: time_passed,
    ev.Rejected: nothing,
    ev.DuplicateAnswered: nothing,
    ev.OrderAccepted: order_accepted,
    ev.Traded: traded,
    ev.OrderRested: order_rested,
    ev.OrderReduced: order_reduced,
    ev.OrderCancelled: order_cancelled,
    ev.OrderAmended: order_amended,
    ev.TriggerPlaced: trigger_placed,
    ev.TriggerWoken: trigger_woken,
    ev.TriggerFired: trigger_fired,
    ev.TriggerCancelled: trigger_cancelled,
    ev.OrderDelayed: order_delayed,
    ev.DelayEnded: delay_ended,
    ev.TwapPlaced: twap_placed,
    ev.TwapWorked: twap_worked,
    ev.PlanEnded: plan_ended,
    ev.ScalePlaced: scale_placed,
    ev.CancelAllAfterSet: cancel_all_after_set,
    ev.CancelOnDisconnectSet: cancel_on_disconnect_set,
    ev.ConnectionLost: connection_lost,
    ev.AccountOpened: account_opened,
    ev.Deposited: deposited,
    ev.AccountReset: account_reset,
    ev.LeverageSet: leverage_set,
    ev.IsolatedMarginMoved: isolated_margin_moved,
    ev.PrintJudged: print_judged,
    ev.IndexUpdated: index_updated,
    ev.UnderlyingPriced: underlying_priced,
    ev.PricingChanged: pricing_changed,
    ev.ValidityChanged: validity_changed,
    ev.ReopenChanged: reopen_changed,
    ev.MarkUpdated: mark_updated,
    ev.MarkSkipped: mark_skipped,
    ev.PremiumSampled: premium_sampled,
    ev.FundingSettled: funding_settled,
    ev.SessionChanged: session_changed,
    ev.PhaseChanged: phase_changed,
    ev.BoundsMoved: bounds_moved,
    ev.LimitStateChanged: limit_state_changed,
    ev.TradingInterrupted: trading_interrupted,
    ev.CallScheduled: call_scheduled,
    ev.CallExtended: call_extended,
    ev.ReducingOnly: reducing_only,
    ev.PositionSettled: position_settled,
    ev.AuctionUncrossed: auction_uncrossed,
    ev.DowntimeRecorded: downtime_recorded,
    ev.BreachesFound: breaches_found,
    ev.BreachHealed: breach_healed,
    ev.LiquidationStarted: liquidation_started,
    ev.LiquidationDeferred: liquidation_deferred,
    ev.ClosedOut: closed_out,
    ev.TakenOver: taken_over,
    ev.Deleveraged: deleveraged,
    ev.ShortfallPaid: shortfall_paid,
    ev.LiquidationFeePaid: liquidation_fee_paid,
    ev.LossShared: loss_shared,
    ev.ProviderSet: provider_set,
    ev.BondMoved: bond_moved,
    ev.QuotesSampled: quotes_sampled,
    ev.MakersJudged: makers_judged,
    ev.PoolOpened: pool_opened,
    ev.PoolRequested: pool_requested,
    ev.PoolRequestEnded: pool_request_ended,
    ev.PoolEpochEnded: pool_epoch_ended,
    ev.VaultSeeded: vault_seeded,
    ev.PoolPositionClosed: nothing,
    ev.VaultOpened: vault_opened,
    ev.CollateralMoved: collateral_moved,
    ev.Minted: minted,
    ev.VaultLiquidated: vault_liquidated,
    ev.VaultCovered: vault_covered,
    ev.VaultUnitsSplit: vault_units_split,
    ev.UnderlyingSplit: underlying_split,
    ev.PrintsSplit: prints_split,
    ev.SourceCounted: source_counted,
    ev.LiquidationEnded: liquidation_ended,
    ev.FundUnwound: fund_unwound,
    ev.FundFilled: fund_filled,
    ev.SessionClosing: session_closing,
    ev.ForcedClosesFound: forced_closes_found,
    ev.ForcedCloseDeferred: forced_close_deferred,
    ev.ForcedCloseEnded: forced_close_ended,
    ev.ForcedClosesWorked: forced_closes_worked,
    ev.ActionAnnounced: action_announced,
    ev.ActionWithdrawn: action_withdrawn,
    ev.ActionStepTaken: action_step_taken,
    ev.MarketSplit: market_split,
    ev.PositionRescaled: position_rescaled,
    ev.OrderRescaled: order_rescaled,
    ev.TriggerRescaled: trigger_rescaled,
    ev.IndexAdjusted: index_adjusted,
    ev.DividendPaid: dividend_paid,
    ev.FundingIntervalChanged: funding_interval_changed,
    ev.MarkHeldNear: mark_held_near,
    ev.AverageBegan: average_began,
    ev.MarketRenamed: market_renamed,
    ev.FeeDayBegan: fee_day_began,
    ev.RequestsCounted: requests_counted,
    ev.FundingOwed: funding_owed,
    ev.PrintsDriven: prints_driven,
    ev.PrintsLowered: prints_lowered,
    ev.MarketListed: market_listed,
}


def apply(state: State, event: ev.Event) -> None:
    """Change the state by one event."""
    APPLY[type(event)](state, event)


def emit(state: State, event: ev.Event) -> None:
    """Change the state by one event, and record it among those of the command in hand."""
    APPLY[type(event)](state, event)
    state.out.append(event)


def pack_memory(memory: object) -> bytes:
    """Return a rule's memory as JSON bytes, whatever the size of its numbers."""
    return msgspec.json.encode(memory)
