"""A reducing order needs no margin, so it may not lose more than its position's equity.

Otherwise two accounts could pass each other what the insurance fund then pays.
"""

from tests.support.desk import Desk, fills, of, reason, sliced
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.rejects import Cause
from venue.core.units import E6


def long_at_20x() -> Desk:
    """Ann is long 100 at 250 with 1,250 behind it: bankrupt at 237.50."""
    desk = Desk(sliced(), insurance=100_000)
    desk.open("ann", 1_250)
    desk.open("bob", 1_000_000)
    desk.open("cat", 1_000_000)
    desk.trade("ann", "bob", 100, 250)
    return desk


def test_a_reducing_order_beyond_the_bankruptcy_price_is_refused_and_at_it_stands() -> None:
    desk = long_at_20x()

    assert reason(desk.sell("ann", 100, 237.49, reduce_only=True)) == "insufficient_margin"
    assert of(desk.sell("ann", 100, 237.5, reduce_only=True), ev.OrderAccepted)


def test_a_reducing_market_order_goes_no_further_than_the_bankruptcy_price() -> None:
    desk = long_at_20x()
    desk.buy("cat", 60, 240)
    desk.buy("cat", 60, 237)

    events = desk.sell("ann", 100, None, reduce_only=True)

    assert fills(events) == [(60, 240.0)]
    assert of(events, ev.OrderAccepted)[0].price_ticks == 23_750


def test_a_resting_reducing_order_that_a_withdrawal_left_beyond_is_cancelled_when_met() -> None:
    """Short 100 at 250 with 4,000: bankrupt at 290. With 2,500 left of it: at 275."""
    desk = Desk(sliced(), insurance=100_000)
    desk.open("ann", 4_000)
    desk.open("bob", 1_000_000)
    desk.trade("bob", "ann", 100, 250)
    assert of(desk.buy("ann", 100, 280, reduce_only=True), ev.OrderAccepted)
    assert of(desk.do(cmd.Withdraw(desk.names["ann"], 1_500 * E6)), ev.Deposited)

    events = desk.sell("bob", 100, 240)

    assert [event.cause for event in of(events, ev.OrderCancelled)] == [Cause.INSUFFICIENT_MARGIN]
    assert fills(events) == []
