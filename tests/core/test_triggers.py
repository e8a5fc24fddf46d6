"""Triggers, brackets, and what ends an order by itself: expiry, the clock, a lost connection."""

from typing import Any

import pytest

from tests.support.desk import MARKET, Desk, fills, listing, of
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import SelfTrade, Side, TimeInForce, TriggerKind
from venue.core.events import Event
from venue.core.phases import Closure, Session
from venue.core.rejects import Cause, Reason
from venue.core.units import NS_PER_SECOND
from venue.rules.build import ref

BUY, SELL = Side.BUY, Side.SELL
STOP, TAKE_PROFIT = TriggerKind.STOP, TriggerKind.TAKE_PROFIT


def long_ten() -> Desk:
    """ann is long 10 at 250 and bob short; cat, who is rich, trades with whoever comes."""
    desk = Desk()
    for name in ("ann", "bob", "cat"):
        desk.open(name, 1_000_000)
    desk.trade("ann", "bob", 10, 250)
    return desk


def trigger(
    desk: Desk, name: str, side: Side, kind: TriggerKind, dollars: float, **terms: Any
) -> int:
    shares = terms.pop("shares", None)
    lots = None if shares is None else round(shares * 1_000)
    command = cmd.PlaceTrigger(
        desk.names[name], MARKET, side, lots, kind, round(dollars * 100), **terms
    )
    return of(desk.do(command), ev.TriggerPlaced)[0].order_id


@pytest.mark.parametrize(
    ("side", "kind", "waits_at", "before", "reached"),
    [
        pytest.param(SELL, STOP, 245, 245.01, 245, id="a sell stop waits below"),
        pytest.param(BUY, STOP, 255, 254.99, 255, id="a buy stop waits above"),
        pytest.param(SELL, TAKE_PROFIT, 255, 254.99, 255, id="a sell take-profit waits above"),
        pytest.param(BUY, TAKE_PROFIT, 245, 245.01, 245, id="a buy take-profit waits below"),
    ],
)
def test_a_trigger_fires_when_the_mark_reaches_it(
    side: Side, kind: TriggerKind, waits_at: float, before: float, reached: float
) -> None:
    desk = long_ten()
    order_id = trigger(desk, "ann", side, kind, waits_at, shares=1, reduce_only=False)

    assert not of(desk.price(before), ev.TriggerFired)
    fired = of(desk.price(reached), ev.TriggerFired)

    assert [event.order_id for event in fired] == [order_id]


def test_a_stop_is_no_protection_against_a_gap() -> None:
    """The mark jumps from 250 over the stop at 245 to 230; the book gives 229, within 5 %."""
    desk = long_ten()
    trigger(desk, "ann", SELL, STOP, 245)
    desk.buy("cat", 10, 229)

    events = desk.price(230)

    assert fills(events) == [(10, 229.0)]
    assert desk.shares("ann") == 0


def test_a_stop_s_market_order_stops_at_its_protection_price() -> None:
    """5 % below the mark of 230 is 218.50; the bid at 218.49 is out of reach, and the rest goes."""
    desk = long_ten()
    trigger(desk, "ann", SELL, STOP, 245)
    desk.buy("cat", 4, 218.5)
    desk.buy("cat", 6, 218.49)

    events = desk.price(230)

    assert fills(events) == [(4, 218.5)]
    assert of(events, ev.OrderCancelled)[0].cause is Cause.IOC_REMAINDER
    assert desk.shares("ann") == 6


def test_a_stop_limit_rests_when_the_market_has_passed_it() -> None:
    desk = long_ten()
    order_id = trigger(desk, "ann", SELL, STOP, 245, price_ticks=24_400)

    desk.price(230)

    assert desk.asks() == [(244.0, 10.0)]
    assert set(desk.account("ann").orders) == {order_id}


def test_triggers_fire_in_the_order_in_which_they_were_placed() -> None:
    desk = long_ten()
    desk.trade("cat", "bob", 5, 250)
    first = trigger(desk, "cat", SELL, STOP, 240)
    second = trigger(desk, "ann", SELL, STOP, 245)

    fired = of(desk.price(230), ev.TriggerFired)

    assert [event.order_id for event in fired] == [first, second]


