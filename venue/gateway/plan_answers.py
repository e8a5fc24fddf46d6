"""The answers to TWAPs, scales and bonds."""

from collections.abc import Sequence

from venue.core import commands as core
from venue.core import events as ev
from venue.core.events import Event
from venue.core.plans import SUBORDER_NS
from venue.core.state import ORDERS_PER_COMMAND
from venue.gateway import results
from venue.gateway.decimals import money_text
from venue.gateway.order_answers import delayed_view, placed_view
from venue.gateway.plan_views import PlanKind, PlanView
from venue.gateway.scales import MarketTable
from venue.gateway.showing import ms
from venue.gateway.views import FillView, OrderView
from venue.gateway.wire_types import OrderStatus


def twap_answer(
    command: core.PlaceTwap, seq: int, at_ns: int, events: Sequence[Event], markets: MarketTable
) -> results.PlanResult:
    """Return the answer to a TWAP: what it is after its first suborder, or at a repeated name."""
    scales = markets.get(command.market)
    order_id, turns, filled, cost = seq * ORDERS_PER_COMMAND, None, 0, 0
    status, duplicate, due_ms, cause = OrderStatus.WAITING, False, None, None
    for event in events:
        if isinstance(event, ev.DuplicateAnswered):
            order_id, filled, cost = event.order_id, event.filled_lots, event.cost_micros
            duplicate = True
            if not event.remaining_lots:
                whole = filled == command.size_lots
                status = OrderStatus.FILLED if whole else OrderStatus.CANCELLED
        elif isinstance(event, ev.TwapWorked) and event.order_id == order_id:
            turns, filled, cost = 1, event.filled_lots, event.cost_micros
            due_ms = ms(event.next_ns)
        elif isinstance(event, ev.PlanEnded) and event.order_id == order_id:
            status, cause, due_ms = OrderStatus.CANCELLED, event.cause, None
    remaining = command.size_lots - filled
    view = PlanView(
        order_id=order_id,
        market=command.market,
        kind=PlanKind.TWAP,
        status=status,
        side=command.side,
        size=scales.size.text(command.size_lots),
        filled=scales.size.text(filled),
        remaining=scales.size.text(remaining),
        average_price=scales.average_text(cost_micros=cost, lots=filled) if filled else None,
        due_ms=due_ms,
        turns=turns,
        suborders=command.duration_ns // SUBORDER_NS + 1,
        reduce_only=command.reduce_only,
        client_order_id=command.client_order_id,
        cause=cause,
    )
    return results.PlanResult(seq=seq, time_ms=ms(at_ns), plan=view, duplicate=duplicate)


def scale_answer(
    command: core.PlaceScale, seq: int, at_ns: int, events: Sequence[Event], markets: MarketTable
) -> results.ScaleResult:
    """Return the answer to a scale: all its orders, and what they did at once."""
    scales = markets.get(command.market)
    first = seq * ORDERS_PER_COMMAND
    ids = range(first, first + command.orders)
    orders: list[OrderView] = []
    fills: list[FillView] = []
    for place, event in enumerate(events):
        if isinstance(event, ev.DuplicateAnswered):
            return results.ScaleResult(
                seq=seq, time_ms=ms(at_ns), first_id=event.order_id, orders=[], duplicate=True
            )
        if isinstance(event, ev.OrderAccepted) and event.order_id in ids:
            view, done = placed_view(event, events[place + 1 :], scales)
            orders.append(view)
            fills.extend(done)
        elif isinstance(event, ev.OrderDelayed) and event.order_id in ids:
            orders.append(delayed_view(event, scales))
    return results.ScaleResult(
        seq=seq, time_ms=ms(at_ns), first_id=first, orders=orders, fills=fills
    )


def bond_answer(
    command: core.CommitMaker, seq: int, at_ns: int, events: Sequence[Event], markets: MarketTable
) -> results.BondResult:
    """Return the answer to a bond: what it is to be, and when the epoch ends."""
    for event in events:
        if isinstance(event, ev.BondMoved) and event.account == command.account:
            return results.BondResult(
                seq=seq,
                time_ms=ms(at_ns),
                market=command.market,
                bond=money_text(command.bond_micros),
                added=money_text(event.amount_micros),
                epoch_ends_ms=ms(event.epoch_ends_ns),
            )
    raise AssertionError("a bond moves or is refused")
