"""The insurance fund, and the vault, sell what they took over; each is itself held to its floor."""

from venue.core import events as ev
from venue.core.account import INSURANCE, VAULT, Account, Holding
from venue.core.adl import deleverage
from venue.core.apply import emit
from venue.core.breaches import rank_e12
from venue.core.closeout import limit_ticks, send_system_order
from venue.core.events import LiquidationOutcome
from venue.core.last_resort import FROZEN, freeze, settle_house
from venue.core.liquidation import check_touched
from venue.core.liquidator_vault import return_waiting, waiting_micros
from venue.core.margin import unit_holdings, unit_margin
from venue.core.market import Market
from venue.core.phases import Phase
from venue.core.policies import UnwindInputs
from venue.core.state import State, source_of
from venue.core.units import E4


def unwind(state: State, market: Market) -> None:
    """The timer of what a market's backstop holds: fund and vault sell a slice each."""
    for house in (INSURANCE, VAULT):
        holder = state.accounts.get(house)
        if holder is not None:
            holding = holder.holdings.get(market.spec.market)
            if holding is not None and (holding.size_lots or house == INSURANCE):
                _unwind(state, market, holder, holding)
    if market.next_unwind_ns is not None and market.next_unwind_ns <= state.now_ns:
        emit(state, ev.FundUnwound(market.spec.market, state.now_ns, 0, 0))


def _unwind(state: State, market: Market, holder: Account, holding: Holding) -> None:
    """Sell a slice; below the floor, let the last resort act on the holder itself.

    Its equity, its positions at the mark included, may not stay below the rule's floor: then its
    positions are closed against opposite winners at its own bankruptcy price, or its loss is
    shared, and what nobody can take or pay stays with it.
    """
    rule = market.rules.backstop
    asked = filled = 0
    if market.phase is Phase.CONTINUOUS and holding.size_lots and market.mark_nanos is not None:
        answer = rule.unwind(
            UnwindInputs(
                holding.size_lots,
                market.mark_nanos,
                market.mark_micros,
                source_of(state, market).session,
                book_lots(market, is_long=holding.size_lots > 0),
            )
        )
        asked = answer.lots
        if asked:
            is_buy = holding.size_lots < 0
            filled = send_system_order(
                state,
                market,
                holder,
                is_buy=is_buy,
                lots=asked,
                limit_ticks=limit_ticks(market, answer.limit_nanos, is_buy=is_buy),
            ).filled_lots
        if state.touched:
            check_touched(state)
        floor = rule.floor_micros if holder.account == INSURANCE else 0
        equity_micros = unit_margin(state, holder, "").equity_micros
        equity_micros -= waiting_micros(state, holder.account)
        if holding.size_lots and equity_micros < min(0, floor):
            if holder.account == VAULT:
                return_waiting(state)
            if market.rules.last_resort.form == FROZEN:
                freeze(state, [holding])
            else:
                _deleverage_house(state, market, holder)
    emit(state, ev.FundUnwound(market.spec.market, state.now_ns, asked, filled, holder.account))


def book_lots(market: Market, *, is_long: bool) -> int:
    """Return how many lots a holder could trade within its rule's reach of the mark."""
    mark = market.mark_nanos
    assert mark is not None, "what is unwound has a mark"
    reach_nanos = mark * market.rules.backstop.protection_e4 // E4
    tick_nanos = market.spec.units.tick_nanos
    side = market.book.bids if is_long else market.book.asks
    total = 0
    for price_ticks, level in side.walk():
        if abs(price_ticks * tick_nanos - mark) > reach_nanos and (
            (price_ticks * tick_nanos < mark) == is_long
        ):
            break
        total += level.lots
    return total


def _deleverage_house(state: State, market: Market, holder: Account) -> None:
    holdings = unit_holdings(holder, "")
    margin = unit_margin(state, holder, "")
    emit(
        state,
        ev.LiquidationStarted(
            state.next_liquidation_id,
            holder.account,
            "",
            state.now_ns,
            margin.equity_micros,
            margin.maintenance_e4,
            rank_e12(margin),
            tuple((h.market, state.markets[h.market].mark_micros) for h in holdings),
        ),
    )
    liquidation = state.liquidations[(holder.account, "")]
    deleverage(state, holder, liquidation, holdings)
    settle_house(state, holder, liquidation, market)
    after = unit_margin(state, holder, "")
    shared = market.rules.last_resort.form == "shared"
    emit(
        state,
        ev.LiquidationEnded(
            liquidation.liquidation_id,
            holder.account,
            "",
            LiquidationOutcome.LOSS_SHARED if shared else LiquidationOutcome.DELEVERAGED,
            after.equity_micros,
            after.maintenance_e4,
        ),
    )
    if state.touched:
        check_touched(state)
