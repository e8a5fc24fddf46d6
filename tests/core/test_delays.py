"""The speed bump: who waits, for how long, and what becomes of what waits."""

import pytest

from tests.support.desk import MARKET, Desk, fills, listing, of, reason
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import Side, TimeInForce
from venue.core.digest import digest, dump, load
from venue.core.engine import Engine
from venue.core.events import Event
from venue.core.phases import Closure, Phase, Session
from venue.core.plans import PLANS_PER_ACCOUNT_MAX
from venue.core.rejects import Cause, Reason
from venue.core.state import ORDERS_PER_COMMAND
from venue.rules.build import build, ref

MS = 1_000_000


def bumpy(**changes: int | bool) -> Desk:
    """A market with QFEX's bump, ann and bob rich, bob asking 10 shares at 250."""
    desk = Desk(listing("naive_print", ref("orders", "speed_bump", **changes)))
    for name in ("ann", "bob", "eve"):
        desk.open(name, 100_000)
    desk.sell("bob", 10, 250)
    return desk


def after_ms(desk: Desk, ms: float) -> list[Event]:
    return desk.wait(ms / 1_000)


def test_BUMP_001_a_taking_limit_order_waits_fifty_milliseconds() -> None:
    desk = bumpy()

    waiting = desk.buy("ann", 4, 250)
    early = after_ms(desk, 49)
    late = after_ms(desk, 1)

    assert [type(event) for event in waiting] == [ev.OrderDelayed]
    assert early == []
    assert fills(late) == [(4, 250)]
    assert desk.shares("ann") == 4
    assert desk.account("ann").plans == {}


def test_BUMP_002_adds_and_cancels_do_not_wait() -> None:
    desk = bumpy()
    desk.buy("ann", 4, 250)

    added = desk.buy("eve", 4, 249)
    maker = desk.account("bob").orders
    cancelled = desk.do(cmd.CancelOrder(desk.names["bob"], min(maker), None))
    late = after_ms(desk, 50)

    assert of(added, ev.OrderAccepted)[0].rests
    assert of(cancelled, ev.OrderCancelled)
    assert fills(late) == []  # The maker was quicker: what waited rests now.
    assert desk.bids() == [(250, 4), (249, 4)]


@pytest.mark.parametrize("force", [TimeInForce.IOC, TimeInForce.FOK, TimeInForce.GTC])
def test_every_taking_order_waits_whatever_its_time_in_force(force: TimeInForce) -> None:
    desk = bumpy()

    waiting = desk.buy("ann", 4, 250, time_in_force=force)
    late = after_ms(desk, 50)

    assert of(waiting, ev.OrderDelayed)
    assert fills(late) == [(4, 250)]


def test_an_ioc_order_that_meets_nobody_is_answered_at_once() -> None:
    desk = bumpy()

    events = desk.buy("ann", 4, 249, time_in_force=TimeInForce.IOC)

    assert [event.cause for event in of(events, ev.OrderCancelled)] == [Cause.NO_LIQUIDITY]


@pytest.mark.parametrize("waits", [True, False])
def test_market_orders_wait_where_the_rule_says_so(waits: bool) -> None:
    desk = bumpy(market_orders_wait=waits)

    events = desk.buy("ann", 4, None)

    assert bool(of(events, ev.OrderDelayed)) is waits
    assert (fills(events) == []) is waits


def test_delayed_orders_are_released_in_the_order_of_their_arrival() -> None:
    desk = bumpy()
    desk.buy("ann", 6, 250)
    after_ms(desk, 10)
    desk.buy("eve", 6, 250)

    after_ms(desk, 60)

    assert (desk.shares("ann"), desk.shares("eve")) == (6, 4)
    assert desk.bids() == [(250, 2)]


def test_what_waits_can_be_cancelled_by_either_id_and_with_all() -> None:
    desk = bumpy()
    ann = desk.names["ann"]
    desk.buy("ann", 1, 250, client_order_id="a")
    desk.buy("ann", 2, 250)
    by_number = desk.state.seq * ORDERS_PER_COMMAND
    desk.buy("ann", 3, 250)

    named = desk.do(cmd.CancelOrder(ann, None, "a"))
    numbered = desk.do(cmd.CancelOrder(ann, by_number, None))
    rest = desk.do(cmd.CancelAll(ann))
    late = after_ms(desk, 60)

    ended = of(named + numbered + rest, ev.PlanEnded)
    assert [(each.remaining_lots, each.cause) for each in ended] == [
        (1_000, Cause.ASKED),
        (2_000, Cause.ASKED),
        (3_000, Cause.ASKED),
    ]
    assert late == []


