"""The answer to an order or an amendment: the order, and what it did at once."""

from collections.abc import Sequence
from typing import Final

from venue.core import events as ev
from venue.core.commands import AmendOrder, PlaceOrder, TimeInForce
from venue.core.events import Event
from venue.core.rejects import Cause
from venue.core.state import ORDERS_PER_COMMAND
from venue.core.units import NS_PER_MS
from venue.gateway.results import OrderResult
from venue.gateway.scales import MarketScales, MarketTable
from venue.gateway.showing import fill_view, ms_or_none
from venue.gateway.views import FillView, OrderView
from venue.gateway.wire_types import OrderStatus, Role

NO_FILLS: Final[list[FillView]] = []
# Bound here because reading a member off its enum costs as much as two function calls.
OPEN: Final = OrderStatus.OPEN
FILLED: Final = OrderStatus.FILLED
CANCELLED: Final = OrderStatus.CANCELLED
WAITING: Final = OrderStatus.WAITING
MAKER: Final = Role.MAKER
TAKER: Final = Role.TAKER
Traded: Final = ev.Traded
OrderCancelled: Final = ev.OrderCancelled
OrderReduced: Final = ev.OrderReduced
OrderAmended: Final = ev.OrderAmended


def resting_answer(
    accepted: ev.OrderAccepted, seq: int, at_ns: int, markets: MarketTable
) -> OrderResult:
    """Return the answer to an order that rests whole: the common case by far."""
    scales = markets.markets[accepted.market]
    size = scales.size.text(accepted.size_lots)
    view = OrderView(
        order_id=accepted.order_id,
        market=accepted.market,
        status=OPEN,
        side=accepted.side,
        size=size,
        price=scales.price.text(accepted.price_ticks),
        filled=scales.size.text(0),
        remaining=size,
        client_order_id=accepted.client_order_id,
        post_only=accepted.post_only,
        reduce_only=accepted.reduce_only,
        expires_at_ms=ms_or_none(accepted.expires_at_ns),
        cancel_on_close=accepted.cancel_on_close,
    )
    return OrderResult(seq=seq, time_ms=at_ns // NS_PER_MS, order=view, fills=NO_FILLS)


def placed_answer(
    accepted: ev.OrderAccepted,
    seq: int,
    at_ns: int,
    events: Sequence[Event],
    markets: MarketTable,
) -> OrderResult:
    """Return the answer to an order that was accepted, with all that happened since."""
    view, fills = placed_view(accepted, events, markets.get(accepted.market))
    return OrderResult(seq=seq, time_ms=at_ns // NS_PER_MS, order=view, fills=fills)


def order_answer(
    command: PlaceOrder | AmendOrder,
    seq: int,
    at_ns: int,
    events: Sequence[Event],
    markets: MarketTable,
) -> OrderResult:
    """Return the answer to an order or an amendment that was not refused."""
    if isinstance(command, AmendOrder):
        return _amended(command, seq, at_ns, events, markets)
    scales = markets.get(command.market)
    for place, event in enumerate(events):
        if isinstance(event, ev.OrderAccepted) and event.order_id == seq * ORDERS_PER_COMMAND:
            return placed_answer(event, seq, at_ns, events[place + 1 :], markets)
        if isinstance(event, ev.OrderDelayed) and event.order_id == seq * ORDERS_PER_COMMAND:
            view = delayed_view(event, scales)
            return OrderResult(seq=seq, time_ms=at_ns // NS_PER_MS, order=view, fills=NO_FILLS)
        if isinstance(event, ev.DuplicateAnswered):
            view = _again(command, event, scales)
            return OrderResult(
                seq=seq, time_ms=at_ns // NS_PER_MS, order=view, fills=NO_FILLS, duplicate=True
            )
    raise AssertionError("an order is accepted, repeated or refused")


def delayed_view(event: ev.OrderDelayed, scales: MarketScales) -> OrderView:
    """Show an order that waits as an order."""
    asked = event.asked
    size = scales.size.text(asked.size_lots)
    return OrderView(
        order_id=event.order_id,
        market=event.market,
        status=WAITING,
        side=asked.side,
        size=size,
        price=None if asked.price_ticks is None else scales.price.text(asked.price_ticks),
        filled=scales.size.text(0),
        remaining=size,
        client_order_id=asked.client_order_id,
        post_only=asked.post_only,
        reduce_only=asked.reduce_only,
        is_market=asked.price_ticks is None,
        expires_at_ms=ms_or_none(asked.expires_at_ns),
        cancel_on_close=asked.cancel_on_close,
    )


class Story:
    """What became of one arriving order: its fills, what remains, and why it is gone.

    ``moved_to_ticks`` is the bound that it was moved to.
    """

    __slots__ = (
        "cause",
        "cost_ticks",
        "filled_lots",
        "fills",
        "gone",
        "moved_to_ticks",
        "reduced_lots",
    )

    def __init__(self, order_id: int, events: Sequence[Event], scales: MarketScales) -> None:
        self.fills: list[FillView] = []
        self.filled_lots = 0
        self.cost_ticks = 0
        self.reduced_lots = 0
        self.cause: Cause | None = None
        self.gone = False
        self.moved_to_ticks: int | None = None
        for event in events:
            if type(event) is Traded:
                if event.taker_order_id == order_id:
                    self.fills.append(fill_view(event, scales, TAKER))
                elif event.maker_order_id == order_id:
                    self.fills.append(fill_view(event, scales, MAKER))
                else:
                    continue
                self.filled_lots += event.size_lots
                self.cost_ticks += event.size_lots * event.price_ticks
            elif type(event) is OrderCancelled and event.order_id == order_id:
                self.gone = True
                self.cause = event.cause
            elif type(event) is OrderReduced and event.order_id == order_id:
                self.reduced_lots += event.lots
                self.cause = event.cause
            elif type(event) is OrderAmended and event.order_id == order_id:
                self.moved_to_ticks = event.price_ticks

    def average_text(self, scales: MarketScales) -> str | None:
        """Return the average price of the fills, or ``None`` without one."""
        if not self.filled_lots:
            return None
        cost_micros = self.cost_ticks * scales.tick_lot_micros
        return scales.average_text(cost_micros=cost_micros, lots=self.filled_lots)

    def status(self, remaining_lots: int, filled_lots: int) -> OrderStatus:
        """Return what the order is now."""
        if self.gone or (not remaining_lots and not filled_lots):
            return CANCELLED
        return OPEN if remaining_lots else FILLED


def placed_view(
    accepted: ev.OrderAccepted, events: Sequence[Event], scales: MarketScales
) -> tuple[OrderView, list[FillView]]:
    """Show an order as it is after what came of it, and its fills."""
    story = Story(accepted.order_id, events, scales)
    remaining_lots = accepted.size_lots - story.filled_lots - story.reduced_lots
    status = story.status(remaining_lots, story.filled_lots)
    size = scales.size
    view = OrderView(
        order_id=accepted.order_id,
        market=accepted.market,
        status=status,
        side=accepted.side,
        size=size.text(accepted.size_lots - story.reduced_lots),
        price=scales.price.text(story.moved_to_ticks or accepted.price_ticks),
        filled=size.text(story.filled_lots),
        remaining=size.text(remaining_lots),
        average_price=story.average_text(scales),
        client_order_id=accepted.client_order_id,
        cause=story.cause,
        post_only=accepted.post_only,
        reduce_only=accepted.reduce_only,
        is_market=accepted.is_market,
        expires_at_ms=ms_or_none(accepted.expires_at_ns),
        cancel_on_close=accepted.cancel_on_close,
    )
    return view, story.fills


def _amended(
    command: AmendOrder, seq: int, at_ns: int, events: Sequence[Event], markets: MarketTable
) -> OrderResult:
    for place, event in enumerate(events):
        if isinstance(event, ev.OrderAmended) and event.account == command.account:
            scales = markets.known(event.market)
            story = Story(event.order_id, events[place + 1 :], scales)
            remaining_lots = event.remaining_lots - story.filled_lots - story.reduced_lots
            filled_lots = event.size_lots - event.remaining_lots + story.filled_lots
            size = scales.size
            view = OrderView(
                order_id=event.order_id,
                market=event.market,
                status=story.status(remaining_lots, filled_lots),
                size=size.text(event.size_lots - story.reduced_lots),
                price=scales.price.text(story.moved_to_ticks or event.price_ticks),
                filled=size.text(filled_lots),
                remaining=size.text(remaining_lots),
                average_price=story.average_text(scales),
                client_order_id=command.client_order_id,
                cause=story.cause,
            )
            return OrderResult(seq=seq, time_ms=at_ns // NS_PER_MS, order=view, fills=story.fills)
    raise AssertionError("an amendment amends or is refused")


def _again(command: PlaceOrder, event: ev.DuplicateAnswered, scales: MarketScales) -> OrderView:
    """Show what the first answer said: the body is the same, so the command tells the rest."""
    filled = event.filled_lots
    if event.is_waiting:
        status = WAITING
    elif event.remaining_lots and command.time_in_force not in (TimeInForce.IOC, TimeInForce.FOK):
        status = OPEN
    else:
        status = FILLED if filled == command.size_lots else CANCELLED
    return OrderView(
        order_id=event.order_id,
        market=command.market,
        status=status,
        side=command.side,
        size=scales.size.text(command.size_lots),
        price=None if command.price_ticks is None else scales.price.text(command.price_ticks),
        filled=scales.size.text(filled),
        remaining=scales.size.text(event.remaining_lots),
        average_price=(
            scales.average_text(cost_micros=event.cost_micros, lots=filled) if filled else None
        ),
        client_order_id=event.client_order_id,
        post_only=command.post_only,
        reduce_only=command.reduce_only,
        is_market=command.price_ticks is None,
        expires_at_ms=ms_or_none(command.expires_at_ns),
        cancel_on_close=command.cancel_on_close,
    )
