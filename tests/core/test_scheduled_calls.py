"""Calls at a time of day and after an outage; orders good for calls, or for the rest, only."""

import pytest

from tests.support.desk import MARKET, Desk, fills, listing, of, reason
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.auction import collar_ticks
from venue.core.commands import TimeInForce
from venue.core.events import Event
from venue.core.listing import RuleRef
from venue.core.phases import Closure, Phase, Session
from venue.core.rejects import Cause
from venue.core.units import NS_PER_SECOND
from venue.rules.build import ref

MINUTE = 60
GFA, GFN = TimeInForce.GFA, TimeInForce.GFN


def trading(*rules: RuleRef) -> Desk:
    desk = Desk(listing("naive_print", *rules))
    for name in ("ann", "bob", "cat"):
        desk.open(name, 1_000_000)
    return desk


def tell(desk: Desk, session: Session, then: Session, seconds: int) -> list[Event]:
    """Say the underlying's session, and what it will be in some seconds."""
    return desk.do(
        cmd.ChangeSession(
            MARKET,
            session,
            Closure.NONE,
            desk.now_ns,
            desk.now_ns + seconds * NS_PER_SECOND,
            then,
        )
    )


def phases(events: list[Event]) -> list[tuple[Phase, str]]:
    return [(event.phase, event.why) for event in of(events, ev.PhaseChanged)]


def test_CROSS_001_the_opening_call_runs_from_9_25_and_ends_as_the_session_begins() -> None:
    desk = trading(ref("calls", "crosses"))
    tell(desk, Session.PRE_MARKET, Session.REGULAR, 30 * MINUTE)
    assert not phases(desk.wait(25 * MINUTE - 1))

    begun = desk.wait(1)
    desk.buy("ann", 2, 251)
    desk.sell("bob", 2, 249)
    done = desk.wait(5 * MINUTE)

    assert phases(begun) == [(Phase.AUCTION, "opening")]
    assert fills(done) == [(2, 250.0)]
    assert phases(done) == [(Phase.CONTINUOUS, "uncrossed")]


def test_CROSS_002_the_closing_call_runs_from_15_50_and_ends_as_the_session_does() -> None:
    desk = trading(ref("calls", "crosses"))
    tell(desk, Session.REGULAR, Session.AFTER_MARKET, 60 * MINUTE)

    begun = desk.wait(50 * MINUTE)

    assert phases(begun) == [(Phase.AUCTION, "closing")]
    assert desk.market.phase_until_ns == desk.now_ns + 10 * MINUTE * NS_PER_SECOND


def test_a_call_that_should_have_begun_begins_at_once_and_ends_in_time() -> None:
    """An early close, told two minutes before it."""
    desk = trading(ref("calls", "crosses"))

    events = tell(desk, Session.REGULAR, Session.AFTER_MARKET, 2 * MINUTE)

    assert phases(events) == [(Phase.AUCTION, "closing")]
    assert phases(desk.wait(2 * MINUTE)) == [(Phase.CONTINUOUS, "uncrossed")]


def test_a_change_of_plan_moves_the_call_or_calls_it_off() -> None:
    desk = trading(ref("calls", "crosses"))
    tell(desk, Session.REGULAR, Session.AFTER_MARKET, 60 * MINUTE)
    desk.session(Session.REGULAR)

    assert desk.market.next_call_ns is None
    assert not phases(desk.wait(120 * MINUTE))


def test_a_halted_market_has_no_scheduled_call() -> None:
    desk = trading(ref("calls", "crosses"))
    tell(desk, Session.REGULAR, Session.AFTER_MARKET, 60 * MINUTE)
    desk.do(cmd.HaltMarket(MARKET, "operator"))

    assert not phases(desk.wait(60 * MINUTE))
    assert desk.market.next_call_ns is None


def test_GFA_001_an_order_good_for_auctions_is_refused_in_continuous_trading() -> None:
    desk = trading()

    assert reason(desk.buy("ann", 1, 250, time_in_force=GFA)) == "only_in_auction"


def test_GFA_002_what_the_uncross_leaves_of_it_is_cancelled() -> None:
    desk = trading()
    desk.do(cmd.HaltMarket(MARKET, "operator"))
    desk.do(cmd.ResumeMarket(MARKET, MINUTE * NS_PER_SECOND))
    desk.buy("ann", 5, 250, time_in_force=GFA)
    desk.buy("cat", 1, 249)
    desk.sell("bob", 2, 250)

    events = desk.wait(MINUTE)

    assert fills(events) == [(2, 250.0)]
    assert [(e.account, e.cause) for e in of(events, ev.OrderCancelled)] == [
        (desk.names["ann"], Cause.CALL_ENDED)
    ]
    assert desk.bids() == [(249.0, 1.0)]


