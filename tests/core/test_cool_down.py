"""A cool-down waits for better prices, but not past the backstop's threshold."""

from tests.support.desk import Desk, of, sliced
from venue.core import events as ev
from venue.core.events import LiquidationOutcome, LiquidationWhy


def test_a_cool_down_ends_at_once_when_a_mark_brings_the_backstop() -> None:
    """500 shares at 20x: below maintenance at 243, a fifth is offered, nobody bids: 30 s of wait.

    At 241 equity is 500 × (12.50 - 9.00) = 1,750, under two thirds of 3,012.50: the fund takes over
    within the second, not half a minute later.
    """
    desk = Desk(sliced(), insurance=1_000_000)
    desk.open("ann", 500 * 12.5)
    desk.open("bob", 1_000_000)
    desk.trade("ann", "bob", 500, 250)
    first = of(desk.price(243), ev.LiquidationDeferred)
    assert [event.why for event in first] == [LiquidationWhy.COOL_DOWN]

    events = desk.price(241)

    assert [event.why for event in of(events, ev.LiquidationDeferred)] == [
        LiquidationWhy.BACKSTOP_DUE
    ]
    taken = desk.wait(1)
    assert [event.outcome for event in of(taken, ev.LiquidationEnded)] == [
        LiquidationOutcome.TAKEN_OVER
    ]
    assert first[0].until_ns - desk.now_ns > 20 * 10**9
