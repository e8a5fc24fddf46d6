"""What the insurance fund takes in, and until when: a share of trading fees, up to a target.

The target is a share of open interest at the mark, of all markets whose backstop names one
together. What the fund has is its cash, or its equity where that is less: a profit that it has not
realised pays nobody.
"""

from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.apply import emit
from venue.core.margin import unit_margin
from venue.core.market import Market
from venue.core.state import State
from venue.core.units import E4


def room_in_fund_micros(state: State, market: Market) -> int | None:
    """Return what the fund lacks to its target; ``None`` where a market's rule names none."""
    if market.rules.backstop.target_e4 is None:
        return None
    target_e4 = 0
    for each in state.markets.values():
        share_e4 = each.rules.backstop.target_e4
        if share_e4 is not None:
            target_e4 += each.open_interest_lots * each.mark_micros * share_e4
    fund = state.accounts[INSURANCE]
    has_micros = min(fund.balance_micros, unit_margin(state, fund, "").equity_micros)
    return max(0, target_e4 // E4 - has_micros)


def fill_fund(state: State, market: Market) -> None:
    """Let the fund have its share of the fees that a market booked since the last time."""
    fees_micros = market.fees_micros
    if not market.rules.backstop.fees_e4 or not fees_micros:
        return
    amount_micros = max(0, fees_micros) * market.rules.backstop.fees_e4 // E4
    room_micros = room_in_fund_micros(state, market)
    if room_micros is not None:
        amount_micros = min(amount_micros, room_micros)
    emit(state, ev.FundFilled(market.spec.market, state.now_ns, fees_micros, amount_micros))
