"""From a notice in memory to the record that the wire shows: one small function an event."""

from collections.abc import Callable
from typing import Any, Literal

from msgspec.structs import replace

from venue.core import events as ev
from venue.core.events import Event
from venue.core.units import E4
from venue.gateway import liquidation_notes as liquidation
from venue.gateway import notes, plan_notes
from venue.gateway import vault_answers as vault
from venue.gateway.decimals import money_text, nanos_text, rate_text
from venue.gateway.notices import Notice
from venue.gateway.scales import MarketTable, plain_figure
from venue.gateway.showing import (
    Where,
    fill_view,
    ms,
    ms_or_none,
    order_of_snapshot,
    position_after,
    trigger_view,
)
from venue.gateway.shown import shown_of
from venue.gateway.views import TriggerView
from venue.gateway.wire_types import OrderStatus, Role


def note_of(notice: Notice, markets: MarketTable) -> notes.AnyNote:
    """Return a notice as the wire shows it."""
    where = Where(account=notice.account, n=notice.n, seq=notice.seq, time_ms=ms(notice.at_ns))
    return MAKERS[type(notice.event)](notice, notice.event, where, markets)


def _accepted(
    notice: Notice, event: ev.OrderAccepted, where: Where, markets: MarketTable
) -> notes.OrderNote:
    view = order_of_snapshot(shown_of(event).snapshot(), markets.known(event.market), None)
    return notes.OrderNote(**where, what="accepted", order=view)


def _order(
    what: Literal["amended", "reduced", "cancelled", "rescaled"],
) -> Callable[[Notice, Any, Where, MarketTable], notes.OrderNote]:
    def make(notice: Notice, event: Any, where: Where, markets: MarketTable) -> notes.OrderNote:
        assert notice.order is not None, "an order's notice shows the order"
        cause = event.cause if what == "cancelled" else None
        scales = markets.known(event.market)
        return notes.OrderNote(
            **where, what=what, order=order_of_snapshot(notice.order, scales, cause)
        )

    return make


def _fill(notice: Notice, event: ev.Traded, where: Where, markets: MarketTable) -> notes.FillNote:
    assert notice.order is not None, "a fill's notice shows the order"
    assert notice.position is not None, "a fill's notice shows the position"
    scales = markets.known(event.market)
    mine = notice.order[0].order_id == event.taker_order_id
    return notes.FillNote(
        **where,
        fill=fill_view(event, scales, Role.TAKER if mine else Role.MAKER),
        order=order_of_snapshot(notice.order, scales, None),
        position=position_after(notice.position, event.market, scales),
    )


def _placed(
    notice: Notice, event: ev.TriggerPlaced, where: Where, markets: MarketTable
) -> notes.TriggerNote:
    view = trigger_view(event, markets.known(event.market), OrderStatus.WAITING, event.awake)
    return notes.TriggerNote(**where, what="placed", trigger=view)


def _trigger(notice: Notice, markets: MarketTable, status: OrderStatus) -> TriggerView:
    """Show the trigger order that a notice is about, with all that it was placed with."""
    placed = notice.trigger
    assert placed is not None, "a trigger's notice shows the trigger"
    return trigger_view(placed, markets.known(placed.market), status, awake=True)


def _woken(
    notice: Notice, event: ev.TriggerWoken, where: Where, markets: MarketTable
) -> notes.TriggerNote:
    view = _trigger(notice, markets, OrderStatus.WAITING)
    return notes.TriggerNote(**where, what="woken", trigger=view)


def _fired(
    notice: Notice, event: ev.TriggerFired, where: Where, markets: MarketTable
) -> notes.TriggerNote:
    view = _trigger(notice, markets, OrderStatus.FIRED)
    return notes.TriggerNote(**where, what="fired", trigger=view, mark=nanos_text(event.mark_nanos))


def _dropped(
    notice: Notice, event: ev.TriggerCancelled, where: Where, markets: MarketTable
) -> notes.TriggerNote:
    view = replace(_trigger(notice, markets, OrderStatus.CANCELLED), cause=event.cause)
    return notes.TriggerNote(**where, what="cancelled", trigger=view)


def _rejected(
    notice: Notice, event: ev.Rejected, where: Where, markets: MarketTable
) -> notes.RejectedNote:
    return notes.RejectedNote(
        **where,
        command=event.command,
        reason=event.reason.value,
        figures=dict(plain_figure(*figure) for figure in event.figures.items()),
        client_order_id=event.client_order_id,
    )


