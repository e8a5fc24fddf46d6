"""From the events of a command to its answer: one small function a command.

Other things may have happened in the same command (timers that were due, liquidations), so each
function looks for its own command's events: by the order id that derives from the sequence
number, or by the refusal.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from venue.core import commands as core
from venue.core import events as ev
from venue.core.commands import Command
from venue.core.events import Event
from venue.core.rejects import Cause
from venue.core.state import ORDERS_PER_COMMAND
from venue.core.units import NS_PER_MS
from venue.gateway import results
from venue.gateway.decimals import money_text
from venue.gateway.envelopes import ErrorBody, core_error
from venue.gateway.order_answers import order_answer, placed_answer, resting_answer
from venue.gateway.plan_answers import bond_answer, scale_answer, twap_answer
from venue.gateway.scales import MarketTable, plain_figure
from venue.gateway.showing import ms, ms_or_none, trigger_view
from venue.gateway.vault_answers import collateral_answer, mint_answer
from venue.gateway.views import OrderView, TriggerView
from venue.gateway.wire_types import OrderStatus, Result

NO_MARKET: Final = ""
# Bound here because reading a member off its enum costs as much as two function calls.
OrderAccepted: Final = ev.OrderAccepted
OrderCancelled: Final = ev.OrderCancelled
CancelOrder: Final = core.CancelOrder
ASKED: Final = Cause.ASKED
CANCELLED: Final = OrderStatus.CANCELLED


def answer(
    command: Command, seq: int, at_ns: int, events: Sequence[Event], markets: MarketTable
) -> Result | ErrorBody:
    """Return what a command came to."""
    first = events[0] if events else None  # Cancelling all of nothing leaves no trace.
    if type(first) is OrderAccepted:
        if len(events) == 1:
            return resting_answer(first, seq, at_ns, markets)
        if first.order_id == seq * ORDERS_PER_COMMAND:  # Then it was not refused.
            return placed_answer(first, seq, at_ns, events, markets)
    elif type(first) is OrderCancelled and type(command) is CancelOrder and len(events) == 1:
        return _cancelled(command, first, seq, at_ns, markets)
    refused = refusal_of(command, events)
    if refused is not None:
        market = getattr(command, "market", None) or NO_MARKET
        return error_of(refused, market, markets)
    return ANSWERS[type(command)](command, seq, at_ns, events, markets)


def refusal_of(command: Command, events: Sequence[Event]) -> ev.Rejected | None:
    """Return the refusal of this very command, if it was refused.

    Timers run before and after a command, and refuse nothing in its name.
    """
    for event in events:
        if type(event) is ev.Rejected and event.command == type(command).__name__:
            return event
    return None


def error_of(refused: ev.Rejected, market: str, markets: MarketTable) -> ErrorBody:
    """Return a refusal with its figures in the wire's units."""
    scales = markets.markets.get(market)
    figure = plain_figure if scales is None else scales.figure
    figures = dict(figure(*item) for item in refused.figures.items())
    if refused.now_called:
        figures["now_called"] = refused.now_called
    return core_error(refused.reason, figures)


def _trigger(
    command: core.PlaceTrigger, seq: int, at_ns: int, events: Sequence[Event], markets: MarketTable
) -> results.TriggerResult:
    scales = markets.get(command.market)
    for event in events:
        if isinstance(event, ev.TriggerPlaced) and event.order_id == seq * ORDERS_PER_COMMAND:
            view = trigger_view(event, scales, OrderStatus.WAITING, event.awake)
            return results.TriggerResult(seq=seq, time_ms=ms(at_ns), trigger=view)
        if isinstance(event, ev.DuplicateAnswered):
            again = TriggerView(
                order_id=event.order_id,
                market=command.market,
                status=OrderStatus.WAITING,
                client_order_id=event.client_order_id,
            )
            return results.TriggerResult(seq=seq, time_ms=ms(at_ns), trigger=again, duplicate=True)
    raise AssertionError("a trigger is placed, repeated or refused")


def _cancel(
    command: core.CancelOrder, seq: int, at_ns: int, events: Sequence[Event], markets: MarketTable
) -> results.CancelResult:
    for event in reversed(events):
        if isinstance(event, (ev.OrderCancelled, ev.TriggerCancelled, ev.PlanEnded)) and (
            event.account == command.account
            and command.order_id in (None, event.order_id)
            and event.cause is ASKED
        ):
            return _cancelled(command, event, seq, at_ns, markets)
    raise AssertionError("a cancel cancels or is refused")


