"""A liquidation's stages, one worked example each; ann is long at 20x, entered at 250.

At 20x a hundred shares have 1,250 behind them: bankrupt at 237.50. Maintenance is 2.5 % of the
notional, so below it under 243.59; the backstop is due below two thirds of it, under 241.53.
"""

import pytest

from tests.support.desk import MARKET, Desk, fills, of, reason, sliced
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.digest import dump, load
from venue.core.engine import Engine
from venue.core.events import LiquidationOutcome, LiquidationWhy
from venue.core.phases import Closure, Session
from venue.core.rejects import Cause
from venue.core.units import E4, E6, NS_PER_SECOND
from venue.rules.build import build, ref


def long_at_20x(shares: int = 100, *, insurance: int = 0, isolated: bool = False) -> Desk:
    desk = Desk(sliced(), insurance=insurance)
    desk.open("ann", shares * 12.5, isolated=isolated)
    for name in ("bob", "cat"):
        desk.open(name, 1_000_000)
    desk.trade("ann", "bob", shares, 250)
    return desk


def outcomes(desk: Desk) -> list[LiquidationOutcome]:
    return [event.outcome for event in desk.heard(ev.LiquidationEnded)]


def waits(desk: Desk) -> list[tuple[LiquidationWhy, int]]:
    """Return why liquidations waited and until when, in seconds from now."""
    return [
        (event.why, (event.until_ns - desk.now_ns) // NS_PER_SECOND)
        for event in desk.heard(ev.LiquidationDeferred)
    ]


def test_a_liquidation_says_at_which_marks_and_margin_it_began() -> None:
    """At 243: equity 1,250 - 700 = 550, maintenance 607.50, a ratio of 0.905349794238."""
    desk = long_at_20x()

    started = of(desk.price(243), ev.LiquidationStarted)

    assert started == [
        ev.LiquidationStarted(
            1, 1, "", desk.now_ns, 550 * E6, 607_500_000 * E4, 905_349_794_238, ((MARKET, 243_000),)
        )
    ]


def test_first_its_orders_and_triggers_are_cancelled() -> None:
    desk = long_at_20x()
    desk.sell("ann", 50, 260)
    desk.do(cmd.PlaceTrigger(1, MARKET, cmd.Side.SELL, None, cmd.TriggerKind.STOP, 23_000))

    events = desk.price(243)

    assert [event.cause for event in of(events, ev.OrderCancelled)[:1]] == [Cause.LIQUIDATION]
    assert [event.cause for event in of(events, ev.TriggerCancelled)] == [Cause.LIQUIDATION]
    assert reason(desk.buy("ann", 1, 200)) == "liquidation_open"


def test_an_account_that_is_healthy_again_keeps_its_position() -> None:
    """Nobody bids above 237.50; after its 3 s of wait the mark is back at 250."""
    desk = long_at_20x()
    desk.price(243)
    assert waits(desk) == [(LiquidationWhy.COOL_DOWN, 3)]

    desk.price(250)

    assert outcomes(desk) == [LiquidationOutcome.HEALTHY]
    assert desk.shares("ann") == 100
    assert of(desk.sell("ann", 1, 260), ev.OrderAccepted)


def test_a_small_position_goes_to_the_book_whole_and_the_rest_of_the_margin_stays() -> None:
    """Sold at 242: 1,250 - 800 = 450 are ann's own. Close-outs pay no fee."""
    desk = long_at_20x()
    desk.buy("cat", 100, 242)

    desk.price(243)

    assert outcomes(desk) == [LiquidationOutcome.CLOSED_OUT]
    assert desk.dollars("ann") == 450
    assert desk.holding("ann").fees_micros == 0


def test_the_book_is_asked_at_no_worse_than_the_bankruptcy_price() -> None:
    desk = long_at_20x()
    desk.buy("cat", 40, 237.5)
    desk.buy("cat", 60, 237.49)

    events = desk.price(243)

    closed = of(events, ev.ClosedOut)[0]
    assert (closed.asked_lots, closed.filled_lots, closed.limit_ticks) == (100_000, 40_000, 23_750)
    assert fills(events) == [(40, 237.5)]


def test_a_large_position_sends_a_fifth_waits_thirty_seconds_and_sends_the_rest() -> None:
    """A thousand shares, 243,000 of notional. 12,500 - 7,000 = 5,500 < 6,075. A fifth is asked, a
    hundred bid at 240: 5,500 - 300 = 5,200 < 5,467.50, so it waits. Then 900 go at 241."""
    desk = long_at_20x(1_000)
    desk.buy("cat", 100, 240)

    first = desk.price(243)
    assert [(e.asked_lots, e.filled_lots) for e in of(first, ev.ClosedOut)] == [(200_000, 100_000)]
    assert waits(desk) == [(LiquidationWhy.COOL_DOWN, 30)]
    desk.buy("cat", 900, 241)
    assert not of(desk.wait(29), ev.ClosedOut)
    rest = desk.wait(1)

    assert [(e.asked_lots, e.filled_lots) for e in of(rest, ev.ClosedOut)] == [(900_000, 900_000)]
    assert outcomes(desk) == [LiquidationOutcome.CLOSED_OUT]
    assert desk.dollars("ann") == 12_500 - 1_000 - 8_100


def test_a_slice_that_heals_is_the_last() -> None:
    """200 sold at 243 leave 800: 5,500 of equity against 4,860."""
    desk = long_at_20x(1_000)
    desk.buy("cat", 200, 243)

    desk.price(243)

    assert outcomes(desk) == [LiquidationOutcome.HEALTHY]
    assert desk.shares("ann") == 800


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        # 403.00 against 603.825 × 2/3 = 402.55.
        pytest.param(241.53, [], id="two thirds are left: it waits"),
        # 402.00 against 402.533.
        pytest.param(241.52, [LiquidationOutcome.TAKEN_OVER], id="less: the fund takes it over"),
    ],
)
def test_the_fund_takes_over_below_two_thirds_of_maintenance(
    price: float, expected: list[LiquidationOutcome]
) -> None:
    desk = long_at_20x(insurance=50_000)

    desk.price(price)

    assert outcomes(desk) == expected


