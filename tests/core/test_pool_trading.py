"""Orders that trade with a pool: at the oracle, whole or not at all, within its limits."""

from typing import Any

from tests.support.desk import MARKET, Desk, fills, of, reason
from tests.support.pools import PoolDesk, pool_listing
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import Side, TimeInForce, TriggerKind
from venue.core.listing import Fees
from venue.core.phases import Closure, Session
from venue.core.units import E6
from venue.rules.build import ref

IOC, FOK = TimeInForce.IOC, TimeInForce.FOK


def desk_with_spread(spread_e6: int = 1_000, **parameters: Any) -> PoolDesk:
    return PoolDesk(pool_listing(spread_e6=spread_e6, **parameters))


def causes(events: list[ev.Event]) -> list[str]:
    return [event.cause.value for event in of(events, ev.OrderCancelled)]


def test_a_buy_trades_at_the_oracles_ask_and_a_sell_at_its_bid() -> None:
    desk = desk_with_spread()
    desk.open("ann", 100_000)

    bought = desk.buy("ann", 10, None, time_in_force=IOC)
    sold = desk.sell("ann", 10, None, time_in_force=IOC)

    assert fills(bought) == [(10, 250.25)]
    assert fills(sold) == [(10, 249.75)]
    assert desk.dollars("ann") == 100_000 - 5
    assert desk.money() == 1_000_000 + 5


def test_the_pool_holds_the_opposite_of_all_positions() -> None:
    desk = PoolDesk()
    desk.open("ann", 100_000)
    desk.open("bob", 100_000)

    desk.buy("ann", 10, None, time_in_force=IOC)
    desk.sell("bob", 4, None, time_in_force=IOC)

    desk.names["pool"] = desk.pool.account
    assert (desk.shares("ann"), desk.shares("bob"), desk.shares("pool")) == (10, -4, -6)


def test_an_order_that_turns_a_position_round_closes_it_and_opens_the_other() -> None:
    desk = PoolDesk()
    desk.open("ann", 100_000)
    desk.buy("ann", 10, None, time_in_force=IOC)

    turned = desk.sell("ann", 25, None, time_in_force=IOC)

    assert fills(turned) == [(10, 250.0), (15, 250.0)]
    assert desk.shares("ann") == -15


def test_an_ioc_beyond_its_limit_is_cancelled_and_a_fok_refused() -> None:
    desk = desk_with_spread()
    desk.open("ann", 100_000)

    assert causes(desk.buy("ann", 10, 250.24, time_in_force=IOC)) == ["no_liquidity"]
    assert reason(desk.buy("ann", 10, 250.24, time_in_force=FOK)) == "fok_not_fillable"
    assert fills(desk.buy("ann", 10, 250.25, time_in_force=FOK)) == [(10, 250.25)]


def test_a_limit_order_waits_until_the_oracle_reaches_it_and_trades_at_the_oracle() -> None:
    desk = PoolDesk()
    desk.open("ann", 100_000)

    assert fills(desk.buy("ann", 10, 249)) == []
    assert fills(desk.price(249.01)) == []
    assert fills(desk.price(248.5)) == [(10, 248.5)]


def test_orders_that_wait_past_each_other_do_not_meet() -> None:
    desk = desk_with_spread()
    desk.open("ann", 100_000)
    desk.open("bob", 100_000)

    desk.buy("ann", 10, 250.2)
    events = desk.sell("bob", 10, 249.8)

    assert fills(events) == []
    assert (desk.bids(), desk.asks()) == ([(250.2, 10)], [(249.8, 10)])


def test_no_order_of_a_pools_market_is_post_only() -> None:
    desk = PoolDesk()
    desk.open("ann", 100_000)

    assert reason(desk.buy("ann", 10, 240, post_only=True)) == "post_only_would_trade"


def test_an_amended_order_trades_at_once_where_the_oracle_is_within_it() -> None:
    desk = PoolDesk()
    ann = desk.open("ann", 100_000)
    desk.buy("ann", 10, 240)
    order_id = next(iter(desk.account("ann").orders))

    events = desk.do(cmd.AmendOrder(ann, order_id, None, 25_100, None))

    assert fills(events) == [(10, 250.0)]


def test_a_stop_fires_at_the_mark_and_trades_with_the_pool() -> None:
    desk = PoolDesk()
    ann = desk.open("ann", 100_000)
    desk.buy("ann", 10, None, time_in_force=IOC)
    desk.do(cmd.PlaceTrigger(ann, "TSLA", Side.SELL, None, TriggerKind.STOP, 24_000))

    assert fills(desk.price(239)) == [(10, 239.0)]


