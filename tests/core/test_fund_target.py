"""The insurance fund takes in a share of fees, until it has its target of open interest.

A trade of four shares at 250 is $1,000: fees of 0.45 and 0.15, open interest of $1,000.
"""

from msgspec.structs import replace

from tests.core.test_who_pays import desk_with, levered
from tests.support.desk import MARKET, Desk, of, sliced
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.digest import digest, dump, load
from venue.core.listing import Fees, MarketSpec
from venue.core.units import E6
from venue.rules.build import build, ref

HOUR = 3_600
CENT = E6 // 100


def funded(insurance: int = 0, **rule: int) -> Desk:
    """Return a desk with fees, whose fund takes some of them in; ann and bob have traded."""
    kept = tuple(each for each in sliced().rules if each.kind != "backstop")
    rules = (*kept, ref("backstop", "fund", **rule))
    market = replace(sliced(rules=rules), fees=Fees(maker_e6=150, taker_e6=450))
    desk = Desk(market, insurance=insurance)
    desk.open("ann", 10_000)
    desk.open("bob", 10_000)
    desk.trade("ann", "bob", 4, 250)
    return desk


def filled(desk: Desk) -> list[tuple[int, int]]:
    """Return (fees, what of them the fund got) in micro-dollars, each time."""
    return [(each.fees_micros, each.amount_micros) for each in desk.heard(ev.FundFilled)]


def test_FUND_TARGET_001_a_share_of_fees_goes_to_the_fund_with_funding() -> None:
    desk = funded(fees_e4=2_500)
    before = desk.state.ledger.fees_micros

    desk.wait(HOUR)
    desk.wait(HOUR)

    assert before == 60 * CENT
    assert filled(desk) == [(60 * CENT, 15 * CENT)]  # The second hour had none.
    assert desk.dollars("insurance") == 0.15
    assert desk.state.ledger.fees_micros == 45 * CENT
    assert digest(load(dump(desk.state), build)) == digest(desk.state)


def test_FUND_TARGET_002_it_ends_at_the_target_and_the_rest_is_the_venues() -> None:
    """0.01 % of $1,000 is 10 cents."""
    desk = funded(fees_e4=10_000, target_e4=1)

    desk.wait(HOUR)
    desk.trade("ann", "bob", 4, 250)  # A target of 20 cents now.
    desk.wait(HOUR)
    desk.trade("bob", "ann", 8, 250)  # Nothing is open, and nothing is aimed at.
    desk.wait(HOUR)

    assert filled(desk) == [(60 * CENT, 10 * CENT), (60 * CENT, 10 * CENT), (120 * CENT, 0)]
    assert desk.dollars("insurance") == 0.2


def test_FUND_TARGET_003_three_per_cent_of_open_interest_at_the_mark() -> None:
    desk = funded(insurance=30, fees_e4=10_000, target_e4=300)
    desk.wait(HOUR)
    desk.trade("ann", "bob", 4, 250)
    desk.price(250.05)
    desk.wait(HOUR)

    assert filled(desk) == [(60 * CENT, 0), (60 * CENT, 60 * CENT)]


def test_FUND_TARGET_004_without_a_share_nothing_is_moved() -> None:
    desk = funded(target_e4=300)

    desk.wait(HOUR)

    assert filled(desk) == []
    assert desk.dollars("insurance") == 0


def test_FUND_TARGET_005_a_liquidation_fee_beyond_the_target_is_the_venues() -> None:
    """A hundred shares closed at 241: a fee of 120.50. 1 % of what is open is 241 for each."""
    rules = (
        ref("closeout", "slices", fee_e6=5_000),
        ref("backstop", "fund", target_e4=100),
    )
    desk = desk_with(*rules, insurance=200)
    levered(desk, "long", ("bob", 100_000, 100))
    desk.open("cat", 100_000)
    desk.buy("cat", 100, 241)

    events = desk.price(243)

    (fee,) = of(events, ev.LiquidationFeePaid)
    target = 243  # 1 % of a hundred shares at the mark, for cat holds them now.
    assert fee.amount_micros == 120_500_000
    assert fee.beyond_micros == (200 + 120.5 - target) * E6
    assert desk.dollars("insurance") == target
    assert desk.state.ledger.fees_micros == fee.beyond_micros


def test_FUND_TARGET_006_the_targets_of_all_markets_count_together() -> None:
    desk = funded(insurance=11, fees_e4=10_000, target_e4=100)
    named = cmd.ListMarket(_named(desk, "TSLA-2"))
    desk.do(named)
    desk.price(250)
    for name in ("ann", "bob"):
        desk.do(cmd.SetLeverage(desk.names[name], "TSLA-2", 20, cmd.MarginMode.CROSS))
    for name, side in (("bob", cmd.Side.SELL), ("ann", cmd.Side.BUY)):
        desk.do(cmd.PlaceOrder(desk.names[name], "TSLA-2", side, 4_000, 25_000))
    desk.wait(HOUR)

    room = (2 * 10 - 11) * E6  # 1 % of $1,000 in each.
    assert [amount for _, amount in filled(desk)] == [60 * CENT, 60 * CENT]
    assert room > 120 * CENT
    assert {each.market for each in desk.heard(ev.FundFilled)} == {MARKET, "TSLA-2"}


def _named(desk: Desk, name: str) -> MarketSpec:
    return replace(desk.market.spec, market=name)
