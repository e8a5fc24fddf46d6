"""Halts and calls: what is collected, who joins, the one price, and what stale quotes cost."""

from typing import Any

import pytest

from tests.support.desk import MARKET, Desk, fills, listing, of, sliced
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import Side, TriggerKind
from venue.core.events import Event, LiquidationOutcome, LiquidationWhy
from venue.core.listing import MarketSpec
from venue.core.phases import NEXT_PHASES, Closure, Phase, Session
from venue.core.rejects import Cause
from venue.core.units import NS_PER_SECOND
from venue.rules.build import ref

HALF_AN_HOUR = 30 * 60


def at_the_weekend(
    market: MarketSpec | None = None, *, seconds: int = HALF_AN_HOUR, ann_dollars: int = 10_000
) -> Desk:
    """Return a desk whose underlying closed at 250 some time ago, after ann bought 10 from bob."""
    desk = Desk(market)
    desk.open("ann", ann_dollars)
    for name in ("bob", "cat", "dan"):
        desk.open(name, 1_000_000)
    desk.trade("ann", "bob", 10, 250)
    desk.session(Session.NO_TRADING, Closure.WEEKEND)
    desk.wait(seconds)
    return desk


def reopened(desk: Desk, dollars: float) -> list[Event]:
    desk.session(Session.REGULAR)
    return desk.print(dollars)


@pytest.mark.parametrize(
    ("seconds", "phases"),
    [
        pytest.param(HALF_AN_HOUR - 1, [], id="a moment less than half an hour"),
        pytest.param(HALF_AN_HOUR, [Phase.AUCTION], id="half an hour of internal pricing"),
    ],
)
def test_a_call_follows_a_long_closure_only(seconds: int, phases: list[Phase]) -> None:
    desk = at_the_weekend(seconds=seconds)

    events = reopened(desk, 251)

    assert [event.phase for event in of(events, ev.PhaseChanged)] == phases


def test_the_call_publishes_the_index_at_once_and_lasts_thirty_seconds() -> None:
    desk = at_the_weekend()

    events = reopened(desk, 220)

    assert of(events, ev.IndexUpdated)[-1].index_nanos == 220 * 10**9
    assert of(events, ev.PhaseChanged)[0].until_ns == desk.now_ns + 30 * NS_PER_SECOND
    assert not of(desk.wait(29), ev.PhaseChanged)
    assert [event.phase for event in of(desk.wait(1), ev.PhaseChanged)] == [Phase.CONTINUOUS]


def test_stale_quotes_trade_at_the_one_price_and_what_they_were_worth_is_measured() -> None:
    """cat bids 10 at 250 since Friday; dan offers 10 at 220 in the call. All of it trades at any
    price between, and 220 is nearest to the mark. To the fastest taker cat had lost 30 a share."""
    desk = at_the_weekend()
    desk.buy("cat", 10, 250)
    desk.buy("cat", 5, 210)
    reopened(desk, 220)
    assert not fills(desk.sell("dan", 10, 220))

    events = desk.wait(30)

    assert fills(events) == [(10, 220.0)]
    assert of(events, ev.AuctionUncrossed) == [
        ev.AuctionUncrossed(MARKET, 22_000, 10_000, 0, 300 * 10**6)
    ]
    assert desk.bids() == [(210.0, 5.0)]


def test_quotes_of_the_call_itself_are_not_stale() -> None:
    desk = at_the_weekend()
    reopened(desk, 220)
    desk.buy("cat", 10, 250)
    desk.sell("dan", 10, 220)

    assert of(desk.wait(30), ev.AuctionUncrossed)[0].stale_micros == 0


def test_the_mark_walks_by_its_clamp_through_the_call() -> None:
    desk = at_the_weekend(listing("naive_print", ref("clamp", "step")))
    reopened(desk, 220)

    marks = [event.mark_micros for event in of(desk.wait(9), ev.MarkUpdated)]

    assert marks == [247_500, 245_025, 242_575]


def test_a_trigger_waits_for_the_uncross_and_joins_it() -> None:
    """The stop at 245 is reached by the first mark of 230; its order sells into the uncross."""
    desk = at_the_weekend()
    desk.do(cmd.PlaceTrigger(1, MARKET, Side.SELL, None, TriggerKind.STOP, 24_500))
    reopened(desk, 230)
    desk.buy("cat", 10, 229)
    assert not of(desk.wait(29), ev.TriggerFired)

    events = desk.wait(1)

    assert fills(events) == [(10, 229.0)]
    assert desk.shares("ann") == 0


def test_a_market_trigger_that_found_nobody_goes_after_the_uncross_and_a_limit_stays() -> None:
    desk = at_the_weekend()
    for limit in (None, 23_500):
        stop = cmd.PlaceTrigger(
            1, MARKET, Side.SELL, 5_000, TriggerKind.STOP, 24_500, price_ticks=limit
        )
        desk.do(stop)
    reopened(desk, 230)

    events = desk.wait(30)

    assert [event.cause for event in of(events, ev.OrderCancelled)] == [Cause.IOC_REMAINDER]
    assert desk.asks() == [(235.0, 5.0)]


