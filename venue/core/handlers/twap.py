"""TWAP: a size traded in equal parts over a time, each at the market near the mark.

There are duration / 30 s + 1 suborders, the first at once. After the k-th of n turns
size * k / n lots should have traded (rounded down, all of it at the last): each suborder asks for
what is missing, at most three times a normal one, as a market order within 3 % of the mark. What
one does not fill, later ones try to catch up on; what is left after the last turn is never traded.

While the market is in a call, halted, closed, or the order is refused for another reason, a turn
passes without a suborder, and time goes on. A liquidation of the account, and a reduce-only TWAP
that finds nothing to reduce, end it. Turns that fall into an outage of the venue pass as well.

Source: Hyperliquid (venue-rules.md, section 1: 30 s suborders, max 3 % slippage each, catch-up
size at most 3 x normal). The first at once, and a whole size below the market's least notional
refused, are assumed; suborders are not randomised.
"""

from typing import NamedTuple

from venue.core import events as ev
from venue.core.account import Account
from venue.core.apply import emit
from venue.core.commands import PlaceOrder, PlaceTwap, Side, TimeInForce
from venue.core.handlers.naming import account_and_market
from venue.core.handlers.order_checks import order_refusal, place_refusal
from venue.core.handlers.order_protection import protection_ticks
from venue.core.handlers.orders import accept
from venue.core.handlers.plans import answer_plan_again, end, has_room
from venue.core.handlers.refusing import Refusal, reject
from venue.core.liquidation import check_touched
from venue.core.market import Market
from venue.core.matching import reducible_lots
from venue.core.plans import PLANS_PER_ACCOUNT_MAX, SUBORDER_NS, Twap
from venue.core.rejects import Cause, Reason
from venue.core.state import ORDERS_PER_COMMAND, State
from venue.core.units import NS_PER_DAY, NS_PER_MINUTE

DURATION_NS_MIN, DURATION_NS_MAX = 5 * NS_PER_MINUTE, NS_PER_DAY
SLIPPAGE_E4 = 300
CATCH_UP = 3


class Sent(NamedTuple):
    """What became of a suborder: its id (0: none was sent), what it asked and got, why not."""

    order_id: int = 0
    lots: int = 0
    filled_lots: int = 0
    cost_micros: int = 0
    reason: Reason | None = None


def place_twap(state: State, command: PlaceTwap) -> None:
    """Let a TWAP stand, and send its first suborder."""
    both = account_and_market(state, command, command.market)
    if both is None:
        return
    account, market = both
    if answer_plan_again(state, account, command):
        return
    refusal = _refusal(state, account, market, command)
    if refusal is not None:
        reject(state, command, refusal.reason, **refusal.figures)
        return
    order_id = state.seq * ORDERS_PER_COMMAND
    suborders = command.duration_ns // SUBORDER_NS + 1
    emit(state, ev.TwapPlaced(order_id, command.account, command.market, command, suborders))
    plan = account.plans[order_id]
    assert isinstance(plan, Twap), "it was placed as one"
    send_suborder(state, account, plan)


def _refusal(state: State, account: Account, market: Market, command: PlaceTwap) -> Refusal | None:
    refusal = place_refusal(state, account, market)
    if refusal is not None:
        return refusal
    if not DURATION_NS_MIN <= command.duration_ns <= DURATION_NS_MAX:
        return Refusal(
            Reason.DURATION_OUT_OF_RANGE,
            {"duration_ns_min": DURATION_NS_MIN, "duration_ns_max": DURATION_NS_MAX},
        )
    size = command.size_lots
    if size <= 0:
        return Refusal(Reason.SIZE_NOT_POSITIVE, {"size_lots": size})
    suborders = command.duration_ns // SUBORDER_NS + 1
    largest = market.market_order_max_lots * suborders // CATCH_UP
    if size > largest:
        return Refusal(Reason.SIZE_TOO_LARGE, {"size_lots_max": largest})
    least = market.spec.limits.order_micros_min
    if size * market.mark_micros < least * suborders and not command.reduce_only:
        return Refusal(Reason.NOTIONAL_TOO_SMALL, {"notional_micros_min": least * suborders})
    is_buy = command.side is Side.BUY
    if command.reduce_only and not reducible_lots(
        account.holdings.get(command.market), is_buy=is_buy
    ):
        return Refusal(Reason.REDUCE_ONLY_WOULD_INCREASE, {})
    if not has_room(account):
        return Refusal(Reason.OPEN_ORDERS_LIMIT, {"open_orders_max": PLANS_PER_ACCOUNT_MAX})
    return None


