"""All positions of a market are settled at its mark: every order goes, then every position.

Each account gets size × mark − entry cost, exactly. Positions sum to zero, so what they get sums to
what the clearing account has, and it ends at nothing: no rounding. Whoever is left with a debt is
dealt with as after a liquidation.
"""

from venue.core import events as ev
from venue.core.account import INSURANCE, Holding
from venue.core.apply import emit
from venue.core.commands import MarginMode
from venue.core.handlers.plans import end, plans_of
from venue.core.liquidation import check_touched
from venue.core.market import Market
from venue.core.matching import cancel
from venue.core.position import realised_micros
from venue.core.rejects import Cause
from venue.core.state import State

ISOLATED = MarginMode.ISOLATED


def cancel_everything(state: State, market: Market, cause: Cause) -> None:
    """Cancel every order, trigger order and plan of a market, the oldest first."""
    name = market.spec.market
    for _, order in sorted(state.orders.items()):
        if order.market == name and order.in_book:
            cancel(state, order, cause)
    for order_id, trigger in sorted(market.triggers.items()):
        if order_id in market.triggers:  # Its parent may have taken it along.
            emit(state, ev.TriggerCancelled(order_id, trigger.placed.account, name, cause))
    for plan in list(plans_of(state, name)):
        end(state, plan, cause)


def cancel_growing(state: State, market: Market, cause: Cause) -> None:
    """Cancel the orders of every account side that could let its position grow."""
    name = market.spec.market
    for _, order in sorted(state.orders.items()):
        if order.market != name or not order.in_book or order.reduce_only:
            continue
        holding = state.accounts[order.account].holdings[name]
        if order.is_buy:
            may_grow = holding.size_lots + holding.buy_lots > 0
        else:
            may_grow = holding.sell_lots - holding.size_lots > 0
        if may_grow:
            cancel(state, order, cause)


def settle_positions(state: State, market: Market) -> None:
    """Close every position at the mark; then see who is left below maintenance or in debt."""
    name = market.spec.market
    mark = market.mark_micros
    for account_id in sorted(market.holders):
        holding = state.accounts[account_id].holdings[name]
        size = holding.size_lots
        emit(
            state,
            ev.PositionSettled(
                account_id,
                name,
                size,
                mark,
                realised_micros(
                    size_lots=size,
                    entry_micros=holding.entry_micros,
                    delta_lots=-size,
                    price_micros=mark,
                ),
            ),
        )
        _give_margin_back(state, account_id, holding)
        if account_id != INSURANCE:
            state.touched[account_id, name] = None
    check_touched(state)


def _give_margin_back(state: State, account_id: int, holding: Holding) -> None:
    """What is left of an isolated position's margin; a debt, or a liquidation's, stays there."""
    unit = (account_id, holding.market)
    if holding.mode is not ISOLATED or unit in state.liquidations:
        return
    if holding.isolated_micros > 0:
        emit(state, ev.IsolatedMarginMoved(account_id, holding.market, -holding.isolated_micros))
