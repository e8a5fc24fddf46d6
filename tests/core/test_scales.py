"""Scale orders: prices, sizes, all or none, and one name for all of them."""

from typing import TypedDict, Unpack

import pytest
from msgspec.structs import replace

from tests.support.desk import MARKET, ROOMY, Desk, fills, listing, of, reason
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import Side
from venue.core.digest import digest, dump, load
from venue.core.engine import Engine
from venue.core.events import Event
from venue.core.listing import MarketSpec
from venue.core.state import ORDERS_PER_COMMAND
from venue.core.units import E6
from venue.rules.build import build, ref


def desk_of(market: MarketSpec | None = None) -> Desk:
    desk = Desk(market)
    for name in ("ann", "bob"):
        desk.open(name, 10_000)
    return desk


class Terms(TypedDict, total=False):
    """What a test may ask of a scale; ``name``: of the account."""

    name: str
    size_lots: int
    from_ticks: int
    to_ticks: int
    orders: int
    last_e4: int
    post_only: bool
    reduce_only: bool
    client_order_id: str


def scale(desk: Desk, **terms: Unpack[Terms]) -> list[Event]:
    number = desk.names.get(terms.pop("name", "ann"), 99)
    plain = cmd.PlaceScale(number, MARKET, Side.BUY, 9_000, 24_000, 24_900, 4)
    return desk.do(replace(plain, **terms))


def test_SCALE_001_orders_stand_at_even_steps_with_ids_of_the_command() -> None:
    desk = desk_of()

    events = scale(desk)

    first = desk.state.seq * ORDERS_PER_COMMAND
    accepted = of(events, ev.OrderAccepted)
    assert [each.order_id for each in accepted] == [first, first + 1, first + 2, first + 3]
    assert desk.bids() == [(249, 2.25), (246, 2.25), (243, 2.25), (240, 2.25)]


@pytest.mark.parametrize(
    ("last_e4", "shares"),
    [
        pytest.param(20_000, [1.5, 2, 2.5, 3], id="twice as large"),
        pytest.param(5_000, [3, 2.5, 2, 1.5], id="half as large"),
    ],
)
def test_SCALE_002_sizes_change_evenly_from_the_first_to_the_last(
    last_e4: int, shares: list[float]
) -> None:
    desk = desk_of()

    scale(desk, last_e4=last_e4)

    assert [lots for _, lots in reversed(desk.bids())] == shares


def test_sizes_that_do_not_divide_come_to_the_whole() -> None:
    desk = desk_of()

    scale(desk, size_lots=1_001, orders=8, last_e4=33_333, to_ticks=24_100)

    assert sum(order.size_lots for order in desk.account("ann").orders.values()) == 1_001


def test_SCALE_003_all_are_checked_together_before_any_stands() -> None:
    desk = desk_of(listing(limits=replace(ROOMY, position_lots_max=8_000)))

    events = scale(desk, size_lots=9_000)

    assert reason(events) == "position_limit"
    assert desk.bids() == []


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        ({"orders": 1}, "scale_out_of_range"),
        ({"orders": 9}, "scale_out_of_range"),
        ({"to_ticks": 24_000}, "scale_out_of_range"),
        ({"last_e4": 0}, "scale_out_of_range"),
        ({"size_lots": 0}, "size_not_positive"),
        ({"size_lots": 3}, "size_not_positive"),  # Four orders share three lots.
        ({"from_ticks": -5}, "price_not_positive"),
        ({"size_lots": 900_000}, "insufficient_margin"),
        ({"to_ticks": 25_100, "post_only": True}, "post_only_would_trade"),
        ({"reduce_only": True}, "reduce_only_would_increase"),
        ({"name": "nobody"}, "unknown_account"),
    ],
)
def test_what_a_scale_may_not_ask(terms: Terms, refusal: str) -> None:
    desk = desk_of()
    desk.sell("bob", 1, 251)

    assert reason(scale(desk, **terms)) == refusal
    assert desk.bids() == []


