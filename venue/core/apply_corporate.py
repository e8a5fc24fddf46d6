"""What corporate actions do to the state: announced, taken step by step, and each one's effect."""

from msgspec.structs import replace

from venue.core import events as ev
from venue.core.apply_orders import move_position, order_amended, order_rested
from venue.core.apply_prices import MEMORIES, unpack_memory
from venue.core.averaging import begin_average, note_index
from venue.core.bounds import refresh_bounds
from venue.core.commands import Dividend
from venue.core.fixed import DecayedMean
from venue.core.guarding import refresh_blocked
from venue.core.market import Announced, Feed, Market
from venue.core.policies import Does
from venue.core.rescaling import NewUnits, rescaled_mean
from venue.core.state import State, hold, pay, touch
from venue.core.timers import Timer
from venue.core.timetables import with_lowering
from venue.core.trigger_index import TriggerIndex

# Steps whose figure is a price of one unit.
IN_NANOS = (Does.ADJUST_INDEX, Does.PAY_DIVIDEND, Does.LOWER_PRINTS)


def _arm(state: State, market: Market, actions: list[Announced]) -> None:
    """Keep the announced actions, the next step first, and wait for it."""
    actions.sort(key=lambda each: (each.steps[0].at_ns, each.action_id))
    market.actions = tuple(actions)
    if actions:
        due_ns = max(actions[0].steps[0].at_ns, state.now_ns)
        state.timers.set(due_ns, Timer.CORPORATE_ACTION, (market.spec.market,))


def action_announced(state: State, event: ev.ActionAnnounced) -> None:
    market = state.markets[event.market]
    announced = Announced(
        event.action_id, state.now_ns, event.effective_ns, event.action, event.steps
    )
    _arm(state, market, [*market.actions, announced])


def action_withdrawn(state: State, event: ev.ActionWithdrawn) -> None:
    market = state.markets[event.market]
    _arm(state, market, [each for each in market.actions if each.action_id != event.action_id])


def action_step_taken(state: State, event: ev.ActionStepTaken) -> None:
    market = state.markets[event.market]
    left = [
        replace(each, steps=each.steps[1:]) if each.action_id == event.action_id else each
        for each in market.actions
    ]
    _arm(state, market, [each for each in left if each.steps])


def market_split(state: State, event: ev.MarketSplit) -> None:
    """Everything of the market itself; positions, orders and triggers have events of their own."""
    market = state.markets[event.market]
    units = NewUnits(event.numerator, event.denominator)
    note_index(market, event.at_ns)
    market.spec = event.spec
    for (field, _), packed in zip(MEMORIES, event.memories, strict=True):
        setattr(market, field, unpack_memory(packed, getattr(market, field)))
    market.previous_mark_micros = units.price_down(market.previous_mark_micros)
    market.mark_nanos = event.mark_nanos
    market.mark_micros = event.mark_micros
    for name in (
        "index_nanos",
        "anchor_nanos",
        "outside_nanos",
        "uncross_nanos",
        "close_nanos",
        "open_nanos",
        "middle_nanos",
        "last_ticks",
    ):
        setattr(market, name, units.price_or_none(getattr(market, name)))
    if market.bounds is not None:
        low = max(1, units.price_up(market.bounds[0]))
        market.bounds = low, max(low, units.price_down(market.bounds[1]))
    for name in ("traded_lots", "tape_from_lots", "marked_interest_lots"):
        setattr(market, name, units.lots(getattr(market, name)))
    market.average_nanos = units.price_down(market.average_nanos)
    mean = rescaled_mean(
        DecayedMean(market.index_mean_whole, market.index_mean_rest, market.index_mean_ps), units
    )
    market.index_mean_whole, market.index_mean_rest = mean.whole, mean.rest
    market.actions = tuple(_in_new_units(each, units) for each in market.actions)
    market.watch = TriggerIndex()
    market.adjusted_ns = event.at_ns
    for liquidation in state.liquidations.values():
        if event.market in liquidation.filled:
            liquidation.filled[event.market] = units.lots(liquidation.filled[event.market])
    state.marks_version += 1
    refresh_blocked(state, market)
    refresh_bounds(market)


def prints_split(state: State, event: ev.PrintsSplit) -> None:
    """No source is known to print in the new units; what was said of one still holds beside."""
    market = state.markets[event.market]
    market.splits_new, market.splits_old = event.splits_new, event.splits_old
    market.last_split_new, market.last_split_old = event.numerator, event.denominator
    market.feeds = {
        source: replace(feed, is_found=False, held_nanos=None)
        for source, feed in market.feeds.items()
    }


