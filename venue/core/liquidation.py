"""Below maintenance: close-out on the book, then backstop, then insurance, then last resort.

A unit (an account's cross positions, or one isolated position) is looked at on every mark, fill
and withdrawal. Its liquidation is a record that ends; each step of it is a timer:

1. Its orders are cancelled (all, or what may open: the close-out rule says). Healthy again: over.
2. Each position sends the close-out order that the rule asks for, or is handed to the backstop.
   What trades may pay a fee to the insurance fund, never more than the account can.
3. When the backstop is due it takes the rest over, if it can: fund, vault or providers
   (``takeover.py``). Where its rule says so, opposite positions of the same owner are closed first.
4. When it resorts (most do at an equity below zero) the fund pays what it can spare, and the last
   resort acts (``last_resort.py``). What nobody can pay stands as bad debt.
5. Otherwise it waits for its cool-down, on record.
"""

from typing import Final, NamedTuple

from venue.core import events as ev
from venue.core.account import FIRST_ACCOUNT, INSURANCE, Account, Holding
from venue.core.adl import net_own
from venue.core.apply import emit, pack_memory
from venue.core.book import Order
from venue.core.bounds import is_blocked
from venue.core.breaches import rank_e12
from venue.core.closeout import (
    ask_closeout,
    cancel_unit_orders,
    fee_micros,
    limit_ticks,
    send_system_order,
    throttle,
)
from venue.core.commands import MarginMode
from venue.core.deferrals import Liquidation, Unit
from venue.core.events import LiquidationOutcome, LiquidationWhy
from venue.core.fund_target import room_in_fund_micros
from venue.core.last_resort import is_frozen, resort
from venue.core.margin import UnitMargin, bankruptcy_nanos, unit_figures, unit_holdings, unit_margin
from venue.core.market import Market
from venue.core.matching import cancel, reducible_lots
from venue.core.phases import Phase
from venue.core.policies import Action
from venue.core.rejects import Cause
from venue.core.shortfall import capped, settle
from venue.core.state import State
from venue.core.takeover import (
    backstop_inputs,
    holder_after,
    holder_of,
    is_house,
    payer_of,
    providers_take,
    take_over,
    takeover_prices,
)
from venue.core.units import E4, NS_PER_SECOND

ISOLATED: Final = MarginMode.ISOLATED

# How long a liquidation waits when neither book, fund nor counterparties could act, and how often
# a halted market is looked at again.
RETRY_NS: Final = 30 * NS_PER_SECOND


def check_touched(state: State) -> None:
    """After trades: cancel what can no longer reduce, and liquidate who is below maintenance."""
    while state.touched:
        touched, state.touched = state.touched, {}
        for account_id, name in touched:
            if account_id < FIRST_ACCOUNT:  # The house: nobody liquidates it.
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
    if is_house(unit[0]) or unit in state.liquidations or unit in state.breaches:
        return
    equity_micros, maintenance = unit_figures(state, state.accounts[unit[0]], unit[1])
    # While a search is open it finds this unit too, in its turn.
    if equity_micros * E4 < maintenance and state.search is None:
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
    _cancel_orders(state, account, unit)
    wait = _must_wait(state, account, unit)
    if wait is not None:
        _defer(state, liquidation, *wait)
        return

    tried = _close_out(state, account, liquidation)
    margin = unit_margin(state, account, unit[1])
    holdings = unit_holdings(account, unit[1])
    if not holdings and tried.market is not None:
        equity_micros, market = margin.equity_micros, tried.market
        settle(state, liquidation, equity_micros, market, payer=payer_of(market, liquidation))
        _end(state, liquidation, LiquidationOutcome.TAKEN_OVER)
        return
    if not margin.is_below:
        outcome = LiquidationOutcome.HEALTHY if holdings else LiquidationOutcome.CLOSED_OUT
        _end(state, liquidation, outcome)
        return
    if not holdings:
        settle(state, liquidation, margin.equity_micros, _market_of(state, account, liquidation))
        _end(state, liquidation, LiquidationOutcome.CLOSED_OUT)
        return
    _after_book(state, account, liquidation, margin, holdings, tried)
    state.touched.pop((unit[0], unit[1]), None)


def _cancel_orders(state: State, account: Account, unit: Unit) -> None:
    """Cancel a unit's orders, or, if no close-out rule asks for more, those that may open."""
    holdings = unit_holdings(account, unit[1])
    all_of_them = not holdings or any(
        state.markets[holding.market].rules.closeout.cancel_orders_first for holding in holdings
    )
    cancel_unit_orders(state, account, unit[1], opening_only=not all_of_them)


