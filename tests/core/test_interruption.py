"""Bounds on continuous trading: limit states, pauses, volatility calls, and marks that wait."""

from collections.abc import Callable

import pytest

from tests.support.desk import MARKET, Desk, fills, listing, of, reason
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import Side, TimeInForce, TriggerKind
from venue.core.digest import digest, dump, load
from venue.core.engine import Engine
from venue.core.events import Event
from venue.core.listing import RuleRef
from venue.core.phases import Closure, Phase, Session
from venue.core.rejects import Cause
from venue.core.units import NS_PER_SECOND
from venue.rules.build import build, ref

MINUTE = 60
# One trigger: 1 % in 10 min, 5 min of call.
ONE_TRIGGER = {"horizon_2_ns": 0, "horizon_3_ns": 0}


def luld(**parameters: int | str) -> RuleRef:
    return ref("interruption", "luld", **{"hours": "always", **parameters})


def monitored(**parameters: int | str | bool) -> RuleRef:
    return ref("interruption", "price_monitoring", **parameters)


def trading(*rules: RuleRef, **changes: int) -> Desk:
    """A desk an hour after the open, where ann and bob have traded one at 250.00."""
    desk = Desk(listing("naive_print", *rules, **changes))
    for name in ("ann", "bob", "cat", "dan"):
        desk.open(name, 1_000_000)
    hour_ago_ns = desk.now_ns - 3_600 * NS_PER_SECOND
    desk.do(cmd.ChangeSession(MARKET, Session.REGULAR, Closure.NONE, hour_ago_ns, None, None))
    desk.trade("ann", "bob", 1, 250)
    desk.wait(3)
    return desk


def phases(events: list[Event]) -> list[tuple[Phase, str]]:
    return [(event.phase, event.why) for event in of(events, ev.PhaseChanged)]


def cents(bounds: tuple[int, int] | None) -> tuple[float, float] | None:
    return None if bounds is None else (bounds[0] / 100, bounds[1] / 100)


def test_LULD_001_the_band_is_five_percent_about_the_reference() -> None:
    assert cents(trading(luld()).market.bounds) == (237.5, 262.5)


def test_LULD_002_the_second_tier_has_ten_percent() -> None:
    assert cents(trading(luld(tier=2)).market.bounds) == (225.0, 275.0)


def test_LULD_003_an_order_trades_up_to_the_band_and_stands_at_it() -> None:
    """The offer at 263 is 5.2 % up: cat's bid of 265 takes the one at 262, and rests at 262.50."""
    desk = trading(luld())
    desk.sell("bob", 1, 262)
    desk.sell("bob", 5, 263)

    events = desk.buy("cat", 3, 265)

    assert fills(events) == [(1, 262.0)]
    assert desk.bids() == [(262.5, 2.0)]
    assert of(events, ev.LimitStateChanged)[0].until_ns == desk.now_ns + 15 * NS_PER_SECOND
    assert desk.market.phase is Phase.CONTINUOUS


def test_LULD_004_fifteen_seconds_at_the_band_begin_a_pause_of_five_minutes() -> None:
    desk = trading(luld())
    desk.buy("cat", 3, 265)
    assert not phases(desk.wait(14))

    events = desk.wait(1)

    assert phases(events) == [(Phase.AUCTION, "volatility")]
    assert desk.market.phase_until_ns == desk.now_ns + 5 * MINUTE * NS_PER_SECOND


@pytest.mark.parametrize(
    "relief",
    [
        pytest.param(lambda desk: desk.sell("dan", 3, 262), id="somebody sells to it"),
        pytest.param(
            lambda desk: desk.do(cmd.CancelAll(desk.names["cat"], MARKET)), id="it is cancelled"
        ),
    ],
)
def test_LULD_005_a_limit_state_that_is_relieved_begins_nothing(
    relief: Callable[[Desk], object],
) -> None:
    desk = trading(luld())
    desk.buy("cat", 3, 265)
    desk.wait(5)

    relief(desk)

    assert not phases(desk.wait(60))
    assert desk.market.limit_until_ns is None


@pytest.mark.parametrize("force", [TimeInForce.IOC, TimeInForce.FOK])
def test_LULD_006_an_order_that_cannot_rest_begins_nothing(force: TimeInForce) -> None:
    desk = trading(luld())
    desk.sell("bob", 1, 262)
    desk.sell("bob", 5, 263)

    events = desk.buy("cat", 3, 265, time_in_force=force)

    if force is TimeInForce.FOK:
        assert reason(events) == "fok_not_fillable"
    else:
        assert fills(events) == [(1, 262.0)]
        assert [e.cause for e in of(events, ev.OrderCancelled)] == [Cause.BOUND_REACHED]
    assert not phases(desk.wait(60))


