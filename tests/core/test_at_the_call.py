"""Orders at the open and at the close: they wait for their call, join it, and are gone with it."""

from tests.core.test_scheduled_calls import MINUTE, phases, tell, trading
from tests.support.desk import MARKET, Desk, fills, listing, of, reason
from tests.support.pools import PoolDesk
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import TimeInForce
from venue.core.digest import digest, dump, load
from venue.core.phases import Closure, Session
from venue.core.rejects import Cause, Reason
from venue.core.timers import NEVER_NS
from venue.rules.build import build, ref

OPG, CLS = TimeInForce.OPG, TimeInForce.CLS


def before_the_open() -> Desk:
    """A desk half an hour before the regular session; bob offers five shares at 251."""
    desk = trading(ref("calls", "crosses"))
    tell(desk, Session.PRE_MARKET, Session.REGULAR, 30 * MINUTE)
    desk.sell("bob", 5, 251)
    return desk


def test_AT_CALL_001_a_limit_order_at_the_open_waits_for_the_call_and_trades_in_its_uncross() -> (
    None
):
    desk = before_the_open()

    asked = desk.buy("ann", 2, 252, time_in_force=OPG)
    waiting = desk.wait(24 * MINUTE)
    joined = desk.wait(1 * MINUTE)
    uncrossed = desk.wait(5 * MINUTE)

    assert [event.due_ns for event in of(asked, ev.OrderDelayed)] == [NEVER_NS]
    assert not of(waiting, ev.OrderAccepted)
    assert [event.price_ticks for event in of(joined, ev.OrderAccepted)] == [25_200]
    assert fills(uncrossed) == [(2, 251)]
    assert desk.account("ann").plans == {}


def test_AT_CALL_002_without_a_price_it_is_limited_by_the_protection_as_the_call_begins() -> None:
    """The mark is 248 by then; five per cent above it is 260.40."""
    desk = before_the_open()
    desk.buy("ann", 2, None, time_in_force=OPG)
    desk.wait(24 * MINUTE)
    desk.price(248)

    joined = desk.wait(1 * MINUTE)
    uncrossed = desk.wait(5 * MINUTE)

    (accepted,) = of(joined, ev.OrderAccepted)
    assert (accepted.is_market, accepted.rests) == (True, True)
    assert accepted.price_ticks == 24_800 * (10_000 + desk.market.protection_e4) // 10_000
    assert fills(uncrossed) == [(2, 251)]


def test_AT_CALL_003_what_the_uncross_leaves_of_it_is_cancelled() -> None:
    desk = before_the_open()
    desk.buy("ann", 7, None, time_in_force=OPG)

    events = desk.wait(30 * MINUTE)

    assert fills(events) == [(5, 251)]
    assert [(e.remaining_lots, e.cause) for e in of(events, ev.OrderCancelled)] == [
        (2_000, Cause.CALL_ENDED)
    ]


def test_AT_CALL_004_in_its_call_it_joins_at_once() -> None:
    desk = before_the_open()
    desk.wait(26 * MINUTE)

    market = desk.buy("ann", 2, None, time_in_force=OPG)
    late = desk.sell("bob", 1, 255, time_in_force=CLS)

    assert of(market, ev.OrderAccepted)[0].rests
    assert of(late, ev.OrderDelayed)


def test_AT_CALL_005_an_order_at_the_close_waits_past_the_open() -> None:
    desk = before_the_open()
    desk.buy("ann", 2, 252, time_in_force=CLS)
    at_the_open = desk.wait(30 * MINUTE)
    tell(desk, Session.REGULAR, Session.AFTER_MARKET, 60 * MINUTE)

    at_the_close = desk.wait(60 * MINUTE)

    assert (fills(at_the_open), fills(at_the_close)) == ([], [(2, 251)])
    assert phases(at_the_close)[0][1] == "closing"


def test_AT_CALL_006_a_call_at_the_reopen_is_an_open() -> None:
    desk = Desk(listing("naive_print", ref("calls", "reopen"), reopen_call_ns=30 * 10**9))
    for name in ("ann", "bob"):
        desk.open(name, 1_000_000)
    desk.session(Session.NO_TRADING, Closure.WEEKEND)
    desk.sell("bob", 5, 251)
    desk.buy("ann", 2, None, time_in_force=OPG)
    desk.wait(3_600)
    desk.session(Session.REGULAR)

    events = desk.print(252) + desk.wait(31)

    assert phases(events)[0][1] == "reopen"
    assert fills(events) == [(2, 252)]  # Of prices that trade as much, nearest to the mark.


def test_AT_CALL_007_a_call_of_another_kind_leaves_it_waiting() -> None:
    desk = before_the_open()
    desk.buy("ann", 2, 252, time_in_force=OPG)
    desk.do(cmd.HaltMarket(MARKET, "operator"))
    desk.do(cmd.ResumeMarket(MARKET, 30 * 10**9))

    events = desk.wait(60)

    assert fills(events) == []
    assert len(desk.account("ann").plans) == 1


def test_AT_CALL_008_where_no_such_call_is_made_it_is_refused() -> None:
    desk = trading(ref("calls", "reopen"))

    assert reason(desk.buy("ann", 1, 252, time_in_force=CLS)) == "no_such_call"
    assert reason(desk.buy("ann", 1, 252, time_in_force=OPG, post_only=True)) == "post_only_not_gtc"
    assert reason(PoolDesk().buy("lp", 1, 252, time_in_force=OPG)) == "no_such_call"


def test_AT_CALL_009_it_is_cancelled_like_any_order_and_refused_if_it_cannot_be_borne() -> None:
    desk = before_the_open()
    desk.buy("ann", 2, 252, time_in_force=OPG)
    gone = desk.do(cmd.CancelAll(desk.names["ann"]))
    desk.buy("cat", 2, 252, time_in_force=OPG)
    desk.do(cmd.Withdraw(desk.names["cat"], 1_000_000 * 10**6))

    events = desk.wait(30 * MINUTE)

    assert [event.cause for event in of(gone, ev.PlanEnded)] == [Cause.ASKED]
    assert [event.reason for event in of(events, ev.PlanEnded)] == [Reason.INSUFFICIENT_MARGIN]
    assert fills(events) == []


def test_AT_CALL_010_a_checkpoint_keeps_it_waiting_and_wakes_it() -> None:
    desk = before_the_open()
    desk.buy("ann", 2, 252, time_in_force=OPG)
    desk.wait(25 * MINUTE - 1)
    again = load(dump(desk.state), build)

    assert digest(again) == digest(desk.state)
    desk.engine.state = again
    assert fills(desk.wait(6 * MINUTE)) == [(2, 251)]
