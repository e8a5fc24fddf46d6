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
)
from venue.core.apply_liquidation import (
    breach_healed,
    breaches_found,
    closed_out,
    deleveraged,
    fund_unwound,
    liquidation_deferred,
    liquidation_ended,
    liquidation_started,
    shortfall_paid,
    taken_over,
)
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
from venue.core.apply_prices import (
    auction_uncrossed,
    downtime_recorded,
    funding_settled,
    index_updated,
    mark_skipped,
    mark_updated,
    market_listed,
    phase_changed,
    premium_sampled,
    pricing_changed,
    print_judged,
    session_changed,
)
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
    ev.PricingChanged: pricing_changed,
    ev.MarkUpdated: mark_updated,
    ev.MarkSkipped: mark_skipped,
    ev.PremiumSampled: premium_sampled,
    ev.FundingSettled: funding_settled,
    ev.SessionChanged: session_changed,
    ev.PhaseChanged: phase_changed,
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
    ev.LiquidationEnded: liquidation_ended,
    ev.FundUnwound: fund_unwound,
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