def test_LULD_007_the_reference_follows_trades_that_have_moved_by_one_percent() -> None:
    """A trade at 252 makes the mean 251, 0.4 % up: the band stays. Ten at 257 move it by more."""
    desk = trading(luld())
    desk.trade("ann", "bob", 1, 252)
    desk.wait(3)
    assert cents(desk.market.bounds) == (237.5, 262.5)

    for _ in range(10):
        desk.trade("ann", "bob", 1, 257)
        desk.wait(3)

    low, high = cents(desk.market.bounds) or (0, 0)
    assert low > 240
    assert high > 265


def test_LULD_008_a_pause_goes_on_by_five_minutes_until_the_collar_holds_the_uncross() -> None:
    """262.50 was hit: 275.63 with 5 % and 288.75 with 10 %. An uncross at 280 waits once."""
    desk = trading(luld())
    desk.buy("cat", 3, 265)
    desk.wait(15)
    desk.buy("cat", 3, 280)
    desk.sell("dan", 3, 280)

    first = desk.wait(5 * MINUTE)
    second = desk.wait(5 * MINUTE)

    assert [event.price_nanos for event in of(first, ev.CallExtended)] == [280 * 10**9]
    assert not fills(first)
    assert fills(second) == [(3, 280.0)]
    assert phases(second) == [(Phase.CONTINUOUS, "uncrossed")]
    assert cents(desk.market.bounds) == (266.0, 294.0)


def test_LULD_009_bands_are_doubled_at_the_open_and_quotes_move_with_them() -> None:
    """Until 9:45 the bands are 225 and 275; then cat's bid of 270 is beyond 262.50 and moves."""
    desk = trading(luld())
    desk.session(Session.REGULAR)
    desk.wait(3)
    assert cents(desk.market.bounds) == (225.0, 275.0)
    desk.buy("cat", 3, 270)

    events = desk.wait(15 * MINUTE)

    assert cents(desk.market.bounds) == (237.5, 262.5)
    assert desk.bids() == [(262.5, 3.0)]
    assert [event.price_ticks for event in of(events, ev.OrderAmended)] == [26_250]
    assert desk.market.limit_until_ns is not None


def test_LULD_010_only_the_regular_session_has_bands_unless_asked_for_round_the_clock() -> None:
    desk = trading(luld(hours="regular"))
    assert desk.market.bounds is not None

    desk.session(Session.AFTER_MARKET)
    desk.wait(3)

    assert desk.market.bounds is None


def test_PRIM_002_an_order_beyond_two_triggers_begins_a_call_and_trades_at_its_end() -> None:
    """1 % for 5 min and 2 % for 10 more: 256 breaks both, so 15 minutes; then it trades."""
    desk = trading(monitored(horizon_3_ns=0, watches_mark=False))
    desk.sell("bob", 1, 256)

    events = desk.buy("cat", 1, 256)

    assert not fills(events)
    assert phases(events) == [(Phase.AUCTION, "volatility")]
    assert desk.market.phase_until_ns == desk.now_ns + 15 * MINUTE * NS_PER_SECOND
    assert not fills(desk.wait(15 * MINUTE - 1))
    assert fills(desk.wait(1)) == [(1, 256.0)]


def test_PRIM_003_an_order_that_cannot_rest_is_cancelled_and_begins_no_call() -> None:
    desk = trading(monitored(watches_mark=False))
    desk.sell("bob", 1, 254)

    events = desk.buy("cat", 1, None)

    assert [e.cause for e in of(events, ev.OrderCancelled)] == [Cause.BOUND_REACHED]
    assert desk.market.phase is Phase.CONTINUOUS


def test_PRIM_005_bounds_begin_anew_at_the_uncross() -> None:
    desk = trading(monitored(**ONE_TRIGGER, watches_mark=False))
    desk.sell("bob", 1, 256)
    desk.buy("cat", 1, 256)

    desk.wait(5 * MINUTE)

    assert desk.market.phase is Phase.CONTINUOUS
    assert cents(desk.market.bounds) == (253.44, 258.56)


