"""Margin of one account: cross and isolated, leverage, withdrawals, liquidation prices."""

import pytest
from msgspec.structs import replace

from tests.support.desk import MARKET, Desk, listing, of, reason
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import MarginMode
from venue.core.listing import Fees, Tier
from venue.core.margin import liquidation_nanos, unit_margin, withdrawable_micros
from venue.core.phases import Closure, Session
from venue.core.standings import shown_return_e4, standings
from venue.core.units import E4, E6, E12


def desk_of(*names: str, dollars: float = 10_000, isolated: bool = False) -> Desk:
    desk = Desk()
    for name in names:
        desk.open(name, dollars, isolated=isolated and name == "ann")
    return desk


def test_profit_comes_from_the_clearing_account_and_goes_back() -> None:
    """A buys one from B at 250 and sells it to C at 260: A has +10, clearing -10, entries +10."""
    desk = desk_of("ann", "bob", "cat")

    desk.trade("ann", "bob", 1, 250)
    desk.trade("cat", "ann", 1, 260)

    assert desk.dollars("ann") == 10_010
    assert desk.market.clearing_micros == -10 * E6
    assert desk.holding("cat").entry_micros + desk.holding("bob").entry_micros == 10 * E6


def test_a_trade_through_zero_closes_first_and_opens_the_rest_anew() -> None:
    desk = desk_of("ann", "bob")
    desk.trade("ann", "bob", 2, 250)

    desk.trade("bob", "ann", 5, 260)

    assert desk.dollars("ann") == 10_020
    assert desk.shares("ann") == -3
    assert desk.holding("ann").entry_micros == -3 * 260 * E6


def test_open_orders_ask_for_margin_on_their_worse_side() -> None:
    """At 20x, 10,000 bear 200,000: 800 shares at 250 on one side, and 800 on the other too."""
    desk = desk_of("ann")
    desk.buy("ann", 800, 250)

    assert of(desk.sell("ann", 800, 250.01), ev.OrderAccepted)
    assert reason(desk.sell("ann", 1, 250.01)) == "insufficient_margin"


def test_an_order_beyond_the_mark_asks_for_its_loss_too() -> None:
    """Ten at 260 with a mark of 250: 125 of initial margin and 100 to be lost at once."""
    desk = Desk()
    desk.open("ann", 225)
    desk.open("bob", 224.99)

    assert of(desk.buy("ann", 10, 260), ev.OrderAccepted)
    refused = of(desk.buy("bob", 10, 260), ev.Rejected)[0]
    assert refused.figures == {"available_micros": 224_990_000, "required_micros": 225_000_000}


def test_a_position_may_always_be_reduced() -> None:
    """ann is above maintenance (610) and below initial margin (1,220) at 244."""
    desk = Desk()
    desk.open("ann", 1_250)
    desk.open("bob", 10_000)
    desk.trade("ann", "bob", 100, 250)
    desk.price(244)

    assert reason(desk.buy("ann", 1, 244)) == "insufficient_margin"
    assert of(desk.sell("ann", 100, 244), ev.OrderAccepted)


def test_fees_round_up_and_a_rebate_down() -> None:
    """0.001 shares at 250 are 250,000 micro-dollars: 0.0333 % is 83.25, the rebate 8.25."""
    desk = Desk(listing(fees=Fees(maker_e6=-33, taker_e6=333)))
    desk.open("ann", 100)
    desk.open("bob", 100)

    desk.trade("ann", "bob", 0.001, 250)

    assert desk.holding("ann").fees_micros == 84
    assert desk.holding("bob").fees_micros == -8
    assert desk.state.ledger.fees_micros == 76


def test_isolated_margin_is_set_aside_when_a_position_opens() -> None:
    desk = desk_of("ann", "bob", isolated=True)

    desk.trade("ann", "bob", 100, 250)

    assert desk.dollars("ann") == 8_750
    assert desk.holding("ann").isolated_micros == 1_250 * E6


def test_a_reduced_isolated_position_keeps_its_share_of_the_margin() -> None:
    """At 244 the hundred have 1,250 - 600 = 650 of equity, above 610. Selling fifty realises -300:
    625 stay for the other fifty, 325 come back, and the fifty have 325 of equity, above 305."""
    desk = desk_of("ann", "bob", isolated=True)
    desk.trade("ann", "bob", 100, 250)
    desk.price(244)

    desk.trade("bob", "ann", 50, 244)

    assert desk.holding("ann").isolated_micros == 625 * E6
    assert desk.dollars("ann") == 8_750 + 325
    assert unit_margin(desk.state, desk.account("ann"), MARKET) == (325 * E6, 305 * E6 * E4)
    assert not desk.heard(ev.LiquidationStarted)


