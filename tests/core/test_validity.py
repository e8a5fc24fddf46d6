"""What is blocked while the outside price is not to be trusted, where each action begins."""

import pytest

from tests.support.desk import MARKET, Desk, fills, listing, of, reason
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import Side, TriggerKind
from venue.core.digest import digest, dump, load
from venue.core.events import Event, LiquidationWhy
from venue.core.listing import MarketSpec
from venue.core.phases import Closure, Pricing, Session
from venue.core.policies import Validity, Verdict
from venue.core.units import E6, E9, NS_PER_SECOND
from venue.rules.build import build, ref


def drift(**ladder: int) -> MarketSpec:
    return listing(
        "naive_print",
        ref("index_open", "validity_ladder", **ladder),
        ref("index_closed", "frozen"),
        ref("actions", "drift_matrix"),
        ref("mark", "index"),
    )


def desk_with_position(**ladder: int) -> Desk:
    """Ann is long 100 from bob at 250 with 2,000 of her own: below maintenance under 236."""
    desk = Desk(drift(**ladder))
    desk.open("ann", 2_000)
    for name in ("bob", "cat"):
        desk.open(name, 1_000_000)
    desk.trade("ann", "bob", 100, 250)
    return desk


def tell(desk: Desk, dollars: float, confidence: float = 0) -> list[Event]:
    """Print a price with a confidence, in dollars."""
    desk.now_ns += NS_PER_SECOND
    now_ns = desk.now_ns
    return desk.do(
        cmd.SubmitPrint(
            MARKET,
            "feed",
            round(dollars * E9),
            now_ns,
            now_ns,
            NS_PER_SECOND,
            confidence_nanos=round(confidence * E9),
        )
    )


def test_an_uncertain_price_is_told_once_and_again_when_it_is_over() -> None:
    desk = desk_with_position()

    changes = of(tell(desk, 250, 6) + tell(desk, 250, 7) + tell(desk, 250), ev.ValidityChanged)

    assert [change.validity for change in changes] == [Validity.TOO_UNCERTAIN, Validity.VALID]


def test_at_an_uncertain_price_an_order_that_would_trade_is_refused_even_to_reduce() -> None:
    desk = desk_with_position()
    desk.buy("cat", 10, 249)
    tell(desk, 250, 6)

    assert reason(desk.sell("ann", 10, 249)) == "index_not_valid"


def test_a_reducing_order_may_rest_at_an_uncertain_price_and_an_opening_one_may_not() -> None:
    desk = desk_with_position()
    tell(desk, 250, 6)

    assert of(desk.sell("ann", 10, 251), ev.OrderAccepted)
    assert reason(desk.buy("cat", 10, 249)) == "index_not_valid"


def test_a_valid_price_lets_everything_through_again() -> None:
    desk = desk_with_position()
    desk.sell("bob", 10, 251)
    tell(desk, 250, 6)
    tell(desk, 250)

    assert fills(desk.buy("cat", 10, 251)) == [(10, 251.0)]


def test_a_price_too_old_for_margin_blocks_opening_but_not_reducing() -> None:
    desk = desk_with_position()
    desk.buy("cat", 50, 249)
    desk.wait(61)
    assert desk.market.validity is Validity.STALE_FOR_MARGIN
    assert desk.market.pricing is Pricing.EXTERNAL

    assert reason(desk.buy("cat", 1, 248)) == "index_not_valid"
    assert fills(desk.sell("ann", 10, 249)) == [(10, 249.0)]


def test_money_stays_while_its_margin_cannot_be_known() -> None:
    desk = desk_with_position()
    desk.wait(61)
    dan = desk.open("dan", 100)

    assert reason(desk.do(cmd.Withdraw(desk.names["ann"], E6))) == "index_not_valid"
    assert of(desk.do(cmd.Withdraw(dan, E6)), ev.Deposited)  # who holds nothing may go


def test_a_liquidation_waits_for_a_price_that_is_not_too_volatile_on_record() -> None:
    desk = desk_with_position()
    desk.buy("cat", 1_000, 200)

    events = tell(desk, 40) + desk.wait(3)

    assert desk.market.validity is Validity.TOO_VOLATILE
    (deferred, *_) = of(events, ev.LiquidationDeferred)
    assert deferred.why is LiquidationWhy.INDEX_NOT_VALID
    assert deferred.until_ns > desk.now_ns
    assert not of(events, ev.ClosedOut)


def test_the_wait_ends_with_a_liquidation_once_the_price_is_good() -> None:
    desk = desk_with_position()
    desk.buy("cat", 1_000, 200)
    events = tell(desk, 40) + desk.wait(3)
    assert not of(events, ev.ClosedOut)

    after = tell(desk, 230) + desk.wait(40)

    assert of(after, ev.LiquidationEnded)


