"""What a pool's traders may gain: the cap of a position, of a side, and ADL by the pool's ratio."""

from tests.support.desk import fills, of
from tests.support.pools import PoolDesk, pool_listing
from venue.core import events as ev
from venue.core.commands import TimeInForce
from venue.core.events import PoolCloseWhy

IOC = TimeInForce.IOC


def test_a_position_that_has_gained_nine_times_its_collateral_is_closed_there() -> None:
    """250 at 20x: 12.50 a share are put up, 112.50 may be gained; at 380 it is 362.50 that pays."""
    desk = PoolDesk()
    desk.open("ann", 100_000, leverage=20)
    desk.buy("ann", 10, None, time_in_force=IOC)

    assert fills(desk.price(362)) == []
    closed = desk.price(380)

    assert fills(closed) == [(10, 362.5)]
    assert of(closed, ev.PoolPositionClosed)[0].why is PoolCloseWhy.GAIN_MAX
    assert desk.dollars("ann") == 100_000 + 1_125


def test_a_short_is_paid_no_more_than_nine_times_its_collateral() -> None:
    desk = PoolDesk()
    desk.open("ann", 100_000, leverage=20)
    desk.sell("ann", 10, None, time_in_force=IOC)

    assert fills(desk.price(100)) == [(10, 137.5)]


def test_a_brackets_take_profit_is_corrected_to_the_most_that_may_be_gained() -> None:
    desk = PoolDesk()
    desk.open("ann", 100_000, leverage=20)

    desk.buy("ann", 10, 250, take_profit_ticks=50_000, time_in_force=IOC)
    desk.sell("ann", 20, 250, take_profit_ticks=100, time_in_force=IOC)

    ticks = [event.trigger_ticks for event in desk.heard(ev.TriggerPlaced)]
    assert ticks == [36_250, 13_750]


def test_winners_of_a_side_share_what_the_pool_has() -> None:
    """$10,000 of pool; longs of 30 and 10 shares are $400 a share ahead: 16,000 against 9,000."""
    market = pool_listing(
        "gmx_pool", factor_e18=0, reserve_e4=10_000, adl_above_e4=10_000, adl_to_e4=9_999
    )
    desk = PoolDesk(market, pool_dollars=10_000)
    desk.open("ann", 100_000)
    desk.open("bob", 100_000)
    desk.buy("ann", 30, None, time_in_force=IOC)
    desk.buy("bob", 10, None, time_in_force=IOC)

    desk.price(650)
    desk.stay(3)

    assert desk.shares("ann") == desk.shares("bob") == 0
    assert 0 < desk.money() < 1_000.5
    gains = desk.dollars("ann") - 100_000, desk.dollars("bob") - 100_000
    assert gains[0] + gains[1] + desk.money() == 10_000


def gmx_desk() -> PoolDesk:
    market = pool_listing("gmx_pool", factor_e18=0)
    desk = PoolDesk(market, pool_dollars=10_000)
    for name, leverage in (("ann", 20), ("bob", 10)):
        desk.open(name, 100_000, leverage=leverage)
        desk.buy(name, 18, None, time_in_force=IOC)
    return desk


def test_adl_leaves_a_side_alone_up_to_85_per_cent_of_the_pool() -> None:
    """36 shares at 236 ahead are $8,496 of $10,000."""
    desk = gmx_desk()

    assert fills(desk.price(486)) == []


def test_adl_closes_the_highest_return_first_until_the_side_is_at_77_per_cent() -> None:
    """36 shares at 237 ahead are $8,532: $3,617.40 must go, 15.264 of ann's shares at 20x."""
    desk = gmx_desk()

    closed = desk.price(487)

    assert fills(closed) == [(15.264, 487.0)]
    assert of(closed, ev.PoolPositionClosed)[0].why is PoolCloseWhy.ADL
    gain = (desk.shares("ann") + desk.shares("bob")) * 237
    assert 0.7699 < gain / desk.money() <= 0.77