def test_PRIM_008_a_call_goes_on_while_another_trigger_would_fire() -> None:
    """253 breaks 1 %: 5 min. Meanwhile bids of 256 break 2 %: 10 min more, and no more than that,
    though 256 is still 2.4 % up."""
    desk = trading(monitored(horizon_3_ns=0, watches_mark=False))
    desk.sell("bob", 1, 253)
    desk.buy("cat", 1, 253)
    desk.buy("cat", 2, 256)
    desk.sell("dan", 2, 256)

    at_five = desk.wait(5 * MINUTE)
    at_fifteen = desk.wait(10 * MINUTE)

    assert not fills(at_five)
    assert [event.until_ns - desk.now_ns for event in of(at_five, ev.CallExtended)] == [0]
    assert phases(at_fifteen) == [(Phase.CONTINUOUS, "uncrossed")]
    assert fills(at_fifteen)


def test_PRIM_a_mark_beyond_the_bounds_is_not_published_and_begins_a_call() -> None:
    desk = trading(monitored(**ONE_TRIGGER))
    desk.print(256)

    events = desk.wait(3)

    assert not of(events, ev.MarkUpdated)
    assert phases(events) == [(Phase.AUCTION, "volatility")]
    assert not of(desk.wait(4 * MINUTE), ev.MarkUpdated)