def _market_of(state: State, account: Account, liquidation: Liquidation) -> Market | None:
    """Return the market whose rules settle a unit that has no position left."""
    for name in (liquidation.market, *sorted(liquidation.attempts), *sorted(account.holdings)):
        if name:
            return state.markets[name]
    return None


class Tried(NamedTuple):
    """What the close-out orders of a step came to.

    ``cooldown_ns`` is the longest wait asked for, ``throttled`` whether the throttle held anything
    back, ``market`` where a position was handed to the backstop, if any was.
    """

    cooldown_ns: int
    throttled: bool
    market: Market | None


def _after_book(
    state: State,
    account: Account,
    liquidation: Liquidation,
    margin: UnitMargin,
    holdings: list[Holding],
    tried: Tried,
) -> None:
    """The book did not suffice: backstop, last resort, or wait."""
    backstop = state.markets[holdings[0].market].rules.backstop
    holder = holder_of(state.markets[holdings[0].market])
    seen = backstop_inputs(state, margin, holdings, holder)
    if backstop.owner_first and (backstop.due(seen) or backstop.resorts(seen)):
        outcome = _netted(state, account, liquidation, holdings)
        if outcome is not None:
            _end(state, liquidation, outcome)
            return
        margin = unit_margin(state, account, liquidation.market)
        holdings = unit_holdings(account, liquidation.market)
        seen = backstop_inputs(state, margin, holdings, holder)
    takes = backstop.due(seen) and backstop.takes_over(seen)
    if takes and _taken_over(state, account, liquidation, margin, holdings):
        return
    if backstop.resorts(seen):
        cancel_unit_orders(state, account, liquidation.market)
        ended = resort(state, account, liquidation, margin, holdings)
        if isinstance(ended, LiquidationOutcome):
            _end(state, liquidation, ended)
            return
        if ended is not None:
            _defer(state, liquidation, ended, state.now_ns + RETRY_NS)
            return
    if tried.throttled:
        _defer(state, liquidation, LiquidationWhy.THROTTLE, state.now_ns + NS_PER_SECOND)
    elif tried.cooldown_ns:
        _defer(state, liquidation, LiquidationWhy.COOL_DOWN, state.now_ns + tried.cooldown_ns)
    else:
        _defer(state, liquidation, LiquidationWhy.NO_TAKER, state.now_ns + RETRY_NS)


def _netted(
    state: State, account: Account, liquidation: Liquidation, holdings: list[Holding]
) -> LiquidationOutcome | None:
    """Close what the same owner holds against it elsewhere; return how that ended it, if it did."""
    market = state.markets[holdings[0].market]
    cancel_unit_orders(state, account, liquidation.market)
    net_own(state, account, liquidation, holdings)
    margin = unit_margin(state, account, liquidation.market)
    if not unit_holdings(account, liquidation.market):
        settle(state, liquidation, margin.equity_micros, market)
        return LiquidationOutcome.DELEVERAGED
    return None if margin.is_below else LiquidationOutcome.HEALTHY


def _taken_over(
    state: State,
    account: Account,
    liquidation: Liquidation,
    margin: UnitMargin,
    holdings: list[Holding],
) -> bool:
    """Let the backstop have a whole unit, if it can; say whether.

    The first position's market says who. What the caps of its rule forbid the fund to pay, it does
    not take on.
    """
    market = state.markets[holdings[0].market]
    holder = holder_of(market)
    if not _can_be_paid(state, market, liquidation, margin, holdings):
        return False
    cancel_unit_orders(state, account, liquidation.market)
    if market.rules.backstop.holder == "providers":
        if not providers_take(state, account, liquidation, holdings):
            return False
    else:
        for holding, price in takeover_prices(state, market, account, liquidation, holdings):
            take_over(state, account, liquidation, holding, taker=holder, price_micros=price)
    equity_micros = unit_margin(state, account, liquidation.market).equity_micros
    if equity_micros < 0 or not market.rules.backstop.margin_returned:
        settle(state, liquidation, equity_micros, market, payer=holder)
    _end(state, liquidation, LiquidationOutcome.TAKEN_OVER)
    return True


def _can_be_paid(
    state: State,
    market: Market,
    liquidation: Liquidation,
    margin: UnitMargin,
    holdings: list[Holding],
) -> bool:
    """Say whether what a unit lacks would be paid if it were taken over now.

    By a vault that agreed to it, by everybody where losses are shared, or by the fund as far as its
    caps and its equity go. Else the last resort comes first: it can still close positions.
    """
    lacking = -margin.equity_micros
    if lacking <= 0 or holder_of(market) != INSURANCE or market.rules.last_resort.form == "shared":
        return True
    equity_after, _ = holder_after(state, margin, holdings, INSURANCE)
    return equity_after >= 0 and capped(state, market, liquidation, lacking) == lacking


