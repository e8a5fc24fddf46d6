"""The durable numbering of what accounts hear: a pure function of the journal.

Feed it every command's events from genesis, or begin at a checkpoint with the counts that stood
there, and the ``n``-th notice of an account is always the same one. It reads no clock and keeps
no connection; live door and history by re-execution use this same class.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.events import Event
from venue.core.rejects import Reason
from venue.core.state import State
from venue.gateway.mirror import Mirror
from venue.gateway.notices import Notice
from venue.gateway.shown import FLAT, Shown


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
        handlers = HANDLERS
        for event in events:
            handler = handlers.get(type(event))
            if handler is not None:
                handler(self, event)
        return out

    def _note(
        self, account: int, event: Event, shown: Shown | None = None, market: str = ""
    ) -> None:
        counts = self.counts
        n = counts[account] = counts.get(account, 0) + 1
        order = None if shown is None else shown.snapshot()
        position = self.mirror.positions.get((account, market), FLAT) if market else None
        self._out.append(Notice(account, n, self._seq, self._at_ns, event, order, position))

    def _time_passed(self, event: ev.TimePassed) -> None:
        self._at_ns = event.at_ns

    def _accepted(self, event: ev.OrderAccepted) -> None:
        # As ``_note`` does it: the order that it would show says no more than the event.
        self.mirror.accepted(event)
        account, counts = event.account, self.counts
        n = counts[account] = counts.get(account, 0) + 1
        self._out.append(Notice(account, n, self._seq, self._at_ns, event, None, None))

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

    def _trigger_woken(self, event: ev.TriggerWoken) -> None:
        self._note_trigger(event, self.mirror.triggers.get(event.order_id))

    def _trigger_gone(self, event: ev.TriggerFired | ev.TriggerCancelled) -> None:
        self._note_trigger(event, self.mirror.triggers.pop(event.order_id, None))

    def _note_trigger(
        self,
        event: ev.TriggerWoken | ev.TriggerFired | ev.TriggerCancelled | ev.TriggerRescaled,
        placed: ev.TriggerPlaced | None,
    ) -> None:
        account, counts = event.account, self.counts
        n = counts[account] = counts.get(account, 0) + 1
        self._out.append(Notice(account, n, self._seq, self._at_ns, event, None, None, placed))

    def _funding(self, event: ev.FundingSettled) -> None:
        for account, _ in event.payments:
            self._note(account, event, None, event.market)

    def _settled(self, event: ev.PositionSettled) -> None:
        cash_micros = event.size_lots * event.mark_micros
        gain_micros = event.realised_micros - cash_micros
        self.mirror.move(event.account, event.market, -event.size_lots, gain_micros)
        self._note(event.account, event, None, event.market)

    def _position_rescaled(self, event: ev.PositionRescaled) -> None:
        self.mirror.position_rescaled(event)
        if event.account > 0:
            self._note(event.account, event, None, event.market)

    def _order_rescaled(self, event: ev.OrderRescaled) -> None:
        self._note(event.account, event, self.mirror.order_rescaled(event))

    def _trigger_rescaled(self, event: ev.TriggerRescaled) -> None:
        self.mirror.trigger_rescaled(event)
        self._note_trigger(event, self.mirror.triggers[event.order_id])

    def _dividend(self, event: ev.DividendPaid) -> None:
        for account, _ in event.payments:
            self._note(account, event, None, event.market)

    def _renamed(self, event: ev.MarketRenamed) -> None:
        self.mirror.market_renamed(event)

    def _forced_found(self, event: ev.ForcedClosesFound) -> None:
        for account, _ in event.positions:
            self._note(account, event)

    def _taken_over(self, event: ev.TakenOver) -> None:
        cost_micros = event.size_lots * event.mark_micros
        market = event.position_market
        move = self.mirror.move
        move(event.account, market, -event.size_lots, event.realised_micros - cost_micros)
        move(event.taker, market, event.size_lots, event.fund_realised_micros + cost_micros)
        self._note(event.account, event, None, market)
        if event.taker > 0:  # A provider, not the venue's own fund or vault.
            self._note(event.taker, event, None, market)

    def _minted(self, event: ev.Minted) -> None:
        self.mirror.move(event.vault, event.market, -event.lots, 0)
        self.mirror.move(event.account, event.market, event.lots, event.realised_micros)
        self._note(event.account, event, None, event.market)

    def _vault_liquidated(self, event: ev.VaultLiquidated) -> None:
        cost_micros = event.lots * event.price_micros
        market, move = event.market, self.mirror.move
        move(event.vault, market, event.lots, event.realised_micros + cost_micros)
        move(INSURANCE, market, -event.lots, event.fund_realised_micros - cost_micros)
        self._note(event.account, event)

    def _deleveraged(self, event: ev.Deleveraged) -> None:
        market, lots, cash = event.position_market, event.size_lots, event.cash_micros
        move = self.mirror.move
        move(event.account, market, -lots, event.realised_micros - cash)
        move(event.counterparty, market, lots, event.counterparty_realised_micros + cash)
        self._note(event.account, event, None, market)
        self._note(event.counterparty, event, None, market)

    def _loss_shared(self, event: ev.LossShared) -> None:
        for account, _ in event.payments:
            self._note(account, event)
        if event.account > 0:
            self._note(event.account, event)

    def _rejected(self, event: ev.Rejected) -> None:
        if event.account >= 0 and event.reason is not Reason.UNKNOWN_ACCOUNT:
            self._note(event.account, event)

    def _judged(self, event: ev.MakersJudged) -> None:
        for judged in event.judged:
            self._note(judged.account, event)

    def _told(self, event: Any) -> None:
        """An event that concerns its account and moves nothing here."""
        self._note(event.account, event)

    def _pool_opened(self, event: ev.PoolOpened) -> None:
        if event.market:  # The liquidator vault is beside a book, not instead of one.
            self.mirror.pool_opened(event)

    def _listed(self, event: ev.MarketListed) -> None:
        self.mirror.market_listed(event)


HANDLERS: Final[dict[type[Event], Callable[[AccountFeed, Any], None]]] = {
    ev.TimePassed: AccountFeed._time_passed,
    ev.Rejected: AccountFeed._rejected,
    ev.OrderAccepted: AccountFeed._accepted,
    ev.OrderRested: AccountFeed._rested,
    ev.Traded: AccountFeed._traded,
    ev.OrderReduced: AccountFeed._reduced,
    ev.OrderCancelled: AccountFeed._cancelled,
    ev.OrderAmended: AccountFeed._amended,
    ev.TriggerPlaced: AccountFeed._trigger_placed,
    ev.TriggerWoken: AccountFeed._trigger_woken,
    ev.TriggerFired: AccountFeed._trigger_gone,
    ev.TriggerCancelled: AccountFeed._trigger_gone,
    ev.OrderDelayed: AccountFeed._told,
    ev.DelayEnded: AccountFeed._told,
    ev.TwapPlaced: AccountFeed._told,
    ev.TwapWorked: AccountFeed._told,
    ev.PlanEnded: AccountFeed._told,
    ev.BondMoved: AccountFeed._told,
    ev.MakersJudged: AccountFeed._judged,
    ev.CancelAllAfterSet: AccountFeed._told,
    ev.CancelOnDisconnectSet: AccountFeed._told,
    ev.ConnectionLost: AccountFeed._told,
    ev.AccountOpened: AccountFeed._told,
    ev.Deposited: AccountFeed._told,
    ev.AccountReset: AccountFeed._told,
    ev.LeverageSet: AccountFeed._told,
    ev.IsolatedMarginMoved: AccountFeed._told,
    ev.FundingSettled: AccountFeed._funding,
    ev.PositionSettled: AccountFeed._settled,
    ev.PositionRescaled: AccountFeed._position_rescaled,
    ev.OrderRescaled: AccountFeed._order_rescaled,
    ev.TriggerRescaled: AccountFeed._trigger_rescaled,
    ev.DividendPaid: AccountFeed._dividend,
    ev.MarketRenamed: AccountFeed._renamed,
    ev.ForcedClosesFound: AccountFeed._forced_found,
    ev.ForcedCloseDeferred: AccountFeed._told,
    ev.ForcedCloseEnded: AccountFeed._told,
    ev.LiquidationStarted: AccountFeed._told,
    ev.LiquidationDeferred: AccountFeed._told,
    ev.ClosedOut: AccountFeed._told,
    ev.TakenOver: AccountFeed._taken_over,
    ev.Deleveraged: AccountFeed._deleveraged,
    ev.ShortfallPaid: AccountFeed._told,
    ev.LiquidationFeePaid: AccountFeed._told,
    ev.LossShared: AccountFeed._loss_shared,
    ev.ProviderSet: AccountFeed._told,
    ev.VaultOpened: AccountFeed._told,
    ev.CollateralMoved: AccountFeed._told,
    ev.Minted: AccountFeed._minted,
    ev.VaultLiquidated: AccountFeed._vault_liquidated,
    ev.VaultCovered: AccountFeed._told,
    ev.VaultUnitsSplit: AccountFeed._told,
    ev.PoolRequested: AccountFeed._told,
    ev.PoolRequestEnded: AccountFeed._told,
    ev.PoolPositionClosed: AccountFeed._told,
    ev.PoolOpened: AccountFeed._pool_opened,
    ev.LiquidationEnded: AccountFeed._told,
    ev.MarketListed: AccountFeed._listed,
}
