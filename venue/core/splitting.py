"""A split: the same market in other units, and nobody the richer.

With n new units for d old: lots × n/d, prices × d/n. What does not come out whole rounds so that it
costs nobody: bids and the triggers below the mark down, asks and those above it up, sizes, limits
and the mark down. A position's fraction of a lot is cashed out at the mark, and what the mark's
rounding takes from its value is paid in cash:

    cash = size × mark − size' × mark'

So every account's equity is the same to the micro-dollar, and as no notional grows nobody falls
below maintenance. The insurance fund (of a pool's market the pool) takes the opposite of the
fractions, so that positions sum to zero; its cash is by the same formula, and all cash sums to
zero: nothing is left to book on the rounding account.

Source: QFEX (venue-rules.md, section 4: halt, mark, reopen with q × ratio and price / ratio). QFEX
realises profit on the way; here the entry cost stays, so that profit does not become a fee base or
a withdrawal.
"""

from typing import NamedTuple

from venue.core import events as ev
from venue.core.account import INSURANCE, Holding
from venue.core.apply import emit, pack_memory
from venue.core.apply_prices import MEMORIES
from venue.core.book import Order
from venue.core.commands import MarginMode, Side
from venue.core.handlers.plans import end, plans_of
from venue.core.liquidation import check_touched
from venue.core.listing import MarketSpec, canonical
from venue.core.market import Market
from venue.core.matching import cancel
from venue.core.rejects import Cause
from venue.core.relisting import relist
from venue.core.rescaling import NewUnits, rescaled_memory
from venue.core.resweeping import resweep
from venue.core.source_units import together
from venue.core.state import State
from venue.core.trigger_index import fires_below
from venue.core.units import div_ceil


def count_prints(state: State, market: Market, units: NewUnits) -> None:
    """From now on prints are counted in new units, or held back until they are in them."""
    after = together(market.splits_new, market.splits_old, units)
    assert after is not None, "a split that does not fit is withdrawn"
    emit(state, ev.PrintsSplit(market.spec.market, *after, *units))


def split(state: State, market: Market, units: NewUnits) -> None:
    """Rescale a market, and what everybody has in it."""
    spec = relist(market, units)
    assert spec is not None, "a split that does not fit is withdrawn"
    spec = canonical(spec)
    orders, triggers = _orders(state, market, units, spec), _triggers(state, market, units, spec)
    mark_micros = units.price_down(market.mark_micros)
    was_micros = market.mark_micros
    emit(
        state,
        ev.MarketSplit(
            spec.market,
            state.now_ns,
            units.numerator,
            units.denominator,
            spec,
            None if market.mark_nanos is None else spec.units.nanos(mark_micros),
            mark_micros,
            tuple(
                pack_memory(
                    rescaled_memory(getattr(market.rules, kind), getattr(market, field), units)
                )
                for field, kind in MEMORIES
            ),
        ),
    )
    _rescale_positions(state, market, units, was_micros)
    for order in orders:
        emit(state, order)
    for trigger in triggers:
        emit(state, trigger)
    resweep(state)
    check_touched(state)


class _Changed(NamedTuple):
    """A position in new units."""

    size_lots: int
    entry_micros: int


def _rescale_positions(state: State, market: Market, units: NewUnits, was_micros: int) -> None:
    name = market.spec.market
    taker = INSURANCE if market.pool is None else market.pool.account
    left_lots = 0
    for account_id in sorted(market.holders):
        if account_id != taker:
            holding = state.accounts[account_id].holdings[name]
            changed = _changed(holding, units)
            left_lots -= changed.size_lots
            _rescale(state, market, account_id, holding, changed, was_micros)
    held = state.accounts[taker].holdings.get(name) or Holding(name, 1)
    if held.size_lots or left_lots:
        # Its own part in proportion, the fractions of the others at the mark.
        own = _changed(held, units)
        entry_micros = own.entry_micros + (left_lots - own.size_lots) * market.mark_micros
        _rescale(state, market, taker, held, _Changed(left_lots, entry_micros), was_micros)


