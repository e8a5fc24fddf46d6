"""Liquidations as they go: public steps for everybody, the whole story for whose it was."""

from collections import deque
from itertools import islice

from venue.core import events as ev
from venue.core.events import Event
from venue.gateway.decimals import money_text, nanos_text
from venue.gateway.feed_data import LiquidationsData
from venue.gateway.going_on import GoingOn
from venue.gateway.liquidation_notes import filled
from venue.gateway.moment import Moment
from venue.gateway.note_making import note_of
from venue.gateway.notes import FillNote, LiquidationNote
from venue.gateway.notices import Notice
from venue.gateway.results import ExplanationResult, GivenUp
from venue.gateway.scales import MarketTable
from venue.gateway.showing import ms
from venue.gateway.views import LiquidationView

# So many counterparties of a last resort are listed; a shared loss may have thousands.
COUNTERPARTIES_MAX = 100

PUBLIC_STEPS: dict[type[Event], str] = {
    ev.LiquidationStarted: "started",
    ev.Traded: "filled",
    ev.ClosedOut: "closed_out",
    ev.TakenOver: "taken_over",
    ev.Deleveraged: "deleveraged",
    ev.ShortfallPaid: "shortfall",
    ev.LossShared: "loss_shared",
    ev.LiquidationEnded: "ended",
}


