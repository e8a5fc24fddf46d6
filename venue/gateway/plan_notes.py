"""Private notices of plans and makers: from an event to the record that the wire shows."""

from venue.core import events as ev
from venue.core.timers import NEVER_NS
from venue.gateway import notes
from venue.gateway.decimals import money_text
from venue.gateway.notices import Notice
from venue.gateway.plan_views import PlanKind, PlanView
from venue.gateway.scales import MarketScales, MarketTable
from venue.gateway.showing import Where, ms
from venue.gateway.wire_types import OrderStatus


def delayed(
    notice: Notice, event: ev.OrderDelayed, where: Where, markets: MarketTable
) -> notes.PlanNote:
    """An order waits before it may take."""
    asked, scales = event.asked, markets.known(event.market)
    size = scales.size.text(asked.size_lots)
    view = PlanView(
        order_id=event.order_id,
        market=event.market,
        kind=PlanKind.DELAYED,
        status=OrderStatus.WAITING,
        side=asked.side,
        size=size,
        price=None if asked.price_ticks is None else scales.price.text(asked.price_ticks),
        filled=scales.size.text(0),
        remaining=size,
        due_ms=None if event.due_ns == NEVER_NS else ms(event.due_ns),
        reduce_only=asked.reduce_only,
        client_order_id=asked.client_order_id,
    )
    return notes.PlanNote(**where, what="placed", plan=view)


def released(
    notice: Notice, event: ev.DelayEnded, where: Where, markets: MarketTable
) -> notes.PlanNote:
    """An order has waited; it is accepted next."""
    view = PlanView(
        order_id=event.order_id,
        market=event.market,
        kind=PlanKind.DELAYED,
        status=OrderStatus.FIRED,
    )
    return notes.PlanNote(**where, what="released", plan=view)


def twap_placed(
    notice: Notice, event: ev.TwapPlaced, where: Where, markets: MarketTable
) -> notes.PlanNote:
    """A TWAP stands."""
    asked, scales = event.asked, markets.known(event.market)
    size = scales.size.text(asked.size_lots)
    view = PlanView(
        order_id=event.order_id,
        market=event.market,
        kind=PlanKind.TWAP,
        status=OrderStatus.WAITING,
        side=asked.side,
        size=size,
        filled=scales.size.text(0),
        remaining=size,
        turns=0,
        suborders=event.suborders,
        reduce_only=asked.reduce_only,
        client_order_id=asked.client_order_id,
    )
    return notes.PlanNote(**where, what="placed", plan=view)


def worked(
    notice: Notice, event: ev.TwapWorked, where: Where, markets: MarketTable
) -> notes.PlanNote:
    """A suborder had its turn: ``size`` and ``filled`` are the suborder's own."""
    scales = markets.known(event.market)
    view = PlanView(
        order_id=event.order_id,
        market=event.market,
        kind=PlanKind.TWAP,
        status=OrderStatus.WAITING,
        size=scales.size.text(event.lots),
        filled=scales.size.text(event.filled_lots),
        average_price=_average(event, scales),
        due_ms=ms(event.next_ns),
        reason=None if event.reason is None else event.reason.value,
    )
    suborder_id = event.suborder_id or None
    return notes.PlanNote(**where, what="turn", plan=view, suborder_id=suborder_id)


def _average(event: ev.TwapWorked, scales: MarketScales) -> str | None:
    if not event.filled_lots:
        return None
    return scales.average_text(cost_micros=event.cost_micros, lots=event.filled_lots)


def ended(
    notice: Notice, event: ev.PlanEnded, where: Where, markets: MarketTable
) -> notes.PlanNote:
    """A plan is over; a delayed order never stood."""
    view = PlanView(
        order_id=event.order_id,
        market=event.market,
        kind=PlanKind.TWAP if event.is_twap else PlanKind.DELAYED,
        status=OrderStatus.CANCELLED if event.remaining_lots else OrderStatus.FILLED,
        remaining=markets.known(event.market).size.text(event.remaining_lots),
        cause=event.cause,
        reason=None if event.reason is None else event.reason.value,
    )
    return notes.PlanNote(**where, what="ended", plan=view)


def bond(
    notice: Notice, event: ev.BondMoved, where: Where, markets: MarketTable
) -> notes.MakerNote:
    """A bond has grown, or will shrink."""
    return notes.MakerNote(
        **where,
        what="committed",
        market=event.market,
        added=money_text(event.amount_micros),
        wanted=money_text(event.wanted_micros),
        epoch_ends_ms=ms(event.epoch_ends_ns),
    )


def judged(
    notice: Notice, event: ev.MakersJudged, where: Where, markets: MarketTable
) -> notes.MakerNote:
    """What an epoch came to for one maker."""
    mine = next(each for each in event.judged if each.account == notice.account)
    return notes.MakerNote(
        **where,
        what="judged",
        market=event.market,
        sampled=mine.sampled,
        met=mine.met,
        penalty=money_text(mine.penalty_micros),
        returned=money_text(mine.returned_micros),
        bond=money_text(mine.bond_micros),
    )
