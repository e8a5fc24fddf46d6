"""The durable numbering of what accounts hear: a pure function of the journal.

Feed it every command's events from genesis, or begin at a checkpoint with the counts that stood
there, and the ``n``-th notice of an account is always the same one. It reads no clock and keeps
no connection; live door and history by re-execution use this same class.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from venue.core import events as ev
from venue.core.events import Event
from venue.core.rejects import Reason
from venue.core.state import State
from venue.gateway.mirror import Mirror, Shown
from venue.gateway.notices import Notice


class AccountFeed:
    """Turns durable events into numbered notices, and keeps the mirror that they need."""

    __slots__ = ("_at_ns", "_out", "_seq", "counts", "mirror")

    def __init__(self) -> None:
        self.counts: dict[int, int] = {}
        self.mirror = Mirror()
        self._out: list[Notice] = []
        self._seq = 0
        self._at_ns = 0

    def prime(self, state: State, counts: bytes | None = None) -> None:
        """Begin at a state of which everything is durable, with the counts saved beside it."""
        self.mirror.prime(state)
        if counts is not None:
            self.counts.update(msgspec.msgpack.decode(counts, type=dict[int, int]))

    def saved_counts(self) -> bytes:
        """Return the counts, to be kept beside a checkpoint of the same place in the journal."""
        return msgspec.msgpack.encode(self.counts)

    def take(self, seq: int, at_ns: int, events: Sequence[Event]) -> list[Notice]:
        """Take the events of one durable command; return the notices that they make."""
        out: list[Notice] = []
        self._out = out
        self._seq = seq
        self._at_ns = at_ns
        for event in events:
            handler = HANDLERS.get(type(event))
            if handler is not None:
                handler(self, event)
        return out

    def _note(
        self, account: int, event: Event, shown: Shown | None = None, market: str = ""
    ) -> None:
        n = self.counts.get(account, 0) + 1
        self.counts[account] = n
        self._out.append(
            Notice(
                account,
                n,
                self._seq,
                self._at_ns,
                event,
                None if shown is None else shown.snapshot(),
                self.mirror.positions.get((account, market), (0, 0)) if market else None,
            )
        )

    def _time_passed(self, event: ev.TimePassed) -> None:
        self._at_ns = event.at_ns

    def _accepted(self, event: ev.OrderAccepted) -> None:
        self.mirror.accepted(event)
        self._note(event.account, event)

    def _rested(self, event: ev.OrderRested) -> None:
        self.mirror.rested(event)

    def _traded(self, event: ev.Traded) -> None:
        maker, taker = self.mirror.traded(event)
        self._note(event.maker_account, event, maker, event.market)
        self._note(event.taker_account, event, taker, event.market)

    def _reduced(self, event: ev.OrderReduced) -> None:
        self._note(event.account, event, self.mirror.reduced(event))

    def _cancelled(self, event: ev.OrderCancelled) -> None:
        self._note(event.account, event, self.mirror.cancelled(event))

    def _amended(self, event: ev.OrderAmended) -> None:
        self._note(event.account, event, self.mirror.amended(event))

    def _trigger_placed(self, event: ev.TriggerPlaced) -> None:
        self.mirror.triggers[event.order_id] = event
        self._note(event.account, event)

    def _trigger_gone(self, event: ev.TriggerFired | ev.TriggerCancelled) -> None:
        self.mirror.triggers.pop(event.order_id, None)
        self._note(event.account, event)

    def _funding(self, event: ev.FundingSettled) -> None:
        for account, _ in event.payments:
            self._note(account, event, None, event.market)

    def _taken_over(self, event: ev.TakenOver) -> None:
        cost_micros = event.size_lots * event.mark_micros
        market = event.position_market
        move = self.mirror.move
        move(event.account, market, -event.size_lots, event.realised_micros - cost_micros)
        move(0, market, event.size_lots, event.fund_realised_micros + cost_micros)
        self._note(event.account, event, None, market)

    def _deleveraged(self, event: ev.Deleveraged) -> None:
        market, lots, cash = event.position_market, event.size_lots, event.cash_micros
        move = self.mirror.move
        move(event.account, market, -lots, event.realised_micros - cash)
        move(event.counterparty, market, lots, event.counterparty_realised_micros + cash)
        self._note(event.account, event, None, market)
        self._note(event.counterparty, event, None, market)

    def _rejected(self, event: ev.Rejected) -> None:
        if event.account >= 0 and event.reason is not Reason.UNKNOWN_ACCOUNT:
            self._note(event.account, event)

    def _told(self, event: Any) -> None:
        """An event that concerns its account and moves nothing here."""
        self._note(event.account, event)

    def _listed(self, event: ev.MarketListed) -> None:
        self.mirror.market_listed(event)


HANDLERS: dict[type[Event], Callable[[AccountFeed, Any], None]] = {
    ev.TimePassed: AccountFeed._time_passed,
    ev.Rejected: AccountFeed._rejected,
    ev.OrderAccepted: AccountFeed._accepted,
    ev.OrderRested: AccountFeed._rested,
    ev.Traded: AccountFeed._traded,
    ev.OrderReduced: AccountFeed._reduced,
    ev.OrderCancelled: AccountFeed._cancelled,
    ev.OrderAmended: AccountFeed._amended,
    ev.TriggerPlaced: AccountFeed._trigger_placed,
    ev.TriggerWoken: AccountFeed._told,
    ev.TriggerFired: AccountFeed._trigger_gone,
    ev.TriggerCancelled: AccountFeed._trigger_gone,
    ev.CancelAllAfterSet: AccountFeed._told,
    ev.CancelOnDisconnectSet: AccountFeed._told,
    ev.ConnectionLost: AccountFeed._told,
    ev.AccountOpened: AccountFeed._told,
    ev.Deposited: AccountFeed._told,
    ev.AccountReset: AccountFeed._told,
    ev.LeverageSet: AccountFeed._told,
    ev.IsolatedMarginMoved: AccountFeed._told,
    ev.FundingSettled: AccountFeed._funding,
    ev.LiquidationStarted: AccountFeed._told,
    ev.LiquidationDeferred: AccountFeed._told,
    ev.ClosedOut: AccountFeed._told,
    ev.TakenOver: AccountFeed._taken_over,
    ev.Deleveraged: AccountFeed._deleveraged,
    ev.ShortfallPaid: AccountFeed._told,
    ev.LiquidationEnded: AccountFeed._told,
    ev.MarketListed: AccountFeed._listed,
}
