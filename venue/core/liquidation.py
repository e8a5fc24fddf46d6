"""Below maintenance: close-out on the book, then backstop, then insurance, then last resort.

A unit (an account's cross positions, or one isolated position) is looked at on every mark, fill
and withdrawal. Its liquidation is a record that ends; each step of it is a timer:

1. Its orders are cancelled. Healthy again: over.
2. Each position sends the close-out order that the rule asks for, never worse than its bankruptcy
   price, so the book alone makes no shortfall.
3. Below the backstop's threshold the insurance fund takes the rest over, if it stays above its
   own maintenance and floor.
4. Equity below zero and no backstop: the fund pays what it can spare, and opposite winners are
   deleveraged for the rest (``adl.py``). What nobody can pay stands as bad debt.
5. Otherwise it waits for its cool-down, on record.
"""

from venue.core import events as ev
from venue.core.adl import deleverage, fund_spare_micros
from venue.core.apply import emit
from venue.core.breaches import rank_e12
from venue.core.closeout import (
    cancel_unit_orders,
    closeout_answer,
    limit_ticks,
    send_ioc,
    throttle,
)
from venue.core.commands import MarginMode
from venue.core.events import LiquidationOutcome, LiquidationWhy
from venue.core.margin import UnitMargin, unit_figures, unit_holdings, unit_margin
from venue.core.matching import cancel, reducible_lots
from venue.core.phases import Phase
from venue.core.policies import BackstopInputs
from venue.core.position import realised_micros
from venue.core.rejects import Cause
from venue.core.state import (
    INSURANCE,
    Account,
    Holding,
    Liquidation,
    State,
    Unit,
)
from venue.core.units import E4, NS_PER_SECOND

ISOLATED = MarginMode.ISOLATED

# How long a liquidation waits when neither book, fund nor counterparties could act, and how often
# a halted market is looked at again.
RETRY_NS = 30 * NS_PER_SECOND


def check_touched(state: State) -> None:
    """After trades: cancel what can no longer reduce, and liquidate who is below maintenance."""
    while state.touched:
        touched = list(state.touched)
        state.touched.clear()
        for account_id, name in touched:
            if account_id == INSURANCE:
                continue
            account = state.accounts[account_id]
            holding = account.holdings[name]
            if holding.reducing:
                _cancel_idle_reducers(state, account, holding)
            if not holding.size_lots and account.triggers:
                _cancel_position_triggers(state, account, name)
            if holding.mode is ISOLATED:  # Its margin came out of the cross balance.
                check_unit(state, (account_id, name))
                check_unit(state, account.cross_unit)
            elif account.headroom_version != state.marks_version or account.headroom_micros < 0:
                check_unit(state, account.cross_unit)
            # Otherwise initial margin is covered, so maintenance is.


def _cancel_idle_reducers(state: State, account: Account, holding: Holding) -> None:
    for _, order in sorted(account.orders.items()):
        if (
            order.reduce_only
            and order.market == holding.market
            and not reducible_lots(holding, is_buy=order.is_buy)
        ):
            cancel(state, order, Cause.REDUCE_ONLY)


def _cancel_position_triggers(state: State, account: Account, market: str) -> None:
    for order_id, trigger in sorted(account.triggers.items()):
        placed = trigger.placed
        if placed.market == market and placed.reduce_only and trigger.awake:
            emit(
                state,
                ev.TriggerCancelled(order_id, account.account, market, Cause.POSITION_CLOSED),
            )


def check_unit(state: State, unit: Unit) -> None:
    """Open a liquidation if a unit is below maintenance and has none."""
    if unit in state.liquidations or unit in state.breaches:
        return
    equity_micros, maintenance = unit_figures(state, state.accounts[unit[0]], unit[1])
    if equity_micros * E4 < maintenance:
        _start(state, unit, UnitMargin(equity_micros, maintenance))


def _start(state: State, unit: Unit, margin: UnitMargin) -> None:
    account = state.accounts[unit[0]]
    emit(
        state,
        ev.LiquidationStarted(
            state.next_liquidation_id,
            unit[0],
            unit[1],
            state.now_ns,
            margin.equity_micros,
            margin.maintenance_e4,
            rank_e12(margin),
            tuple(
                (holding.market, state.markets[holding.market].mark_micros)
                for holding in unit_holdings(account, unit[1])
            ),
        ),
    )