def test_GFN_001_an_order_good_for_continuous_trading_goes_when_a_call_begins() -> None:
    desk = trading()
    desk.buy("ann", 1, 249, time_in_force=GFN)
    desk.buy("bob", 1, 248)
    desk.do(cmd.HaltMarket(MARKET, "operator"))

    events = desk.do(cmd.ResumeMarket(MARKET, MINUTE * NS_PER_SECOND))

    assert [e.cause for e in of(events, ev.OrderCancelled)] == [Cause.CALL_BEGAN]
    assert reason(desk.buy("ann", 1, 249, time_in_force=GFN)) == "not_in_auction"


def test_GFN_002_one_that_would_begin_a_volatility_call_goes_itself() -> None:
    rule = ref("interruption", "price_monitoring", watches_mark=False)
    desk = trading(rule)
    desk.trade("ann", "bob", 1, 250)
    desk.wait(3)
    desk.sell("bob", 1, 256)

    events = desk.buy("cat", 1, 256, time_in_force=GFN)

    assert desk.market.phase is Phase.AUCTION
    assert [e.cause for e in of(events, ev.OrderCancelled)] == [Cause.CALL_BEGAN]


@pytest.mark.parametrize(
    ("down_seconds", "call_seconds"),
    [
        pytest.param(10, 0, id="10 s: none"),
        pytest.param(11, 60, id="more than 10 s: 1 min"),
        pytest.param(61, 300, id="more than 1 min: 5 min"),
        pytest.param(601, 3_600, id="more than 10 min: 1 h"),
        pytest.param(3_601, 3_600, id="more than 1 h: 1 h"),
        pytest.param(21_601, 10_800, id="more than 6 h: 3 h"),
        pytest.param(86_401, 21_600, id="more than 24 h: 6 h"),
    ],
)
def test_OUTAGE_001_a_call_follows_as_long_as_the_outage_deserves(
    down_seconds: int, call_seconds: int
) -> None:
    desk = trading(ref("calls", "outage"))
    up_ns = desk.now_ns + down_seconds * NS_PER_SECOND

    events = desk.do(cmd.RecordDowntime(up_ns))

    if not call_seconds:
        assert not phases(events)
        return
    assert phases(events) == [(Phase.AUCTION, "outage")]
    assert desk.market.phase_until_ns == up_ns + call_seconds * NS_PER_SECOND
    desk.now_ns = up_ns
    assert not phases(desk.wait(call_seconds - 1))
    assert phases(desk.wait(1)) == [(Phase.CONTINUOUS, "uncrossed")]


def test_OUTAGE_002_a_call_that_was_on_goes_on_after_the_outage() -> None:
    desk = trading(ref("calls", "outage"))
    desk.do(cmd.HaltMarket(MARKET, "operator"))
    desk.do(cmd.ResumeMarket(MARKET, 30 * NS_PER_SECOND))
    up_ns = desk.now_ns + 90 * NS_PER_SECOND

    desk.do(cmd.RecordDowntime(up_ns))

    assert desk.market.phase_until_ns == up_ns + 300 * NS_PER_SECOND


def test_OUTAGE_003_the_mark_is_the_uncross_price_and_goes_on_from_there() -> None:
    """The middle of 246 to 254, where 3 trade at any price, is 250; of 246 to 250 it is 248."""
    desk = trading(ref("calls", "outage"))
    desk.do(cmd.RecordDowntime(desk.now_ns + 11 * NS_PER_SECOND))
    desk.now_ns += 11 * NS_PER_SECOND
    desk.buy("ann", 3, 250)
    desk.sell("bob", 3, 246)

    events = desk.wait(MINUTE)

    assert fills(events) == [(3, 248.0)]
    assert of(events, ev.MarkUpdated)[-1].mark_nanos == 248 * 10**9


def test_OUTAGE_004_the_clamp_holds_the_uncross_back_like_any_candidate() -> None:
    desk = trading(ref("calls", "outage"), ref("clamp", "step"))
    desk.do(cmd.RecordDowntime(desk.now_ns + 11 * NS_PER_SECOND))
    desk.now_ns += 11 * NS_PER_SECOND
    desk.buy("ann", 3, 210)
    desk.sell("bob", 3, 210)

    events = desk.wait(MINUTE)

    assert fills(events) == [(3, 210.0)]
    assert of(events, ev.MarkUpdated)[-1].mark_nanos == 247_500_000_000


