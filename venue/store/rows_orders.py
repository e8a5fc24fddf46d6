"""What order, trade and trigger events mean to the tables."""

from venue.core import events as ev
from venue.core.commands import Side
from venue.core.rejects import Cause
from venue.store.rows import At, Rows, ToRows


def order_accepted(rows: Rows, at: At, event: ev.OrderAccepted) -> None:
    rows.add_keyed(
        "orders",
        event.order_id,
        {
            "order_id": event.order_id,
            "seq": at.seq,
            "at_ns": at.at_ns,
            "account": event.account,
            "market": event.market,
            "side": event.side.value,
            "size_lots": event.size_lots,
            "price_ticks": event.price_ticks,
            "time_in_force": event.time_in_force.value,
            "post_only": event.post_only,
            "reduce_only": event.reduce_only,
            "is_market": event.is_market,
            "client_order_id": event.client_order_id,
            "status": "open",
            "cause": None,
            "filled_lots": 0,
            "reduced_lots": 0,
            "fee_micros": 0,
            "changed_ns": at.at_ns,
        },
    )


def traded(rows: Rows, at: At, event: ev.Traded) -> None:
    taker_buys = event.taker_side is Side.BUY
    rows.add(
        "trades",
        {
            "trade_id": event.trade_id,
            "seq": at.seq,
            "at_ns": at.at_ns,
            "market": event.market,
            "taker_side": event.taker_side.value,
            "price_ticks": event.price_ticks,
            "size_lots": event.size_lots,
            "maker_order_id": event.maker_order_id,
            "taker_order_id": event.taker_order_id,
            "maker_account": event.maker_account,
            "taker_account": event.taker_account,
        },
    )
    halves = (
        (
            event.maker_order_id,
            event.maker_account,
            Side.SELL if taker_buys else Side.BUY,
            event.maker_fee_micros,
            event.maker_realised_micros,
        ),
        (
            event.taker_order_id,
            event.taker_account,
            event.taker_side,
            event.taker_fee_micros,
            event.taker_realised_micros,
        ),
    )
    for line, (order_id, account, side, fee_micros, realised_micros) in enumerate(halves):
        rows.add(
            "fills",
            {
                "trade_id": event.trade_id,
                "order_id": order_id,
                "seq": at.seq,
                "at_ns": at.at_ns,
                "account": account,
                "market": event.market,
                "side": side.value,
                "price_ticks": event.price_ticks,
                "size_lots": event.size_lots,
                "is_maker": line == 0,
                "fee_micros": fee_micros,
                "realised_micros": realised_micros,
            },
        )
        adds = {"filled_lots": event.size_lots, "fee_micros": fee_micros}
        rows.change("orders", order_id, {"changed_ns": at.at_ns}, adds)


def order_reduced(rows: Rows, at: At, event: ev.OrderReduced) -> None:
    rows.change("orders", event.order_id, {"changed_ns": at.at_ns}, {"reduced_lots": event.lots})


def order_cancelled(rows: Rows, at: At, event: ev.OrderCancelled) -> None:
    status = "expired" if event.cause is Cause.EXPIRED else "cancelled"
    sets = {"status": status, "cause": event.cause.value, "changed_ns": at.at_ns}
    rows.change("orders", event.order_id, sets)


def order_amended(rows: Rows, at: At, event: ev.OrderAmended) -> None:
    # The new size counts what was filled, but nothing that was reduced before.
    rows.change(
        "orders",
        event.order_id,
        {
            "price_ticks": event.price_ticks,
            "size_lots": event.size_lots,
            "reduced_lots": 0,
            "changed_ns": at.at_ns,
        },
    )


def order_rescaled(rows: Rows, at: At, event: ev.OrderRescaled) -> None:
    """After a split the row is in new units, what was filled before it too; fills stay as raw."""
    rows.change(
        "orders",
        event.order_id,
        {
            "price_ticks": event.price_ticks,
            "size_lots": event.size_lots,
            "filled_lots": event.filled_lots,
            "reduced_lots": 0,
            "changed_ns": at.at_ns,
        },
    )


def trigger_rescaled(rows: Rows, at: At, event: ev.TriggerRescaled) -> None:
    rows.change(
        "triggers",
        event.order_id,
        {
            "size_lots": event.size_lots,
            "trigger_ticks": event.trigger_ticks,
            "price_ticks": event.price_ticks,
            "changed_ns": at.at_ns,
        },
    )


def trigger_placed(rows: Rows, at: At, event: ev.TriggerPlaced) -> None:
    rows.add_keyed(
        "triggers",
        event.order_id,
        {
            "order_id": event.order_id,
            "seq": at.seq,
            "at_ns": at.at_ns,
            "account": event.account,
            "market": event.market,
            "side": event.side.value,
            "kind": event.kind.value,
            "size_lots": event.size_lots,
            "trigger_ticks": event.trigger_ticks,
            "price_ticks": event.price_ticks,
            "client_order_id": event.client_order_id,
            "parent_id": event.parent_id,
            "status": "waiting" if event.awake else "asleep",
            "cause": None,
            "changed_ns": at.at_ns,
        },
    )


def trigger_woken(rows: Rows, at: At, event: ev.TriggerWoken) -> None:
    rows.change("triggers", event.order_id, {"status": "waiting", "changed_ns": at.at_ns})


def trigger_fired(rows: Rows, at: At, event: ev.TriggerFired) -> None:
    rows.change("triggers", event.order_id, {"status": "fired", "changed_ns": at.at_ns})


def trigger_cancelled(rows: Rows, at: At, event: ev.TriggerCancelled) -> None:
    sets = {"status": "cancelled", "cause": event.cause.value, "changed_ns": at.at_ns}
    rows.change("triggers", event.order_id, sets)


ORDER_ROWS: dict[type[ev.Event], ToRows] = {
    ev.OrderAccepted: order_accepted,
    ev.OrderReduced: order_reduced,
    ev.OrderCancelled: order_cancelled,
    ev.OrderAmended: order_amended,
    ev.OrderRescaled: order_rescaled,
    ev.TriggerRescaled: trigger_rescaled,
    ev.TriggerPlaced: trigger_placed,
    ev.TriggerWoken: trigger_woken,
    ev.TriggerFired: trigger_fired,
    ev.TriggerCancelled: trigger_cancelled,
}