def step(state: State, unit: Unit) -> None:
    """Take one liquidation one step further, to its end or to its next wait."""
    account = state.accounts[unit[0]]
    margin = unit_margin(state, account, unit[1])
    liquidation = state.liquidations.get(unit)
    if liquidation is None:
        if unit not in state.breaches:
            return
        if not margin.is_below:
            emit(state, ev.BreachHealed(unit[0], unit[1]))
            return
        _start(state, unit, margin)
        liquidation = state.liquidations[unit]
    if liquidation.until_ns > state.now_ns:
        return
    if not margin.is_below:
        _end(state, liquidation, LiquidationOutcome.HEALTHY)
        return
    cancel_unit_orders(state, account, unit[1])
    wait = _must_wait(state, account, unit)
    if wait is not None:
        _defer(state, liquidation, *wait)
        return

    cooldown_ns, throttled = _close_out(state, account, liquidation)
    margin = unit_margin(state, account, unit[1])
    holdings = unit_holdings(account, unit[1])
    if not margin.is_below:
        outcome = LiquidationOutcome.HEALTHY if holdings else LiquidationOutcome.CLOSED_OUT
        _end(state, liquidation, outcome)
        return
    if not holdings:
        _settle_shortfall(state, liquidation, margin.equity_micros)
        _end(state, liquidation, LiquidationOutcome.CLOSED_OUT)
        return
    _after_book(state, account, liquidation, margin, holdings, cooldown_ns, throttled)
    state.touched.pop((unit[0], unit[1]), None)


