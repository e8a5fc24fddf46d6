"""Positions above the leverage that a session lets be held: closed on the book, by force.

The terms of a session may name a ``forced_leverage_max`` (Ostium: day trades at up to 100x, closed
at 15:45 in New York unless they are within the overnight cap). When such terms begin to hold, every
position whose notional is more than so many times its margin unit's equity is put on record; each
record ends: closed, within the cap, liquidated, or the session over. A position is closed whole,
at no worse than the listing's protection and its bankruptcy price, and tried again while the book
does not suffice. It costs no fee, and it is no liquidation: what is left is the trader's own.

Source: Ostium, venue-rules section 7 (``isDayTradingClosed``, ``overnightMaxLeverage``).
"""

from venue.core import events as ev
from venue.core.account import FIRST_ACCOUNT, Account, Holding
from venue.core.apply import emit
from venue.core.closeout import limit_ticks, send_system_order
from venue.core.commands import MarginMode
from venue.core.deferrals import ForcedClose
from venue.core.events import ForcedOutcome
from venue.core.liquidation import check_touched
from venue.core.margin import bankruptcy_nanos, unit_figures, unit_of
from venue.core.market import Market
from venue.core.phases import Phase
from venue.core.state import State
from venue.core.units import E4, NS_PER_MS, NS_PER_SECOND

# How many positions one run of the timer works off, and how soon the next follows.
BATCH_MAX = 16
NEXT_NS = 100 * NS_PER_MS
# How long a position waits that the book could not take.
RETRY_NS = 30 * NS_PER_SECOND


def begin_closing(state: State, market: Market) -> None:
    """The timer before a session's end: its closing terms hold, and with them what they force."""
    emit(state, ev.SessionClosing(market.spec.market, state.now_ns))
    find_forced(state, market)


def find_forced(state: State, market: Market) -> None:
    """Put every position above the terms' forced leverage on record."""
    leverage_max = market.terms.forced_leverage_max
    if leverage_max is None:
        return
    name = market.spec.market
    found = []
    for account_id in sorted(market.holders):
        if account_id < FIRST_ACCOUNT or (account_id, name) in state.forced:
            continue
        account = state.accounts[account_id]
        unit = unit_of(account, name)
        if unit in state.liquidations or unit in state.breaches:
            continue
        leverage_e4 = position_leverage_e4(state, account, market)
        if leverage_e4 > leverage_max * E4:
            found.append((account_id, leverage_e4))
    if found:
        emit(state, ev.ForcedClosesFound(name, state.now_ns, leverage_max, tuple(found)))


# More than any leverage: a position without equity.
LEVERAGE_E4_MAX = 1 << 40


def position_leverage_e4(state: State, account: Account, market: Market) -> int:
    """Return a position's notional over its margin unit's equity, in 1e-4, rounded up."""
    name = market.spec.market
    notional = abs(account.holdings[name].size_lots) * market.mark_micros
    equity, _ = unit_figures(state, account, unit_of(account, name)[1])
    if equity <= 0:
        return LEVERAGE_E4_MAX
    return min(LEVERAGE_E4_MAX, -(-notional * E4 // equity))


def work_forced(state: State, market: Market) -> None:
    """The timer of forced closes: work some off, and say when the next are due."""
    name = market.spec.market
    due = sorted(
        closed.account
        for (_, at), closed in state.forced.items()
        if at == name and closed.until_ns <= state.now_ns
    )
    for account_id in due[:BATCH_MAX]:
        _work_one(state, market, state.forced[account_id, name])
        if state.touched:
            check_touched(state)
    left = [closed.until_ns for (_, at), closed in state.forced.items() if at == name]
    next_ns = max(min(left), state.now_ns + NEXT_NS) if left else None
    emit(state, ev.ForcedClosesWorked(name, next_ns))


def _work_one(state: State, market: Market, closed: ForcedClose) -> None:
    account = state.accounts[closed.account]
    holding = account.holdings[closed.market]
    outcome = _over(state, account, market, holding, closed)
    if outcome is None and market.phase is Phase.CONTINUOUS and not market.terms.is_closed:
        _send(state, account, market, holding)
        if not holding.size_lots:
            outcome = ForcedOutcome.CLOSED
    if outcome is None:
        until_ns = state.now_ns + RETRY_NS
        if market.phase is Phase.AUCTION and market.phase_until_ns is not None:
            until_ns = max(market.phase_until_ns, state.now_ns + NEXT_NS)
        emit(state, ev.ForcedCloseDeferred(closed.account, closed.market, until_ns))
        return
    if not holding.size_lots and holding.mode is MarginMode.ISOLATED and holding.isolated_micros:
        emit(
            state,
            ev.IsolatedMarginMoved(closed.account, closed.market, -holding.isolated_micros),
        )
    emit(state, ev.ForcedCloseEnded(closed.account, closed.market, outcome))


def _over(
    state: State, account: Account, market: Market, holding: Holding, closed: ForcedClose
) -> ForcedOutcome | None:
    """Say how a forced close is over, or ``None`` when the position must still be closed."""
    if not holding.size_lots:
        return ForcedOutcome.CLOSED
    unit = unit_of(account, closed.market)
    if unit in state.liquidations or unit in state.breaches:
        return ForcedOutcome.LIQUIDATED
    leverage_max = market.terms.forced_leverage_max
    if leverage_max is None:
        return ForcedOutcome.SESSION_OVER
    if position_leverage_e4(state, account, market) <= leverage_max * E4:
        return ForcedOutcome.WITHIN_LIMIT
    return None


def _send(state: State, account: Account, market: Market, holding: Holding) -> None:
    """Send the whole position to the book, no worse than protection and bankruptcy price."""
    assert market.mark_nanos is not None, "a position has a mark"
    is_buy = holding.size_lots < 0
    protection_e4 = market.spec.limits.protection_e4
    bankrupt = bankruptcy_nanos(state, account, holding.market)
    if is_buy:
        limit = min(market.mark_nanos * (E4 + protection_e4) // E4, bankrupt)
    else:
        limit = max(-(-market.mark_nanos * (E4 - protection_e4) // E4), bankrupt)
    send_system_order(
        state,
        market,
        account,
        is_buy=is_buy,
        lots=abs(holding.size_lots),
        limit_ticks=limit_ticks(market, limit, is_buy=is_buy),
    )
