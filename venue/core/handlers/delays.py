"""What waits before it may stand: for the speed bump, or for a call.

An order that would take waits, then is checked and matched as if it came then; one that is good at
the open or at the close joins its call as it begins. A market order gets its limit then.

What waits is neither in the book nor counted against margin. Delayed orders of one market are
released in the order of their arrival, since all wait as long.
"""

from venue.core import events as ev
from venue.core.account import Account
from venue.core.apply import emit
from venue.core.commands import Side
from venue.core.handlers.order_checks import order_refusal, place_refusal
from venue.core.handlers.order_protection import protection_ticks
from venue.core.handlers.orders import accept
from venue.core.handlers.plans import end
from venue.core.liquidation import check_touched
from venue.core.plans import Delayed
from venue.core.rejects import Cause, Reason
from venue.core.state import State


def release(state: State, account: Account, plan: Delayed) -> None:
    """An order has waited: let it stand if it still may, or end it with the true reason."""
    command = plan.asked
    market = state.markets[command.market]
    refusal = place_refusal(state, account, market)
    limit_ticks = 0
    if refusal is None:
        if command.price_ticks is None:
            limit_ticks = protection_ticks(
                state,
                account,
                market,
                is_buy=command.side is Side.BUY,
                reduce_only=command.reduce_only,
            )
        else:
            limit_ticks = command.price_ticks
        refusal = order_refusal(state, account, market, command, limit_ticks)
    if refusal is not None:
        expired = refusal.reason is Reason.TIME_PASSED
        cause = Cause.EXPIRED if expired else Cause.REFUSED_AFTER_DELAY
        end(state, plan, cause, None if expired else refusal.reason)
        return
    emit(state, ev.DelayEnded(plan.order_id, command.account, command.market))
    is_market = command.price_ticks is None
    accept(state, account, market, command, plan.order_id, limit_ticks, is_market=is_market)
    if state.touched:
        check_touched(state)
