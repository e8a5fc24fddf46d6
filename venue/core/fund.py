"""The insurance fund sells what it took over, in slices, and is itself held to its floor."""

from venue.core import events as ev
from venue.core.adl import deleverage
from venue.core.apply import emit
from venue.core.breaches import rank_e12
from venue.core.closeout import limit_ticks, send_ioc
from venue.core.events import LiquidationOutcome
from venue.core.liquidation import check_touched
from venue.core.margin import unit_holdings, unit_margin
from venue.core.phases import Phase
from venue.core.policies import UnwindInputs
from venue.core.state import INSURANCE, Market, State, source_of


def unwind(state: State, market: Market) -> None:
    """The fund's timer in one market: sell a slice; below its floor, deleverage the rest.

    The fund's equity, its positions at the mark included, may not stay below the rule's floor:
    then its positions are closed against opposite winners at its own bankruptcy price, and what
    nobody can take stays with it.
    """
    fund = state.accounts[INSURANCE]
    holding = fund.holdings[market.spec.market]
    rule = market.rules.backstop
    asked = filled = 0
    if market.phase is Phase.CONTINUOUS and holding.size_lots and market.mark_nanos is not None:
        answer = rule.unwind(
            UnwindInputs(
                holding.size_lots,
                market.mark_nanos,
                market.mark_micros,
                source_of(state, market).session,
            )
        )
        asked = answer.lots
        if asked:
            is_buy = holding.size_lots < 0
            filled = send_ioc(
                state,
                market,
                fund,
                is_buy=is_buy,
                lots=asked,
                limit_ticks=limit_ticks(market, answer.limit_nanos, is_buy=is_buy),
            )
        if state.touched:
            check_touched(state)
        if holding.size_lots and unit_margin(state, fund, "").equity_micros < min(
            0, rule.floor_micros
        ):
            _deleverage_fund(state)
    emit(state, ev.FundUnwound(market.spec.market, state.now_ns, asked, filled))


def _deleverage_fund(state: State) -> None:
    fund = state.accounts[INSURANCE]
    holdings = unit_holdings(fund, "")
    margin = unit_margin(state, fund, "")
    emit(
        state,
        ev.LiquidationStarted(
            state.next_liquidation_id,
            INSURANCE,
            "",
            state.now_ns,
            margin.equity_micros,
            margin.maintenance_e4,
            rank_e12(margin),
            tuple((h.market, state.markets[h.market].mark_micros) for h in holdings),
        ),
    )
    liquidation = state.liquidations[(INSURANCE, "")]
    deleverage(state, fund, liquidation, holdings)
    after = unit_margin(state, fund, "")
    if not unit_holdings(fund, "") and after.equity_micros < 0:
        emit(
            state,
            ev.ShortfallPaid(liquidation.liquidation_id, INSURANCE, "", 0, -after.equity_micros),
        )
        after = unit_margin(state, fund, "")
    emit(
        state,
        ev.LiquidationEnded(
            liquidation.liquidation_id,
            INSURANCE,
            "",
            LiquidationOutcome.DELEVERAGED,
            after.equity_micros,
            after.maintenance_e4,
        ),
    )
    if state.touched:
        check_touched(state)