def test_VEGA_UNCROSS_001_the_middle_and_the_nearest_to_the_reference_differ() -> None:
    """3 trade at any price from 246 to 254; the mark is 250, then 260."""
    prices = []
    for uncross_at in ("reference", "middle"):
        desk = trading(ref("calls", "reopen", uncross_at=uncross_at))
        desk.price(260)
        desk.do(cmd.HaltMarket(MARKET, "operator"))
        desk.do(cmd.ResumeMarket(MARKET, MINUTE * NS_PER_SECOND))
        desk.buy("ann", 3, 254)
        desk.sell("bob", 3, 246)
        prices += fills(desk.wait(MINUTE))

    assert prices == [(3, 254.0), (3, 250.0)]


def collared(bid: float | None, ask: float | None, **collar: int) -> Desk:
    """Return a desk in its opening call, with quotes from before it."""
    desk = trading(ref("calls", "crosses", **{"collar_e4": 1_000, **collar}))
    desk.open("dan", 1_000_000)
    tell(desk, Session.PRE_MARKET, Session.REGULAR, 30 * MINUTE)
    if bid is not None:
        desk.buy("ann", 1, bid)
    if ask is not None:
        desk.sell("ann", 1, ask)
    desk.wait(25 * MINUTE)
    return desk


def test_CROSS_010_the_price_stays_within_a_tenth_of_the_middle_beyond_bid_and_ask() -> None:
    """Nasdaq's own example, twenty times as dear: 200 and 220, as 10 and 11 with 8.95 and 12.05."""
    desk = collared(200, 220)
    desk.buy("bob", 10, 260)
    desk.sell("cat", 9, 242)
    assert fills(desk.wait(5 * MINUTE)) == [(1, 241.0)]  # ann's ask at the edge.

    desk = collared(200, 220)
    desk.buy("bob", 10, 260)
    desk.sell("cat", 9, 240.99)
    assert fills(desk.wait(5 * MINUTE)) == [(1, 241.0), (9, 241.0)]


def test_CROSS_011_what_crosses_beyond_the_collar_is_cancelled_and_the_rest_stands() -> None:
    desk = collared(200, 220)
    desk.buy("bob", 10, 260)
    desk.buy("dan", 10, 230)
    desk.sell("cat", 9, 242)

    events = desk.wait(5 * MINUTE)

    gone = [(event.account, event.cause) for event in of(events, ev.OrderCancelled)]
    assert gone == [(desk.names["bob"], Cause.OUTSIDE_BAND)]
    assert fills(events) == [(1, 241.0)]
    assert desk.bids()[0] == (230, 10)
    assert desk.asks() == [(242, 9)]


def test_CROSS_012_below_the_collar_it_is_the_asks_that_go() -> None:
    desk = collared(200, 220)
    desk.sell("bob", 10, 150)
    desk.buy("cat", 9, 178)

    events = desk.wait(5 * MINUTE)

    # ann's bid of 200 meets bob at the collar's lower edge, 179, or above.
    assert fills(events)[0][1] >= 179
    assert [event.cause for event in of(events, ev.OrderCancelled)] == [Cause.OUTSIDE_BAND]
    assert desk.bids() == [(178, 9)]


@pytest.mark.parametrize(
    ("bid", "ask"),
    [pytest.param(None, 220, id="no bid"), pytest.param(None, None, id="an empty book")],
)
def test_CROSS_013_where_nobody_quoted_the_mark_stands_for_bid_and_ask(
    bid: float | None, ask: float | None
) -> None:
    desk = collared(bid, ask, collar_nanos=0)

    # The mark is 250, a tenth of it 25.
    assert collar_ticks(desk.market) == (22_500, 27_500)


def test_CROSS_014_the_collar_is_at_least_so_wide() -> None:
    desk = collared(249, 251, collar_e4=1, collar_nanos=500_000_000)

    assert collar_ticks(desk.market) == (24_850, 25_150)


def test_CROSS_015_the_call_of_a_reopen_has_no_collar() -> None:
    desk = trading(ref("calls", "crosses", collar_e4=1_000))
    desk.do(cmd.HaltMarket(MARKET, "operator"))
    desk.do(cmd.ResumeMarket(MARKET, MINUTE * NS_PER_SECOND))
    desk.buy("ann", 1, 300)
    desk.sell("bob", 1, 290)

    assert collar_ticks(desk.market) is None
    assert fills(desk.wait(MINUTE)) == [(1, 290.0)]