def test_a_closed_part_that_lost_more_than_its_share_gives_nothing_back() -> None:
    """Fifty sold at 236 lose 700, more than their 625: 1,250 - 700 = 550 stay."""
    desk = desk_of("ann", "bob", isolated=True)
    desk.trade("ann", "bob", 100, 250)

    desk.trade("bob", "ann", 50, 236)

    assert desk.holding("ann").isolated_micros == 550 * E6
    assert desk.dollars("ann") == 8_750


def test_a_closed_isolated_position_gives_all_its_margin_back() -> None:
    desk = desk_of("ann", "bob", isolated=True)
    desk.trade("ann", "bob", 100, 250)

    desk.trade("bob", "ann", 100, 252)

    assert desk.holding("ann").isolated_micros == 0
    assert desk.dollars("ann") == 10_200


def test_a_flipped_isolated_position_is_margined_anew() -> None:
    desk = desk_of("ann", "bob", isolated=True)
    desk.trade("ann", "bob", 100, 250)

    desk.trade("bob", "ann", 140, 250)

    assert desk.shares("ann") == -40
    assert desk.holding("ann").isolated_micros == 500 * E6


def test_isolated_margin_may_be_added_and_taken_back_down_to_initial() -> None:
    desk = desk_of("ann", "bob", isolated=True)
    desk.trade("ann", "bob", 100, 250)

    desk.do(cmd.MoveIsolatedMargin(1, MARKET, 500 * E6))
    assert desk.holding("ann").isolated_micros == 1_750 * E6
    refused = desk.do(cmd.MoveIsolatedMargin(1, MARKET, -501 * E6))
    desk.do(cmd.MoveIsolatedMargin(1, MARKET, -500 * E6))

    assert of(refused, ev.Rejected)[0].figures == {"available_micros": 500 * E6}
    assert desk.holding("ann").isolated_micros == 1_250 * E6


def test_no_amount_moves_no_margin() -> None:
    desk = desk_of("ann", "bob", isolated=True)
    desk.trade("ann", "bob", 100, 250)

    assert reason(desk.do(cmd.MoveIsolatedMargin(1, MARKET, 0))) == "amount_not_positive"


def test_an_isolated_fill_that_empties_the_cross_balance_is_noticed_at_once() -> None:
    """ann's cross position in NVDA is near maintenance when her isolated bid in TSLA fills."""
    desk = desk_of("bob", "cat")
    desk.open("ann", 1_000, isolated=True)
    nvda = replace(listing(), market="NVDA", underlying="NVDA")
    ann, bob = desk.names["ann"], desk.names["bob"]
    desk.do(cmd.ListMarket(nvda))
    desk.do(cmd.ChangeSession("NVDA", Session.REGULAR, Closure.NONE, desk.now_ns, None, None))

    def nvda_at(dollars: int) -> None:
        nanos = dollars * 10**9
        desk.do(cmd.SubmitPrint("NVDA", "feed", nanos, desk.now_ns, desk.now_ns, 10**9))
        desk.wait(3)

    nvda_at(100)
    desk.do(cmd.SetLeverage(ann, "NVDA", 20))
    desk.do(cmd.PlaceOrder(bob, "NVDA", cmd.Side.SELL, 80_000, 10_000))
    desk.do(cmd.PlaceOrder(ann, "NVDA", cmd.Side.BUY, 80_000, 10_000))
    desk.buy("ann", 40, 250)  # It will set 500 aside: 400 of initial margin and 500 fit in 1,000.
    nvda_at(93)  # 1,000 - 560 = 440 is above 186; without the 500 it is below zero.

    events = desk.sell("bob", 40, 250)

    started = of(events, ev.LiquidationStarted)
    assert [(event.account, event.market) for event in started] == [(ann, "")]
    assert started[0].equity_micros == -60 * E6


def test_less_leverage_asks_for_more_margin() -> None:
    """100 shares at 250 need 1,250 at 20x, 5,000 at 5x, 25,000 at 1x."""
    desk = desk_of("ann", "bob")
    desk.trade("ann", "bob", 100, 250)

    assert of(desk.do(cmd.SetLeverage(1, MARKET, 5)), ev.LeverageSet)
    refused = of(desk.do(cmd.SetLeverage(1, MARKET, 1)), ev.Rejected)[0]

    assert refused.reason == "insufficient_margin"
    assert refused.figures == {"available_micros": 10_000 * E6, "required_micros": 25_000 * E6}