def _changed(holding: Holding, units: NewUnits) -> _Changed:
    """Return size and entry cost; the cost of a fraction is released in proportion, rounded up."""
    size = units.lots(holding.size_lots)
    exact = holding.size_lots * units.numerator
    if not exact or size * units.denominator == exact:
        return _Changed(size, holding.entry_micros)
    kept = holding.entry_micros * size * units.denominator
    released_micros = div_ceil(
        (holding.entry_micros * exact - kept) * (1 if exact > 0 else -1), abs(exact)
    )
    return _Changed(size, holding.entry_micros - released_micros)


def _rescale(
    state: State,
    market: Market,
    account_id: int,
    holding: Holding,
    changed: _Changed,
    was_micros: int,
) -> None:
    was_lots, was_entry, name = holding.size_lots, holding.entry_micros, market.spec.market
    cost_micros = changed.size_lots * market.mark_micros - was_lots * was_micros
    emit(
        state,
        ev.PositionRescaled(
            account_id,
            name,
            was_lots,
            changed.size_lots,
            cost_micros,
            changed.entry_micros - was_entry - cost_micros,
        ),
    )
    if account_id == INSURANCE:
        return
    state.touched[account_id, name] = None
    is_left = holding.mode is MarginMode.ISOLATED and holding.isolated_micros > 0
    if is_left and not changed.size_lots and (account_id, name) not in state.liquidations:
        emit(state, ev.IsolatedMarginMoved(account_id, name, -holding.isolated_micros))


def _orders(
    state: State, market: Market, units: NewUnits, spec: MarketSpec
) -> list[ev.OrderRescaled]:
    """Return every resting order in new units, as the book has them; cancel what is nothing."""
    kept: list[ev.OrderRescaled] = []
    gone: list[Order] = []
    for side in (Side.BUY, Side.SELL):
        for order in market.book.resting(side):
            ticks = order.limit_ticks
            ticks = units.price_down(ticks) if order.is_buy else units.price_up(ticks)
            left, filled = units.lots(order.remaining_lots), units.lots(order.filled_lots)
            if not left or not 1 <= ticks <= spec.limits.price_max_ticks:
                gone.append(order)
                continue
            kept.append(
                ev.OrderRescaled(
                    order.order_id,
                    order.account,
                    order.market,
                    ticks,
                    filled + left,
                    filled,
                    left,
                )
            )
    for order in gone:
        cancel(state, order, Cause.SPLIT)
    for plan in list(plans_of(state, market.spec.market)):
        end(state, plan, Cause.SPLIT)  # What of it was still to be sent was asked in old units.
    return kept


def _triggers(
    state: State, market: Market, units: NewUnits, spec: MarketSpec
) -> list[ev.TriggerRescaled]:
    """Return every trigger order in new units, none nearer to firing than before."""
    kept: list[ev.TriggerRescaled] = []
    for order_id, trigger in sorted(market.triggers.items()):
        placed = trigger.placed
        size, price = placed.size_lots, placed.price_ticks
        if size is not None:
            size = units.lots(size)
        if price is not None:
            is_buy = placed.side is Side.BUY
            price = units.price_down(price) if is_buy else units.price_up(price)
        ticks = _trigger_ticks(market, placed, units)
        highest = spec.limits.price_max_ticks
        fits = 1 <= ticks <= highest and (price is None or 1 <= price <= highest)
        if size == 0 or not fits:
            emit(
                state,
                ev.TriggerCancelled(order_id, placed.account, placed.market, Cause.SPLIT),
            )
            continue
        kept.append(ev.TriggerRescaled(order_id, placed.account, placed.market, size, ticks, price))
    return kept


def _trigger_ticks(market: Market, placed: ev.TriggerPlaced, units: NewUnits) -> int:
    """Return a trigger's price, away from the mark; one not reached before is not reached now."""
    if not fires_below(placed):
        return units.price_up(placed.trigger_ticks)
    ticks = units.price_down(placed.trigger_ticks)
    tick_lot = market.tick_lot_micros
    if placed.trigger_ticks * tick_lot < market.mark_micros:
        return min(ticks, -(-units.price_down(market.mark_micros) // tick_lot) - 1)
    return ticks
