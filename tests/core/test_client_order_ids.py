"""Client order ids: the same body gets the same answer, another body is refused; then forgotten."""

from typing import TypedDict

import pytest

from tests.support.desk import MARKET, Desk, fills, of, reason
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.account import CLIENT_ORDER_IDS_KEPT
from venue.core.commands import Side, TriggerKind
from venue.core.digest import dump, load
from venue.core.engine import Engine
from venue.rules.build import build


class Body(TypedDict, total=False):
    """What an order asks for, as the desk takes it."""

    shares: float
    dollars: float | None
    client_order_id: str
    post_only: bool
    reduce_only: bool
    cancel_on_close: bool
    stop_ticks: int
    self_trade: cmd.SelfTrade


def desk_of_two() -> Desk:
    desk = Desk()
    desk.open("ann", 1_000_000)
    desk.open("bob", 1_000_000)
    return desk


def test_an_order_asked_for_twice_stands_once_and_is_answered_as_it_was() -> None:
    desk = desk_of_two()
    desk.sell("bob", 2, 250)
    first = desk.buy("ann", 5, 250, client_order_id="a")
    desk.sell("bob", 1, 250)  # What came later is not part of the answer.

    again = desk.buy("ann", 5, 250, client_order_id="a")

    order_id = of(first, ev.OrderAccepted)[0].order_id
    assert again == [ev.DuplicateAnswered(1, "a", order_id, 2_000, 2 * 250 * 10**6, 3_000)]
    assert desk.bids() == [(250.0, 2.0)]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"shares": 6}, id="size"),
        pytest.param({"dollars": 250.01}, id="price"),
        pytest.param({"dollars": None}, id="at the market"),
        pytest.param({"post_only": True}, id="post-only"),
        pytest.param({"reduce_only": True}, id="reduce-only"),
        pytest.param({"cancel_on_close": True}, id="cancel on close"),
        pytest.param({"stop_ticks": 20_000}, id="bracket"),
        pytest.param({"self_trade": cmd.SelfTrade.DECREMENT}, id="self-trade rule"),
    ],
)
def test_another_body_under_the_same_id_is_refused(changes: Body) -> None:
    desk = desk_of_two()
    body: Body = {"shares": 5, "dollars": 250, "client_order_id": "a"}
    desk.buy("ann", **body)

    events = desk.buy("ann", **(body | changes))

    assert reason(events) == "client_order_id_reused"


def test_the_same_body_after_a_reconnect_is_the_same_order() -> None:
    desk = desk_of_two()
    desk.buy("ann", 5, 250, client_order_id="a", connection=1)

    assert of(desk.buy("ann", 5, 250, client_order_id="a", connection=2), ev.DuplicateAnswered)


def test_two_accounts_may_use_one_id() -> None:
    desk = desk_of_two()
    desk.buy("ann", 1, 240, client_order_id="a")

    assert of(desk.buy("bob", 2, 240, client_order_id="a"), ev.OrderAccepted)


def test_an_order_amended_since_is_answered_as_it_was_asked() -> None:
    desk = desk_of_two()
    desk.buy("ann", 5, 240, client_order_id="a")
    desk.do(cmd.AmendOrder(1, None, "a", 24_100, 7_000))

    again = desk.buy("ann", 5, 240, client_order_id="a")

    assert of(again, ev.DuplicateAnswered)[0].remaining_lots == 5_000


def test_a_filled_order_is_still_known_by_its_id() -> None:
    desk = desk_of_two()
    desk.sell("bob", 5, 250)
    assert fills(desk.buy("ann", 5, 250, client_order_id="a")) == [(5, 250.0)]

    again = desk.buy("ann", 5, 250, client_order_id="a")

    assert of(again, ev.DuplicateAnswered)[0].filled_lots == 5_000
    assert desk.shares("ann") == 5


def test_a_trigger_keeps_its_id_when_it_has_fired() -> None:
    desk = desk_of_two()
    desk.trade("ann", "bob", 5, 250)
    stop = cmd.PlaceTrigger(
        1, MARKET, Side.SELL, None, TriggerKind.STOP, 24_500, client_order_id="stop"
    )
    placed = of(desk.do(stop), ev.TriggerPlaced)[0]
    desk.price(240)

    again = of(desk.do(stop), ev.DuplicateAnswered)
    other = desk.buy("ann", 1, 240, client_order_id="stop")

    assert again[0].order_id == placed.order_id
    assert reason(other) == "client_order_id_reused"


def named(number: int) -> str:
    return f"id-{number}"


def test_ids_are_remembered_while_open_and_for_the_last_ten_thousand() -> None:
    desk = desk_of_two()
    execute = desk.engine.execute  # Twenty thousand commands, past the auditor.
    at_ns = desk.now_ns

    def ask(number: int, ticks: int) -> list[ev.Event]:
        order = cmd.PlaceOrder(1, MARKET, Side.BUY, 1, ticks, client_order_id=named(number))
        return execute(order, at_ns=at_ns)

    ask(0, 20_000)  # This one stays open.
    for number in range(1, CLIENT_ORDER_IDS_KEPT + 1):
        ask(number, 20_001)
        execute(cmd.CancelOrder(1, None, named(number)), at_ns=at_ns)

    # 10,001 ids so far: the first is open, so known; the second is the oldest of the 10,000.
    assert of(ask(0, 20_000), ev.DuplicateAnswered)
    assert of(ask(1, 20_001), ev.DuplicateAnswered)
    ask(CLIENT_ORDER_IDS_KEPT + 1, 20_001)
    assert of(ask(1, 20_001), ev.OrderAccepted), "the 10,001st before the last is forgotten"
    # Once it is done, an id older than the last 10,000 is forgotten too.
    execute(cmd.CancelOrder(1, None, named(0)), at_ns=at_ns)
    assert of(ask(0, 20_000), ev.OrderAccepted)


def test_what_is_remembered_survives_a_restart() -> None:
    desk = desk_of_two()
    desk.sell("bob", 2, 250)
    desk.buy("ann", 5, 250, client_order_id="a")
    desk.buy("ann", 5, 240, client_order_id="b")
    desk.do(cmd.CancelOrder(1, None, "b"))

    restored = Engine(build, load(dump(desk.state), build))

    for price, name in ((25_000, "a"), (24_000, "b"), (24_000, "a")):
        order = cmd.PlaceOrder(1, MARKET, Side.BUY, 5_000, price, client_order_id=name)
        assert restored.execute(order, at_ns=desk.now_ns) == desk.do(order)