def _after_book(
    state: State,
    account: Account,
    liquidation: Liquidation,
    margin: UnitMargin,
    holdings: list[Holding],
    cooldown_ns: int,
    throttled: bool,
) -> None:
    """The book did not suffice: backstop, last resort, or wait."""
    backstop = state.markets[holdings[0].market].rules.backstop
    seen = BackstopInputs(
        margin.equity_micros, -(-margin.maintenance_e4 // E4), *fund_after(state, margin, holdings)
    )
    if backstop.due(seen) and backstop.takes_over(seen):
        for holding in holdings:
            take_over(state, account, liquidation, holding)
        _settle_shortfall(
            state, liquidation, unit_margin(state, account, liquidation.market).equity_micros
        )
        _end(state, liquidation, LiquidationOutcome.TAKEN_OVER)
    elif margin.equity_micros < 0:
        spare = min(fund_spare_micros(state, backstop.floor_micros), -margin.equity_micros)
        if spare > 0:
            _pay(state, liquidation, spare, 0)
        for holding in deleverage(state, account, liquidation, holdings):
            take_over(state, account, liquidation, holding)
        _settle_shortfall(
            state, liquidation, unit_margin(state, account, liquidation.market).equity_micros
        )
        _end(state, liquidation, LiquidationOutcome.DELEVERAGED)
    elif throttled:
        _defer(state, liquidation, LiquidationWhy.THROTTLE, state.now_ns + NS_PER_SECOND)
    elif cooldown_ns:
        _defer(state, liquidation, LiquidationWhy.COOL_DOWN, state.now_ns + cooldown_ns)
    else:
        _defer(state, liquidation, LiquidationWhy.NO_TAKER, state.now_ns + RETRY_NS)


def fund_after(state: State, margin: UnitMargin, holdings: list[Holding]) -> tuple[int, int]:
    """Return the fund's equity and maintenance if it took a unit over, margin and all."""
    fund = state.accounts[INSURANCE]
    now = unit_margin(state, fund, "")
    maintenance_e4 = now.maintenance_e4
    for holding in holdings:
        market = state.markets[holding.market]
        has = fund.holdings.get(holding.market)
        held = has.size_lots if has is not None else 0
        mark = market.mark_micros
        maintenance_e4 += market.tiers.maintenance_e4(
            abs(held + holding.size_lots) * mark
        ) - market.tiers.maintenance_e4(abs(held) * mark)
    return now.equity_micros + margin.equity_micros, -(-maintenance_e4 // E4)


def take_over(state: State, account: Account, liquidation: Liquidation, holding: Holding) -> None:
    """Let the insurance fund have a position at the mark."""
    market = state.markets[holding.market]
    fund = state.accounts[INSURANCE].holdings.get(holding.market)
    size = holding.size_lots
    emit(
        state,
        ev.TakenOver(
            liquidation.liquidation_id,
            account.account,
            holding.market,
            size,
            market.mark_micros,
            realised_micros(
                size_lots=size,
                entry_micros=holding.entry_micros,
                delta_lots=-size,
                price_micros=market.mark_micros,
            ),
            realised_micros(
                size_lots=fund.size_lots if fund is not None else 0,
                entry_micros=fund.entry_micros if fund is not None else 0,
                delta_lots=size,
                price_micros=market.mark_micros,
            ),
        ),
    )


def _settle_shortfall(state: State, liquidation: Liquidation, equity_micros: int) -> None:
    """A unit without positions: what is left goes to the fund, what lacks comes from it.

    The fund pays down to its floor; the rest stands as bad debt. Only a unit that the fund took
    over, or that is in debt, settles here: what a closed-out account has left is its own.
    """
    if equity_micros >= 0:
        if equity_micros:
            _pay(state, liquidation, -equity_micros, 0)
        return
    floor = min(market.rules.backstop.floor_micros for market in state.markets.values())
    spare = max(0, state.accounts[INSURANCE].balance_micros - floor)
    paid = min(spare, -equity_micros)
    _pay(state, liquidation, paid, -equity_micros - paid)


def _pay(state: State, liquidation: Liquidation, insurance: int, bad_debt: int) -> None:
    emit(
        state,
        ev.ShortfallPaid(
            liquidation.liquidation_id,
            liquidation.account,
            liquidation.market,
            insurance,
            bad_debt,
        ),
    )


def _must_wait(state: State, account: Account, unit: Unit) -> tuple[LiquidationWhy, int] | None:
    for holding in unit_holdings(account, unit[1]):
        market = state.markets[holding.market]
        if market.phase is Phase.AUCTION and market.phase_until_ns is not None:
            return LiquidationWhy.AUCTION, max(market.phase_until_ns, state.now_ns + 1)
        if market.phase is not Phase.CONTINUOUS:
            return LiquidationWhy.HALT, state.now_ns + RETRY_NS
    return None


def _close_out(state: State, account: Account, liquidation: Liquidation) -> tuple[int, bool]:
    """Send each position's close-out order; stop as soon as the unit is healthy.

    Returns the longest cool-down asked for, and whether the throttle held anything back.
    """
    cooldown_ns = 0
    throttled = False
    for holding in unit_holdings(account, liquidation.market):
        market = state.markets[holding.market]
        answer = closeout_answer(state, account, liquidation, holding)
        lots, used_micros = throttle(state, market, answer.lots)
        throttled = throttled or lots < answer.lots
        if not lots:
            continue
        cooldown_ns = max(cooldown_ns, answer.cooldown_ns)
        is_buy = holding.size_lots < 0
        ticks = limit_ticks(market, answer.limit_nanos, is_buy=is_buy)
        filled = send_ioc(state, market, account, is_buy=is_buy, lots=lots, limit_ticks=ticks)
        emit(
            state,
            ev.ClosedOut(
                liquidation.liquidation_id,
                account.account,
                holding.market,
                lots,
                filled,
                ticks,
                state.now_ns,
                used_micros + filled * market.mark_micros,
            ),
        )
        if not unit_margin(state, account, liquidation.market).is_below:
            break
    return cooldown_ns, throttled


def _defer(state: State, liquidation: Liquidation, why: LiquidationWhy, until_ns: int) -> None:
    emit(
        state,
        ev.LiquidationDeferred(
            liquidation.liquidation_id, liquidation.account, liquidation.market, why, until_ns
        ),
    )


def _end(state: State, liquidation: Liquidation, outcome: LiquidationOutcome) -> None:
    margin = unit_margin(state, state.accounts[liquidation.account], liquidation.market)
    emit(
        state,
        ev.LiquidationEnded(
            liquidation.liquidation_id,
            liquidation.account,
            liquidation.market,
            outcome,
            margin.equity_micros,
            margin.maintenance_e4,
        ),
    )
