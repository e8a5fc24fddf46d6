"""The last resort: who is deleveraged, at what price, how far; and what nobody can pay."""

import pytest

from tests.support.desk import MARKET, Desk, of, sliced
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.events import LiquidationOutcome
from venue.core.listing import MarketSpec
from venue.core.margin import unit_margin
from venue.core.units import E4, E6, E9
from venue.rules.build import ref


def others(side: str) -> Desk:
    """ann is at 20x on one side; five, ten and twenty on the other, at those leverages.

    Each of the three holds a hundred shares, ann the other side of all three.
    """
    desk = Desk(sliced())
    desk.open("ann", 3_750)
    for name, dollars in (("five", 5_000), ("ten", 2_500), ("twenty", 1_250)):
        desk.open(name, dollars)
        desk.trade(*(("ann", name) if side == "long" else (name, "ann")), 100, 250)
    return desk


@pytest.mark.parametrize(
    ("side", "price", "closed_at"),
    [
        # ann has 12.50 a share: bankrupt at 237.50 long, at 262.50 short.
        pytest.param("long", 230, 237.5, id="a long against shorts"),
        pytest.param("short", 270, 262.5, id="a short against longs"),
    ],
)
def test_winners_are_taken_by_profit_times_leverage_at_the_bankruptcy_price(
    side: str, price: int, closed_at: float
) -> None:
    desk = others(side)

    events = of(desk.price(price), ev.Deleveraged)

    names = {number: name for name, number in desk.names.items()}
    assert [names[event.counterparty] for event in events] == ["twenty", "ten", "five"]
    assert {event.price_nanos for event in events} == {round(closed_at * 10**9)}
    assert desk.dollars("ann") == 0
    for name, dollars in (("five", 5_000), ("ten", 2_500), ("twenty", 1_250)):
        assert desk.shares(name) == 0
        assert desk.dollars(name) == dollars + 1_250  # 12.50 a share, not 20.00.


def test_those_with_equal_rank_are_taken_by_account() -> None:
    desk = Desk(sliced())
    desk.open("ann", 1_250)
    for name in ("one", "two"):
        desk.open(name, 5_000)
    for name in ("two", "one"):
        desk.trade("ann", name, 50, 250)

    events = of(desk.price(230), ev.Deleveraged)

    assert [event.counterparty for event in events] == [desk.names["one"], desk.names["two"]]


def test_DYDX_ADL_002_the_fund_pays_what_it_can_spare_before_anybody_is_deleveraged() -> None:
    """At 230 ann lacks 750. The fund pays its 300; bob pays 450: 23,000 + 450 for the hundred."""
    desk = Desk(sliced(), insurance=300)
    desk.open("ann", 1_250)
    desk.open("bob", 10_000)
    desk.trade("ann", "bob", 100, 250)

    events = desk.price(230)

    assert [e.insurance_micros for e in of(events, ev.ShortfallPaid)] == [300 * E6]
    assert [e.cash_micros for e in of(events, ev.Deleveraged)] == [23_450 * E6]
    assert desk.dollars("insurance") == 0
    assert desk.dollars("bob") == 10_000 + 25_000 - 23_450


def test_the_fund_keeps_its_floor_and_deleveraging_comes_first() -> None:
    floor = sliced(rules=(
        *(rule for rule in sliced().rules if rule.kind != "backstop"),
        ref("backstop", "fund", floor_micros=200 * E6),
    ))  # fmt: skip
    desk = Desk(floor, insurance=300)
    desk.open("ann", 1_250)
    desk.open("bob", 10_000)
    desk.trade("ann", "bob", 100, 250)

    desk.price(230)

    assert desk.dollars("insurance") == 200


def test_HL_ADL_002_at_the_previous_mark_the_remainder_is_the_fund_s() -> None:
    """Hyperliquid's price: closed at 250, the mark before; ann keeps nothing, the fund the rest."""
    listed = sliced(rules=(
        *(rule for rule in sliced().rules if rule.kind not in ("last_resort", "clamp")),
        ref("adl", "profit_leverage", price="previous_mark"),
        ref("clamp", "step", step_e4=250),
    ))  # fmt: skip
    desk = Desk(listed)
    desk.open("ann", 1_250)
    desk.open("bob", 10_000)
    desk.trade("ann", "bob", 100, 250)
    for _ in range(3):  # 243.75, 237.656, 231.715: bankrupt at the third only, by 578.50.
        events = desk.price(200)

    deleveraged = of(events, ev.Deleveraged)
    assert [e.price_nanos for e in deleveraged] == [237_656_000_000]
    # 237.656 is above the bankruptcy price of 237.50: 15.60 are left for the fund.
    assert [e.insurance_micros for e in of(events, ev.ShortfallPaid)] == [-15_600_000]


def without_clamp() -> MarketSpec:
    """ADL at the mark before and no clamp: the risk that ``hyperliquid`` accepts."""
    kept = (rule for rule in sliced().rules if rule.kind not in ("last_resort", "clamp"))
    rules = (*kept, ref("adl", "profit_leverage", price="previous_mark"), ref("clamp", "none"))
    return sliced(rules=rules, accepts=("adl_at_mark_without_clamp",))


def test_without_a_clamp_the_winner_gives_up_the_whole_jump_and_the_fund_keeps_the_rest() -> None:
    """250, then 200 at once: ann lacks 3,750, bob gives up 5,000, the fund has her 1,250."""
    desk = Desk(without_clamp())
    desk.open("ann", 1_250)
    desk.open("bob", 10_000)
    desk.trade("ann", "bob", 100, 250)

    events = desk.price(200)

    assert [e.price_nanos for e in of(events, ev.Deleveraged)] == [250 * E9]
    assert [e.insurance_micros for e in of(events, ev.ShortfallPaid)] == [-1_250 * E6]
    assert (desk.dollars("bob"), desk.dollars("insurance")) == (10_000, 1_250)


