"""A unit without positions, or about to be: what is left is drained, what it lacks is paid.

First the insurance fund, down to its floor and within its rule's caps; then, where the rule shares
losses, everybody who is asked; what nobody can pay stands as bad debt.
"""

from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.apply import emit
from venue.core.deferrals import Liquidation
from venue.core.market import Market
from venue.core.sharing import share_loss
from venue.core.state import State


def settle(
    state: State,
    liquidation: Liquidation,
    equity_micros: int,
    market: Market | None,
    *,
    payer: int = INSURANCE,
) -> None:
    """Bring a unit's money to zero: its rest goes to the payer, its debt is paid or stands.

    Only a unit that was taken over, or that is in debt, settles here: what a closed-out account has
    left is its own. A vault that took a unit over pays all of its debt.
    """
    if equity_micros >= 0:
        if equity_micros:
            pay(state, liquidation, market, -equity_micros, 0, payer=payer)
        return
    if payer != INSURANCE:
        pay(state, liquidation, market, -equity_micros, 0, payer=payer)
        return
    floor = min(each.rules.backstop.floor_micros for each in state.markets.values())
    spare = max(0, state.accounts[INSURANCE].balance_micros - floor)
    paid = min(capped(state, market, liquidation, spare), -equity_micros)
    left = -equity_micros - paid
    if left and market is not None and market.rules.last_resort.form == "shared":
        if paid:
            pay(state, liquidation, market, paid, 0)
            paid = 0
        left -= share(state, market, liquidation, left)
    if paid or left:
        pay(state, liquidation, market, paid, left)


def share(state: State, market: Market, liquidation: Liquidation, loss_micros: int) -> int:
    """Socialise a loss; return what was paid. Who paid is looked at like who traded."""
    total, payers = share_loss(state, market, liquidation, loss_micros)
    for account in payers:
        state.touched[account, market.spec.market] = None
    return total


def capped(state: State, market: Market | None, liquidation: Liquidation, micros: int) -> int:
    """Return how much of an amount the backstop's caps let the fund pay."""
    if market is None:
        return micros
    rule = market.rules.backstop
    if rule.claim_micros_max is not None:
        micros = min(micros, max(0, rule.claim_micros_max - liquidation.claimed_micros))
    if rule.draw_micros_max is not None:
        interval_ns = rule.draw_interval_ns
        is_over = interval_ns and state.now_ns - market.drawn_since_ns >= interval_ns
        drawn = 0 if is_over else market.drawn_micros
        micros = min(micros, max(0, rule.draw_micros_max - drawn))
    return micros


def pay(
    state: State,
    liquidation: Liquidation,
    market: Market | None,
    paid: int,
    bad_debt: int,
    *,
    payer: int = INSURANCE,
) -> None:
    """Move money between a unit and fund or vault, and book what nobody pays."""
    counts = market is not None and market.rules.backstop.draw_micros_max is not None
    emit(
        state,
        ev.ShortfallPaid(
            liquidation.liquidation_id,
            liquidation.account,
            liquidation.market,
            paid,
            bad_debt,
            payer,
            market.spec.market if market is not None and counts and paid > 0 else "",
        ),
    )