def test_PRIM_without_an_uncross_the_next_mark_is_let_in() -> None:
    """So that no gap can hold the mark for ever."""
    desk = trading(monitored(**ONE_TRIGGER))
    desk.print(256)
    desk.wait(3)

    for _ in range(6 * MINUTE // 3):
        desk.print(256)
        desk.wait(3)

    assert desk.market.phase is Phase.CONTINUOUS
    assert desk.market.mark_nanos == 256 * 10**9


def test_a_dynamic_circuit_breaker_counts_from_the_lowest_of_its_window() -> None:
    """CME: 1 % up from 249, the lowest in the hour, is 251.49; 1 % down from 250 is 247.50."""
    rule = monitored(
        **ONE_TRIGGER, horizon_1_ns=3_600 * NS_PER_SECOND, reference="extremes", watches_mark=False
    )
    desk = trading(rule)
    desk.trade("ann", "bob", 1, 249)
    desk.wait(3)

    assert cents(desk.market.bounds) == (247.5, 251.49)


def test_a_trigger_after_the_one_that_stopped_trading_waits_for_the_uncross() -> None:
    """Two buy stops at 251: the first one's limit order begins the call, the second joins it."""
    desk = trading(monitored(**ONE_TRIGGER, watches_mark=False))
    desk.sell("bob", 5, 256)
    for _ in range(2):
        desk.do(
            cmd.PlaceTrigger(
                desk.names["cat"],
                MARKET,
                Side.BUY,
                1_000,
                TriggerKind.STOP,
                25_100,
                price_ticks=25_600,
                reduce_only=False,
            )
        )

    fired = desk.price(251.5)
    assert len(of(fired, ev.TriggerFired)) == 1
    assert desk.market.phase is Phase.AUCTION

    done = desk.wait(5 * MINUTE)
    assert len(of(done, ev.TriggerFired)) == 1
    assert fills(done) == [(1, 256.0), (1, 256.0)]


@pytest.mark.parametrize(
    ("does", "phase", "refused"),
    [
        pytest.param("freeze", Phase.HALTED, "market_not_trading", id="freeze"),
        pytest.param("reduce_only", Phase.CONTINUOUS, "only_reducing_now", id="reduce-only"),
        pytest.param("call", Phase.AUCTION, None, id="call"),
    ],
)
def test_a_halt_of_the_stock_is_mirrored(does: str, phase: Phase, refused: str | None) -> None:
    desk = trading(ref("interruption", "mirrored", on_halt=does))
    desk.buy("cat", 1, 249)

    desk.session(Session.REGULAR, Closure.HALT)

    assert desk.market.phase is phase
    events = desk.buy("dan", 1, 249)
    if refused is None:
        assert of(events, ev.OrderAccepted)
    else:
        assert reason(events) == refused


@pytest.mark.parametrize("does", ["freeze", "reduce_only", "call"])
def test_what_a_halt_of_the_stock_began_ends_after_it(does: str) -> None:
    desk = trading(ref("interruption", "mirrored", on_halt=does))
    desk.session(Session.REGULAR, Closure.HALT)
    desk.wait(7 * MINUTE)
    assert desk.market.phase is not Phase.CONTINUOUS or desk.market.reducing_why

    desk.session(Session.REGULAR)
    desk.wait(5 * MINUTE)

    assert desk.market.phase is Phase.CONTINUOUS
    assert of(desk.buy("dan", 1, 249), ev.OrderAccepted)


def test_an_operators_halt_outlives_the_stocks() -> None:
    desk = trading(ref("interruption", "mirrored"))
    desk.do(cmd.HaltMarket(MARKET, "operator"))
    desk.session(Session.REGULAR, Closure.HALT)
    desk.session(Session.REGULAR)

    assert desk.market.phase is Phase.HALTED


def test_without_an_interruption_rule_trading_has_no_bounds() -> None:
    desk = trading()
    desk.sell("bob", 1, 400)

    assert fills(desk.buy("cat", 1, 400)) == [(1, 400.0)]
    assert not desk.heard(ev.BoundsMoved)


def test_a_venue_restored_anywhere_within_an_interruption_goes_on_alike() -> None:
    """Limit state, pause, extension and uncross: a checkpoint after each command, then the rest."""
    desk = trading(luld())
    told: list[tuple[int, cmd.Command]] = []
    saved: list[bytes] = []

    def do(command: cmd.Command, seconds: int) -> None:
        saved.append(dump(desk.state))
        desk.now_ns += seconds * NS_PER_SECOND
        told.append((desk.now_ns, command))
        desk.do(command)

    def order(name: str, side: Side, ticks: int) -> cmd.PlaceOrder:
        return cmd.PlaceOrder(desk.names[name], MARKET, side, 3_000, ticks)

    do(order("cat", Side.BUY, 26_500), 1)
    do(cmd.PassTime(), 7)
    do(cmd.PassTime(), 8)
    do(order("cat", Side.BUY, 28_000), 1)
    do(order("dan", Side.SELL, 28_000), 1)
    do(cmd.PassTime(), 5 * MINUTE)
    do(cmd.PassTime(), 5 * MINUTE)
    assert fills(desk.log)[-1] == (3, 280.0)

    for number, data in enumerate(saved):
        engine = Engine(build, load(data, build))
        for at_ns, command in told[number:]:
            engine.execute(command, at_ns=at_ns)
        assert digest(engine.state) == digest(desk.state), f"from command {number} on"


def banded(**parameters: int) -> Desk:
    """A desk where nobody is filled 2 % or more from the index: within 245.01 and 254.99."""
    desk = trading(ref("interruption", "fill_bands", index_e4=200, **parameters))
    assert cents(desk.market.bounds) == (245.01, 254.99)
    return desk


def test_DRIFT_BANDS_010_an_order_is_filled_as_far_as_the_band_and_the_rest_goes() -> None:
    desk = banded()
    desk.sell("bob", 1, 254)
    desk.sell("bob", 1, 255)
    desk.sell("bob", 1, 256)

    events = desk.buy("cat", 3, 260)

    assert fills(events) == [(1, 254.0)]
    assert [(e.remaining_lots, e.cause) for e in of(events, ev.OrderCancelled)] == [
        (2_000, Cause.BOUND_REACHED)
    ]
    assert desk.asks() == [(255.0, 1.0), (256.0, 1.0)]  # They may be asked for.
    assert phases(events) == []


def test_DRIFT_BANDS_011_nobody_stands_where_he_may_not_be_filled() -> None:
    desk = banded()

    bid = desk.buy("cat", 1, 255)
    ask = desk.sell("dan", 1, 245)

    assert [e.cause for e in of([*bid, *ask], ev.OrderCancelled)] == [Cause.BOUND_REACHED] * 2
    assert not desk.market.book.bids.best_ticks()


def test_DRIFT_BANDS_012_the_band_goes_with_the_index_and_takes_quotes_with_it() -> None:
    desk = banded()
    desk.buy("cat", 1, 249)
    desk.buy("dan", 1, 245)

    events = desk.price(244)  # Buyers pay less than 248.88 now.

    gone = of(events, ev.OrderCancelled)
    assert [(e.account, e.cause) for e in gone] == [(desk.names["cat"], Cause.BOUND_REACHED)]
    assert cents(desk.market.bounds) == (239.13, 248.87)
    restored = Engine(build, state=load(dump(desk.state), build))
    assert digest(restored.state) == digest(desk.state)


def test_DRIFT_BANDS_013_a_call_collects_from_beyond_and_its_uncross_lets_go() -> None:
    desk = banded()
    desk.do(cmd.HaltMarket(MARKET, "news"))
    desk.do(cmd.ResumeMarket(MARKET, 30 * NS_PER_SECOND))
    desk.buy("cat", 1, 259)
    desk.sell("dan", 1, 241)
    desk.buy("ann", 1, 257)

    events = desk.wait(30)

    assert len(of(events, ev.Traded)) == 1
    assert [(e.account, e.cause) for e in of(events, ev.OrderCancelled)] == [
        (desk.names["ann"], Cause.BOUND_REACHED)
    ]