def _must_wait(state: State, account: Account, unit: Unit) -> tuple[LiquidationWhy, int] | None:
    for holding in unit_holdings(account, unit[1]):
        market = state.markets[holding.market]
        if market.phase is Phase.AUCTION and market.phase_until_ns is not None:
            return LiquidationWhy.AUCTION, max(market.phase_until_ns, state.now_ns + 1)
        if is_frozen(market):
            return LiquidationWhy.FROZEN, state.now_ns + RETRY_NS
        if market.phase is not Phase.CONTINUOUS or market.terms.is_closed:
            return LiquidationWhy.HALT, state.now_ns + RETRY_NS
        if is_blocked(market, Action.LIQUIDATE):
            return LiquidationWhy.INDEX_NOT_VALID, state.now_ns + RETRY_NS
    return None


def _close_out(state: State, account: Account, liquidation: Liquidation) -> Tried:
    """Send each position's close-out order; stop as soon as the unit is healthy."""
    cooldown_ns = 0
    throttled = False
    handed_in = None
    for holding in unit_holdings(account, liquidation.market):
        market = state.markets[holding.market]
        answer, memory = ask_closeout(state, account, liquidation, holding)
        if answer.hands_over:
            if _hand_over(state, account, liquidation, holding, answer.limit_nanos):
                handed_in = market
            else:
                cooldown_ns = max(cooldown_ns, answer.cooldown_ns)
            continue
        lots, used_micros = throttle(state, market, answer.lots)
        throttled = throttled or lots < answer.lots
        if not answer.lots:  # The rule itself waits for its allowance.
            cooldown_ns = max(cooldown_ns, answer.cooldown_ns)
        if not lots:
            continue
        cooldown_ns = max(cooldown_ns, answer.cooldown_ns)
        is_buy = holding.size_lots < 0
        ticks = limit_ticks(market, answer.limit_nanos, is_buy=is_buy)
        floor_nanos = answer.fee_floor_nanos
        if answer.fee_e6 and floor_nanos is None:
            floor_nanos = bankruptcy_nanos(state, account, holding.market)
        order = send_system_order(
            state, market, account, is_buy=is_buy, lots=lots, limit_ticks=ticks
        )
        filled = order.filled_lots
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
                None if memory == market.closeout_memory else pack_memory(memory),
            ),
        )
        if answer.fee_e6 and filled and floor_nanos is not None:
            _charge(state, account, liquidation, market, order, answer.fee_e6, floor_nanos)
        if not unit_margin(state, account, liquidation.market).is_below:
            break
    return Tried(cooldown_ns, throttled, handed_in)


def _hand_over(
    state: State, account: Account, liquidation: Liquidation, holding: Holding, price_nanos: int
) -> bool:
    """Offer the backstop's holder one position at a price; say whether it takes it."""
    market = state.markets[holding.market]
    holder = holder_of(market)
    margin = unit_margin(state, account, liquidation.market)
    seen = backstop_inputs(state, margin, [holding], holder)
    if not market.rules.backstop.takes_over(seen):
        return False
    if not _can_be_paid(state, market, liquidation, margin, [holding]):
        return False
    cancel_unit_orders(state, account, liquidation.market)
    price_micros = market.mark_micros
    if price_nanos != market.mark_nanos:
        price_micros = market.spec.units.micros_per_lot(price_nanos)
    take_over(state, account, liquidation, holding, taker=holder, price_micros=price_micros)
    return True


def _charge(
    state: State,
    account: Account,
    liquidation: Liquidation,
    market: Market,
    order: Order,
    fee_e6: int,
    floor_nanos: int,
) -> None:
    """Charge the liquidation fee of a close-out: never more than the account can pay."""
    equity_micros = unit_margin(state, account, liquidation.market).equity_micros
    fee = min(fee_micros(market, order, fee_e6, floor_nanos), max(0, equity_micros))
    if fee:
        room_micros = room_in_fund_micros(state, market)
        beyond = 0 if room_micros is None else max(0, fee - room_micros)
        emit(
            state,
            ev.LiquidationFeePaid(
                liquidation.liquidation_id,
                account.account,
                liquidation.market,
                market.spec.market,
                fee,
                beyond,
            ),
        )


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
