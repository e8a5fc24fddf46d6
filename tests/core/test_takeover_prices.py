"""What a position is taken over at, who keeps the margin, and what a last resort costs whom.

ann is at 20x with a hundred shares from 250 and 1,250 behind them: bankrupt at 237.50 when long, at
262.50 when short. 9 away she has 350 left, less than two thirds of maintenance.
"""

import pytest
from msgspec.structs import replace

from tests.core.test_who_pays import SIDES, desk_with, levered, moved
from tests.support.desk import MARKET, of
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.account import VAULT
from venue.core.commands import MarginMode, Side
from venue.core.digest import digest, dump, load
from venue.core.events import LiquidationOutcome
from venue.core.phases import Closure, Session
from venue.core.units import E6, E9, NS_PER_SECOND
from venue.rules.build import build, ref
from venue.rules.table import RuleFault


def taken(events: list[ev.Event]) -> list[tuple[int, float]]:
    """Return (taker, dollars a share) of every takeover."""
    return [(each.taker, each.mark_micros / 1_000) for each in of(events, ev.TakenOver)]


@SIDES
@pytest.mark.parametrize("holder", ["fund", "vault"])
def test_BACKSTOP_PRICE_001_at_the_bankruptcy_price_no_margin_goes_with_it(
    side: str, holder: str
) -> None:
    """Told as a better price instead of as margin: to who takes over it is the same money."""
    desk = desk_with(ref("backstop", holder, takeover_price="bankruptcy"), insurance=9_000)
    if holder == "vault":
        desk.do(cmd.Deposit(VAULT, 9_000 * E6))
    levered(desk, side, ("bob", 100_000, 100))

    events = desk.price(moved(side, 9))

    taker = VAULT if holder == "vault" else 0
    assert taken(events) == [(taker, moved(side, 12.5))]
    assert not of(events, ev.ShortfallPaid)
    account = desk.state.accounts[taker]
    worth = account.holdings[MARKET].size_lots * desk.market.mark_micros
    assert account.balance_micros == 9_000 * E6
    assert worth - account.holdings[MARKET].entry_micros == 350 * E6
    assert desk.dollars("ann") == 0
    assert digest(load(dump(desk.state), build)) == digest(desk.state)


@SIDES
def test_BACKSTOP_PRICE_002_at_the_mark_the_margin_goes_to_who_takes_over(side: str) -> None:
    desk = desk_with(ref("backstop", "fund"), insurance=9_000)
    levered(desk, side, ("bob", 100_000, 100))

    events = desk.price(moved(side, 9))

    assert taken(events) == [(0, moved(side, 9))]
    assert (desk.dollars("ann"), desk.dollars("insurance")) == (0, 9_350)


@SIDES
def test_BACKSTOP_PRICE_003_margin_may_be_returned(side: str) -> None:
    desk = desk_with(ref("backstop", "fund", margin_returned=True), insurance=9_000)
    levered(desk, side, ("bob", 100_000, 100))

    events = desk.price(moved(side, 9))

    assert taken(events) == [(0, moved(side, 9))]
    assert (desk.dollars("ann"), desk.dollars("insurance")) == (350, 9_000)


def test_BACKSTOP_PRICE_004_isolated_margin_is_returned_to_its_account() -> None:
    desk = desk_with(ref("backstop", "fund", margin_returned=True), insurance=9_000)
    desk.open("ann", 2_000, isolated=True)
    desk.open("bob", 100_000)
    desk.trade("ann", "bob", 100, 250)

    desk.price(241)

    assert desk.dollars("ann") == 2_000 - 900
    assert desk.holding("ann").isolated_micros == 0


@SIDES
def test_BACKSTOP_PRICE_005_providers_have_the_discount_instead_of_the_fund(side: str) -> None:
    rule = ref("backstop", "providers", takeover_price="bankruptcy", provider_fee_e6=0)
    desk = desk_with(rule, insurance=100)
    levered(desk, side, ("bob", 100_000, 100))
    eve = desk.open("eve", 30_000)
    desk.do(cmd.SetProvider(eve, MARKET, 50_000 * E6))

    events = desk.price(moved(side, 9))

    assert taken(events) == [(eve, moved(side, 12.5))]
    assert desk.dollars("insurance") == 100
    worth = desk.holding("eve").size_lots * desk.market.mark_micros
    assert worth - desk.holding("eve").entry_micros == 350 * E6


def test_BACKSTOP_PRICE_006_less_than_a_micro_dollar_a_lot_is_left_over() -> None:
    """7 lots from 250 with 0.087505 behind them, at 241: 0.024505 over 7 lots is 0.003500 each."""
    desk = desk_with(ref("backstop", "fund", takeover_price="bankruptcy"), insurance=9_000)
    desk.open("ann", 0.087505)
    desk.open("bob", 100_000)
    desk.trade("ann", "bob", 0.007, 250)

    events = desk.price(241)

    assert [each.mark_micros for each in of(events, ev.TakenOver)] == [241_000 - 3_500]
    assert [each.insurance_micros for each in of(events, ev.ShortfallPaid)] == [-5]
    assert desk.dollars("ann") == 0


