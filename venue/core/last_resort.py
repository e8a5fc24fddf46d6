"""The last resort: who pays for a unit that neither book nor backstop would take.

The insurance fund pays what it can spare; then, as the market's rule says, opposite positions are
closed, the loss is socialised, or the market is frozen and nobody pays until the operator has
decided. Positions that are left come to the holder of the backstop.
"""

from venue.core import events as ev
from venue.core.account import INSURANCE, Account, Holding
from venue.core.adl import CLOSING, deleverage, fund_spare_micros
from venue.core.apply import emit
from venue.core.deferrals import Liquidation
from venue.core.events import LiquidationOutcome, LiquidationWhy
from venue.core.margin import UnitMargin, unit_holdings, unit_margin
from venue.core.market import Market
from venue.core.phases import Phase
from venue.core.shortfall import capped, pay, settle, share
from venue.core.state import State
from venue.core.takeover import take_over

FROZEN = "frozen"


def resort(
    state: State,
    account: Account,
    liquidation: Liquidation,
    margin: UnitMargin,
    holdings: list[Holding],
) -> LiquidationOutcome | LiquidationWhy | None:
    """Let the last resort act; return how it ended, why it waits, or ``None``: nobody acts yet.

    Before equity is below zero only closing positions makes sense: there is no loss to share.
    """
    market = state.markets[holdings[0].market]
    form = market.rules.last_resort.form
    lacking = max(0, -margin.equity_micros)
    spare = fund_spare_micros(state, market.rules.backstop.floor_micros)
    spare = min(capped(state, market, liquidation, spare), lacking)
    if form == FROZEN and spare < lacking:
        freeze(state, holdings)
        return LiquidationWhy.FROZEN
    if form not in CLOSING and not lacking:
        return None
    if spare > 0:
        pay(state, liquidation, market, spare, 0)
    left = deleverage(state, account, liquidation, holdings)
    if left and not lacking:
        return None
    for holding in left:
        take_over(state, account, liquidation, holding)
    equity_micros = unit_margin(state, account, liquidation.market).equity_micros
    settle(state, liquidation, equity_micros, market)
    is_shared = form == "shared"
    return LiquidationOutcome.LOSS_SHARED if is_shared else LiquidationOutcome.DELEVERAGED


def freeze(state: State, holdings: list[Holding]) -> None:
    """Halt every market of a unit whose rule is to freeze."""
    for holding in holdings:
        market = state.markets[holding.market]
        if market.rules.last_resort.form == FROZEN and market.phase is Phase.CONTINUOUS:
            emit(state, ev.PhaseChanged(holding.market, Phase.HALTED, FROZEN, None))


def is_frozen(market: Market) -> bool:
    """Say whether a market was halted by its last resort."""
    return market.phase is Phase.HALTED and market.phase_why == FROZEN


def settle_house(state: State, holder: Account, liquidation: Liquidation, market: Market) -> None:
    """The holder's own deficit, after ADL: shared as the rule says; without positions, bad debt."""
    lacking = -unit_margin(state, holder, "").equity_micros
    if lacking > 0 and market.rules.last_resort.form == "shared":
        lacking -= share(state, market, liquidation, lacking)
    if lacking > 0 and not unit_holdings(holder, ""):
        paid = 0
        if holder.account != INSURANCE:
            floor = market.rules.backstop.floor_micros
            paid = min(lacking, fund_spare_micros(state, floor))
        pay(state, liquidation, market, paid, lacking - paid)