def test_a_liquidation_waits_for_the_uncross_and_joins_it() -> None:
    """ann's ten have 250 behind them: 250 - 200 = 50 < 57.50 at 230. Her close-out asks for 225 or
    better; cat's bid of 228 is nearest to the mark. 250 - 220 = 30 are hers, less the funding."""
    desk = at_the_weekend(sliced(), ann_dollars=250)
    reopened(desk, 230)
    desk.buy("cat", 10, 228)
    desk.wait(29)
    assert [event.why for event in desk.heard(ev.LiquidationDeferred)] == [LiquidationWhy.AUCTION]

    events = desk.wait(1)

    assert fills(events) == [(10, 228.0)]
    assert desk.account("ann").balance_micros == 30 * 10**6 - desk.holding("ann").funding_micros
    assert [e.outcome for e in of(events, ev.LiquidationEnded)] == [LiquidationOutcome.HEALTHY]


def test_a_close_out_that_joined_does_not_stay_in_the_book() -> None:
    desk = at_the_weekend(sliced(), ann_dollars=250)
    reopened(desk, 230)
    desk.buy("cat", 4, 228)

    events = desk.wait(30)

    assert fills(events)[:1] == [(4, 228.0)]
    assert desk.asks() == []


def test_nobody_crosses_himself_in_an_uncross() -> None:
    """cat's own bid and ask cross; the younger one stays for dan."""
    desk = at_the_weekend()
    reopened(desk, 250)
    desk.buy("cat", 10, 251)
    desk.sell("cat", 10, 250)
    desk.buy("dan", 3, 250)

    events = desk.wait(30)

    assert [event.cause for event in of(events, ev.OrderCancelled)] == [Cause.SELF_TRADE]
    assert fills(events) == [(3, 250.0)]


@pytest.mark.parametrize(
    "terms",
    [
        pytest.param({"dollars": None}, id="a market order"),
        pytest.param({"time_in_force": cmd.TimeInForce.IOC}, id="ioc"),
        pytest.param({"time_in_force": cmd.TimeInForce.FOK}, id="fok"),
        pytest.param({"post_only": True}, id="post-only"),
    ],
)
def test_VEGA_CALL_001_a_call_takes_plain_limit_orders_only(terms: dict[str, Any]) -> None:
    desk = at_the_weekend()
    reopened(desk, 250)

    events = desk.buy("cat", **{"shares": 1, "dollars": 250, **terms})

    assert of(events, ev.Rejected)[0].reason == "not_in_auction"


def test_a_halt_stops_orders_and_lets_cancels_through() -> None:
    desk = at_the_weekend()
    desk.buy("cat", 1, 240, client_order_id="mine")
    desk.do(cmd.HaltMarket(MARKET, "operator"))

    assert of(desk.buy("cat", 1, 240), ev.Rejected)[0].reason == "market_not_trading"
    assert of(desk.do(cmd.CancelOrder(desk.names["cat"], None, "mine")), ev.OrderCancelled)


def test_what_a_halted_call_had_collected_trades_when_the_market_resumes() -> None:
    """A call with crossing orders is halted, and the halt ends without another call."""
    desk = at_the_weekend()
    reopened(desk, 250)
    desk.buy("cat", 10, 251)
    desk.sell("dan", 4, 249)
    desk.do(cmd.HaltMarket(MARKET, "operator"))
    assert not fills(desk.wait(60))

    events = desk.do(cmd.ResumeMarket(MARKET))

    assert fills(events) == [(4, 250.0)]
    assert desk.market.phase is Phase.CONTINUOUS
    assert desk.bids() == [(251.0, 6.0)]


def test_a_resumed_market_may_begin_with_a_call() -> None:
    desk = at_the_weekend()
    desk.do(cmd.HaltMarket(MARKET, "operator"))

    events = desk.do(cmd.ResumeMarket(MARKET, 10 * NS_PER_SECOND))

    assert of(events, ev.PhaseChanged)[0].until_ns == desk.now_ns + 10 * NS_PER_SECOND


@pytest.mark.parametrize("phase", Phase)
def test_every_phase_leads_only_where_the_table_says(phase: Phase) -> None:
    assert NEXT_PHASES[phase] <= set(Phase) - {phase, Phase.LISTED}
    assert bool(NEXT_PHASES[phase]) == (phase is not Phase.DELISTED)


def test_a_listed_market_cannot_be_halted_before_its_first_mark() -> None:
    desk = Desk(price=None)

    events = desk.do(cmd.HaltMarket(MARKET, "operator"))

    assert of(events, ev.Rejected)[0].reason == "market_not_trading"


def test_a_liquidation_that_an_uncross_left_in_debt_is_settled_at_the_next_mark() -> None:
    """Closed at any price: ann's ten of 250 dollars go at 210 in a call, and 150 are missing. Her
    cool-down of 30 s has not ended when the next mark finds her in debt without a position."""
    desk = Desk(listing("naive_print", ref("closeout", "market_full", retry_ns=30 * NS_PER_SECOND)))
    desk.open("ann", 250)
    for name in ("bob", "cat"):
        desk.open(name, 1_000_000)
    desk.trade("ann", "bob", 10, 250)
    desk.price(229)
    desk.do(cmd.HaltMarket(MARKET, "operator"))
    desk.do(cmd.ResumeMarket(MARKET, NS_PER_SECOND))
    desk.buy("cat", 10, 210)
    assert fills(desk.wait(1)) == [(10, 210.0)]
    assert desk.dollars("ann") == -150

    desk.wait(3)

    assert desk.dollars("ann") == 0
    assert [event.bad_debt_micros for event in desk.heard(ev.ShortfallPaid)] == [150 * 10**6]
