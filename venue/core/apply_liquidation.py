"""What liquidation events do to the state: positions change hands, shortfalls are booked."""

from venue.core import events as ev
from venue.core.account import FIRST_ACCOUNT, INSURANCE, VAULT
from venue.core.apply_orders import move_position
from venue.core.apply_prices import unpack_memory
from venue.core.commands import MarginMode
from venue.core.deferrals import Breach, Liquidation, Search
from venue.core.events import LiquidationWhy
from venue.core.state import State, hold, pay, touch
from venue.core.sweep import Note
from venue.core.timers import Timer


def breaches_found(state: State, event: ev.BreachesFound) -> None:
    for account, market, rank_e12 in event.units:
        unit = (account, market)
        state.breaches[unit] = Breach(event.at_ns, rank_e12)
        state.timers.set_step(event.at_ns, rank_e12, unit)
        state.sweep.note(unit, Note.ON_RECORD)
    state.search = None
    if event.after is not None:
        state.search = Search(event.at_ns, *event.after)
        state.timers.set_search(event.at_ns, *event.after)


def breach_healed(state: State, event: ev.BreachHealed) -> None:
    unit = (event.account, event.market)
    del state.breaches[unit]
    state.sweep.note(unit, Note.FREE)


def liquidation_started(state: State, event: ev.LiquidationStarted) -> None:
    unit = (event.account, event.market)
    state.breaches.pop(unit, None)
    state.liquidations[unit] = Liquidation(
        liquidation_id=event.liquidation_id,
        account=event.account,
        market=event.market,
        started_ns=event.at_ns,
        equity_micros=event.equity_micros,
        maintenance_e4=event.maintenance_e4,
        rank_e12=event.rank_e12,
        until_ns=event.at_ns,
    )
    state.next_liquidation_id = event.liquidation_id + 1
    state.timers.set_step(event.at_ns, event.rank_e12, unit)
    state.sweep.note(unit, Note.ON_RECORD)


def liquidation_deferred(state: State, event: ev.LiquidationDeferred) -> None:
    unit = (event.account, event.market)
    liquidation = state.liquidations[unit]
    liquidation.why = event.why
    liquidation.until_ns = event.until_ns
    state.timers.set_step(event.until_ns, liquidation.rank_e12, unit)
    state.sweep.note(unit, note_of(event.why))


def note_of(why: LiquidationWhy | None) -> Note:
    """Return what the sweep keeps of a liquidation that waits for this."""
    return Note.COOLING if why is LiquidationWhy.COOL_DOWN else Note.ON_RECORD


def closed_out(state: State, event: ev.ClosedOut) -> None:
    for unit in ((event.account, ""), (event.account, event.position_market)):
        liquidation = state.liquidations.get(unit)
        if liquidation is not None and liquidation.liquidation_id == event.liquidation_id:
            attempts = liquidation.attempts
            attempts[event.position_market] = attempts.get(event.position_market, 0) + 1
            filled = liquidation.filled
            filled[event.position_market] = filled.get(event.position_market, 0) + event.filled_lots
    market = state.markets[event.position_market]
    market.throttle_at_ns = event.throttle_at_ns
    market.throttle_micros = event.throttle_micros
    if event.memory is not None:
        market.closeout_memory = unpack_memory(event.memory, market.closeout_memory)


def taken_over(state: State, event: ev.TakenOver) -> None:
    market = state.markets[event.position_market]
    taker = state.accounts[event.taker]
    hold(state, taker, event.position_market)
    cost_micros = event.size_lots * event.mark_micros
    move_position(
        state,
        market,
        state.accounts[event.account],
        -event.size_lots,
        -cost_micros,
        event.realised_micros,
        fee_micros=0,
    )
    move_position(
        state,
        market,
        taker,
        event.size_lots,
        cost_micros,
        event.fund_realised_micros,
        fee_micros=0,
    )
    if (
        VAULT <= event.taker < FIRST_ACCOUNT  # A pool sells nothing.
        and market.next_unwind_ns is None
        and taker.holdings[event.position_market].size_lots
    ):
        market.next_unwind_ns = state.now_ns + market.rules.backstop.unwind_interval_ns
        state.timers.set(market.next_unwind_ns, Timer.UNWIND_FUND, (event.position_market,))