def test_a_loser_who_is_looked_at_a_mark_too_late_leaves_what_no_winner_pays() -> None:
    """The market is halted through the jump. When it goes on the mark before is 200, too: bob has
    all his gain, the fund pays its 1,000 of the 3,750 that ann lacks, and the rest stands."""
    desk = Desk(without_clamp(), insurance=1_000)
    desk.open("ann", 1_250)
    desk.open("bob", 10_000)
    desk.trade("ann", "bob", 100, 250)
    desk.do(cmd.HaltMarket(MARKET, "operator"))
    desk.price(200)
    desk.do(cmd.ResumeMarket(MARKET))

    events = desk.wait(30)

    assert [e.price_nanos for e in of(events, ev.Deleveraged)] == [200 * E9]
    paid = [(e.insurance_micros, e.bad_debt_micros) for e in of(events, ev.ShortfallPaid)]
    assert paid == [(1_000 * E6, 0), (0, 2_750 * E6)]
    assert desk.dollars("bob") == 15_000


def late_short(desk: Desk, eve_dollars: float) -> None:
    """ann, long 100 at 5x, is bankrupt at 200 while the market is halted; it resumes at 190, and
    bob hands his short on to eve before the liquidation's next look."""
    desk.open("ann", 5_000, leverage=5)
    desk.open("bob", 100_000)
    desk.open("eve", eve_dollars)
    desk.trade("ann", "bob", 100, 250)
    desk.do(cmd.HaltMarket(MARKET, "operator"))
    desk.price(190)
    desk.do(cmd.ResumeMarket(MARKET))
    desk.trade("bob", "eve", 100, 190)


def test_a_counterparty_gives_up_only_what_leaves_it_at_its_maintenance() -> None:
    """eve has 950 behind 100 short at 190. A share costs her 10 and frees 4.75 of maintenance:
    950 - 10 n >= 475 - 4.75 n holds to n = 90.476. The fund takes over the other 9.524 at 190, and
    what ann lacks for them, 10 a share, nobody pays."""
    desk = Desk(sliced())
    late_short(desk, 950)

    events = desk.wait(30)

    taken = of(events, ev.Deleveraged)
    assert [(e.counterparty, e.size_lots) for e in taken] == [(desk.names["eve"], 90_476)]
    margin = unit_margin(desk.state, desk.account("eve"), "")
    assert margin.equity_micros * E4 >= margin.maintenance_e4
    assert desk.shares("insurance") == 9.524
    assert [(e.insurance_micros, e.bad_debt_micros) for e in of(events, ev.ShortfallPaid)] == [
        (0, 95_240_000)
    ]
    assert desk.state.ledger.bad_debt_micros == -95_240_000
    assert desk.dollars("ann") == 0


def test_a_counterparty_below_its_own_maintenance_is_skipped() -> None:
    """At 199 eve, with 950 from 190, has 50 and is being liquidated herself: nobody is left."""
    desk = Desk(sliced())
    late_short(desk, 950)
    desk.price(199)

    events = desk.wait(27)

    # ann lacks 100 at 199; eve is on record and is not asked.
    assert not [e for e in of(events, ev.Deleveraged) if e.counterparty == desk.names["eve"]]


def test_an_owner_is_never_deleveraged_against_himself() -> None:
    """ann's sub-account has the only short: the fund takes over at 230, 750 stand as bad debt."""
    desk = Desk(sliced())
    desk.open("ann", 1_250)
    desk.open("sub", 10_000, parent="ann")
    desk.open("bob", 100_000)
    desk.trade("ann", "bob", 100, 250)
    desk.trade("bob", "sub", 100, 250)

    events = desk.price(230)

    assert not of(events, ev.Deleveraged)
    assert [e.outcome for e in of(events, ev.LiquidationEnded)] == [LiquidationOutcome.DELEVERAGED]
    assert [e.bad_debt_micros for e in of(events, ev.ShortfallPaid)] == [750 * E6]
    assert desk.state.ledger.bad_debt_micros == -750 * E6
    assert desk.dollars("sub") == 10_000


def test_an_isolated_winner_keeps_its_share_of_margin_when_deleveraged_in_part() -> None:
    """bob, isolated, is short 200 with 2,500; ann's hundred are closed against half of them at
    237.50: 1,250 of profit and the other 1,250 of margin go to his balance, 1,250 stay."""
    desk = Desk(sliced())
    desk.open("ann", 1_250)
    desk.open("cat", 100_000)
    desk.open("bob", 2_500, isolated=True)
    desk.trade("cat", "bob", 100, 250)
    desk.trade("ann", "bob", 100, 250)

    desk.price(230)

    assert desk.shares("bob") == -100
    assert desk.dollars("bob") == 2_500
    assert desk.holding("bob").isolated_micros == 1_250 * E6


def test_a_fund_below_zero_is_deleveraged_in_its_turn() -> None:
    """The fund takes a hundred over at 241 with 650 behind it; at 230 it has -450, which bob's
    short pays: he buys at 230 + 4.50."""
    desk = Desk(sliced(), insurance=300)
    desk.open("ann", 1_250)
    desk.open("bob", 100_000)
    desk.trade("ann", "bob", 100, 250)
    desk.price(241)
    assert desk.shares("insurance") == 100
    desk.price(230)

    events = desk.wait(10)

    assert [e.price_nanos for e in of(events, ev.Deleveraged)] == [234_500_000_000]
    assert desk.shares("insurance") == 0
    assert desk.dollars("insurance") == 0
    assert not desk.state.liquidations