@pytest.mark.parametrize("mode", MarginMode)
def test_leverage_waits_for_the_end_of_a_liquidation(mode: MarginMode) -> None:
    desk = Desk()
    desk.open("ann", 1_250)
    desk.open("bob", 10_000)
    desk.trade("ann", "bob", 100, 250)
    desk.price(243)  # Nobody bids, the fund has nothing: it stays open.

    assert reason(desk.do(cmd.SetLeverage(1, MARKET, 20, mode))) == "liquidation_open"


@pytest.mark.parametrize(
    ("price", "withdrawable"),
    [
        # Initial margin 1,250 at 20x; a tenth of 25,000 is more.
        pytest.param(250, 7_500, id="a tenth of the notional stays"),
        pytest.param(240, 6_600, id="9,000 of equity, less 2,400"),
        pytest.param(300, 10_000, id="unrealised profit stays"),
    ],
)
def test_what_may_be_withdrawn(price: int, withdrawable: int) -> None:
    desk = desk_of("ann", "bob")
    desk.trade("ann", "bob", 100, 250)
    desk.price(price)

    assert withdrawable_micros(desk.state, desk.account("ann")) == withdrawable * E6


def test_HL_LIQ_004_a_ten_share_long_at_a_hundred_with_a_hundred_is_liquidated_at_94_7368() -> None:
    """Hyperliquid's vector: 100 - 50 / 10 / (1 - 0.05) = 94.7368, where equity is 47.368."""
    desk = Desk(listing(tiers=(Tier(0, 10),)), price=100)
    desk.open("ann", 100, leverage=10, isolated=True)
    desk.open("bob", 1_000, leverage=10)
    desk.trade("ann", "bob", 10, 100)

    assert desk.holding("ann").isolated_micros == 100 * E6
    assert liquidation_nanos(desk.state, desk.account("ann"), MARKET) == 94_736_842_105


@pytest.mark.parametrize(
    ("name", "above", "below"),
    [
        pytest.param("ann", 243.59, 243.58, id="long: 12.50 a share, 237.50 / 0.975 = 243.5897"),
        pytest.param("bob", 256.09, 256.10, id="short: 262.50 / 1.025 = 256.0976"),
    ],
)
def test_liquidation_begins_beyond_the_liquidation_price(
    name: str, above: float, below: float
) -> None:
    desk = desk_of("ann", "bob", dollars=1_250)
    desk.trade("ann", "bob", 100, 250)

    assert not of(desk.price(above), ev.LiquidationStarted)
    started = of(desk.price(below), ev.LiquidationStarted)

    assert [event.account for event in started] == [desk.names[name]]


def equity_and_return(desk: Desk) -> tuple[int, int]:
    (found,) = (each for each in standings(desk.state, frozenset()) if each.name == "ann")
    return found.equity_micros, found.return_e12


def test_standing_counts_return_from_what_came_in() -> None:
    """10,000 and 10,000 more came in; 100 shares gained 5 dollars each: 500 of 20,000 is 2.5 %."""
    desk = desk_of("ann", "bob")
    desk.trade("ann", "bob", 100, 250)
    desk.do(cmd.Deposit(1, 10_000 * E6))
    desk.price(255)

    assert equity_and_return(desk) == (20_500 * E6, 25 * E12 // 1_000)


@pytest.mark.parametrize(
    ("dollars", "return_e4"), [(255, 250), (249.99, 0), (249.97, -2), (250.01, 0), (250.03, 2)]
)
def test_a_return_is_rounded_half_to_even(dollars: float, return_e4: int) -> None:
    """100 shares on 20,000 dollars: a cent is 0.005 %."""
    desk = desk_of("ann", "bob", dollars=20_000)
    desk.trade("ann", "bob", 100, 250)
    desk.price(dollars)

    (mine,) = (each for each in standings(desk.state, frozenset()) if each.name == "ann")
    assert (
        shown_return_e4(equity_micros=mine.equity_micros, base_micros=mine.base_micros) == return_e4
    )


def test_a_reset_account_starts_again_from_its_balance() -> None:
    desk = desk_of("ann", "bob")
    desk.trade("ann", "bob", 100, 250)
    desk.trade("bob", "ann", 100, 240)
    desk.buy("ann", 1, 200)

    desk.do(cmd.ResetAccount(1, 5_000 * E6))

    assert equity_and_return(desk) == (5_000 * E6, 0)
    assert not desk.account("ann").orders