def test_a_trigger_for_the_whole_position_takes_its_size_when_it_fires() -> None:
    desk = long_ten()
    trigger(desk, "ann", SELL, STOP, 245)
    desk.trade("bob", "ann", 7, 250)
    desk.buy("cat", 10, 240)

    assert fills(desk.price(240)) == [(3, 240.0)]


def test_a_reducing_trigger_goes_when_its_position_does() -> None:
    desk = long_ten()
    trigger(desk, "ann", SELL, STOP, 245)

    desk.trade("bob", "ann", 10, 250)

    assert [event.cause for event in desk.heard(ev.TriggerCancelled)] == [Cause.POSITION_CLOSED]


def test_a_trigger_that_may_not_send_its_order_is_dropped() -> None:
    """Its order would open 10,000 shares, and 1,000,000 dollars do not bear them."""
    desk = long_ten()
    trigger(desk, "ann", BUY, STOP, 255, shares=10_000, reduce_only=False, price_ticks=99_000)

    events = desk.price(260)

    assert [event.cause for event in of(events, ev.TriggerCancelled)] == [Cause.REFUSED_AT_TRIGGER]
    assert not of(events, ev.OrderAccepted)


def bracketed(desk: Desk, **terms: Any) -> list[Event]:
    return desk.buy("ann", 10, 250, stop_ticks=24_000, take_profit_ticks=26_000, **terms)


def flat() -> Desk:
    desk = Desk()
    for name in ("ann", "bob", "cat"):
        desk.open(name, 1_000_000)
    return desk


def test_a_bracket_sleeps_until_its_order_s_first_fill() -> None:
    desk = flat()
    bracketed(desk)
    desk.price(239)
    assert not desk.heard(ev.TriggerFired)
    desk.price(250)

    woken = of(desk.sell("bob", 1, 250), ev.TriggerWoken)

    assert len(woken) == 2


@pytest.mark.parametrize(
    ("price", "kind"),
    [pytest.param(239, STOP, id="the stop"), pytest.param(261, TAKE_PROFIT, id="the take-profit")],
)
def test_one_leg_of_a_bracket_fires_and_the_other_goes(price: float, kind: TriggerKind) -> None:
    desk = flat()
    desk.sell("bob", 10, 250)
    bracketed(desk)
    desk.buy("cat", 10, price - 1)

    events = desk.price(price)

    placed = {event.order_id: event.kind for event in desk.heard(ev.TriggerPlaced)}
    assert [placed[event.order_id] for event in of(events, ev.TriggerFired)] == [kind]
    assert [event.cause for event in of(events, ev.TriggerCancelled)] == [Cause.SIBLING_FIRED]
    assert desk.shares("ann") == 0


def legs(desk: Desk) -> list[int | None]:
    """Return the lots of ann's triggers."""
    return [trigger.placed.size_lots for trigger in desk.account("ann").triggers.values()]


