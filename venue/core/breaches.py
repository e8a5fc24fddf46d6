"""Who is below maintenance: found by the sweep at every mark, and put on record.

A mark that takes many units below maintenance records them all in one event, by margin ratio, then
id; their liquidations are then worked off some a command (``engine.py``).
"""

from venue.core import events as ev
from venue.core.apply import emit
from venue.core.commands import MarginMode
from venue.core.events import LiquidationWhy
from venue.core.margin import UnitMargin, unit_figures, unit_holdings, unit_margin
from venue.core.policies import BackstopInputs
from venue.core.state import (
    INSURANCE,
    Liquidation,
    Market,
    State,
    Unit,
)
from venue.core.sweep import Reading
from venue.core.units import E4, E12, div_floor

ISOLATED = MarginMode.ISOLATED

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
    for unit in sorted(below):  # The sweep's rows stand in no order that survives a restart.
        if unit in state.liquidations:
            _cut_cool_down(state, state.liquidations[unit])
            continue
        if unit in state.breaches:
            continue
        margin = unit_margin(state, state.accounts[unit[0]], unit[1])
        found.append((unit[0], unit[1], rank_e12(margin)))
    if found:
        found.sort(key=lambda entry: (entry[2], entry[0], entry[1]))
        emit(state, ev.BreachesFound(state.now_ns, tuple(found)))


def _cut_cool_down(state: State, liquidation: Liquidation) -> None:
    """A cool-down ends at once when a mark has brought the backstop's threshold.

    In a gap a cool-down outlasts the way from maintenance to bankruptcy.
    """
    if liquidation.why is not LiquidationWhy.COOL_DOWN or liquidation.until_ns <= state.now_ns:
        return
    account = state.accounts[liquidation.account]
    margin = unit_margin(state, account, liquidation.market)
    holdings = unit_holdings(account, liquidation.market)
    is_due = not holdings  # Closed by an uncross, and in debt: nothing is left to wait for.
    if holdings:
        backstop = state.markets[holdings[0].market].rules.backstop
        maintenance_micros = -(-margin.maintenance_e4 // E4)
        is_due = backstop.due(BackstopInputs(margin.equity_micros, maintenance_micros, 0, 0))
    if is_due:
        emit(
            state,
            ev.LiquidationDeferred(
                liquidation.liquidation_id,
                liquidation.account,
                liquidation.market,
                LiquidationWhy.BACKSTOP_DUE,
                state.now_ns + 1,
            ),
        )
