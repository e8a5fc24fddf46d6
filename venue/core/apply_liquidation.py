"""What liquidation events do to the state: positions change hands, shortfalls are booked."""

from venue.core import events as ev
from venue.core.apply_orders import move_position
from venue.core.commands import MarginMode
from venue.core.state import INSURANCE, Breach, Liquidation, State, hold, touch
from venue.core.timers import Timer


def breaches_found(state: State, event: ev.BreachesFound) -> None:
    for account, market, rank_e12 in event.units:
        unit = (account, market)
        state.breaches[unit] = Breach(event.at_ns, rank_e12)
        state.timers.set_step(event.at_ns, rank_e12, unit)


def breach_healed(state: State, event: ev.BreachHealed) -> None:
    del state.breaches[(event.account, event.market)]


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


def liquidation_deferred(state: State, event: ev.LiquidationDeferred) -> None:
    unit = (event.account, event.market)
    liquidation = state.liquidations[unit]
    liquidation.why = event.why
    liquidation.until_ns = event.until_ns
    state.timers.set_step(event.until_ns, liquidation.rank_e12, unit)


def closed_out(state: State, event: ev.ClosedOut) -> None:
    for unit in ((event.account, ""), (event.account, event.position_market)):
        liquidation = state.liquidations.get(unit)
        if liquidation is not None and liquidation.liquidation_id == event.liquidation_id:
            attempts = liquidation.attempts
            attempts[event.position_market] = attempts.get(event.position_market, 0) + 1
    market = state.markets[event.position_market]
    market.throttle_at_ns = event.throttle_at_ns
    market.throttle_micros = event.throttle_micros


def taken_over(state: State, event: ev.TakenOver) -> None:
    market = state.markets[event.position_market]
    hold(state, state.accounts[INSURANCE], event.position_market)
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
        state.accounts[INSURANCE],
        event.size_lots,
        cost_micros,
        event.fund_realised_micros,
        fee_micros=0,
    )
    if (
        market.next_unwind_ns is None
        and state.accounts[INSURANCE].holdings[event.position_market].size_lots
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
    """The account is made whole: what it lacks comes from the fund, the rest stands."""
    account = state.accounts[event.account]
    made_whole_micros = event.insurance_micros + event.bad_debt_micros
    state.accounts[INSURANCE].balance_micros -= event.insurance_micros
    state.ledger.bad_debt_micros -= event.bad_debt_micros
    if event.market:
        account.holdings[event.market].isolated_micros += made_whole_micros
    else:
        account.balance_micros += made_whole_micros
    touch(state, account, event.market)


def liquidation_ended(state: State, event: ev.LiquidationEnded) -> None:
    del state.liquidations[(event.account, event.market)]
    if event.market:  # What is left of a closed isolated position's margin goes back.
        account = state.accounts[event.account]
        holding = account.holdings[event.market]
        if holding.size_lots == 0 and holding.mode is MarginMode.ISOLATED:
            account.balance_micros += holding.isolated_micros
            holding.isolated_micros = 0
            touch(state, account, "")


def fund_unwound(state: State, event: ev.FundUnwound) -> None:
    market = state.markets[event.market]
    if state.accounts[INSURANCE].holdings[event.market].size_lots:
        market.next_unwind_ns = event.at_ns + market.rules.backstop.unwind_interval_ns
        state.timers.set(market.next_unwind_ns, Timer.UNWIND_FUND, (event.market,))
    else:
        market.next_unwind_ns = None
