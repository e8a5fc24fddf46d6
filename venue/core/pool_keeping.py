"""What a pool's keepers do with every mark: epochs, capped profits, ADL, orders that wait.

Nothing here has a timer of its own: an epoch ends with the first mark at or after its time, and,
where the rule says so, not before the underlying is open.
"""

from venue.core import events as ev
from venue.core.apply import emit
from venue.core.book import Order
from venue.core.bounds import is_blocked
from venue.core.closeout import send_system_order
from venue.core.commands import Side
from venue.core.liquidation import check_touched
from venue.core.market import Market
from venue.core.matching import cancel
from venue.core.policies import Action, ShareTerms
from venue.core.pool import Pool
from venue.core.pool_epochs import closes_now, end_epoch
from venue.core.pool_trading import is_shut, match_pool, quote_inputs, to_ticks
from venue.core.pool_value import (
    Held,
    collateral_micros,
    money_micros,
    side_gain_micros,
    sides_lots,
    traders,
)
from venue.core.state import State
from venue.core.units import E4, div_ceil

# Positions that one mark closes by ADL, and waiting orders that it looks at; the rest have the
# next mark.
CLOSED_PER_MARK = 100
ORDERS_PER_MARK = 500


def keep_pool(state: State, market: Market) -> None:
    """After a mark: end the epoch if it is due, then act on positions and orders that wait."""
    pool = market.pool
    assert pool is not None, "only a market with a pool is kept"
    rule = market.rules.counterparty
    shut = is_shut(market)
    waits = rule.waits_for_open and (shut or closes_now(state, market))
    if pool.next_epoch_ns <= state.now_ns and not waits:
        end_epoch(
            state,
            market.spec.market,
            pool,
            pool_terms(market),
            lambda amount_micros: _can_spare(state, market, pool, amount_micros),
        )
    if shut or is_blocked(market, Action.MATCH):
        return
    _close_capped(state, market)
    _deleverage(state, market, pool)
    _try_waiting(state, market)
    if state.touched:
        check_touched(state)


def pool_terms(market: Market) -> ShareTerms:
    """Return when shares of a market's pool change hands."""
    rule = market.rules.counterparty
    return ShareTerms(rule.epoch_ns, rule.notice_ns, 0, rule.waits_for_open)


def _can_spare(state: State, market: Market, pool: Pool, amount_micros: int) -> bool:
    """Say whether the pool has the money, and enough for its traders' positions after it."""
    left = money_micros(state, market, pool) - amount_micros
    if left < 0:
        return False
    reserve_e4 = market.rules.counterparty.reserve_e4
    larger = max(sides_lots(state, market, pool)) * market.mark_micros
    return not reserve_e4 or larger * E4 <= left * reserve_e4


def _close_capped(state: State, market: Market) -> None:
    """Close every position that has gained all that it may."""
    gain_max_e4 = market.rules.counterparty.gain_max_e4
    if gain_max_e4 is None:
        return
    for held in traders(state, market):
        collateral = collateral_micros(held.holding)
        if held.gain_micros > 0 and held.gain_micros * E4 >= collateral * gain_max_e4:
            _close(state, market, held, abs(held.holding.size_lots), ev.PoolCloseWhy.GAIN_MAX)


def _deleverage(state: State, market: Market, pool: Pool) -> None:
    """Close winners of a side that has gained too much of the pool, the highest return first.

    To bring (gain - x) / (money - x) down to t takes x = (gain - t × money) / (1 - t).
    """
    rule = market.rules.counterparty
    if rule.adl_above_e4 is None:
        return
    for longs in (True, False):
        held = traders(state, market)
        gain = side_gain_micros(held, longs=longs)
        if gain * E4 <= rule.adl_above_e4 * money_micros(state, market, pool):
            continue
        winners = [
            each for each in held if (each.holding.size_lots > 0) == longs and each.gain_micros > 0
        ]
        winners.sort(key=lambda each: (-_return_e12(each), each.account))
        for each in winners[:CLOSED_PER_MARK]:
            over = gain * E4 - rule.adl_to_e4 * money_micros(state, market, pool)
            if over <= 0:
                break
            size = abs(each.holding.size_lots)
            wanted = div_ceil(over, E4 - rule.adl_to_e4) if rule.adl_to_e4 < E4 else over
            lots = min(size, div_ceil(wanted * size, each.gain_micros))
            filled = _close(state, market, each, lots, ev.PoolCloseWhy.ADL)
            gain -= each.gain_micros * filled // size


def _return_e12(held: Held) -> int:
    return held.gain_micros * 10**12 // max(1, collateral_micros(held.holding))


def _close(state: State, market: Market, held: Held, lots: int, why: ev.PoolCloseWhy) -> int:
    """Close lots of a position at the oracle, as the venue's own order; return how many."""
    account = state.accounts[held.account]
    is_buy = held.holding.size_lots < 0
    limit = market.spec.limits.price_max_ticks if is_buy else 1
    emit(
        state,
        ev.PoolPositionClosed(held.account, market.spec.market, lots, held.gain_micros, why),
    )
    order = send_system_order(state, market, account, is_buy=is_buy, lots=lots, limit_ticks=limit)
    _free_margin(state, market, held)
    return order.filled_lots


def _free_margin(state: State, market: Market, held: Held) -> None:
    """Give the margin of an isolated position back that the venue has closed whole."""
    holding = held.holding
    if holding.size_lots or not holding.isolated_micros:
        return
    unit = (held.account, market.spec.market)
    if holding.isolated_micros > 0 and unit not in state.liquidations:
        emit(
            state,
            ev.IsolatedMarginMoved(held.account, market.spec.market, -holding.isolated_micros),
        )


def _try_waiting(state: State, market: Market) -> None:
    """Let orders that the oracle has reached trade, the best price first, then the oldest.

    One that may not trade now (a limit of the pool, its impact) is cancelled with the cause.
    """
    if is_blocked(market, Action.TRIGGER):
        return
    for order in _reached(state, market):
        if not order.in_book:
            continue
        stopped = match_pool(state, market, order)
        if stopped is not None and order.in_book:
            cancel(state, order, stopped)


def _reached(state: State, market: Market) -> list[Order]:
    pool = market.pool
    assert pool is not None, "only a market with a pool is kept"
    found: list[Order] = []
    for side, is_buy in ((Side.BUY, True), (Side.SELL, False)):
        signed = 1 if is_buy else -1
        seen = quote_inputs(state, market, pool, signed_lots=signed, leverage=1, opens=False)
        quote = market.rules.counterparty.quote(seen)
        ticks = to_ticks(market, quote.price_nanos, is_buy=is_buy)
        for order in market.book.resting(side):
            if order.limit_ticks < ticks if is_buy else order.limit_ticks > ticks:
                break
            found.append(order)
            if len(found) >= ORDERS_PER_MARK:
                return found
    return found