def deleveraged(state: State, event: ev.Deleveraged) -> None:
    market = state.markets[event.position_market]
    move_position(
        state,
        market,
        state.accounts[event.account],
        -event.size_lots,
        -event.cash_micros,
        event.realised_micros,
        fee_micros=0,
    )
    move_position(
        state,
        market,
        state.accounts[event.counterparty],
        event.size_lots,
        event.cash_micros,
        event.counterparty_realised_micros,
        fee_micros=0,
    )


def shortfall_paid(state: State, event: ev.ShortfallPaid) -> None:
    """The account is made whole: what it lacks comes from fund or vault, the rest stands."""
    account = state.accounts[event.account]
    made_whole_micros = event.insurance_micros + event.bad_debt_micros
    state.accounts[event.payer].balance_micros -= event.insurance_micros
    state.ledger.bad_debt_micros -= event.bad_debt_micros
    if event.market:
        account.holdings[event.market].isolated_micros += made_whole_micros
    else:
        account.balance_micros += made_whole_micros
    touch(state, account, event.market)
    if event.insurance_micros > 0 and event.payer == INSURANCE:
        _claimed(state, event)


def _claimed(state: State, event: ev.ShortfallPaid) -> None:
    """Count what the insurance fund paid among the claims that its rule may cap."""
    liquidation = state.liquidations.get((event.account, event.market))
    if liquidation is not None:
        liquidation.claimed_micros += event.insurance_micros
    if event.drawn_market:
        market = state.markets[event.drawn_market]
        interval_ns = market.rules.backstop.draw_interval_ns
        if interval_ns and state.now_ns - market.drawn_since_ns >= interval_ns:
            market.drawn_micros = 0
            market.drawn_since_ns = state.now_ns
        market.drawn_micros += event.insurance_micros


def liquidation_fee_paid(state: State, event: ev.LiquidationFeePaid) -> None:
    state.accounts[INSURANCE].balance_micros += event.amount_micros - event.beyond_micros
    state.ledger.fees_micros += event.beyond_micros
    account = state.accounts[event.account]
    if event.market:
        account.holdings[event.market].isolated_micros -= event.amount_micros
    else:
        account.balance_micros -= event.amount_micros
    touch(state, account, event.market)


def loss_shared(state: State, event: ev.LossShared) -> None:
    """Money moves from each payer's position to the account that lacks it."""
    for payer_id, paid_micros in event.payments:
        pay(state, payer_id, event.position_market, paid_micros)
    account = state.accounts[event.account]
    if event.market:
        account.holdings[event.market].isolated_micros += event.loss_micros
    else:
        account.balance_micros += event.loss_micros
    touch(state, account, event.market)


def liquidation_ended(state: State, event: ev.LiquidationEnded) -> None:
    unit = (event.account, event.market)
    del state.liquidations[unit]
    state.sweep.note(unit, Note.FREE)
    if event.market:  # What is left of a closed isolated position's margin goes back.
        account = state.accounts[event.account]
        holding = account.holdings[event.market]
        if holding.size_lots == 0 and holding.mode is MarginMode.ISOLATED:
            account.balance_micros += holding.isolated_micros
            holding.isolated_micros = 0
            touch(state, account, "")


def fund_unwound(state: State, event: ev.FundUnwound) -> None:
    market = state.markets[event.market]
    if any(
        state.accounts[house].holdings[event.market].size_lots
        for house in (INSURANCE, VAULT)
        if house in state.accounts and event.market in state.accounts[house].holdings
    ):
        market.next_unwind_ns = event.at_ns + market.rules.backstop.unwind_interval_ns
        state.timers.set(market.next_unwind_ns, Timer.UNWIND_FUND, (event.market,))
    else:
        market.next_unwind_ns = None


def fund_filled(state: State, event: ev.FundFilled) -> None:
    state.ledger.fees_micros -= event.amount_micros
    state.accounts[INSURANCE].balance_micros += event.amount_micros
    state.markets[event.market].fees_micros = 0