def _funding(
    notice: Notice, event: ev.FundingSettled, where: Where, markets: MarketTable
) -> notes.FundingNote:
    assert notice.position is not None, "a funding notice shows the position"
    scales = markets.known(event.market)
    paid_micros = sum(paid for account, paid in event.payments if account == notice.account)
    return notes.FundingNote(
        **where,
        market=event.market,
        paid=money_text(paid_micros),
        rate=rate_text(event.rate_e12),
        price=nanos_text(scales.spec.units.nanos(event.price_micros)),
        position=position_after(notice.position, event.market, scales),
    )


def _settled(
    notice: Notice, event: ev.PositionSettled, where: Where, markets: MarketTable
) -> notes.SettledNote:
    assert notice.position is not None, "a settlement notice shows the position"
    scales = markets.known(event.market)
    return notes.SettledNote(
        **where,
        market=event.market,
        size=scales.size.text(event.size_lots),
        price=nanos_text(scales.spec.units.nanos(event.mark_micros)),
        realised=money_text(event.realised_micros),
        position=position_after(notice.position, event.market, scales),
    )


def _split(
    notice: Notice, event: ev.PositionRescaled, where: Where, markets: MarketTable
) -> notes.SplitNote:
    assert notice.position is not None, "a split's notice shows the position"
    scales = markets.known(event.market)
    return notes.SplitNote(
        **where,
        market=event.market,
        was=scales.size.text(event.was_lots),
        cash=money_text(-event.cost_micros),
        position=position_after(notice.position, event.market, scales),
    )


def _dividend(
    notice: Notice, event: ev.DividendPaid, where: Where, markets: MarketTable
) -> notes.DividendNote:
    assert notice.position is not None, "a dividend's notice shows the position"
    return notes.DividendNote(
        **where,
        market=event.market,
        paid=money_text(dict(event.payments)[notice.account]),
        amount=nanos_text(event.amount_nanos),
        position=position_after(notice.position, event.market, markets.known(event.market)),
    )


def _trigger_rescaled(
    notice: Notice, event: ev.TriggerRescaled, where: Where, markets: MarketTable
) -> notes.TriggerNote:
    view = _trigger(notice, markets, OrderStatus.WAITING)
    return notes.TriggerNote(**where, what="rescaled", trigger=view)


def _forced_found(
    notice: Notice, event: ev.ForcedClosesFound, where: Where, markets: MarketTable
) -> notes.ForcedCloseNote:
    leverage_e4 = dict(event.positions)[notice.account]
    return notes.ForcedCloseNote(
        **where,
        market=event.market,
        step="found",
        leverage=f"{leverage_e4 // E4}.{leverage_e4 % E4:04d}",
        leverage_max=event.leverage_max,
    )


def _forced_deferred(
    notice: Notice, event: ev.ForcedCloseDeferred, where: Where, markets: MarketTable
) -> notes.ForcedCloseNote:
    return notes.ForcedCloseNote(
        **where, market=event.market, step="deferred", until_ms=ms(event.until_ns)
    )


def _forced_ended(
    notice: Notice, event: ev.ForcedCloseEnded, where: Where, markets: MarketTable
) -> notes.ForcedCloseNote:
    return notes.ForcedCloseNote(**where, market=event.market, step="ended", outcome=event.outcome)


def _deposited(
    notice: Notice, event: ev.Deposited, where: Where, markets: MarketTable
) -> notes.MoneyNote:
    came_in = event.amount_micros > 0
    amount = money_text(abs(event.amount_micros))
    return notes.MoneyNote(**where, what="deposited" if came_in else "withdrawn", amount=amount)


def _reset(
    notice: Notice, event: ev.AccountReset, where: Where, markets: MarketTable
) -> notes.MoneyNote:
    return notes.MoneyNote(**where, what="reset", amount=money_text(event.balance_micros))


def _margin(
    notice: Notice, event: ev.IsolatedMarginMoved, where: Where, markets: MarketTable
) -> notes.MoneyNote:
    return notes.MoneyNote(
        **where,
        what="isolated_margin",
        amount=money_text(event.amount_micros),
        market=event.market,
    )


def _opened(
    notice: Notice, event: ev.AccountOpened, where: Where, markets: MarketTable
) -> notes.SettingNote:
    return notes.SettingNote(**where, what="opened", name=event.name)


def _leverage(
    notice: Notice, event: ev.LeverageSet, where: Where, markets: MarketTable
) -> notes.SettingNote:
    return notes.SettingNote(
        **where, what="leverage", market=event.market, leverage=event.leverage, mode=event.mode
    )


def _cancel_all_after(
    notice: Notice, event: ev.CancelAllAfterSet, where: Where, markets: MarketTable
) -> notes.SettingNote:
    return notes.SettingNote(**where, what="cancel_all_after", at_ms=ms_or_none(event.at_ns))


