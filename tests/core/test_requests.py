"""Requests by volume: how many commands an account may send for what it has traded."""

import pytest
from msgspec.structs import replace

from tests.support.desk import MARKET, ROOMY, Desk, listing, of, reason
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import MarginMode, Side, TriggerKind
from venue.core.digest import digest, dump, load
from venue.core.policies import RequestsInputs
from venue.core.units import E6, NS_PER_SECOND
from venue.rules.build import build, ref
from venue.rules.requests.by_volume import RequestsByVolume


def limited(buffer: int = 3, **changes: int) -> Desk:
    """Return a desk whose accounts have a few requests and one more for every $1,000 traded.

    Opening an account with its leverage is the first of them.
    """
    changes = {"cancels_more": 2, "request_micros": 1_000 * E6, **changes}
    rule = ref("requests", "by_volume", buffer=buffer, **changes)
    desk = Desk(listing("naive_print", rule, limits=ROOMY))
    for name in ("ann", "bob"):
        desk.open(name, 100_000)
    return desk


def spent(desk: Desk, name: str = "ann") -> int:
    """Let an account place bids until one is a request too many; return how many it sent."""
    for cents in range(30):
        events = desk.buy(name, 0.1, 200 - cents / 100)
        if of(events, ev.Rejected):
            assert reason(events) == "requests_spent"
            break
    return desk.account(name).requests


@pytest.mark.parametrize(
    ("dollars", "is_cancel", "expected"),
    [
        pytest.param(0, False, 10_000, id="the buffer"),
        pytest.param(1, False, 10_001, id="a dollar"),
        pytest.param(0.99, False, 10_000, id="not quite"),
        pytest.param(0, True, 20_000, id="cancels: twice"),
        pytest.param(90_000, True, 200_000, id="cancels: where both are the same"),
        pytest.param(990_000, True, 1_100_000, id="cancels: a hundred thousand more"),
    ],
)
def test_HL_REQUESTS_001_one_for_every_dollar_and_ten_thousand_to_begin_with(
    dollars: float, is_cancel: bool, expected: int
) -> None:
    seen = RequestsInputs(round(dollars * E6), is_cancel)

    assert RequestsByVolume().requests_max(seen) == expected


def test_HL_REQUESTS_002_who_has_sent_as_many_is_told_when_the_next_is_taken() -> None:
    desk = limited()
    desk.buy("ann", 0.1, 200)
    desk.buy("ann", 0.1, 201)
    refused = of(desk.buy("ann", 0.1, 202), ev.Rejected)[0]

    assert refused.reason.value == "requests_spent"
    assert refused.figures == {
        "requests": 3,
        "requests_max": 3,
        "next_at_ns": desk.now_ns + 10 * NS_PER_SECOND,
    }
    assert desk.bids() == [(201, 0.1), (200, 0.1)]


def test_HL_REQUESTS_003_beyond_it_one_every_ten_seconds_is_taken() -> None:
    desk = limited()
    spent(desk)
    desk.wait(9.9)
    early = desk.buy("ann", 0.1, 150)
    desk.wait(0.1)
    taken = desk.buy("ann", 0.1, 150)
    again = desk.buy("ann", 0.1, 149)

    assert reason(early) == "requests_spent"
    assert of(taken, ev.OrderAccepted)
    assert reason(again) == "requests_spent"
    assert desk.account("ann").requests == 4


def test_HL_REQUESTS_004_a_trade_earns_both_sides_more_at_once() -> None:
    desk = limited(4)
    desk.trade("ann", "bob", 12, 250)  # $3,000.

    assert (spent(desk, "ann"), spent(desk, "bob")) == (7, 7)


def test_HL_REQUESTS_005_cancels_go_further_than_anything_else() -> None:
    desk = limited()
    spent(desk)
    first, second = sorted(desk.account("ann").orders)
    desk.do(cmd.CancelOrder(desk.names["ann"], first, None))
    desk.do(cmd.CancelOrder(desk.names["ann"], second, None))

    assert not desk.bids()
    assert desk.account("ann").requests == 5  # min(3 + 2, 2 × 3)
    desk.wait(10)
    desk.buy("ann", 0.1, 200)
    (third,) = desk.account("ann").orders
    assert reason(desk.do(cmd.CancelOrder(desk.names["ann"], third, None))) == "requests_spent"
    desk.do(cmd.CancelAll(desk.names["ann"]))
    assert not desk.bids()


def test_HL_REQUESTS_006_each_order_of_a_grid_and_each_leg_of_a_bracket_is_one() -> None:
    desk = limited(100)
    ann = desk.names["ann"]
    desk.do(cmd.PlaceScale(ann, MARKET, Side.BUY, 4_000, 20_000, 19_900, 4))
    assert desk.account("ann").requests == 5
    desk.buy("ann", 1, 200, stop_ticks=18_000, take_profit_ticks=30_000)
    assert desk.account("ann").requests == 8
    desk.do(cmd.PlaceTrigger(ann, MARKET, Side.BUY, 1_000, TriggerKind.STOP, 30_000))
    desk.do(cmd.AmendOrder(ann, min(desk.account("ann").orders), None, 19_000, None))
    desk.do(cmd.PlaceTwap(ann, MARKET, Side.BUY, 1_000, 300 * NS_PER_SECOND))
    desk.do(cmd.SetLeverage(ann, MARKET, 5, MarginMode.CROSS))
    assert desk.account("ann").requests == 12
    desk.wait(60)  # Suborders are the venue's doing.
    assert desk.account("ann").requests == 12


def test_a_refusal_and_an_answer_that_is_given_again_are_not_requests() -> None:
    desk = limited()
    desk.buy("ann", 0.1, 200, client_order_id="mine")
    too_small = desk.buy("ann", 0, 200)
    spent(desk)
    again = desk.buy("ann", 0.1, 200, client_order_id="mine")
    other = desk.buy("ann", 0.1, 201, client_order_id="mine")

    assert reason(too_small) == "size_not_positive"
    assert of(again, ev.DuplicateAnswered)
    assert reason(other) == "client_order_id_reused"
    assert desk.account("ann").requests == 3


def test_the_count_comes_through_a_checkpoint_and_from_the_events_alone() -> None:
    desk = limited()
    spent(desk)
    restored = load(dump(desk.state), build)
    account = restored.accounts[desk.names["ann"]]

    assert (account.requests, account.requested_at_ns) == (3, desk.now_ns)
    assert restored.counts_requests
    assert digest(restored) == digest(desk.state)


def test_where_no_rule_counts_nothing_is_counted_nor_told() -> None:
    desk = Desk()
    desk.open("ann", 1_000)
    desk.buy("ann", 0.1, 200)

    assert not desk.state.counts_requests
    assert not desk.heard(ev.RequestsCounted)


def test_markets_whose_rules_do_not_count_stay_free_beside_one_whose_do() -> None:
    desk = limited()
    desk.do(cmd.ListMarket(replace(listing(), market="FREE")))
    desk.price(250)
    ann = desk.names["ann"]
    spent(desk)
    free = desk.do(cmd.PlaceOrder(ann, "FREE", Side.BUY, 100, 20_000))

    assert of(free, ev.OrderAccepted)
    assert not of(desk.do(cmd.CancelOrder(ann, min(desk.account("ann").orders), None)), ev.Rejected)
    assert desk.account("ann").requests == 4
