"""Corporate actions are announced, and called off: what they do stands in ``core/corporate.py``."""

from venue.core import events as ev
from venue.core.apply import emit
from venue.core.commands import (
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
from venue.core.handlers.corporate_steps import can_merge, can_split, withdraw
from venue.core.handlers.refusing import reject
from venue.core.market import Market
from venue.core.phases import Phase
from venue.core.rejects import Reason
from venue.core.rescaling import NewUnits
from venue.core.source_units import together
from venue.core.state import State
from venue.core.timetables import timetable
from venue.core.units import NS_PER_DAY

# So many actions may be announced of one market; neither part of a split's ratio is larger.
ACTIONS_MAX = 16
RATIO_MAX = 10_000
LEAD_NS_MAX = 30 * NS_PER_DAY
# A million dollars a unit: above every price that a listing may name.
CASH_NANOS_MAX = 10**15


def announce_action(state: State, command: AnnounceAction) -> None:
    """Take note of an action and its timetable; steps that are due are taken at once."""
    market = state.markets.get(command.market)
    if market is None:
        reject(state, command, Reason.UNKNOWN_MARKET)
        return
    if market.phase is Phase.DELISTED:
        reject(state, command, Reason.MARKET_NOT_TRADING)
        return
    if command.effective_ns and command.effective_ns < state.now_ns:
        reject(state, command, Reason.TIME_PASSED, now_ns=state.now_ns)
        return
    action = command.action
    if isinstance(action, Merger):
        reason = _merger_fault(state, market, action)
    else:
        reason = _fault(state, market, action)
    if reason is not None:
        reject(state, command, reason)
        return
    at_ns = command.effective_ns or state.now_ns
    emit(
        state,
        ev.ActionAnnounced(
            command.market,
            state.seq,
            action,
            at_ns,
            timetable(market, action, at_ns),
        ),
    )


def _merger_fault(state: State, market: Market, action: Merger) -> Reason | None:
    """Say why a merger cannot be announced, if it cannot."""
    n, d = action.numerator, action.denominator
    fits = (
        len(market.actions) < ACTIONS_MAX
        and 1 <= n <= RATIO_MAX
        and 1 <= d <= RATIO_MAX
        and 0 <= action.cash_nanos <= CASH_NANOS_MAX
        and 0 <= action.halt_ns <= LEAD_NS_MAX
        and 0 <= action.reduce_ns <= LEAD_NS_MAX
        and len(action.to) <= 16
        and action.underlying != ""
        and action.to != market.spec.market
        and can_merge(state, market, action)
    )
    return None if fits else Reason.ACTION_UNFIT


def _fault(state: State, market: Market, action: CorporateAction) -> Reason | None:
    contract = market.rules.contract
    if len(market.actions) >= ACTIONS_MAX:
        return Reason.ACTION_UNFIT
    # Vaults stand under their market's name and outlive its calls: of actions they know splits.
    if contract.vaults is not None and not isinstance(action, Split):
        return Reason.ACTION_UNFIT
    if isinstance(action, Rename):
        if not 1 <= len(action.to) <= 16 or action.underlying == "":
            return Reason.ACTION_UNFIT
        taken = action.to in state.markets or action.to in state.renamed
        return Reason.MARKET_EXISTS if taken else None
    fits = True
    if isinstance(action, Split):
        n, d = action.numerator, action.denominator
        fits = (
            1 <= n <= RATIO_MAX
            and 1 <= d <= RATIO_MAX
            and n != d
            and 0 <= action.halt_ns <= LEAD_NS_MAX
            and can_split(market, NewUnits(n, d))
        )
    elif isinstance(action, Dividend):
        index_nanos = market.index_nanos
        fits = (
            contract.is_linear and index_nanos is not None and 0 < action.amount_nanos < index_nanos
        )
    elif isinstance(action, Delisting):
        fits = 0 <= action.reduce_ns <= LEAD_NS_MAX and 0 <= action.average_ns <= LEAD_NS_MAX
    return None if fits else Reason.ACTION_UNFIT


def count_source(state: State, command: CountSource) -> None:
    """Let the prints of a source count as an operator says, and be asked again unless right."""
    market = state.markets.get(command.market)
    if market is None:
        reject(state, command, Reason.UNKNOWN_MARKET)
        return
    feed = market.feeds.get(command.source)
    if feed is None:
        reject(state, command, Reason.UNKNOWN_SOURCE)
        return
    n, d = command.numerator, command.denominator
    after = None
    if 1 <= n <= RATIO_MAX and 1 <= d <= RATIO_MAX:
        after = together(feed.units_new, feed.units_old, NewUnits(n, d))
    if after is None:
        reject(state, command, Reason.ACTION_UNFIT)
        return
    emit(state, ev.SourceCounted(command.market, command.source, n == d, *after))


def withdraw_action(state: State, command: WithdrawAction) -> None:
    """Call off what is left of an action; what it has begun to hold back is let go."""
    market = state.markets.get(command.market)
    if market is None:
        reject(state, command, Reason.UNKNOWN_MARKET)
        return
    for announced in market.actions:
        if announced.action_id == command.action_id:
            withdraw(state, market, announced, "asked")
            return
    reject(state, command, Reason.UNKNOWN_ACTION)
