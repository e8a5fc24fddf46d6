"""What a session lets be opened, held and traded; what is closed when it lets less."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.support.desk import LOTS, MARKET, Desk, fills, hourly, listing, of, reason
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.breaches import read_unit, refresh_sweep
from venue.core.commands import MarginMode, Side, TriggerKind
from venue.core.digest import digest, dump, load
from venue.core.engine import Engine
from venue.core.events import ForcedOutcome
from venue.core.listing import Fees, MarketSpec, RuleRef, Tier
from venue.core.phases import Closure, Session
from venue.core.units import E6, NS_PER_HOUR, NS_PER_SECOND
from venue.rules.build import build, ref

QUARTER_HOUR = 900 * NS_PER_SECOND


def rows(**by_class: str) -> MarketSpec:
    return listing("naive_print", ref("terms", "rows", **by_class))


def weekend(desk: Desk) -> None:
    desk.session(Session.NO_TRADING, Closure.WEEKEND)


def at_noon(market: MarketSpec, *, hours: float = 4.0) -> Desk:
    """Return a desk in a REGULAR session that ends so many hours from now."""
    desk = Desk(market)
    end_ns = desk.now_ns + int(hours * NS_PER_HOUR)
    desk.do(
        cmd.ChangeSession(
            MARKET, Session.REGULAR, Closure.NONE, desk.now_ns, end_ns, Session.AFTER_MARKET
        )
    )
    return desk


def test_LIMITS_001_at_the_weekend_a_position_grows_at_two_times_only() -> None:
    desk = Desk(rows(weekend="leverage_max=2"))
    desk.open("ann", 1_000)
    desk.open("bob", 100_000)
    desk.trade("ann", "bob", 10, 250)  # $2,500 on $1,000: 2.5x, as it may on a weekday.
    weekend(desk)

    more = desk.buy("ann", 1, 250)
    less = desk.sell("ann", 3, 250)

    assert reason(more) == "insufficient_margin"
    assert of(less, ev.OrderAccepted)


def test_LIMITS_002_below_the_cap_the_weekend_lets_it_grow_to_the_cap() -> None:
    desk = Desk(rows(weekend="leverage_max=2"))
    desk.open("ann", 1_000)
    weekend(desk)

    assert reason(desk.buy("ann", 8.001, 250)) == "insufficient_margin"
    assert of(desk.buy("ann", 8, 250), ev.OrderAccepted)


def test_LIMITS_003_what_other_orders_left_of_the_margin_does_not_pass_the_cap() -> None:
    desk = Desk(rows(weekend="leverage_max=2"))
    desk.open("ann", 1_000)
    desk.buy("ann", 1, 200)  # Leaves headroom at 20x on record.
    weekend(desk)

    assert reason(desk.buy("ann", 20, 250)) == "insufficient_margin"


def test_LIMITS_004_isolated_margin_is_set_aside_at_the_cap() -> None:
    desk = Desk(rows(weekend="leverage_max=2"))
    desk.open("ann", 2_000, isolated=True)
    desk.open("bob", 100_000)
    weekend(desk)

    desk.trade("ann", "bob", 4, 250)

    assert desk.holding("ann").isolated_micros == 500 * E6


def test_LIMITS_005_an_order_is_at_most_so_many_dollars_and_a_market_order_less() -> None:
    desk = Desk(rows(open="order_micros_max=50000000000 market_order_micros_max=5000000000"))
    desk.open("ann", 1_000_000)

    assert reason(desk.buy("ann", 201, 240)) == "size_too_large"
    assert of(desk.buy("ann", 200, 240), ev.OrderAccepted)
    assert reason(desk.buy("ann", 20.001, None)) == "size_too_large"
    assert of(desk.buy("ann", 20, None), ev.OrderAccepted)


def test_LIMITS_006_the_cap_in_dollars_follows_the_mark() -> None:
    desk = Desk(rows(open="open_interest_micros_max=2500000000"))
    desk.open("ann", 10_000)
    desk.open("bob", 10_000)
    desk.price(125)

    desk.trade("ann", "bob", 20, 125)
    refused = desk.buy("ann", 1, 125)
    desk.price(100)

    assert reason(refused) == "open_interest_limit"
    assert of(desk.buy("ann", 5, 100), ev.OrderAccepted)


def test_LIMITS_007_a_closed_market_takes_no_order_but_every_cancel() -> None:
    desk = Desk(rows(weekend="is_closed=true"))
    desk.open("ann", 1_000)
    desk.buy("ann", 1, 240, client_order_id="mine")
    weekend(desk)

    refused = desk.buy("ann", 1, 240)
    cancelled = desk.do(cmd.CancelOrder(desk.names["ann"], None, "mine"))

    assert reason(refused) == "market_closed"
    assert of(cancelled, ev.OrderCancelled)


def test_LIMITS_008_while_the_market_is_closed_nobody_is_liquidated_and_stops_wait() -> None:
    desk = Desk(rows(weekend="is_closed=true"))
    for name in ("ann", "bob", "cat"):
        desk.open(name, 1_000)
    desk.trade("ann", "bob", 40, 250)
    desk.trade("cat", "bob", 1, 250)
    stop = cmd.PlaceTrigger(
        desk.names["cat"], MARKET, Side.SELL, None, TriggerKind.STOP, 24_000, reduce_only=True
    )
    desk.do(stop)
    desk.buy("bob", 60, 220)
    weekend(desk)
    market = desk.market
    market.index_nanos = market.anchor_nanos = 230 * 10**9  # As if a closed index had moved.

    desk.wait(3)
    while_closed = desk.heard(ev.Traded)
    desk.session(Session.REGULAR)
    desk.price(230)
    desk.wait(40)

    assert len(while_closed) == 2
    assert desk.heard(ev.TriggerFired)
    assert desk.shares("ann") == 0
    assert desk.shares("cat") == 0


def test_LIMITS_009_a_crowded_market_asks_more_of_who_comes_in_and_keeps_who_is_in() -> None:
    crowded = ref("margin", "oi_scaled", lower_micros=1_000 * E6, upper_micros=4_000 * E6)
    desk = Desk(listing("naive_print", crowded))
    for name in ("ann", "bob", "cat"):
        desk.open(name, 1_000)
    desk.trade("ann", "bob", 10, 250)  # $2,500 of open interest: halfway.
    desk.price(250)

    assert desk.market.crowded_e4 == 5_250
    assert reason(desk.buy("cat", 7.62, 250)) == "insufficient_margin"  # 52.5 % of $1,905
    assert of(desk.buy("cat", 7.61, 250), ev.OrderAccepted)
    assert not desk.state.liquidations
    assert not desk.state.breaches


def test_LIMITS_010_a_restored_venue_asks_the_same_of_a_crowd() -> None:
    crowded = ref("margin", "oi_scaled", lower_micros=1_000 * E6, upper_micros=4_000 * E6)
    desk = Desk(listing("naive_print", crowded))
    for name in ("ann", "bob"):
        desk.open(name, 10_000)
    desk.trade("ann", "bob", 10, 250)
    desk.price(250)
    desk.trade("ann", "bob", 1, 250)  # After the mark: it counts from the next one on.

    restored = load(dump(desk.state), build)

    assert restored.markets[MARKET].crowded_e4 == desk.market.crowded_e4 == 5_250


SQUARE = (Tier(0, 10),)


def test_POWER_MARGIN_010_the_short_of_a_square_is_liquidated_by_its_own_margin() -> None:
    square = listing("naive_print", ref("margin", "shock", power_n=2), tiers=SQUARE)
    desk = Desk(square)
    desk.open("ann", 1_000, leverage=5)
    desk.open("bob", 1_000, leverage=5)
    desk.trade("ann", "bob", 10, 250)

    long, short = (desk.market.tiers.maintenance_e4(sign * 2_500 * E6) for sign in (1, -1))

    assert (long, short) == (2_500 * E6 * 975, 2_500 * E6 * 1_025)


def test_POWER_MARGIN_011_isolated_a_short_of_a_square_sets_its_initial_margin_aside() -> None:
    square = listing("naive_print", ref("margin", "shock", power_n=2), tiers=SQUARE)
    desk = Desk(square)
    desk.open("ann", 1_000, leverage=5, isolated=True)
    desk.open("bob", 1_000, leverage=5, isolated=True)

    desk.trade("ann", "bob", 4, 250)

    assert desk.holding("ann").isolated_micros == 200 * E6  # A fifth, more than 19 %.
    assert desk.holding("bob").isolated_micros == 210 * E6  # 21 %


def test_POWER_MARGIN_012_between_the_two_maintenances_only_the_short_goes() -> None:
    square = listing("naive_print", ref("margin", "shock", power_n=2), tiers=SQUARE)
    desk = Desk(square)
    for name in ("ann", "bob", "cat", "dan"):
        desk.open(name, 10_000, leverage=5)
    desk.trade("ann", "bob", 10, 250)
    for name in ("ann", "bob"):  # Both keep 10 % of their $2,500: between 9.75 and 10.25 %.
        desk.do(cmd.Withdraw(desk.names[name], 9_475 * E6))
    desk.sell("dan", 10, 251)
    desk.state.accounts[desk.names["ann"]].balance_micros -= 275 * E6
    desk.state.accounts[desk.names["bob"]].balance_micros -= 275 * E6
    for name in ("ann", "bob"):
        desk.state.dirty.add((desk.names[name], ""))
    refresh_sweep(desk.state)

    slack = {name: desk.state.sweep.slack_of((desk.names[name], "")) for name in ("ann", "bob")}

    assert (slack["ann"] or 0) > 0 > (slack["bob"] or 0)
    for name in ("ann", "bob"):
        reading = read_unit(desk.state, (desk.names[name], ""))
        assert reading is not None
        assert reading.slack == slack[name]


def test_VEGA_MARGIN_010_money_leaves_down_to_the_release_level() -> None:
    desk = Desk(listing("naive_print", ref("margin", "levels"), tiers=(Tier(0, 10),)))
    desk.open("ann", 1_000, leverage=10)
    desk.open("bob", 10_000, leverage=10)
    desk.trade("ann", "bob", 10, 250)

    # Maintenance $125; a tenth by leverage is $250, release 1.3 × 125 = $162.50.
    refused = desk.do(cmd.Withdraw(desk.names["ann"], 750 * E6 + 1))

    assert reason(refused) == "insufficient_balance"
    desk.do(cmd.SetLeverage(desk.names["ann"], MARKET, 16, MarginMode.CROSS))
    assert reason(desk.do(cmd.Withdraw(desk.names["ann"], 837_500_001))) == "insufficient_balance"
    assert of(desk.do(cmd.Withdraw(desk.names["ann"], 837_500_000)), ev.Deposited)


DAY_TRADES = {
    "open": f"closing_lead_ns={QUARTER_HOUR}",
    "closing": "leverage_max=10 forced_leverage_max=10",
}


def test_OSTIUM_FORCED_001_a_quarter_hour_before_the_close_day_trades_are_closed() -> None:
    desk = at_noon(rows(**DAY_TRADES), hours=0.4)
    desk.open("ann", 1_000)
    desk.open("eve", 10_000)
    desk.open("bob", 100_000)
    desk.trade("ann", "bob", 60, 250)  # $15,000 on $1,000: 15x
    desk.trade("eve", "bob", 60, 250)  # 1.5x
    desk.buy("bob", 100, 249)

    desk.wait(1_440 - 900 - 10)
    before = desk.shares("ann")
    desk.wait(20)

    assert before == 60
    assert desk.shares("ann") == 0
    assert desk.shares("eve") == 60
    assert desk.dollars("ann") == 940  # A dollar a share to the bid, and no fee.
    found = desk.heard(ev.ForcedClosesFound)
    assert [event.positions for event in found] == [((desk.names["ann"], 150_000),)]
    assert [event.outcome for event in desk.heard(ev.ForcedCloseEnded)] == [ForcedOutcome.CLOSED]
    assert not desk.state.forced
    assert not desk.heard(ev.LiquidationStarted)


def test_OSTIUM_FORCED_002_after_that_nobody_opens_above_the_overnight_leverage() -> None:
    desk = at_noon(rows(**DAY_TRADES), hours=0.2)
    desk.open("ann", 1_000)
    desk.wait(1)

    assert reason(desk.buy("ann", 50, 250)) == "insufficient_margin"
    assert of(desk.buy("ann", 40, 250), ev.OrderAccepted)


def test_OSTIUM_FORCED_003_what_the_book_cannot_take_is_on_record_until_the_session_is_over() -> (
    None
):
    desk = at_noon(rows(**DAY_TRADES))
    desk.open("ann", 1_000)
    desk.open("bob", 100_000)
    desk.trade("ann", "bob", 60, 250)
    desk.buy("bob", 20, 249)

    desk.wait(4 * 3_600 - 900 + 10)
    waiting = dict(desk.state.forced)
    desk.session(Session.AFTER_MARKET)
    desk.wait(60)

    assert [closed.attempts for closed in waiting.values()] == [1]
    assert desk.shares("ann") == 40
    assert not desk.state.forced
    ended = desk.heard(ev.ForcedCloseEnded)
    assert [event.outcome for event in ended] == [ForcedOutcome.SESSION_OVER]


def test_OSTIUM_FORCED_004_isolated_margin_comes_back() -> None:
    desk = at_noon(rows(**DAY_TRADES), hours=0.4)
    desk.open("ann", 1_000, isolated=True)
    desk.open("bob", 100_000)
    desk.trade("ann", "bob", 40, 250)  # $500 set aside for $10,000.
    desk.buy("bob", 100, 250)

    desk.wait(1_440 - 890)

    assert desk.shares("ann") == 0
    assert desk.holding("ann").isolated_micros == 0
    assert desk.dollars("ann") == 1_000


def test_OSTIUM_FORCED_005_a_checkpoint_in_between_changes_nothing() -> None:
    desk = at_noon(rows(**DAY_TRADES))
    desk.open("ann", 1_000)
    desk.open("bob", 100_000)
    desk.trade("ann", "bob", 60, 250)
    desk.buy("bob", 20, 249)
    desk.wait(3_600)
    restored = Engine(build, load(dump(desk.state), build))

    later_ns = desk.now_ns + 3 * NS_PER_HOUR
    desk.engine.execute(cmd.PassTime(), at_ns=later_ns)
    restored.execute(cmd.PassTime(), at_ns=later_ns)
    again = Engine(build, load(dump(desk.state), build))
    last_ns = later_ns + 100 * NS_PER_SECOND
    for engine in (desk.engine, restored, again):
        engine.execute(cmd.PassTime(), at_ns=last_ns)

    assert digest(restored.state) == digest(desk.state) == digest(again.state)


def test_OSTIUM_FORCED_006_many_are_worked_off_a_few_at_a_time() -> None:
    desk = at_noon(rows(**DAY_TRADES))
    desk.open("bob", 1_000_000)
    names = [f"trader{n}" for n in range(40)]
    for name in names:
        desk.open(name, 100)
        desk.trade(name, "bob", 6, 250)
    desk.buy("bob", 400, 250)
    desk.wait(4 * 3_600 - 900 - 10)

    first = desk.wait(4)
    others = [desk.wait(1) for _ in range(10)]

    assert not any(desk.shares(name) for name in names)
    assert len(of(first, ev.ForcedCloseEnded)) + sum(
        len(of(events, ev.ForcedCloseEnded)) for events in others
    ) == len(names)


def test_OSTIUM_FORCED_007_at_a_session_change_the_same_happens() -> None:
    desk = Desk(rows(weekend="forced_leverage_max=2"))
    desk.open("ann", 1_000)
    desk.open("bob", 100_000)
    desk.trade("ann", "bob", 10, 250)
    desk.buy("bob", 10, 250)

    weekend(desk)

    assert desk.shares("ann") == 0
    assert fills(desk.log)[-1] == (10, 250)


# Fees.


def volume(**parameters: Any) -> MarketSpec:
    return listing(
        "naive_print",
        ref("fees", "volume_tiers", tiers="1000/400/100 10000/300/0", **parameters),
        fees=Fees(150, 450),
    )


def next_day(desk: Desk) -> None:
    day = 86_400
    desk.wait(day - desk.now_ns // NS_PER_SECOND % day + 1)


def paid(events: list[ev.Event]) -> list[tuple[int, int]]:
    return [(t.maker_fee_micros, t.taker_fee_micros) for t in of(events, ev.Traded)]


def test_FEES_001_what_was_traded_lowers_the_fees_of_the_next_day_not_of_today() -> None:
    desk = Desk(volume())
    desk.open("ann", 100_000)
    desk.open("bob", 100_000)

    def traded() -> list[tuple[int, int]]:
        desk.sell("bob", 4, 250)
        return paid(desk.buy("ann", 4, 250))

    first, second = traded(), traded()
    next_day(desk)
    third = traded()

    assert first == second == [(150_000, 450_000)]  # $1,000 at 0.015 and 0.045 %
    assert third == [(100_000, 400_000)]


def test_FEES_002_after_fourteen_days_it_counts_no_more() -> None:
    desk = Desk(hourly(volume()))
    desk.wait(3_600)
    desk.open("ann", 100_000)
    desk.open("bob", 100_000)
    desk.trade("ann", "bob", 4, 250)

    rates = []
    for _ in range(16):
        next_day(desk)
        rates.append(desk.market.own_fees.get(desk.names["ann"], desk.market.base_fees).taker_e6)

    assert rates == [400] * 14 + [450] * 2


def test_FEES_003_an_owners_accounts_count_together_and_new_ones_at_once() -> None:
    desk = Desk(volume())
    desk.open("ann", 100_000)
    desk.open("bob", 100_000)
    desk.open("ann2", 0, parent="ann")
    desk.trade("ann", "bob", 4, 250)
    next_day(desk)
    desk.open("ann3", 0, parent="ann")
    restored = load(dump(desk.state), build)

    own = desk.market.own_fees

    assert {own[desk.names[name]].taker_e6 for name in ("ann", "ann2", "ann3", "bob")} == {400}
    assert restored.markets[MARKET].own_fees == own


def test_FEES_004_the_biggest_maker_is_paid_and_the_books_balance() -> None:
    desk = Desk(volume())
    desk.open("ann", 100_000)
    desk.open("bob", 100_000)
    desk.trade("ann", "bob", 40, 250)
    next_day(desk)

    desk.sell("bob", 4, 250)
    events = desk.buy("ann", 4, 250)

    assert paid(events) == [(-30_000, 300_000)]  # The auditor has added up everything.


def test_FEES_005_a_new_market_counts_a_tenth() -> None:
    desk = Desk(volume(left_e4=1_000))
    desk.open("ann", 100_000)
    desk.open("bob", 100_000)

    desk.trade("ann", "bob", 4, 250)

    assert desk.account("ann").day_taker_micros == 100 * E6
    assert desk.account("bob").day_maker_micros == 100 * E6


def test_FEES_006_without_such_fees_no_day_is_counted() -> None:
    desk = Desk()
    desk.open("ann", 100_000)
    desk.open("bob", 100_000)
    desk.trade("ann", "bob", 4, 250)
    next_day(desk)

    assert not desk.heard(ev.FeeDayBegan)
    assert desk.account("ann").days == ()
    assert desk.account("ann").day_taker_micros == 0


@pytest.mark.parametrize("lots", [1, LOTS])
def test_FEES_007_margin_counts_the_fee_that_is_due(lots: int) -> None:
    desk = Desk(volume())
    desk.open("ann", 100_000)
    desk.open("bob", 100_000)
    desk.trade("ann", "bob", 40, 250)
    next_day(desk)

    desk.sell("bob", lots / LOTS, 250)
    events = desk.buy("ann", lots / LOTS, 250)

    due = -(-lots * 250_000 * 300 // E6)
    assert [taker for _, taker in paid(events)] == [due]


@pytest.mark.parametrize(
    ("fees", "maker_micros"),
    [
        pytest.param(ref("fees", "volume_tiers"), -100_000, id="the listing's rebate, not a row's"),
        pytest.param(ref("fees", "growth"), -10_000, id="a tenth of it"),
        pytest.param(ref("fees", "growth", deployer_e4=10_000), -10_000, id="it is not raised"),
    ],
)
def test_FEES_008_a_listing_that_pays_its_makers_pays_them_by_every_rule(
    fees: RuleRef, maker_micros: int
) -> None:
    """$1,000 at a rebate of 0.01 %; the auditor finds no fee too low or too high."""
    desk = Desk(listing("naive_print", fees, fees=Fees(-100, 750)))
    desk.open("ann", 100_000)
    desk.open("bob", 100_000)

    desk.sell("bob", 4, 250)
    ((found, _),) = paid(desk.buy("ann", 4, 250))

    assert found == maker_micros


def test_LIMITS_ISOLATED_001_where_margin_is_isolated_a_cross_position_only_shrinks() -> None:
    desk = Desk(rows(weekend="margin_mode=isolated"))
    for name in ("ann", "bob"):
        desk.open(name, 100_000)
    desk.trade("ann", "bob", 10, 250)
    weekend(desk)
    cat = desk.open("cat", 10_000, isolated=True)

    assert reason(desk.buy("ann", 1, 250)) == "isolated_only"
    assert of(desk.sell("ann", 10, 250), ev.OrderAccepted)
    assert of(desk.buy("cat", 1, 249), ev.OrderAccepted)
    assert cat in desk.state.accounts


def test_LIMITS_ISOLATED_002_strictly_isolated_margin_goes_in_and_does_not_come_out() -> None:
    desk = Desk(rows(open="margin_mode=strict"))
    for name in ("ann", "bob"):
        desk.open(name, 100_000, leverage=10, isolated=True)
    desk.trade("ann", "bob", 10, 250)
    ann = desk.names["ann"]

    more = desk.do(cmd.MoveIsolatedMargin(ann, MARKET, 500 * E6))
    back = desk.do(cmd.MoveIsolatedMargin(ann, MARKET, -E6))
    desk.trade("bob", "ann", 5, 250)

    assert of(more, ev.IsolatedMarginMoved)
    assert reason(back) == "margin_stays"
    assert desk.holding("ann").isolated_micros == 375 * E6  # Half of 750, as the position.


def test_LIMITS_VENUE_001_one_cap_holds_for_the_open_interest_of_all_markets() -> None:
    """$10,000 in all: 30 shares of TSLA at 250 leave room for ten shares of NVDA, not eleven."""
    desk = Desk(rows(open="venue_interest_micros_max=10000000000"))
    for name in ("ann", "bob"):
        desk.open(name, 100_000)
    desk.do(
        cmd.ListMarket(replace(rows(open="venue_interest_micros_max=10000000000"), market="NVDA"))
    )
    desk.trade("ann", "bob", 30, 250)
    desk.price(250)

    def buy(lots: int) -> list[ev.Event]:
        return desk.do(cmd.PlaceOrder(desk.names["ann"], "NVDA", Side.BUY, lots, 25_000))

    refused = buy(10_001)

    assert reason(refused) == "open_interest_limit"
    assert of(refused, ev.Rejected)[0].figures == {
        "venue_interest_micros": 7_500 * E6,
        "venue_interest_micros_max": 10_000 * E6,
    }
    assert of(buy(10_000), ev.OrderAccepted)