def test_at_an_uncertain_price_liquidations_go_on() -> None:
    desk = desk_with_position()
    desk.buy("cat", 1_000, 230)

    events = tell(desk, 232, 10) + desk.wait(3)

    assert desk.market.validity is Validity.TOO_UNCERTAIN
    assert of(events, ev.ClosedOut)


def test_a_trigger_waits_and_fires_at_the_first_mark_that_may_be_trusted() -> None:
    desk = desk_with_position()
    desk.buy("cat", 100, 245)
    desk.do(cmd.PlaceTrigger(desk.names["ann"], MARKET, Side.SELL, None, TriggerKind.STOP, 24_700))

    assert not of(tell(desk, 246, 10) + desk.wait(3), ev.TriggerFired)
    events = tell(desk, 246) + desk.wait(3)

    assert len(of(events, ev.TriggerFired)) == 1
    assert desk.shares("ann") == 0


def test_a_print_of_nothing_blocks_everything_and_never_becomes_the_index() -> None:
    desk = desk_with_position()

    events = tell(desk, 0) + desk.wait(3)

    assert of(events, ev.PrintJudged)[0].verdict is Verdict.NOT_POSITIVE
    assert desk.market.validity is Validity.NON_POSITIVE
    assert desk.market.index_nanos == 250 * E9


def test_funding_is_not_settled_while_it_is_blocked() -> None:
    desk = desk_with_position()
    desk.buy("cat", 100, 251)  # a premium that longs would pay
    while not of(events := tell(desk, 250) + desk.wait(4), ev.FundingSettled):
        pass
    assert of(events, ev.FundingSettled)[0].rate_e12 > 0

    events = []
    while not of(events, ev.FundingSettled):
        events = desk.wait(60)

    settled = of(events, ev.FundingSettled)[0]
    assert (settled.rate_e12, settled.payments) == (0, ())


def test_internal_pricing_counts_as_too_old_for_margin() -> None:
    desk = desk_with_position()
    desk.session(Session.NO_TRADING, Closure.WEEKEND)

    assert desk.market.pricing is Pricing.INTERNAL
    assert reason(desk.buy("cat", 1, 248)) == "index_not_valid"


@pytest.mark.parametrize("rulebook", ["naive_print", "naive_last", "venue_default"])
def test_where_nothing_is_blocked_nothing_is_told(rulebook: str) -> None:
    desk = Desk(listing(rulebook))
    tell(desk, 250, 100)
    desk.wait(120)

    assert desk.market.blocked == ()
    assert not desk.heard(ev.ValidityChanged)


def test_validity_comes_back_from_a_checkpoint() -> None:
    desk = desk_with_position()
    tell(desk, 250, 6)

    again = load(dump(desk.state), build)

    assert digest(again) == digest(desk.state)
    assert again.markets[MARKET].validity is Validity.TOO_UNCERTAIN
    assert again.markets[MARKET].blocked == desk.market.blocked != ()


def test_at_an_index_half_above_its_own_mean_nothing_trades_or_is_liquidated_for_a_while() -> None:
    """bob is short 100 from 250 and cannot bear 400; half a minute on the mean is 266.67."""
    desk = Desk(drift())
    for name, dollars in (("ann", 1_000_000), ("bob", 5_000), ("cat", 1_000_000)):
        desk.open(name, dollars)
    desk.trade("ann", "bob", 100, 250)
    for _ in range(100):
        tell(desk, 250)
        desk.wait(3)
    desk.sell("cat", 100, 400)

    events = tell(desk, 400) + desk.wait(3)
    refused = reason(desk.buy("ann", 1, 400))
    while desk.market.blocked:
        assert digest(load(dump(desk.state), build)) == digest(desk.state)
        assert load(dump(desk.state), build).markets[MARKET].blocked == desk.market.blocked
        events += tell(desk, 400) + desk.wait(10)
    later = tell(desk, 400) + desk.wait(40)

    assert refused == "index_not_valid"
    assert not of(events, ev.ClosedOut)
    assert of(events, ev.LiquidationDeferred)[0].why is LiquidationWhy.INDEX_NOT_VALID
    assert of(later, ev.LiquidationEnded)


def test_no_funding_is_paid_while_the_book_is_a_tenth_from_the_index() -> None:
    desk = desk_with_position()
    desk.buy("cat", 100, 290)
    desk.sell("bob", 100, 291)
    events: list[Event] = []
    while not of(events, ev.FundingSettled):
        events = tell(desk, 250) + desk.wait(4)

    settled = of(events, ev.FundingSettled)[0]
    assert (settled.rate_e12, settled.payments) == (0, ())