def prints_driven(state: State, event: ev.PrintsDriven) -> None:
    """Dividends that were announced and are still to come lower these prints as well."""
    market = state.markets[event.market]
    market.is_driven = 1
    _arm(
        state,
        market,
        [
            replace(each, steps=with_lowering(each.steps, each.action, each.effective_ns))
            if isinstance(each.action, Dividend) and each.effective_ns > state.now_ns
            else each
            for each in market.actions
        ],
    )


def prints_lowered(state: State, event: ev.PrintsLowered) -> None:
    state.markets[event.market].kept_e18 = event.kept_e18


def source_counted(state: State, event: ev.SourceCounted) -> None:
    state.markets[event.market].feeds[event.source] = Feed(
        event.is_found, event.units_new, event.units_old
    )


def underlying_split(state: State, event: ev.UnderlyingSplit) -> None:
    """What is counted in units of the underlying, of a market on a power of it."""
    market = state.markets[event.market]
    market.units_new, market.units_old = event.units_new, event.units_old
    market.underlying_nanos, market.varied_nanos = event.underlying_nanos, event.varied_nanos
    market.index_memory = unpack_memory(event.index_memory, market.index_memory)
    market.adjusted_ns = event.at_ns


def _in_new_units(announced: Announced, units: NewUnits) -> Announced:
    """Return a dividend that is still to come as cash of a new unit."""
    action = announced.action
    if not isinstance(action, Dividend):
        return announced
    return replace(
        announced,
        action=replace(action, amount_nanos=units.price(action.amount_nanos)),
        steps=tuple(
            replace(step, figure=units.price(step.figure)) if step.does in IN_NANOS else step
            for step in announced.steps
        ),
    )


def position_rescaled(state: State, event: ev.PositionRescaled) -> None:
    account = state.accounts[event.account]
    hold(state, account, event.market)
    move_position(
        state,
        state.markets[event.market],
        account,
        event.size_lots - event.was_lots,
        event.cost_micros,
        event.realised_micros,
        fee_micros=0,
    )
    touch(state, account, "")
    touch(state, account, event.market)


def order_rescaled(state: State, event: ev.OrderRescaled) -> None:
    """It leaves the book and comes back at its new price: told in the book's own order."""
    order = state.orders[event.order_id]
    order_amended(
        state,
        ev.OrderAmended(
            event.order_id,
            event.account,
            event.market,
            event.price_ticks,
            event.size_lots,
            event.remaining_lots,
            False,
        ),
    )
    order.filled_lots = event.filled_lots
    order_rested(
        state,
        ev.OrderRested(event.order_id, event.remaining_lots),
    )
    touch(state, state.accounts[event.account], "")


def trigger_rescaled(state: State, event: ev.TriggerRescaled) -> None:
    market = state.markets[event.market]
    trigger = market.triggers[event.order_id]
    trigger.placed = replace(
        trigger.placed,
        size_lots=event.size_lots,
        trigger_ticks=event.trigger_ticks,
        price_ticks=event.price_ticks,
    )
    if trigger.awake:
        market.watch.add(trigger.placed)


def index_adjusted(state: State, event: ev.IndexAdjusted) -> None:
    """Lower every price from outside that others are measured by, to at least a nano-dollar."""
    market = state.markets[event.market]
    for name in ("anchor_nanos", "outside_nanos", "uncross_nanos", "close_nanos", "open_nanos"):
        before = getattr(market, name)
        if before is not None:
            setattr(market, name, max(1, before - event.amount_nanos))
    market.adjusted_ns = event.at_ns
    refresh_bounds(market)


def dividend_paid(state: State, event: ev.DividendPaid) -> None:
    for account_id, paid_micros in event.payments:
        holding = pay(state, account_id, event.market, paid_micros)
        holding.funding_micros += paid_micros
    state.ledger.rounding_micros += event.rounding_micros


def funding_interval_changed(state: State, event: ev.FundingIntervalChanged) -> None:
    market = state.markets[event.market]
    market.spec = replace(market.spec, funding_interval_ns=event.interval_ns)
    market.next_funding_ns = event.next_ns
    state.timers.set(event.next_ns, Timer.SETTLE_FUNDING, (event.market,))


def mark_held_near(state: State, event: ev.MarkHeldNear) -> None:
    state.markets[event.market].mark_within_e4 = event.within_e4


def average_began(state: State, event: ev.AverageBegan) -> None:
    begin_average(state.markets[event.market], event.at_ns)