class LiquidationLog:
    """The latest liquidations, up to ``kept``; and the latest public steps.

    Stories hear a command before the public does, so each knows by itself what goes on.
    """

    __slots__ = ("_kept", "_steps", "_stories", "_table", "added", "going_on", "untold")

    def __init__(self, table: MarketTable, kept: int) -> None:
        self._table = table
        self._kept = kept
        self._stories: dict[int, list[Notice]] = {}
        self.untold = GoingOn()  # Stories that have not come to their end.
        self._steps: deque[tuple[Event, int, int, int]] = deque(maxlen=kept)
        self.going_on = GoingOn()  # In public.
        self.added = 0

    def tell(self, event: Event, seq: int, at_ns: int) -> None:
        """Record a public step."""
        self.going_on.hear(event)
        self._add(event, seq, at_ns, getattr(event, "liquidation_id", 0))

    def tell_trade(self, event: ev.Traded, seq: int, at_ns: int) -> None:
        """Record a trade as a step of each liquidation whose order it filled."""
        for order_id, account in (
            (event.maker_order_id, event.maker_account),
            (event.taker_order_id, event.taker_account),
        ):
            liquidation_id = self.going_on.filled(order_id, account, event.market)
            if liquidation_id is not None:
                self._add(event, seq, at_ns, liquidation_id)

    def _add(self, event: Event, seq: int, at_ns: int, liquidation_id: int) -> None:
        self._steps.append((event, seq, at_ns, liquidation_id))
        self.added += 1

    def note(self, notice: Notice, liquidation_id: int) -> None:
        """Record a step of the liquidated account's own story."""
        story = self._stories.get(liquidation_id)
        if story is None:
            if not isinstance(notice.event, ev.LiquidationStarted):
                return  # It began before this log did.
            story = self._stories[liquidation_id] = []
            if len(self._stories) > self._kept:
                del self._stories[next(iter(self._stories))]
        self.untold.hear(notice.event)
        story.append(notice)

    def note_trade(self, notice: Notice, market: str) -> None:
        """Record a fill of an order that the venue sent for who is being liquidated."""
        assert notice.order is not None, "a trade's notice shows the order"
        order_id = notice.order[0].order_id
        liquidation_id = self.untold.filled(order_id, notice.account, market)
        if liquidation_id in self._stories:  # Else it is none, or so old that it is kept no more.
            self._stories[liquidation_id].append(notice)

    def latest(self, count: int) -> list[LiquidationView]:
        """Return up to ``count`` public steps, newest last."""
        newest_first = list(islice(reversed(self._steps), count))
        return [self._view(*step) for step in reversed(newest_first)]

    def explain(self, account: int, liquidation_id: int) -> ExplanationResult | None:
        """Return the story of an account's liquidation; ``None``: not on record, or not its."""
        story = self._stories.get(liquidation_id)
        if story is None or story[0].account != account:
            return None
        told = [note_of(notice, self._table) for notice in story]
        notes = [
            filled(note, liquidation_id) if isinstance(note, FillNote) else note
            for note in told
            if isinstance(note, LiquidationNote | FillNote)
        ]
        first, last = notes[0], notes[-1]
        ended = last.what == "ended"
        events = [notice.event for notice in story]
        paid = [event for event in events if isinstance(event, ev.ShortfallPaid)]
        shared = [event for event in events if isinstance(event, ev.LossShared)]
        given_up = self._given_up(events)
        return ExplanationResult(
            liquidation_id=liquidation_id,
            account=account,
            market=first.market,
            started_ms=first.time_ms,
            equity_before=first.equity or "",
            maintenance_before=first.maintenance or "",
            marks=first.marks or {},
            steps=notes,
            insurance_paid=money_text(sum(event.insurance_micros for event in paid)),
            bad_debt=money_text(sum(event.bad_debt_micros for event in paid)),
            shared=money_text(sum(event.loss_micros for event in shared)),
            counterparties=given_up[:COUNTERPARTIES_MAX],
            counterparties_left_out=max(0, len(given_up) - COUNTERPARTIES_MAX),
            outcome=last.outcome if ended else None,
            equity_after=last.equity if ended else None,
            maintenance_after=last.maintenance if ended else None,
        )

    def _given_up(self, events: list[Event]) -> list[GivenUp]:
        """Return what each counterparty gave up: contracts, and dollars against the mark."""
        found: list[GivenUp] = []
        for event in events:
            if isinstance(event, ev.Deleveraged):
                market = event.position_market
                size = self._table.known(market).size.text(abs(event.size_lots))
                lost = money_text(event.given_up_micros)
                found.append(GivenUp(market=market, size=size, given_up=lost))
            elif isinstance(event, ev.LossShared):
                market = event.position_market
                nothing = self._table.known(market).size.text(0)
                found += [
                    GivenUp(market=market, size=nothing, given_up=money_text(paid))
                    for _, paid in event.payments
                ]
        return found

    def _view(self, event: Event, seq: int, at_ns: int, liquidation_id: int) -> LiquidationView:
        market = size = price = limit = insurance = bad_debt = shared = given_up = outcome = None
        if isinstance(event, ev.Traded):
            market = event.market
            scales = self._table.known(market)
            size = scales.size.text(event.size_lots)
            price = scales.price.text(event.price_ticks)
        elif isinstance(event, (ev.ClosedOut, ev.TakenOver, ev.Deleveraged)):
            market = event.position_market
            scales = self._table.known(market)
            if isinstance(event, ev.ClosedOut):
                size = scales.size.text(event.filled_lots)
                limit = scales.price.text(event.limit_ticks)
            else:
                size = scales.size.text(event.size_lots)
                price = (
                    nanos_text(scales.spec.units.nanos(event.mark_micros))
                    if isinstance(event, ev.TakenOver)
                    else nanos_text(event.price_nanos)
                )
            if isinstance(event, ev.Deleveraged):
                given_up = money_text(event.given_up_micros)
        elif isinstance(event, ev.ShortfallPaid):
            market = event.market or None
            insurance = money_text(event.insurance_micros)
            bad_debt = money_text(event.bad_debt_micros)
        elif isinstance(event, ev.LossShared):
            market = event.position_market
            shared = money_text(event.loss_micros)
        elif isinstance(event, ev.LiquidationEnded):
            market = event.market or None
            outcome = event.outcome.value
        return LiquidationView(
            liquidation_id=liquidation_id,
            step=PUBLIC_STEPS[type(event)],
            seq=seq,
            time_ms=ms(at_ns),
            market=market,
            size=size,
            price=price,
            limit=limit,
            insurance=insurance,
            bad_debt=bad_debt,
            shared=shared,
            given_up=given_up,
            outcome=outcome,
        )


class LiquidationsFeed:
    """Channel ``liquidations``: public steps, in batches."""

    __slots__ = ("_log", "_moment", "_said", "_seq")

    def __init__(self, log: LiquidationLog, moment: Moment) -> None:
        self._log = log
        self._moment = moment
        self._said = log.added
        self._seq = moment.seq

    def take(self) -> LiquidationsData | None:
        """Return the steps since the last message, or ``None`` without one."""
        fresh = self._log.added - self._said
        if not fresh:
            return None
        self._said = self._log.added
        prev, self._seq = self._seq, self._moment.seq
        return LiquidationsData(seq=self._seq, prev=prev, liquidations=self._log.latest(fresh))

    def snapshot(self) -> LiquidationsData:
        """Return the steps that are past: none, they are there to be asked for."""
        return LiquidationsData(seq=self._seq, prev=self._seq, liquidations=[])