def _cancelled(
    command: core.CancelOrder,
    event: ev.OrderCancelled | ev.TriggerCancelled | ev.PlanEnded,
    seq: int,
    at_ns: int,
    markets: MarketTable,
) -> results.CancelResult:
    remaining = None
    if not isinstance(event, ev.TriggerCancelled):
        remaining = markets.known(event.market).size.text(event.remaining_lots)
    view = OrderView(
        order_id=event.order_id,
        market=event.market,
        status=CANCELLED,
        remaining=remaining,
        client_order_id=command.client_order_id,
        cause=event.cause,
    )
    return results.CancelResult(seq=seq, time_ms=at_ns // NS_PER_MS, order=view)


def _cancel_all(
    command: core.CancelAll, seq: int, at_ns: int, events: Sequence[Event], markets: MarketTable
) -> results.CancelAllResult:
    mine = [
        event
        for event in events
        if isinstance(event, (ev.OrderCancelled, ev.TriggerCancelled, ev.PlanEnded))
        and event.account == command.account
    ]
    return results.CancelAllResult(
        seq=seq,
        time_ms=ms(at_ns),
        orders=[event.order_id for event in mine if not isinstance(event, ev.TriggerCancelled)],
        triggers=[event.order_id for event in mine if isinstance(event, ev.TriggerCancelled)],
    )


def _cancel_all_after(
    command: core.SetCancelAllAfter,
    seq: int,
    at_ns: int,
    events: Sequence[Event],
    markets: MarketTable,
) -> results.CancelAllAfterResult:
    at_ms = ms_or_none(command.at_ns)
    return results.CancelAllAfterResult(seq=seq, time_ms=ms(at_ns), at_ms=at_ms)


def _done(
    command: Command, seq: int, at_ns: int, events: Sequence[Event], markets: MarketTable
) -> results.DoneResult:
    return results.DoneResult(seq=seq, time_ms=ms(at_ns))


def _leverage(
    command: core.SetLeverage, seq: int, at_ns: int, events: Sequence[Event], markets: MarketTable
) -> results.LeverageResult:
    return results.LeverageResult(
        seq=seq,
        time_ms=ms(at_ns),
        market=command.market,
        leverage=command.leverage,
        mode=command.mode,
    )


def _provider(
    command: core.SetProvider, seq: int, at_ns: int, events: Sequence[Event], markets: MarketTable
) -> results.ProviderResult:
    cap = money_text(command.cap_micros)
    return results.ProviderResult(seq=seq, time_ms=ms(at_ns), market=command.market, cap=cap)


def _pool_request(
    command: core.DepositToPool | core.WithdrawFromPool,
    seq: int,
    at_ns: int,
    events: Sequence[Event],
    markets: MarketTable,
) -> results.PoolRequestResult:
    for event in events:
        if isinstance(event, ev.PoolRequested):
            return results.PoolRequestResult(
                seq=seq,
                time_ms=ms(at_ns),
                market=command.market,
                request_id=event.request_id,
                amount=money_text(event.amount_micros),
                shares=money_text(event.shares),
            )
    raise AssertionError("a request to a pool waits or is refused")


def _amount(
    command: core.Deposit | core.Withdraw | core.MoveIsolatedMargin,
    seq: int,
    at_ns: int,
    events: Sequence[Event],
    markets: MarketTable,
) -> results.MoneyResult:
    amount = money_text(command.amount_micros)
    return results.MoneyResult(seq=seq, time_ms=ms(at_ns), amount=amount)


def _reset(
    command: core.ResetAccount, seq: int, at_ns: int, events: Sequence[Event], markets: MarketTable
) -> results.MoneyResult:
    amount = money_text(command.balance_micros)
    return results.MoneyResult(seq=seq, time_ms=ms(at_ns), amount=amount)


def _opened(
    command: core.OpenAccount, seq: int, at_ns: int, events: Sequence[Event], markets: MarketTable
) -> results.SubAccountResult:
    for event in events:
        if isinstance(event, ev.AccountOpened):
            return results.SubAccountResult(
                seq=seq, time_ms=ms(at_ns), account=event.account, name=event.name
            )
    raise AssertionError("an account is opened or refused")


ANSWERS: dict[
    type[Command], Callable[[Any, int, int, Sequence[Event], MarketTable], Result | ErrorBody]
] = {
    core.PlaceOrder: order_answer,
    core.PlaceTrigger: _trigger,
    core.AmendOrder: order_answer,
    core.CancelOrder: _cancel,
    core.CancelAll: _cancel_all,
    core.SetCancelAllAfter: _cancel_all_after,
    core.SetCancelOnDisconnect: _done,
    core.SetLeverage: _leverage,
    core.MoveIsolatedMargin: _amount,
    core.SetProvider: _provider,
    core.PlaceTwap: twap_answer,
    core.PlaceScale: scale_answer,
    core.CommitMaker: bond_answer,
    core.MoveCollateral: collateral_answer,
    core.Mint: mint_answer,
    core.Burn: mint_answer,
    core.DepositToPool: _pool_request,
    core.WithdrawFromPool: _pool_request,
    core.Deposit: _amount,
    core.Withdraw: _amount,
    core.ResetAccount: _reset,
    core.OpenAccount: _opened,
}
