"""TWAP: equal parts every thirty seconds, catching up to three times as fast, and what ends it."""

from typing import TypedDict

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
from venue.core.phases import Closure, Session
from venue.core.plans import Twap
from venue.core.rejects import Cause, Reason
from venue.core.state import ORDERS_PER_COMMAND
from venue.core.units import E6, NS_PER_MINUTE, NS_PER_SECOND
from venue.rules.build import build, ref

# Five minutes: eleven suborders of one share each.
SHARES = 11


class Asked(TypedDict, total=False):
    """What a test may ask of ``twap``."""

    name: str
    shares: float
    minutes: int
    reduce_only: bool


def deep(market: MarketSpec | None = None) -> Desk:
    desk = Desk(market)
    for name in ("ann", "bob", "eve"):
        desk.open(name, 100_000)
    desk.sell("bob", 100, 250)
    return desk


def twap(
    desk: Desk,
    name: str = "ann",
    *,
    side: Side = Side.BUY,
    shares: float = SHARES,
    minutes: int = 5,
    reduce_only: bool = False,
    client_order_id: str | None = None,
    connection: int = 0,
) -> list[Event]:
    lots = round(shares * 1_000)
    number = desk.names.get(name, 99)
    return desk.do(
        cmd.PlaceTwap(
            number,
            MARKET,
            side,
            lots,
            minutes * NS_PER_MINUTE,
            reduce_only,
            client_order_id,
            connection,
        )
    )


def turns(desk: Desk, count: int) -> list[list[tuple[float, float]]]:
    """Let turns pass, a print before each; return their fills."""
    done = []
    for _ in range(count):
        desk.print(250)
        done.append(fills(desk.wait(30)))
    return done


def running(desk: Desk, name: str = "ann") -> Twap:
    (plan,) = desk.account(name).plans.values()
    assert isinstance(plan, Twap)
    return plan


def test_TWAP_001_suborders_are_thirty_seconds_apart_and_equal() -> None:
    desk = deep()

    first = fills(twap(desk))
    rest = turns(desk, 10)

    assert first == [(1, 250)]
    assert rest == [[(1, 250)]] * 10
    (ended,) = desk.heard(ev.PlanEnded)
    assert (ended.cause, ended.remaining_lots) == (Cause.FILLED, 0)
    assert desk.shares("ann") == SHARES
    assert desk.account("ann").plans == {}


def test_TWAP_002_a_suborder_trades_at_most_three_per_cent_from_the_mark() -> None:
    desk = Desk()
    desk.open("ann", 100_000)
    desk.open("bob", 100_000)
    desk.sell("bob", 0.5, 257.50)
    desk.sell("bob", 5, 257.51)

    events = twap(desk)

    assert fills(events) == [(0.5, 257.50)]
    assert of(events, ev.OrderAccepted)[0].price_ticks == 25_750


def test_TWAP_003_it_catches_up_with_at_most_three_normal_suborders() -> None:
    desk = Desk()
    desk.open("ann", 100_000)
    desk.open("bob", 100_000)

    assert fills(twap(desk)) == []
    assert turns(desk, 4) == [[]] * 4  # Five turns went without a seller.
    desk.sell("bob", 100, 250)

    assert turns(desk, 6) == [
        [(3, 250)],
        [(3, 250)],
        [(2, 250)],
        [(1, 250)],
        [(1, 250)],
        [(1, 250)],
    ]
    assert desk.shares("ann") == SHARES


def test_what_is_missing_after_the_last_turn_is_never_traded() -> None:
    desk = Desk()
    desk.open("ann", 100_000)
    desk.open("bob", 100_000)
    twap(desk)
    turns(desk, 9)
    desk.sell("bob", 100, 250)

    assert turns(desk, 2) == [[(3, 250)], []]
    (ended,) = desk.heard(ev.PlanEnded)
    assert (ended.cause, ended.remaining_lots) == (Cause.EXPIRED, 8_000)


def test_a_size_that_does_not_divide_is_traded_whole() -> None:
    desk = deep()

    twap(desk, shares=10.007)
    turns(desk, 10)

    assert desk.shares("ann") == 10.007
    assert len(of(desk.log, ev.Traded)) == 11


def test_turns_pass_while_the_market_is_halted_and_it_catches_up_after() -> None:
    desk = deep()
    twap(desk)
    desk.do(cmd.HaltMarket(MARKET, "operator"))

    halted = turns(desk, 2)
    desk.do(cmd.ResumeMarket(MARKET))
    after = turns(desk, 2)

    assert halted == [[], []]
    worked = of(desk.log, ev.TwapWorked)
    assert [each.reason for each in worked[1:3]] == [Reason.MARKET_NOT_TRADING] * 2
    assert after == [[(3, 250)], [(1, 250)]]


def test_turns_pass_in_a_call_for_suborders_are_market_orders() -> None:
    desk = deep()
    twap(desk)
    desk.do(cmd.HaltMarket(MARKET, "operator"))
    desk.do(cmd.ResumeMarket(MARKET, NS_PER_MINUTE))

    turns(desk, 1)

    assert of(desk.log, ev.TwapWorked)[-1].reason is Reason.NOT_IN_AUCTION


def test_it_goes_on_while_the_underlying_is_closed() -> None:
    desk = deep()
    twap(desk)
    desk.session(Session.NO_TRADING, Closure.WEEKEND)

    assert [fills(desk.wait(30))] == [[(1, 250)]]