def test_a_takeover_is_at_the_mark_and_takes_the_margin_that_is_left() -> None:
    """At 241: ann realises -900 and her 350 go to the fund, which holds a hundred at 24,100."""
    desk = long_at_20x(insurance=50_000)

    events = desk.price(241)

    taken = of(events, ev.TakenOver)[0]
    assert (taken.size_lots, taken.mark_micros, taken.realised_micros) == (
        100_000,
        241_000,
        -900 * E6,
    )
    assert of(events, ev.ShortfallPaid)[0].insurance_micros == -350 * E6
    assert desk.dollars("ann") == 0
    assert desk.dollars("insurance") == 50_350
    assert desk.holding("insurance").entry_micros == 24_100 * E6


def test_a_fund_that_could_not_carry_the_position_leaves_it() -> None:
    """At 241 the fund would have 250 + 350 = 600 against 602.50; with 253 it has enough."""
    desk, richer = long_at_20x(insurance=252), long_at_20x(insurance=253)

    desk.price(241)
    richer.price(241)

    assert outcomes(desk) == []
    assert outcomes(richer) == [LiquidationOutcome.TAKEN_OVER]


def test_the_fund_sells_what_it_took_in_halves_and_then_all() -> None:
    """24,100: half; 12,050: half; 6,025: all; each 10 s, at 236.18 or better."""
    desk = long_at_20x(insurance=50_000)
    desk.price(241)
    desk.buy("cat", 100, 236.18)

    for _ in range(3):
        desk.wait(10)

    unwound = [(event.lots, event.filled_lots) for event in desk.heard(ev.FundUnwound)]
    assert unwound == [(50_000, 50_000), (25_000, 25_000), (25_000, 25_000)]
    assert desk.shares("insurance") == 0
    assert desk.market.next_unwind_ns is None
    assert desk.dollars("insurance") == 50_350 - 482  # A hundred bought at 241, sold at 236.18.


def test_the_fund_does_not_sell_below_its_limit() -> None:
    desk = long_at_20x(insurance=50_000)
    desk.price(241)
    desk.buy("cat", 100, 236.17)

    desk.wait(10)

    assert [(e.lots, e.filled_lots) for e in desk.heard(ev.FundUnwound)] == [(50_000, 0)]


def test_an_isolated_position_costs_no_more_than_its_margin() -> None:
    """At 230 it lacks 750; the fund takes the position and pays them, the 10,000 are untouched."""
    desk = long_at_20x(insurance=50_000, isolated=True)
    desk.do(cmd.Deposit(1, 10_000 * E6))

    events = desk.price(230)

    assert [(e.account, e.market) for e in of(events, ev.LiquidationStarted)] == [(1, MARKET)]
    assert of(events, ev.ShortfallPaid)[0].insurance_micros == 750 * E6
    assert desk.dollars("ann") == 10_000
    assert desk.dollars("insurance") == 49_250


def test_what_is_left_of_a_closed_out_isolated_margin_comes_back() -> None:
    desk = long_at_20x(isolated=True)
    desk.do(cmd.Deposit(1, 10_000 * E6))
    desk.buy("cat", 100, 242)

    desk.price(243)

    assert outcomes(desk) == [LiquidationOutcome.CLOSED_OUT]
    assert desk.dollars("ann") == 10_450
    assert desk.holding("ann").isolated_micros == 0


