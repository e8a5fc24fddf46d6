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
from venue.core.book import Order
from venue.core.commands import MarginMode, PlaceOrder, Side, TimeInForce
from venue.core.events import LiquidationOutcome, LiquidationWhy
from venue.core.margin import UnitMargin, unit_figures, unit_holdings, unit_margin, unit_of
from venue.core.matching import cancel, match, reducible_lots
from venue.core.phases import Phase
from venue.core.policies import BackstopInputs, CloseoutAnswer, CloseoutInputs
from venue.core.position import realised_micros
from venue.core.rejects import Cause
from venue.core.state import (
    INSURANCE,
    Account,
    Holding,
    Liquidation,
    Market,
    State,
    Unit,
    source_of,
)
from venue.core.sweep import Reading
from venue.core.units import E4, E12, NS_PER_SECOND, div_floor

ISOLATED = MarginMode.ISOLATED

# How long a liquidation waits when neither book, fund nor counterparties could act, and how often
# a halted market is looked at again.
RETRY_NS = 30 * NS_PER_SECOND
# A rank below every ratio: equity under zero with nothing to maintain.
RANK_LAST_E12 = -(1 << 62)


def read_unit(state: State, unit: Unit) -> Reading | None:
    """Read a unit for the sweep; ``None`` when it has neither position nor debt."""
    account = state.accounts[unit[0]]
    holdings = unit_holdings(account, unit[1]) if not unit[1] or unit[1] in account.holdings else []
    if not holdings:
        balance = account.balance_micros
        return None if unit[1] or balance >= 0 else Reading(balance * E4, {})
    equity_micros, maintenance = unit_figures(state, account, unit[1])
    return Reading(
        equity_micros * E4 - maintenance,
        {holding.market: holding.size_lots for holding in holdings},
    )


def rank_e12(margin: UnitMargin) -> int:
    """Return equity in 1e-12 of maintenance, rounded down: the lower, the sooner."""
    if not margin.maintenance_e4:
        return RANK_LAST_E12
    ratio = div_floor(margin.equity_micros * E4 * E12, margin.maintenance_e4)
    return max(RANK_LAST_E12, ratio)


def refresh_sweep(state: State) -> None:
    """Read dirty units anew; to be done before a mark moves."""
    dirty = [unit for unit in state.dirty if unit[0] != INSURANCE]
    state.dirty.clear()
    if dirty:
        state.sweep.refresh(sorted(dirty), lambda unit: read_unit(state, unit))


def find_breaches(state: State, market: Market) -> None:
    """After a mark has moved: put every unit that it took below maintenance on record."""
    below = state.sweep.move_mark(
        market.spec.market, market.mark_micros, lambda unit: read_unit(state, unit)
    )
    found = []
    for unit in below:
        if unit in state.liquidations or unit in state.breaches:
            continue
        margin = unit_margin(state, state.accounts[unit[0]], unit[1])
        found.append((unit[0], unit[1], rank_e12(margin)))
    if found:
        found.sort(key=lambda entry: (entry[2], entry[0], entry[1]))
        emit(state, ev.BreachesFound(state.now_ns, tuple(found)))


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


def closeout_answer(
    state: State, account: Account, liquidation: Liquidation, holding: Holding
) -> CloseoutAnswer:
    """Ask the rule how much of a position goes to the book now, and at what limit."""
    market = state.markets[holding.market]
    source = source_of(state, market)
    assert market.mark_nanos is not None, "a position has a mark"
    return market.rules.closeout.closeout(
        CloseoutInputs(
            size_lots=holding.size_lots,
            mark_nanos=market.mark_nanos,
            notional_micros=abs(holding.size_lots) * market.mark_micros,
            bankruptcy_nanos=bankruptcy_nanos(state, account, holding.market),
            attempts=liquidation.attempts.get(holding.market, 0),
            session=source.session,
        )
    )


def equity_share_micros(state: State, account: Account, market_name: str) -> int:
    """Return a position's share of its unit's equity, by maintenance margin; rounds down.

    The shares of a unit add up to its equity or, by less than a micro-dollar a position, less.
    """
    unit_market = unit_of(account, market_name)[1]
    margin = unit_margin(state, account, unit_market)
    market = state.markets[market_name]
    own_e4 = market.tiers.maintenance_e4(
        abs(account.holdings[market_name].size_lots) * market.mark_micros
    )
    return div_floor(margin.equity_micros * own_e4, margin.maintenance_e4)