def _cancel_on_disconnect(
    notice: Notice, event: ev.CancelOnDisconnectSet, where: Where, markets: MarketTable
) -> notes.SettingNote:
    return notes.SettingNote(
        **where, what="cancel_on_disconnect", connection=event.connection, enabled=event.enabled
    )


def _provider(
    notice: Notice, event: ev.ProviderSet, where: Where, markets: MarketTable
) -> notes.SettingNote:
    return notes.SettingNote(
        **where, what="provider", market=event.market, cap=money_text(event.cap_micros)
    )


def _connection_lost(
    notice: Notice, event: ev.ConnectionLost, where: Where, markets: MarketTable
) -> notes.SettingNote:
    return notes.SettingNote(**where, what="connection_lost", connection=event.connection)


def _pool_requested(
    notice: Notice, event: ev.PoolRequested, where: Where, markets: MarketTable
) -> notes.PoolNote:
    return notes.PoolNote(
        **where,
        what="requested",
        market=event.market,
        request_id=event.request_id,
        amount=money_text(event.amount_micros),
        shares=money_text(event.shares),
    )


def _pool_ended(
    notice: Notice, event: ev.PoolRequestEnded, where: Where, markets: MarketTable
) -> notes.PoolNote:
    return notes.PoolNote(
        **where,
        what=event.outcome.value,
        market=event.market,
        request_id=event.request_id,
        amount=money_text(event.amount_micros),
        shares=money_text(event.shares),
    )


def _pool_closed(
    notice: Notice, event: ev.PoolPositionClosed, where: Where, markets: MarketTable
) -> notes.PoolNote:
    return notes.PoolNote(
        **where,
        what="position_closed",
        market=event.market,
        size=markets.known(event.market).size.text(event.lots),
        gain=money_text(event.gain_micros),
        why=event.why,
    )


Maker = Callable[[Notice, Any, Where, MarketTable], notes.AnyNote]

MAKERS: dict[type[Event], Maker] = {
    ev.OrderAccepted: _accepted,
    ev.OrderAmended: _order("amended"),
    ev.OrderReduced: _order("reduced"),
    ev.OrderCancelled: _order("cancelled"),
    ev.Traded: _fill,
    ev.TriggerPlaced: _placed,
    ev.TriggerWoken: _woken,
    ev.TriggerFired: _fired,
    ev.TriggerCancelled: _dropped,
    ev.Rejected: _rejected,
    ev.FundingSettled: _funding,
    ev.PositionSettled: _settled,
    ev.PositionRescaled: _split,
    ev.OrderRescaled: _order("rescaled"),
    ev.TriggerRescaled: _trigger_rescaled,
    ev.DividendPaid: _dividend,
    ev.ForcedClosesFound: _forced_found,
    ev.ForcedCloseDeferred: _forced_deferred,
    ev.ForcedCloseEnded: _forced_ended,
    ev.Deposited: _deposited,
    ev.AccountReset: _reset,
    ev.IsolatedMarginMoved: _margin,
    ev.AccountOpened: _opened,
    ev.LeverageSet: _leverage,
    ev.CancelAllAfterSet: _cancel_all_after,
    ev.CancelOnDisconnectSet: _cancel_on_disconnect,
    ev.ConnectionLost: _connection_lost,
    ev.LiquidationStarted: liquidation.started,
    ev.LiquidationDeferred: liquidation.deferred,
    ev.ClosedOut: liquidation.closed_out,
    ev.TakenOver: liquidation.taken_over,
    ev.Deleveraged: liquidation.deleveraged,
    ev.ShortfallPaid: liquidation.shortfall,
    ev.LiquidationFeePaid: liquidation.fee,
    ev.LossShared: liquidation.loss_shared,
    ev.ProviderSet: _provider,
    ev.OrderDelayed: plan_notes.delayed,
    ev.DelayEnded: plan_notes.released,
    ev.TwapPlaced: plan_notes.twap_placed,
    ev.TwapWorked: plan_notes.worked,
    ev.PlanEnded: plan_notes.ended,
    ev.BondMoved: plan_notes.bond,
    ev.MakersJudged: plan_notes.judged,
    ev.VaultOpened: vault.opened,
    ev.CollateralMoved: vault.collateral,
    ev.Minted: vault.minted,
    ev.VaultLiquidated: vault.liquidated,
    ev.VaultCovered: vault.covered,
    ev.VaultUnitsSplit: vault.units_split,
    ev.PoolRequested: _pool_requested,
    ev.PoolRequestEnded: _pool_ended,
    ev.PoolPositionClosed: _pool_closed,
    ev.LiquidationEnded: liquidation.ended,
}