def test_a_client_order_id_is_answered_again_before_and_after_the_wait() -> None:
    desk = bumpy()
    desk.buy("ann", 4, 250, client_order_id="a")
    order_id = desk.state.seq * ORDERS_PER_COMMAND

    waiting = desk.buy("ann", 4, 250, client_order_id="a")
    other = reason(desk.buy("ann", 5, 250, client_order_id="a"))
    after_ms(desk, 50)
    done = desk.buy("ann", 4, 250, client_order_id="a")

    again = ev.DuplicateAnswered(desk.names["ann"], "a", order_id, 0, 0, 4_000, True)
    assert waiting == [again]
    assert other == "client_order_id_reused"
    assert done == [ev.DuplicateAnswered(desk.names["ann"], "a", order_id, 4_000, 10**9, 0)]


def test_checks_are_made_again_when_an_order_has_waited() -> None:
    desk = bumpy()
    desk.buy("ann", 4, 250)
    desk.do(cmd.HaltMarket(MARKET, "operator"))

    late = after_ms(desk, 50)

    (ended,) = of(late, ev.PlanEnded)
    assert (ended.cause, ended.reason) == (Cause.REFUSED_AFTER_DELAY, Reason.MARKET_NOT_TRADING)
    assert desk.shares("ann") == 0


def test_a_call_that_began_meanwhile_collects_a_delayed_limit_order() -> None:
    desk = bumpy()
    desk.buy("ann", 4, 250)
    desk.do(cmd.HaltMarket(MARKET, "operator"))
    desk.do(cmd.ResumeMarket(MARKET, 10_000 * MS))

    after_ms(desk, 50)

    assert desk.market.phase is Phase.AUCTION
    assert desk.bids() == [(250, 4)]


def test_a_close_of_the_underlying_ends_a_delayed_order_that_asked_for_it() -> None:
    desk = bumpy()
    desk.buy("ann", 4, 250, cancel_on_close=True)

    closed = desk.session(Session.NO_TRADING, Closure.WEEKEND)

    assert [each.cause for each in of(closed, ev.PlanEnded)] == [Cause.UNDERLYING_CLOSED]


def test_a_lost_connection_takes_what_waits_with_it() -> None:
    desk = bumpy()
    ann = desk.names["ann"]
    desk.do(cmd.SetCancelOnDisconnect(ann, 7, True))
    desk.buy("ann", 4, 250, connection=7)

    lost = desk.do(cmd.LoseConnection(ann, 7))

    assert [each.cause for each in of(lost, ev.PlanEnded)] == [Cause.DISCONNECTED]


def test_an_amendment_may_not_go_round_the_wait() -> None:
    desk = bumpy()
    desk.buy("ann", 4, 249, client_order_id="a")

    refused = desk.do(cmd.AmendOrder(desk.names["ann"], None, "a", 25_000, None))

    assert reason(refused) == "amend_would_take"


def test_a_bracket_of_a_delayed_order_comes_with_it() -> None:
    desk = bumpy()
    desk.buy("ann", 4, 250, stop_ticks=24_000, take_profit_ticks=26_000)
    before = len(desk.account("ann").triggers)

    after_ms(desk, 50)

    assert before == 0
    assert len(desk.account("ann").triggers) == 2


def test_a_restored_venue_releases_what_waited_at_the_same_time() -> None:
    desk = bumpy()
    desk.buy("ann", 4, 250, client_order_id="a")
    restored = Engine(build, load(dump(desk.state), build))

    events = after_ms(desk, 50)

    assert digest(load(dump(desk.state), build)) == digest(desk.state)
    assert restored.execute(cmd.PassTime(), at_ns=desk.now_ns) == events


def test_a_market_without_the_rule_lets_takers_take_at_once() -> None:
    desk = Desk()
    desk.open("ann", 10_000)
    desk.open("bob", 10_000)
    desk.sell("bob", 1, 250)

    assert fills(desk.order("ann", Side.BUY, 1, 250)) == [(1, 250)]
    assert desk.market.order_rule is None


def test_no_more_than_a_thousand_orders_of_an_account_wait() -> None:
    desk = bumpy()
    desk.sell("eve", 1, 251)
    for _ in range(PLANS_PER_ACCOUNT_MAX):
        desk.engine.execute(  # Beside the auditor, which would count a thousand each time.
            cmd.PlaceOrder(desk.names["ann"], MARKET, Side.BUY, 1, 25_000), at_ns=desk.now_ns
        )

    full = desk.engine.execute(
        cmd.PlaceOrder(desk.names["ann"], MARKET, Side.BUY, 1, 25_000), at_ns=desk.now_ns
    )
    resting = desk.engine.execute(
        cmd.PlaceOrder(desk.names["ann"], MARKET, Side.BUY, 1, 24_000), at_ns=desk.now_ns
    )

    assert reason(full) == "open_orders_limit"
    assert of(resting, ev.OrderAccepted)