@pytest.mark.parametrize("lots", [4_000, 15_000], ids=["smaller", "larger"])
@pytest.mark.parametrize("filled", [0, 2], ids=["asleep", "awake"])
def test_a_bracket_is_as_large_as_its_order_after_an_amendment(lots: int, filled: int) -> None:
    desk = flat()
    [accepted] = of(bracketed(desk), ev.OrderAccepted)
    if filled:
        desk.sell("bob", filled, 250)

    events = desk.do(cmd.AmendOrder(desk.names["ann"], accepted.order_id, None, None, lots))

    assert [each.size_lots for each in of(events, ev.TriggerRescaled)] == [lots, lots]
    assert legs(desk) == [lots, lots]
    desk.sell("bob", lots // 1_000 - filled, 250)
    desk.buy("cat", 20, 238)
    desk.price(239)
    assert desk.shares("ann") == 0


@pytest.mark.parametrize(
    ("force", "cause"),
    [
        pytest.param(TimeInForce.GTC, Cause.ASKED, id="cancelled"),
        pytest.param(TimeInForce.IOC, Cause.IOC_REMAINDER, id="an IOC's rest"),
    ],
)
def test_a_bracket_of_an_order_that_ends_is_for_what_was_filled(
    force: TimeInForce, cause: Cause
) -> None:
    desk = flat()
    desk.sell("bob", 3, 250)
    bracketed(desk, time_in_force=force)
    for order_id in list(desk.account("ann").orders):
        desk.do(cmd.CancelOrder(desk.names["ann"], order_id, None))

    assert [event.cause for event in desk.heard(ev.OrderCancelled)] == [cause]
    assert legs(desk) == [3_000, 3_000]


def test_what_self_trade_prevention_takes_off_an_order_goes_off_its_bracket() -> None:
    desk = flat()
    bracketed(desk)
    desk.sell("bob", 1, 250)

    desk.sell("ann", 4, 250, self_trade=SelfTrade.DECREMENT)

    assert legs(desk) == [6_000, 6_000]


@pytest.mark.parametrize(
    ("ticks", "leg"),
    [
        pytest.param(24_000, {"stop_ticks": 24_000}, id="to the stop"),
        pytest.param(23_900, {"stop_ticks": 24_000}, id="past the stop"),
        pytest.param(26_000, {"take_profit_ticks": 26_000}, id="to the take-profit"),
    ],
)
def test_an_order_is_not_amended_past_its_bracket(ticks: int, leg: dict[str, int]) -> None:
    desk = flat()
    [accepted] = of(bracketed(desk), ev.OrderAccepted)

    [refused] = of(
        desk.do(cmd.AmendOrder(desk.names["ann"], accepted.order_id, None, ticks, None)),
        ev.Rejected,
    )

    assert refused.reason is Reason.BRACKET_WRONG_SIDE
    assert refused.figures == leg | {"price_ticks": ticks}


@pytest.mark.parametrize(
    ("is_buy", "price", "stop", "take_profit", "figures"),
    [
        pytest.param(True, None, 24_999, 25_001, None, id="a market buy about the mark"),
        pytest.param(False, None, 25_001, 24_999, None, id="a market sell about the mark"),
        pytest.param(True, None, 25_000, None, {"stop_ticks": 25_000}, id="its stop at the mark"),
        pytest.param(True, None, 25_100, None, {"stop_ticks": 25_100}, id="its stop above"),
        pytest.param(
            True, None, None, 25_000, {"take_profit_ticks": 25_000}, id="its take-profit there"
        ),
        pytest.param(False, None, 24_900, None, {"stop_ticks": 24_900}, id="a sell's below"),
        pytest.param(True, 255, 25_400, 25_600, None, id="a limit is judged by itself"),
        pytest.param(
            True,
            255,
            None,
            25_400,
            {"take_profit_ticks": 25_400, "price_ticks": 25_500},
            id="and not by the mark",
        ),
    ],
)
def test_a_bracket_is_judged_by_the_limit_or_else_by_the_mark(
    is_buy: bool,
    price: float | None,
    stop: int | None,
    take_profit: int | None,
    figures: dict[str, int] | None,
) -> None:
    """A market order may trade up to 5 % beyond the mark, and nobody means that price."""
    desk = flat()
    desk.sell("bob", 1, 250.5)
    desk.buy("cat", 1, 249.5)
    order = desk.buy if is_buy else desk.sell

    events = order("ann", 1, price, stop_ticks=stop, take_profit_ticks=take_profit)

    refused = of(events, ev.Rejected)
    if figures is None:
        assert not refused
        assert desk.shares("ann") == (1 if is_buy else -1)
        return
    against = {} if price is not None else {"mark_nanos": 250_000_000_000}
    assert [(each.reason, each.figures) for each in refused] == [
        (Reason.BRACKET_WRONG_SIDE, figures | against)
    ]


def test_a_bracket_of_a_partly_filled_order_closes_no_more_than_was_filled() -> None:
    desk = flat()
    desk.sell("bob", 4, 250)
    bracketed(desk)
    desk.buy("cat", 10, 238)

    desk.price(239)

    assert desk.shares("ann") == 0
    assert desk.shares("cat") == 4


def test_a_bracket_goes_with_an_order_that_was_never_filled() -> None:
    desk = flat()
    order_id = of(bracketed(desk), ev.OrderAccepted)[0].order_id

    events = desk.do(cmd.CancelOrder(1, order_id, None))

    assert [event.cause for event in of(events, ev.TriggerCancelled)] == [Cause.PARENT_GONE] * 2


def test_triggers_of_one_group_cancel_one_another() -> None:
    desk = long_ten()
    trigger(desk, "ann", SELL, STOP, 245, group="exit")
    trigger(desk, "ann", SELL, TAKE_PROFIT, 260, group="exit")
    other = trigger(desk, "ann", SELL, TAKE_PROFIT, 270)

    events = desk.price(244)

    assert [event.cause for event in of(events, ev.TriggerCancelled)] == [Cause.SIBLING_FIRED]
    assert set(desk.account("ann").triggers) == {other}


def test_an_order_expires_at_its_own_time() -> None:
    desk = flat()
    at_ns = desk.now_ns + 10 * NS_PER_SECOND
    desk.buy("ann", 1, 240, expires_at_ns=at_ns)
    desk.wait(9)
    assert desk.bids() == [(240.0, 1.0)]

    events = desk.wait(60)

    gone = of(events, ev.OrderCancelled)[0]
    before = of(events[: events.index(gone)], ev.TimePassed)
    assert gone.cause is Cause.EXPIRED
    assert before[-1].at_ns == at_ns


def test_an_order_expires_before_it_could_trade_at_that_instant() -> None:
    desk = flat()
    desk.buy("ann", 1, 250, expires_at_ns=desk.now_ns + NS_PER_SECOND)
    desk.now_ns += NS_PER_SECOND

    events = desk.sell("bob", 1, 250)

    assert not fills(events)


def test_HL_CANCEL_001_cancel_all_after_cancels_all_unless_it_is_moved() -> None:
    desk = flat()
    desk.buy("ann", 1, 240)
    desk.do(cmd.SetCancelAllAfter(1, desk.now_ns + 10 * NS_PER_SECOND))
    desk.wait(5)
    desk.do(cmd.SetCancelAllAfter(1, desk.now_ns + 10 * NS_PER_SECOND))
    desk.wait(9)
    assert desk.bids() == [(240.0, 1.0)]

    events = desk.wait(1)

    assert [event.cause for event in of(events, ev.OrderCancelled)] == [Cause.CANCEL_ALL_AFTER]
    assert desk.account("ann").cancel_all_at_ns is None


def test_cancel_all_after_can_be_called_off() -> None:
    desk = flat()
    desk.buy("ann", 1, 240)
    desk.do(cmd.SetCancelAllAfter(1, desk.now_ns + 10 * NS_PER_SECOND))
    desk.do(cmd.SetCancelAllAfter(1, None))

    desk.wait(60)

    assert desk.bids() == [(240.0, 1.0)]


def test_a_lost_connection_takes_its_own_orders_with_it() -> None:
    desk = long_ten()
    desk.buy("ann", 1, 240, connection=1)
    desk.buy("ann", 2, 239, connection=2)
    trigger(desk, "ann", SELL, STOP, 230, connection=1)
    desk.do(cmd.SetCancelOnDisconnect(1, 1, True))
    desk.do(cmd.SetCancelOnDisconnect(1, 2, True))

    events = desk.do(cmd.LoseConnection(1, 1))

    assert [event.cause for event in of(events, ev.OrderCancelled)] == [Cause.DISCONNECTED]
    assert [event.cause for event in of(events, ev.TriggerCancelled)] == [Cause.DISCONNECTED]
    assert desk.bids() == [(239.0, 2.0)]


def test_a_connection_that_did_not_ask_leaves_its_orders() -> None:
    desk = flat()
    desk.buy("ann", 1, 240, connection=1)
    desk.do(cmd.SetCancelOnDisconnect(1, 1, True))
    desk.do(cmd.SetCancelOnDisconnect(1, 1, False))

    desk.do(cmd.LoseConnection(1, 1))

    assert desk.bids() == [(240.0, 1.0)]


def test_an_order_that_asked_for_it_ends_when_the_underlying_closes() -> None:
    desk = flat()
    desk.buy("ann", 1, 240, cancel_on_close=True)
    desk.buy("ann", 2, 239)

    events = desk.session(Session.NO_TRADING, Closure.WEEKEND)

    assert [event.cause for event in of(events, ev.OrderCancelled)] == [Cause.UNDERLYING_CLOSED]
    assert desk.bids() == [(239.0, 2.0)]


def test_triggers_wait_while_the_market_is_halted() -> None:
    desk = long_ten()
    trigger(desk, "ann", SELL, STOP, 245)
    desk.do(cmd.HaltMarket(MARKET, "operator"))
    assert not of(desk.price(240), ev.TriggerFired)

    desk.do(cmd.ResumeMarket(MARKET))
    desk.buy("cat", 10, 239, time_in_force=TimeInForce.GTC)

    assert fills(desk.wait(3)) == [(10, 239.0)]


def patient() -> Desk:
    """Return a desk whose brackets wait for the whole fill, as Hyperliquid's do."""
    desk = Desk(listing("naive_print", ref("orders", "significant_figures", brackets_wait=True)))
    for name in ("ann", "bob", "cat"):
        desk.open(name, 1_000_000)
    return desk


def test_HL_OCO_001_where_brackets_wait_the_last_fill_wakes_them() -> None:
    desk = patient()
    bracketed(desk)

    assert not of(desk.sell("bob", 9, 250), ev.TriggerWoken)
    desk.buy("cat", 10, 238)
    assert not of(desk.price(239), ev.TriggerFired)
    desk.price(250)
    assert len(of(desk.sell("bob", 1, 250), ev.TriggerWoken)) == 2
    assert len(of(desk.price(239), ev.TriggerFired)) == 1


@pytest.mark.parametrize("force", [TimeInForce.GTC, TimeInForce.IOC])
def test_HL_OCO_002_an_order_cancelled_in_part_filled_takes_them_with_it(
    force: TimeInForce,
) -> None:
    desk = patient()
    desk.sell("bob", 4, 250)
    events = bracketed(desk, time_in_force=force)
    if force is TimeInForce.GTC:
        events = desk.do(cmd.CancelAll(1))

    assert [event.cause for event in of(events, ev.TriggerCancelled)] == [Cause.PARENT_GONE] * 2
    assert desk.shares("ann") == 4
    assert not desk.account("ann").triggers


def test_HL_OCO_003_one_cancelled_for_margin_in_part_filled_wakes_them() -> None:
    desk = patient()
    desk.open("dan", 1_000)
    desk.trade("dan", "bob", 10, 250)
    desk.sell("dan", 10, 224, reduce_only=True, stop_ticks=26_500, take_profit_ticks=20_000)
    desk.buy("cat", 1, 224)
    # $226 behind nine shares at 250: from here on 224 would cost more than dan has.
    desk.do(cmd.Withdraw(desk.names["dan"], 748_000_000))

    events = desk.buy("cat", 1, 224)

    assert [each.cause for each in of(events, ev.OrderCancelled)] == [Cause.INSUFFICIENT_MARGIN]
    assert len(of(events, ev.TriggerWoken)) == 2


def test_an_order_that_its_own_family_used_up_leaves_no_bracket_asleep() -> None:
    desk = flat()
    desk.sell("ann", 10, 250)
    events = bracketed(desk, self_trade=SelfTrade.DECREMENT)

    assert [event.cause for event in of(events, ev.TriggerCancelled)] == [Cause.PARENT_GONE] * 2
    assert not desk.account("ann").triggers
