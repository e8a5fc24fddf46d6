"""Providers pay in and leave at the end of an epoch, at a price that counts open positions."""

from tests.support.desk import MARKET, of, reason
from tests.support.pools import PoolDesk, pool_listing
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import TimeInForce
from venue.core.phases import Closure, Session
from venue.core.pool import PoolShare
from venue.core.units import E6, NS_PER_SECOND

IOC = TimeInForce.IOC


def test_the_first_provider_gets_a_share_a_dollar_at_the_end_of_the_epoch() -> None:
    desk = PoolDesk(pool_dollars=0)
    lp = desk.open("zoe", 10_000)

    desk.pay_in("zoe", 4_000)
    before = desk.pool.providers[lp].shares
    desk.epoch()

    assert before == 0
    assert desk.pool.providers[lp] == PoolShare(4_000 * E6, 0, 4_000 * E6)
    assert desk.dollars("zoe") == 6_000


def test_money_that_waits_is_not_the_pools_yet() -> None:
    desk = PoolDesk()
    desk.open("zoe", 10_000)

    desk.pay_in("zoe", 4_000)

    assert desk.value() == 1_000_000
    assert desk.dollars("zoe") == 6_000


def test_shares_are_bought_at_a_price_that_counts_what_traders_have_lost() -> None:
    """100 shares, 25 dollars down: the pool is worth 1,002,500 for 1,000,000 shares."""
    desk = PoolDesk()
    desk.open("ann", 100_000)
    zoe = desk.open("zoe", 10_000)
    desk.buy("ann", 100, None, time_in_force=IOC)
    desk.price(225)

    desk.pay_in("zoe", 2_005)
    desk.epoch()

    assert desk.pool.providers[zoe].shares == 2_000 * E6


def test_who_leaves_gets_a_part_of_what_traders_have_lost_and_bears_what_they_gained() -> None:
    desk = PoolDesk()
    desk.open("ann", 100_000)
    desk.buy("ann", 100, None, time_in_force=IOC)
    desk.price(350)

    desk.leave("lp", 100_000)
    desk.epoch()

    assert desk.dollars("lp") == 1_000 + 99_000
    assert desk.value() == 891_000


def test_rounding_stays_with_who_stays() -> None:
    desk = PoolDesk(pool_dollars=3)
    desk.open("ann", 1_000)
    desk.buy("ann", 0.02, None, time_in_force=IOC)
    desk.price(350)
    value = desk.value()

    desk.leave("lp", 0.000_002)
    desk.epoch()

    assert desk.dollars("lp") == 1_000  # 0.67 of a micro-dollar.
    assert desk.value() == value


def test_a_request_that_has_not_stood_for_its_notice_waits_for_the_next_epoch() -> None:
    desk = PoolDesk(pool_listing(notice_ns=70 * NS_PER_SECOND), pool_dollars=0)
    desk.open("zoe", 10_000)
    desk.pay_in("zoe", 4_000)

    desk.epoch()
    early = desk.pool.shares
    desk.epoch()

    assert (early, desk.pool.shares) == (0, 4_000 * E6)


def test_an_epoch_that_ends_while_the_underlying_is_closed_waits_for_the_open() -> None:
    desk = PoolDesk()
    desk.leave("lp", 1_000)
    desk.session(Session.NO_TRADING, Closure.WEEKEND)
    for _ in range(100):
        desk.wait(3)
    waiting = len(desk.pool.requests)

    desk.session(Session.REGULAR)
    events = desk.price(250)

    assert waiting == 1
    assert len(of(events, ev.PoolRequestEnded)) == len(of(events, ev.PoolEpochEnded)) == 1


def test_money_that_the_pool_needs_for_its_traders_waits() -> None:
    """90 % of what stays must carry the larger side: $9,000 of positions need $10,000."""
    desk = PoolDesk(pool_listing("gmx_pool", factor_e18=0), pool_dollars=10_001)
    desk.open("ann", 100_000)
    desk.buy("ann", 36, None, time_in_force=IOC)

    desk.leave("lp", 2)
    desk.epoch()
    held = len(desk.pool.requests)
    desk.sell("ann", 1, None, time_in_force=IOC)
    desk.epoch()

    assert (held, len(desk.pool.requests)) == (1, 0)


def test_money_that_buys_no_share_goes_back() -> None:
    """The pool has 2,000,000,000,000 shares that are worth nothing."""
    desk = PoolDesk(pool_listing(gain_max_e4=10_000_000, collateral_e4=10_000), pool_dollars=2_000)
    desk.open("ann", 100_000)
    desk.buy("ann", 20, None, time_in_force=IOC)
    desk.open("zoe", 1_000)
    desk.price(350)

    desk.pay_in("zoe", 500)
    events = desk.epoch()

    assert of(events, ev.PoolRequestEnded)[0].outcome is ev.PoolOutcome.RETURNED
    assert desk.dollars("zoe") == 1_000


def test_nobody_gives_back_shares_twice_or_pays_in_what_he_has_not() -> None:
    desk = PoolDesk()
    lp = desk.names["lp"]

    assert reason(desk.pay_in("lp", 1_001)) == "insufficient_balance"
    assert reason(desk.pay_in("lp", 0.5)) == "amount_not_positive"
    assert reason(desk.leave("lp", 0)) == "amount_not_positive"
    desk.leave("lp", 600_000)
    assert reason(desk.leave("lp", 400_001)) == "insufficient_shares"
    assert reason(desk.do(cmd.DepositToPool(99, MARKET, E6))) == "unknown_account"
    assert reason(desk.do(cmd.DepositToPool(lp, "NONE", E6))) == "unknown_market"


def test_what_is_paid_in_counts_neither_as_loss_nor_as_gain_of_the_account() -> None:
    desk = PoolDesk()

    assert desk.account("lp").base_micros == desk.account("lp").balance_micros