def test_BACKSTOP_PRICE_007_what_an_account_owes_is_paid_at_the_mark_and_counts() -> None:
    rule = ref(
        "backstop", "fund", takeover_price="bankruptcy", draw_micros_max=500 * E6, due_thirds=0
    )
    desk = desk_with(rule, insurance=9_000)
    levered(desk, "long", ("bob", 100_000, 100))

    events = desk.price(237)

    assert taken(events) == [(0, 237.0)]
    assert desk.market.drawn_micros == 50 * E6
    assert desk.dollars("insurance") == 9_000 - 50


@pytest.mark.parametrize(
    ("first", "second", "taken_at"),
    [
        # 550 are left; by maintenance 595 and 250 of 845: 387.278 and 162.722 for 100 shares each.
        ("bankruptcy", "mark", [("TSLA", 238_000 - 3_872), ("XENA", 100_000 - 1_627)]),
        ("mark", "bankruptcy", [("TSLA", 238_000), ("XENA", 100_000)]),
    ],
)
def test_BACKSTOP_PRICE_008_of_several_markets_the_first_one_s_rule_says_for_all(
    first: str, second: str, taken_at: list[tuple[str, int]]
) -> None:
    """1,750 behind a hundred TSLA from 250 and a hundred XENA from 100; TSLA falls by 12."""
    desk = desk_with(ref("backstop", "fund", takeover_price=first), insurance=9_000)
    spec = desk.market.spec
    kept = tuple(rule for rule in spec.rules if rule.kind != "backstop")
    rules = (*kept, ref("backstop", "fund", takeover_price=second))
    desk.do(cmd.ListMarket(replace(spec, market="XENA", underlying="XENA", rules=rules)))
    desk.do(cmd.ChangeSession("XENA", Session.REGULAR, Closure.NONE, desk.now_ns, None, None))
    desk.do(cmd.SubmitPrint("XENA", "feed", 100 * E9, desk.now_ns, desk.now_ns, NS_PER_SECOND))
    desk.wait(3)
    desk.open("ann", 1_750)
    desk.open("bob", 100_000)
    desk.trade("ann", "bob", 100, 250)
    desk.do(cmd.SetLeverage(desk.names["ann"], "XENA", 20, MarginMode.CROSS))
    for name, side in (("bob", Side.SELL), ("ann", Side.BUY)):
        desk.do(cmd.PlaceOrder(desk.names[name], "XENA", side, 100_000, 10_000))

    events = desk.price(238)

    told = of(events, ev.TakenOver)
    assert [(each.position_market, each.mark_micros) for each in told] == taken_at
    assert desk.dollars("ann") == 0


def test_at_the_bankruptcy_price_there_is_no_margin_to_return() -> None:
    with pytest.raises(RuleFault, match="nothing is left to return"):
        ref("backstop", "fund", takeover_price="bankruptcy", margin_returned=True)


@SIDES
def test_BOTH_SPACES_001_adl_says_contracts_and_dollars_against_the_mark(side: str) -> None:
    """20 away: each share is worth 7.50 more to its counterparty than the bankruptcy price."""
    desk = desk_with()
    levered(desk, side, ("bob", 100_000, 60), ("cat", 50_000, 40))

    events = of(desk.price(moved(side, 20)), ev.Deleveraged)

    told = {each.counterparty: (abs(each.size_lots), each.given_up_micros) for each in events}
    assert told == {
        desk.names["bob"]: (60_000, 450 * E6),
        desk.names["cat"]: (40_000, 300 * E6),
    }


@SIDES
def test_BOTH_SPACES_002_what_counterparties_give_up_is_what_the_account_lacked(side: str) -> None:
    desk = desk_with()
    levered(desk, side, ("bob", 100_000, 60), ("cat", 50_000, 40))
    lacking = 100 * (20 - 12.5)

    events = desk.price(moved(side, 20))

    given_up = sum(each.given_up_micros for each in of(events, ev.Deleveraged))
    assert given_up == lacking * E6
    assert [e.outcome for e in of(events, ev.LiquidationEnded)] == [LiquidationOutcome.DELEVERAGED]


def test_BOTH_SPACES_003_at_the_mark_contracts_are_given_up_and_no_dollars() -> None:
    """The index is where the mark is: winners lose their position, the fund pays the loss."""
    desk = desk_with(ref("last_resort", "profit_leverage", price="oracle"))
    levered(desk, "long", ("bob", 100_000, 100))

    events = of(desk.price(230), ev.Deleveraged)

    assert [(abs(e.size_lots), e.given_up_micros) for e in events] == [(100_000, 0)]
