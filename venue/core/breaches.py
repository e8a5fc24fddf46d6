"""Who is below maintenance: found by the sweep at every mark, and put on record.

They are taken by margin ratio, then id. A mark that takes many below maintenance records the first
some by name and all others together (``state.search``); once the first had their step, the search
goes on. So no command is long, and everybody below maintenance is on record after each.
"""

from typing import Final

from venue.core import events as ev
from venue.core.account import FIRST_ACCOUNT
from venue.core.apply import emit
from venue.core.commands import MarginMode
from venue.core.deferrals import Liquidation, Unit
from venue.core.events import LiquidationWhy
from venue.core.margin import UnitMargin, unit_figures, unit_holdings, unit_margin
from venue.core.market import Market
from venue.core.policies import BackstopInputs
from venue.core.state import State
from venue.core.sweep import Place, Reading
from venue.core.sweep_ranks import RANK_LAST_E12
from venue.core.units import E4, E12, div_floor

ISOLATED: Final = MarginMode.ISOLATED

# So many units are found at a time.
FOUND_AT_ONCE = 128
# So many units may wait to be read anew before commands begin to do so, so many each.
DIRTY_MAX: Final = 512
READ_AT_ONCE: Final = 32


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
    dirty = [unit for unit in state.dirty if unit[0] >= FIRST_ACCOUNT]
    state.dirty.clear()
    if dirty:
        state.sweep.refresh(sorted(dirty), lambda unit: read_unit(state, unit))


def read_some(state: State) -> None:
    """Read a few dirty units before a mark asks for all; to be done when there are many.

    What a unit is made of is the same whenever it is read before a mark moves, so this changes
    no outcome: it spreads the work of a mark over the commands before it.
    """
    dirty = state.dirty
    units = [dirty.pop() for _ in range(min(READ_AT_ONCE, len(dirty)))]
    state.sweep.refresh(
        [unit for unit in units if unit[0] >= FIRST_ACCOUNT], lambda unit: read_unit(state, unit)
    )


def is_on_record(state: State, unit: Unit) -> bool:
    """Say whether a unit is being liquidated, or waits for it, by name or with all others."""
    if unit in state.liquidations or unit in state.breaches:
        return True
    if state.search is None:
        return False
    return unit_margin(state, state.accounts[unit[0]], unit[1]).is_below


def find_breaches(state: State, market: Market) -> None:
    """After a mark has moved: put every unit that it took below maintenance on record."""
    some = state.sweep.move_mark(
        market.spec.market, market.mark_micros, lambda unit: read_unit(state, unit)
    )
    if some or state.search is not None:
        _search(state, None)


def search_on(state: State) -> None:
    """Find the next units below maintenance: those before them had their step."""
    search = state.search
    assert search is not None, "a search goes on while it is open"
    refresh_sweep(state)
    _search(state, (search.rank_e12, search.account, search.market))


def _search(state: State, after: Place | None) -> None:
    below = state.sweep.first_below(FOUND_AT_ONCE, after, lambda unit: _rank_wide(state, unit))
    for _, account, market in below.cooling:
        _cut_cool_down(state, state.liquidations[account, market])
    found = tuple((account, market, rank) for rank, account, market in below.free)
    if found or state.search is not None or below.goes_on_at is not None:
        left = below.free_total - len(found)
        emit(state, ev.BreachesFound(state.now_ns, found, left, below.goes_on_at))


def _rank_wide(state: State, unit: Unit) -> int | None:
    margin = unit_margin(state, state.accounts[unit[0]], unit[1])
    return rank_e12(margin) if margin.is_below else None


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