def test_a_settling_halt_ends_it() -> None:
    desk = deep()
    twap(desk)

    events = desk.do(cmd.HaltMarket(MARKET, "delisted", cmd.HaltKind.SETTLE))

    assert [each.cause for each in of(events, ev.PlanEnded)] == [Cause.HALTED]


def test_a_reduce_only_twap_ends_when_there_is_nothing_left_to_reduce() -> None:
    desk = deep()
    desk.trade("eve", "bob", 2, 250)
    desk.buy("bob", 100, 249)

    twap(desk, "eve", side=Side.SELL, reduce_only=True)
    turns(desk, 3)

    assert desk.shares("eve") == 0
    (ended,) = desk.heard(ev.PlanEnded)
    assert (ended.cause, ended.remaining_lots) == (Cause.REDUCE_ONLY, 9_000)


def test_a_liquidation_of_its_account_ends_it() -> None:
    desk = deep(listing("naive_print", ref("closeout", "slices")))
    desk.do(cmd.Withdraw(desk.names["ann"], 99_000 * E6))
    desk.trade("ann", "bob", 40, 250)
    twap(desk, shares=0.11)

    desk.price(230)
    desk.wait(30)

    assert [each.cause for each in desk.heard(ev.PlanEnded)] == [Cause.LIQUIDATION]


def test_an_account_that_cannot_bear_a_suborder_lets_its_turn_pass() -> None:
    desk = deep()
    twap(desk)
    desk.do(cmd.Withdraw(desk.names["ann"], 99_975 * E6))

    assert turns(desk, 1) == [[]]
    assert of(desk.log, ev.TwapWorked)[-1].reason is Reason.INSUFFICIENT_MARGIN


def test_turns_in_an_outage_pass_and_are_caught_up() -> None:
    desk = deep()
    twap(desk)
    desk.do(cmd.RecordDowntime(desk.now_ns + 70 * NS_PER_SECOND))

    desk.print(250)
    events = desk.wait(90)

    assert fills(events) == [(3, 250)]
    assert running(desk).sent == 4


def test_suborders_do_not_wait_for_the_speed_bump() -> None:
    desk = deep(listing("naive_print", ref("orders", "speed_bump")))

    assert fills(twap(desk)) == [(1, 250)]


@pytest.mark.parametrize("how", ["by id", "by name", "with all"])
def test_it_is_cancelled_as_orders_are(how: str) -> None:
    desk = deep()
    twap(desk, client_order_id="slow")
    ann = desk.names["ann"]
    asks = {
        "by id": cmd.CancelOrder(ann, min(desk.account("ann").plans), None),
        "by name": cmd.CancelOrder(ann, None, "slow"),
        "with all": cmd.CancelAll(ann, MARKET),
    }

    events = desk.do(asks[how])

    assert [(e.cause, e.remaining_lots) for e in of(events, ev.PlanEnded)] == [
        (Cause.ASKED, 10_000)
    ]
    assert turns(desk, 1) == [[]]


def test_it_goes_with_its_connection_if_that_asked_for_it() -> None:
    desk = deep()
    desk.do(cmd.SetCancelOnDisconnect(desk.names["ann"], 3, True))
    twap(desk, connection=3)

    events = desk.do(cmd.LoseConnection(desk.names["ann"], 3))

    assert [each.cause for each in of(events, ev.PlanEnded)] == [Cause.DISCONNECTED]


def test_its_client_order_id_is_idempotent_and_tells_how_far_it_is() -> None:
    desk = deep()
    twap(desk, client_order_id="slow")
    order_id = desk.state.seq * ORDERS_PER_COMMAND
    turns(desk, 1)

    again = twap(desk, client_order_id="slow", connection=9)
    other = twap(desk, client_order_id="slow", shares=12)

    ann = desk.names["ann"]
    assert again == [ev.DuplicateAnswered(ann, "slow", order_id, 2_000, 500 * E6, 9_000, True)]
    assert reason(other) == "client_order_id_reused"
    assert reason(desk.buy("ann", 1, 240, client_order_id="slow")) == "client_order_id_reused"


def test_a_restored_venue_sends_the_same_suborders() -> None:
    desk = deep()
    twap(desk, client_order_id="slow")
    restored = Engine(build, load(dump(desk.state), build))

    desk.print(250)
    restored.execute(
        cmd.SubmitPrint(MARKET, "feed", 250 * 10**9, desk.now_ns, desk.now_ns, NS_PER_SECOND),
        at_ns=desk.now_ns,
    )
    events = desk.wait(30)

    assert restored.execute(cmd.PassTime(), at_ns=desk.now_ns) == events
    assert digest(restored.state) == digest(desk.state)
    assert fills(events) == [(1, 250)]


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"name": "nobody"}, "unknown_account"),
        ({"minutes": 4}, "duration_out_of_range"),
        ({"minutes": 1_441}, "duration_out_of_range"),
        ({"shares": 0}, "size_not_positive"),
        ({"shares": 40_000}, "size_too_large"),
        ({"shares": 0.4}, "notional_too_small"),  # $100, and eleven times $10 are needed.
        ({"reduce_only": True}, "reduce_only_would_increase"),
    ],
)
def test_what_a_twap_may_not_ask(asked: Asked, refusal: str) -> None:
    desk = deep(listing(limits=replace(ROOMY, order_micros_min=10 * E6)))

    assert reason(twap(desk, **asked)) == refusal