def due_lots(plan: Twap) -> int:
    """Return what the next suborder asks for: what is missing, at most three normal ones.

    >>> asked = PlaceTwap(1, "TSLA", Side.BUY, 1_100, 5 * NS_PER_MINUTE)
    >>> due_lots(Twap(8, asked, suborders=11, due_ns=0, sent=4, filled_lots=400))
    100
    >>> due_lots(Twap(8, asked, suborders=11, due_ns=0, sent=4, filled_lots=0))
    300
    """
    size = plan.asked.size_lots
    target = size * (plan.sent + 1) // plan.suborders
    return min(target - plan.filled_lots, max(1, CATCH_UP * size // plan.suborders))


def send_suborder(state: State, account: Account, plan: Twap) -> None:
    """Give a TWAP's next suborder its turn; then it is over, or waits for the one after."""
    market = state.markets[plan.asked.market]
    refusal = place_refusal(state, account, market)
    if refusal is not None and refusal.reason is Reason.LIQUIDATION_OPEN:
        end(state, plan, Cause.LIQUIDATION)
        return
    lots = due_lots(plan)
    if plan.asked.reduce_only:
        holding = account.holdings[plan.asked.market]
        reducible = reducible_lots(holding, is_buy=plan.asked.side is Side.BUY)
        if not reducible:
            end(state, plan, Cause.REDUCE_ONLY)
            return
        lots = min(lots, reducible)
    sent = Sent()
    if refusal is not None:
        sent = Sent(lots=lots, reason=refusal.reason)
    elif lots:
        sent = _sent(state, market, account, plan, lots)
    _count(state, plan, sent)
    if state.touched:
        check_touched(state)


def _sent(state: State, market: Market, account: Account, plan: Twap, lots: int) -> Sent:
    """Send a market order for so many lots, if it may stand now."""
    asked = plan.asked
    limit_ticks = protection_ticks(
        state,
        account,
        market,
        is_buy=asked.side is Side.BUY,
        reduce_only=asked.reduce_only,
        slippage_e4=min(SLIPPAGE_E4, market.protection_e4),
    )
    command = PlaceOrder(
        asked.account,
        asked.market,
        asked.side,
        lots,
        None,
        TimeInForce.IOC,
        reduce_only=asked.reduce_only,
        connection=asked.connection,
    )
    refusal = order_refusal(state, account, market, command, limit_ticks)
    if refusal is not None:
        return Sent(lots=lots, reason=refusal.reason)
    order_id, since = plan.next_id, len(state.out)
    accept(state, account, market, command, order_id, limit_ticks, is_market=True)
    filled = cost = 0
    for event in state.out[since:]:
        if type(event) is ev.Traded and event.taker_order_id == order_id:
            filled += event.size_lots
            cost += event.size_lots * event.price_ticks * market.tick_lot_micros
    return Sent(order_id, lots, filled, cost)


def _count(state: State, plan: Twap, sent: Sent) -> None:
    asked = plan.asked
    next_ns = state.now_ns + SUBORDER_NS
    emit(
        state,
        ev.TwapWorked(
            plan.order_id,
            asked.account,
            asked.market,
            sent.order_id,
            sent.lots,
            sent.filled_lots,
            sent.cost_micros,
            sent.reason,
            next_ns,
        ),
    )
    if plan.filled_lots == asked.size_lots:
        end(state, plan, Cause.FILLED)
    elif plan.sent == plan.suborders:
        end(state, plan, Cause.EXPIRED)