def test_while_the_underlying_is_closed_orders_are_refused_and_waiting_ones_wait() -> None:
    desk = PoolDesk()
    desk.open("ann", 100_000)
    desk.buy("ann", 10, 249)
    desk.session(Session.NO_TRADING, Closure.WEEKEND)
    desk.wait(3)

    assert reason(desk.buy("ann", 10, None, time_in_force=IOC)) == "market_closed"
    assert reason(desk.buy("ann", 10, 240)) == "market_closed"
    desk.session(Session.REGULAR)
    assert fills(desk.price(240)) == [(10, 240.0)]


def test_a_price_of_zero_is_no_price_to_trade_at() -> None:
    desk = PoolDesk()
    desk.open("ann", 100_000)

    desk.print(0)
    events = desk.buy("ann", 10, None, time_in_force=IOC)

    assert fills(events) == [(10, 250.0)]


def test_an_opening_that_costs_too_much_for_its_leverage_is_cancelled() -> None:
    """0.1 % × 20 is 2 %, × 10 is 1 %."""
    desk = desk_with_spread(impact_leverage_e4=150)
    desk.open("ann", 100_000, leverage=20)
    desk.open("bob", 100_000, leverage=10)

    assert causes(desk.buy("ann", 10, None, time_in_force=IOC)) == ["price_impact"]
    assert fills(desk.buy("bob", 10, None, time_in_force=IOC)) == [(10, 250.25)]


def test_a_side_takes_no_more_open_interest_than_its_cap() -> None:
    desk = PoolDesk(pool_listing(side_micros_max=10_000 * E6))
    desk.open("ann", 100_000)
    desk.open("bob", 100_000)

    assert fills(desk.buy("ann", 40, None, time_in_force=IOC)) == [(40, 250.0)]
    assert causes(desk.buy("bob", 1, None, time_in_force=IOC)) == ["pool_limit"]
    assert fills(desk.sell("bob", 40, None, time_in_force=IOC)) == [(40, 250.0)]
    assert fills(desk.sell("ann", 40, None, time_in_force=IOC)) == [(40, 250.0)]


def test_collateral_of_all_positions_stays_within_its_share_of_the_pool() -> None:
    """$1,000 of pool, half of it: 500 of collateral carry 5,000 at 10x."""
    desk = PoolDesk(pool_dollars=1_000)
    desk.open("ann", 100_000, leverage=10)

    assert causes(desk.buy("ann", 21, None, time_in_force=IOC)) == ["pool_limit"]
    assert fills(desk.buy("ann", 20, None, time_in_force=IOC)) == [(20, 250.0)]


def test_an_empty_pool_takes_nothing() -> None:
    desk = PoolDesk(pool_dollars=0)
    desk.open("ann", 100_000)

    assert causes(desk.buy("ann", 1, None, time_in_force=IOC)) == ["pool_limit"]


def test_a_waiting_order_that_the_pool_may_not_take_is_cancelled_with_the_cause() -> None:
    desk = PoolDesk(pool_listing(side_micros_max=10_000 * E6))
    desk.open("ann", 100_000)
    desk.buy("ann", 100, 240)

    assert causes(desk.price(239)) == ["pool_limit"]


def test_gmx_charges_who_adds_to_the_imbalance_and_pays_who_takes_from_it() -> None:
    """5e-7 × 25,000 squared is $312.50: 3.125 on each of 100 shares; half of it comes back."""
    desk = PoolDesk(pool_listing("gmx_pool", factor_e18=500_000_000_000))
    desk.open("ann", 100_000)

    bought = desk.buy("ann", 100, None, time_in_force=IOC)
    sold = desk.sell("ann", 100, None, time_in_force=IOC)

    assert fills(bought) == [(100, 253.13)]
    assert fills(sold) == [(100, 251.56)]


def test_gmx_takes_no_more_of_a_side_than_its_share_of_the_pool() -> None:
    desk = PoolDesk(pool_listing("gmx_pool", factor_e18=0), pool_dollars=10_000)
    desk.open("ann", 100_000)

    assert causes(desk.buy("ann", 37, None, time_in_force=IOC)) == ["pool_limit"]
    assert fills(desk.buy("ann", 36, None, time_in_force=IOC)) == [(36, 250.0)]


def test_opening_pays_by_what_it_does_to_the_skew_and_the_pool_has_its_share() -> None:
    """$2,500 that add to the skew: taker; $5,000 against it: half maker, half taker."""
    market = pool_listing(
        "ostium_pool",
        ref("fees", "maker_taker_skew"),
        changes={"fees": Fees(maker_e6=300, taker_e6=1_000)},
        fee_share_e4=7_000,
    )
    desk = PoolDesk(market)
    desk.open("ann", 100_000)
    desk.open("bob", 100_000)

    (adds,) = of(desk.buy("ann", 10, None, time_in_force=IOC), ev.Traded)
    (takes,) = of(desk.sell("bob", 20, None, time_in_force=IOC), ev.Traded)
    (closes,) = of(desk.buy("bob", 20, None, time_in_force=IOC), ev.Traded)

    assert (adds.taker_fee_micros, adds.maker_fee_micros) == (2_500_000, -1_750_000)
    assert (takes.taker_fee_micros, takes.maker_fee_micros) == (3_250_000, -2_275_000)
    assert (closes.taker_fee_micros, closes.maker_fee_micros) == (0, 0)


