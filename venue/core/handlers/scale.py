"""Scale orders: limit orders at even steps between two prices, in one command, all or none.

Price i of n is from + (to - from) i / (n - 1), rounded half to even to a tick, and then towards the
passive side to a price that the orders rule allows. Sizes grow evenly from the first to the last,
which has ``last_e4`` times the first's; each is rounded so that together they are the whole size.

A command has room for eight ids, so a scale has two to eight orders; more are refused. Each order
is checked by itself, and all together against position, open interest, margin and open orders,
before any stands. Then they are orders like others: each is amended, cancelled and filled by
itself, and their client order id cancels all that are open.

Source: Hyperliquid (venue-rules.md, section 1: scale). Even prices and the linear skew are assumed.
"""

from typing import NamedTuple

from venue.core import events as ev
from venue.core.account import Account
from venue.core.apply import emit
from venue.core.commands import PlaceOrder, PlaceScale, Side
from venue.core.handlers.naming import account_and_market
from venue.core.handlers.order_checks import exit_refusal, order_refusal, place_refusal
from venue.core.handlers.order_limits import limits_refusal
from venue.core.handlers.order_margin import margin_refusal
from venue.core.handlers.order_rule import legal_prices, price_refusal
from venue.core.handlers.orders import arrive
from venue.core.handlers.plans import answer_plan_again
from venue.core.handlers.refusing import Refusal, reject
from venue.core.liquidation import check_touched
from venue.core.market import Market
from venue.core.plans import PLANS_PER_ACCOUNT_MAX
from venue.core.rejects import Reason
from venue.core.state import ORDERS_PER_COMMAND, State
from venue.core.units import E4, div_half_even
from venue.core.volumes import open_orders_max

ORDERS_MIN, ORDERS_MAX = 2, ORDERS_PER_COMMAND
LAST_E4_MIN, LAST_E4_MAX = E4 // 100, 100 * E4


class Step(NamedTuple):
    """One order of a scale."""

    price_ticks: int
    size_lots: int


def steps_of(command: PlaceScale) -> list[Step]:
    """Return prices and sizes of a scale's orders, before any rule on prices.

    >>> scale = PlaceScale(1, "TSLA", Side.BUY, 900, 24_000, 24_900, orders=4, last_e4=20_000)
    >>> steps_of(scale)
    [Step(price_ticks=24000, size_lots=150), Step(price_ticks=24300, size_lots=200), \
Step(price_ticks=24600, size_lots=250), Step(price_ticks=24900, size_lots=300)]
    """
    last = command.orders - 1
    # Weights on one denominator: from E4 * last to last_e4 * last.
    weights = [E4 * last + (command.last_e4 - E4) * place for place in range(command.orders)]
    whole = sum(weights)
    steps = []
    before = weight = 0
    for place in range(command.orders):
        away = (command.to_ticks - command.from_ticks) * place
        weight += weights[place]
        upto = command.size_lots * weight // whole
        steps.append(Step(command.from_ticks + div_half_even(away, last), upto - before))
        before = upto
    return steps


def place_scale(state: State, command: PlaceScale) -> None:
    """Place all orders of a scale, or none."""
    both = account_and_market(state, command, command.market)
    if both is None:
        return
    account, market = both
    if answer_plan_again(state, account, command):
        return
    orders: list[PlaceOrder] = []
    refusal = place_refusal(state, account, market) or _range_refusal(market, command)
    if refusal is None:
        orders = _orders_of(market, command)
        refusal = _orders_refusal(state, account, market, orders)
        account.headroom_version = -1  # Each was checked as if the others were not there.
    if refusal is not None:
        reject(state, command, refusal.reason, **refusal.figures)
        return

    # From here on all of them stand: nothing below may fail.
    order_id = state.seq * ORDERS_PER_COMMAND
    emit(state, ev.ScalePlaced(order_id, command.account, command.market, command))
    for place, order in enumerate(orders):
        arrive(
            state, account, market, order, order_id + place, order.price_ticks or 0, is_market=False
        )
    if state.touched:
        check_touched(state)


def _range_refusal(market: Market, command: PlaceScale) -> Refusal | None:
    """Check what shapes a scale, before its orders can be counted out."""
    refusal = price_refusal(market, command.from_ticks, command.to_ticks)
    if refusal is not None:
        return refusal
    fits = (
        ORDERS_MIN <= command.orders <= ORDERS_MAX
        and command.from_ticks != command.to_ticks
        and LAST_E4_MIN <= command.last_e4 <= LAST_E4_MAX
    )
    if not fits:
        figures = {"orders_min": ORDERS_MIN, "orders_max": ORDERS_MAX}
        figures |= {"last_e4_min": LAST_E4_MIN, "last_e4_max": LAST_E4_MAX}
        return Refusal(Reason.SCALE_OUT_OF_RANGE, figures)
    if command.size_lots <= 0:
        return Refusal(Reason.SIZE_NOT_POSITIVE, {"size_lots": command.size_lots})
    return None


def _orders_of(market: Market, command: PlaceScale) -> list[PlaceOrder]:
    orders = []
    for price_ticks, size_lots in steps_of(command):
        if market.order_rule is not None and price_ticks > 0:
            legal = legal_prices(market, market.order_rule, price_ticks)
            price_ticks = legal.below_ticks if command.side is Side.BUY else legal.above_ticks
        orders.append(
            PlaceOrder(
                command.account,
                command.market,
                command.side,
                size_lots,
                price_ticks,
                post_only=command.post_only,
                reduce_only=command.reduce_only,
                self_trade=command.self_trade,
                connection=command.connection,
            )
        )
    return orders


def _orders_refusal(
    state: State, account: Account, market: Market, orders: list[PlaceOrder]
) -> Refusal | None:
    """Check each order by itself, then all of them together."""
    for order in orders:
        refusal = order_refusal(state, account, market, order, order.price_ticks or 0)
        if refusal is not None:
            return refusal
    name = market.spec.market
    orders_max = open_orders_max(market, account)
    if len(account.orders) + len(orders) > orders_max:
        return Refusal(Reason.OPEN_ORDERS_LIMIT, {"open_orders_max": orders_max})
    if market.order_rule is not None and len(account.plans) + len(orders) > PLANS_PER_ACCOUNT_MAX:
        return Refusal(Reason.OPEN_ORDERS_LIMIT, {"open_orders_max": PLANS_PER_ACCOUNT_MAX})
    if orders[0].reduce_only:
        return exit_refusal(market, account, len(orders))
    is_buy = orders[0].side is Side.BUY
    lots = sum(order.size_lots for order in orders)
    prices = [order.price_ticks or 0 for order in orders]
    holding = account.holdings.get(name)
    boldest = max(prices) if is_buy else min(prices)
    refusal = limits_refusal(state, market, holding, is_buy, lots, boldest, reduce_only=False)
    if refusal is not None:
        return refusal
    micros = sum(
        order.size_lots * (order.price_ticks or 0) * market.tick_lot_micros for order in orders
    )
    return margin_refusal(state, account, market, holding, is_buy, lots, micros)