def bankruptcy_nanos(state: State, account: Account, market_name: str) -> int:
    """Return the price at which closing a position uses up its share of equity.

    mark − share / size; rounded against the taker of it, so that no fill at or better than it
    leaves the account below zero: up for a long, down for a short.
    """
    market = state.markets[market_name]
    size = account.holdings[market_name].size_lots
    share = equity_share_micros(state, account, market_name)
    numerator = (size * market.mark_micros - share) * E12
    denominator = size * market.spec.units.lot_e9
    if size > 0:
        return max(0, -(-numerator // denominator))
    return max(0, numerator // denominator)


def limit_ticks(market: Market, limit_nanos: int, *, is_buy: bool) -> int:
    """Return a price in ticks that is no worse than a limit, and legal."""
    units = market.spec.units
    ticks = units.ticks_floor(limit_nanos) if is_buy else units.ticks_ceil(limit_nanos)
    return max(1, min(ticks, market.spec.limits.price_max_ticks))


def throttle(state: State, market: Market, lots: int) -> tuple[int, int]:
    """Return how many lots the session's throttle lets through, and what was used before.

    The allowance of a second is refilled evenly and holds at most one second's worth; one lot
    always passes when the allowance is whole.
    """
    rate = market.terms.closeout_micros_per_second
    if rate is None:
        return lots, 0
    elapsed = state.now_ns - market.throttle_at_ns
    used = max(0, market.throttle_micros - rate * elapsed // NS_PER_SECOND)
    allowed = max(0, rate - used) // market.mark_micros
    if not used:
        allowed = max(1, allowed)
    return min(lots, allowed), used


def send_ioc(
    state: State,
    market: Market,
    account: Account,
    *,
    is_buy: bool,
    lots: int,
    limit_ticks: int,
    reduce_only: bool = True,
) -> int:
    """Send one of the venue's own orders, immediate or cancelled; return the lots it filled."""
    order = system_order(
        state,
        market,
        account,
        is_buy=is_buy,
        lots=lots,
        limit_ticks=limit_ticks,
        rests=False,
        reduce_only=reduce_only,
    )
    stopped = match(state, market, order)
    if order.remaining_lots:
        cancel(state, order, stopped or Cause.IOC_REMAINDER)
    return order.filled_lots


def system_order(
    state: State,
    market: Market,
    account: Account,
    *,
    is_buy: bool,
    lots: int,
    limit_ticks: int,
    rests: bool,
    reduce_only: bool = True,
) -> Order:
    """Let an order of the venue's own stand, under an id of the venue's own space."""
    order_id = state.next_system_order
    asked = PlaceOrder(
        account.account,
        market.spec.market,
        Side.BUY if is_buy else Side.SELL,
        lots,
        limit_ticks,
        TimeInForce.GTC if rests else TimeInForce.IOC,
        reduce_only=reduce_only,
    )
    emit(
        state,
        ev.OrderAccepted(
            order_id,
            asked.account,
            asked.market,
            asked.side,
            lots,
            limit_ticks,
            asked.time_in_force,
            False,
            reduce_only,
            None,
            asked.self_trade,
            None,
            False,
            0,
            False,
            rests,
        ),
    )
    return state.orders[order_id]


def cancel_unit_orders(state: State, account: Account, unit_market: str) -> None:
    """Cancel the orders and triggers in the markets of a unit.

    Those of the cross unit include what would draw on its balance: orders that may open in
    isolated markets.
    """
    for _, order in sorted(account.orders.items()):
        draws = not unit_market and not order.reduce_only
        if draws or unit_of(account, order.market)[1] == unit_market:
            cancel(state, order, Cause.LIQUIDATION)
    for order_id, trigger in sorted(account.triggers.items()):
        name = trigger.placed.market
        if unit_of(account, name)[1] == unit_market:
            emit(state, ev.TriggerCancelled(order_id, account.account, name, Cause.LIQUIDATION))


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