def test_a_listing_that_pays_its_makers_pays_nobody_for_opening_against_a_pool() -> None:
    """A rebate comes out of a taker's fee: without one it would be the venue's own money."""
    market = pool_listing(
        "ostium_pool",
        ref("fees", "maker_taker_skew"),
        changes={"fees": Fees(maker_e6=-20, taker_e6=1_000)},
        fee_share_e4=0,
    )
    desk = PoolDesk(market)
    desk.open("ann", 100_000)
    desk.open("bob", 100_000)
    desk.buy("ann", 10, None, time_in_force=IOC)

    (half,) = of(desk.sell("bob", 5, None, time_in_force=IOC), ev.Traded)
    (rest,) = of(desk.sell("bob", 10, None, time_in_force=IOC), ev.Traded)

    assert (half.taker_fee_micros, rest.taker_fee_micros) == (0, 1_250_000)
    assert desk.state.ledger.fees_micros == 2_500_000 + 1_250_000


def test_a_pool_trades_at_the_index_in_new_units_before_the_next_print() -> None:
    desk = PoolDesk()
    desk.open("ann", 100_000)

    desk.do(cmd.AnnounceAction(MARKET, cmd.Split(1, 2)))
    bought = desk.buy("ann", 10, None, time_in_force=IOC)
    sold = desk.sell("ann", 10, None, time_in_force=IOC)

    assert (fills(bought), fills(sold)) == ([(10, 500)], [(10, 500)])


def test_rollover_of_all_positions_is_the_pools() -> None:
    rollover = ref("funding", "rollover")
    desk = PoolDesk(pool_listing("ostium_pool", rollover))
    desk.open("ann", 100_000)
    desk.open("bob", 100_000)
    desk.buy("ann", 10, None, time_in_force=IOC)
    desk.sell("bob", 10, None, time_in_force=IOC)
    before = desk.state.ledger.fees_micros

    for move in range(1_300):
        desk.price(250 + move % 2)

    paid = dict(desk.heard(ev.FundingSettled)[-1].payments)
    assert paid[desk.names["ann"]] == paid[desk.names["bob"]] > 0
    assert paid[desk.pool.account] == -2 * paid[desk.names["ann"]]
    assert desk.state.ledger.fees_micros == before


def test_a_liquidated_position_goes_back_to_the_pool_with_the_rest_of_its_margin() -> None:
    desk = PoolDesk()
    desk.open("ann", 2_500, leverage=10, isolated=True)
    desk.buy("ann", 100, 250, time_in_force=IOC)

    desk.price(228)
    desk.stay(3)

    assert desk.shares("ann") == 0
    assert desk.dollars("ann") == 0
    assert desk.value() == 1_000_000 + 2_500


def test_what_an_isolated_position_lacks_is_the_pools_loss() -> None:
    desk = PoolDesk()
    desk.open("ann", 2_500, leverage=10, isolated=True)
    desk.buy("ann", 100, 250, time_in_force=IOC)

    desk.price(200)

    assert desk.heard(ev.ShortfallPaid)[-1].payer == desk.pool.account
    assert desk.value() == 1_000_000 + 2_500
    assert desk.state.ledger.bad_debt_micros == 0


def test_what_a_cross_account_lacks_is_the_insurance_funds() -> None:
    """The pool's own profit of $5,000 is paid in full; it is nobody's surety elsewhere."""
    desk = PoolDesk()
    desk.open("ann", 2_500, leverage=10)
    desk.buy("ann", 100, 250, time_in_force=IOC)

    desk.price(200)

    assert desk.heard(ev.ShortfallPaid)[-1].payer == 0
    assert desk.value() == 1_000_000 + 5_000
    assert desk.state.ledger.bad_debt_micros == -2_500 * E6


def test_a_book_has_no_pool_to_pay_into() -> None:
    desk = Desk()
    ann = desk.open("ann", 100_000)

    assert reason(desk.do(cmd.DepositToPool(ann, "TSLA", 5 * E6))) == "no_pool_here"
    assert reason(desk.do(cmd.WithdrawFromPool(ann, "TSLA", 5 * E6))) == "no_pool_here"


def test_a_market_order_after_a_halt_trades_again_without_a_call() -> None:
    desk = PoolDesk()
    desk.open("ann", 100_000)
    desk.buy("ann", 10, 240)
    desk.do(cmd.HaltMarket("TSLA", "test"))

    desk.do(cmd.ResumeMarket("TSLA", 30 * 10**9))

    assert fills(desk.sell("ann", 10, None, time_in_force=IOC)) == [(10, 250.0)]
