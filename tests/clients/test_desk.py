"""Positions and open orders, from a snapshot and the notices after it."""

from decimal import Decimal
from typing import Any

import msgspec
from venue_sdk.desk import FLAT, Desk, Position
from venue_sdk.hearing import decode_note
from venue_sdk.messages import AnyNote, OrdersResult, OrderView, PositionsResult

from tests.clients.scripted import order_view


def note(kind: str, seq: int, **fields: Any) -> AnyNote:
    told = {"type": kind, "account": 7, "n": seq, "seq": seq, "time_ms": seq, **fields}
    return decode_note(msgspec.Raw(msgspec.json.encode(told)))


def view(order_id: int, status: str = "open", remaining: str = "1.000") -> OrderView:
    return msgspec.convert(order_view(order_id, status, remaining), OrderView, strict=False)


def after(size: str, cost: str) -> dict[str, str]:
    return {"market": "TSLA", "size": size, "entry_cost": cost}


FILL = {
    "trade_id": 1,
    "price": "250.00",
    "size": "1.000",
    "fee": "0",
    "realised": "0",
    "role": "maker",
}


def test_fill_takes_the_order_off_and_moves_the_position() -> None:
    desk = Desk()
    desk.take(note("order", 1, what="accepted", order=order_view(8)))
    assert list(desk.orders) == [8]

    done = order_view(8, "filled", "0.000")
    desk.take(note("fill", 2, fill=FILL, order=done, position=after("1.000", "250.000000")))

    assert desk.orders == {}
    assert desk.position("TSLA") == Position(Decimal("1.000"), Decimal("250.000000"))
    assert desk.position("TSLA").average_entry == Decimal(250)


def test_closed_position_is_flat() -> None:
    desk = Desk()
    done = order_view(8, "filled", "0.000")
    desk.take(note("fill", 1, fill=FILL, order=done, position=after("1.000", "250.000000")))

    desk.take(note("fill", 2, fill=FILL, order=done, position=after("0.000", "0.000000")))

    assert desk.position("TSLA") == FLAT


def test_notice_that_a_snapshot_knew_changes_nothing() -> None:
    desk = Desk()
    desk.begin(
        PositionsResult(seq=5, time_ms=1, positions=[]),
        [OrdersResult(seq=5, time_ms=1, orders=[], triggers=[])],
    )

    desk.take(note("order", 5, what="accepted", order=order_view(8)))
    assert desk.orders == {}

    desk.take(note("order", 6, what="accepted", order=order_view(9)))
    assert list(desk.orders) == [9]


def test_answer_after_the_notice_of_the_end_does_not_bring_an_order_back() -> None:
    desk = Desk()
    desk.take(note("order", 1, what="cancelled", order=order_view(8, "cancelled")))

    desk.answered(view(8))

    assert desk.orders == {}


def test_answer_older_than_the_notice_does_not_undo_a_fill() -> None:
    desk = Desk()
    desk.take(note("order", 1, what="reduced", order=order_view(8, "open", "0.400")))

    desk.answered(view(8))

    assert desk.orders[8].remaining == Decimal("0.400")


def test_trigger_waits_until_it_fires() -> None:
    desk = Desk()
    waiting = {"order_id": 8, "market": "TSLA", "status": "waiting"}
    desk.take(note("trigger", 1, what="placed", trigger=waiting))
    assert list(desk.triggers) == [8]

    desk.take(note("trigger", 2, what="fired", trigger={**waiting, "status": "fired"}))

    assert desk.triggers == {}