def test_a_cross_liquidation_cancels_what_would_draw_on_its_balance() -> None:
    """ann is liquidated in TSLA; her bid in an isolated market would take margin from her."""
    desk = long_at_20x()
    desk.do(cmd.Deposit(1, 100 * E6))
    other = sliced(market="NVDA", underlying="NVDA")
    desk.do(cmd.ListMarket(other))
    desk.do(cmd.SubmitPrint("NVDA", "feed", 100 * 10**9, desk.now_ns, desk.now_ns, NS_PER_SECOND))
    desk.do(cmd.ChangeSession("NVDA", Session.REGULAR, Closure.NONE, desk.now_ns, None, None))
    desk.do(cmd.SubmitPrint("NVDA", "feed", 100 * 10**9, desk.now_ns, desk.now_ns, NS_PER_SECOND))
    desk.wait(3)
    desk.do(cmd.SetLeverage(1, "NVDA", 20, cmd.MarginMode.ISOLATED))
    accepted = desk.do(cmd.PlaceOrder(1, "NVDA", cmd.Side.BUY, 10_000, 10_000))
    assert of(accepted, ev.OrderAccepted)

    events = desk.price(242)

    assert [e.account for e in of(events, ev.LiquidationStarted)] == [1]
    assert not desk.account("ann").orders


def test_a_halted_market_s_liquidations_wait_half_a_minute_at_a_time() -> None:
    desk = long_at_20x()
    desk.do(cmd.HaltMarket(MARKET, "operator"))
    desk.buy("cat", 1, 250)

    desk.price(243)
    assert waits(desk) == [(LiquidationWhy.HALT, 30)]
    desk.do(cmd.ResumeMarket(MARKET))
    desk.buy("cat", 100, 242)
    assert outcomes(desk) == []
    desk.wait(30)

    assert outcomes(desk) == [LiquidationOutcome.CLOSED_OUT]


def test_the_throttle_of_a_closed_session_lets_ten_thousand_dollars_a_second_go() -> None:
    """The index follows nothing at the weekend; the mark is our last trade. At 243, 10,000 a second
    are 41.152 shares."""
    desk = Desk(
        sliced(rules=(
            *(rule for rule in sliced().rules if rule.kind not in ("mark", "terms")),
            ref("mark", "last"),
            ref("terms", "by_session"),
        ))
    )  # fmt: skip
    desk.open("ann", 1_250)
    for name in ("bob", "cat", "dan"):
        desk.open(name, 1_000_000)
    desk.trade("ann", "bob", 100, 250)
    desk.session(Session.NO_TRADING, Closure.WEEKEND)
    desk.buy("cat", 200, 243)
    desk.sell("dan", 1, 243)

    events = desk.wait(3)

    assert [(e.asked_lots, e.filled_lots) for e in of(events, ev.ClosedOut)] == [(41_152, 41_152)]


def test_a_withdrawal_never_leaves_an_account_below_maintenance() -> None:
    desk = long_at_20x()
    desk.do(cmd.Deposit(1, 2_000 * E6))

    events = desk.do(cmd.Withdraw(1, 750 * E6))

    assert of(events, ev.Deposited)
    assert not desk.state.liquidations


@pytest.mark.parametrize("side", ["long", "short"])
def test_units_are_taken_by_margin_ratio_then_by_account(side: str) -> None:
    """dan has less behind the same position than ann and eve, who have the same."""
    desk = Desk(sliced())
    for name, dollars in (("ann", 1_260), ("dan", 1_250), ("eve", 1_260), ("bob", 1_000_000)):
        desk.open(name, dollars)
        if name != "bob":
            continue
        for each in ("ann", "dan", "eve"):
            buyer, seller = (each, "bob") if side == "long" else ("bob", each)
            desk.trade(buyer, seller, 100, 250)

    events = desk.price(243 if side == "long" else 257)

    started = [event.account for event in of(events, ev.LiquidationStarted)]
    assert started == [desk.names[name] for name in ("dan", "ann", "eve")]


def test_liquidations_go_on_in_one_order_after_a_restart_too() -> None:
    """Two wait in their cool-down when a mark brings the backstop; the one with the higher number
    was there first, which a restored venue does not know."""
    desk = Desk(sliced(), insurance=50_000)
    for name, dollars in (("bob", 1_000_000), ("ann", 12_500), ("zoe", 12_500)):
        desk.open(name, dollars)
    for name in ("zoe", "ann"):
        desk.trade(name, "bob", 1_000, 250)
        desk.price(250)
    desk.price(243)
    assert len(waits(desk)) == 2
    restored = Engine(build, load(dump(desk.state), build))

    desk.print(241)
    restored.execute(
        cmd.SubmitPrint(MARKET, "feed", 241 * 10**9, desk.now_ns, desk.now_ns, NS_PER_SECOND),
        at_ns=desk.now_ns,
    )
    events = desk.wait(3)

    assert restored.execute(cmd.PassTime(), at_ns=desk.now_ns) == events
    due = [e.account for e in of(events, ev.LiquidationDeferred) if e.why == "backstop_due"]
    assert due == [desk.names["ann"], desk.names["zoe"]]