def test_a_scale_may_not_pass_the_number_of_open_orders_together() -> None:
    desk = desk_of(listing(limits=replace(ROOMY, open_orders_max=3)))

    assert reason(scale(desk)) == "open_orders_limit"


def test_margin_counts_all_of_a_scale_afterwards() -> None:
    desk = desk_of()
    scale(desk, size_lots=780_000)  # $190,710 at 20x: 9,535.50 of 10,000.

    assert reason(desk.buy("ann", 50, 250)) == "insufficient_margin"


def test_an_order_of_a_scale_that_crosses_trades() -> None:
    desk = desk_of()
    desk.sell("bob", 1, 249)

    assert fills(scale(desk)) == [(1, 249)]
    assert desk.bids() == [(249, 1.25), (246, 2.25), (243, 2.25), (240, 2.25)]


def test_one_name_answers_again_and_cancels_what_is_open() -> None:
    desk = desk_of()
    scale(desk, client_order_id="grid")
    first = desk.state.seq * ORDERS_PER_COMMAND
    desk.do(cmd.CancelOrder(desk.names["ann"], first + 1, None))

    again = scale(desk, client_order_id="grid")
    other = reason(scale(desk, client_order_id="grid", orders=5))
    cancelled = desk.do(cmd.CancelOrder(desk.names["ann"], None, "grid"))
    after = reason(desk.do(cmd.CancelOrder(desk.names["ann"], None, "grid")))

    assert again == [ev.DuplicateAnswered(desk.names["ann"], "grid", first, 0, 0, 0)]
    assert other == "client_order_id_reused"
    assert [each.order_id for each in of(cancelled, ev.OrderCancelled)] == [
        first,
        first + 2,
        first + 3,
    ]
    assert after == "unknown_order"
    assert digest(load(dump(desk.state), build)) == digest(desk.state)


def test_prices_of_a_scale_are_legal_and_passive() -> None:
    rules = listing("naive_print", ref("orders", "significant_figures", figures=4))
    desk = desk_of(rules)

    scale(desk, to_ticks=24_100, orders=3, size_lots=3_000)
    desk.do(cmd.CancelAll(desk.names["ann"]))
    ends_on_cents = scale(desk, to_ticks=24_105)

    assert reason(ends_on_cents) == "price_not_legal"
    scale(desk, to_ticks=24_050, orders=4, size_lots=4_000)
    assert [price for price, _ in desk.bids()] == [240.5, 240.3, 240.1, 240]


def test_a_restored_venue_knows_a_scale_from_its_first_order_that_still_waits() -> None:
    """Both have the same id; the name is the scale's."""
    desk = desk_of(listing("naive_print", ref("orders", "speed_bump")))
    desk.sell("bob", 1, 249)
    asked = cmd.PlaceScale(
        desk.names["ann"], MARKET, Side.BUY, 9_000, 24_900, 24_000, 4, client_order_id="s"
    )
    placed = desk.do(asked)
    restored = Engine(build, load(dump(desk.state), build))
    cancel = cmd.CancelOrder(desk.names["ann"], None, "s")

    again = restored.execute(asked, at_ns=desk.now_ns)
    there = restored.execute(cancel, at_ns=desk.now_ns)

    assert len(of(placed, ev.OrderDelayed)) == 1
    assert desk.do(asked) == again
    assert desk.do(cancel) == there
    assert digest(restored.state) == digest(desk.state)


def test_orders_of_a_scale_that_would_take_wait_for_the_bump() -> None:
    desk = desk_of(listing("naive_print", ref("orders", "speed_bump")))
    desk.sell("bob", 1, 249)

    events = scale(desk, client_order_id="grid")
    cancelled = desk.do(cmd.CancelOrder(desk.names["ann"], None, "grid"))

    assert len(of(events, ev.OrderDelayed)) == 1
    assert len(of(cancelled, ev.OrderCancelled)) == 3
    assert len(of(cancelled, ev.PlanEnded)) == 1
    assert desk.dollars("ann") * E6 == 10_000 * E6
