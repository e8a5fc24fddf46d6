"""Every last resort, in contracts and in dollars: who pays, how much, and who never does.

ann is at 20x with a hundred shares and 1,250 behind them; bob and cat are the other side. 20 away
she lacks 750 at the mark. eve has money and no position.
"""

import pytest

from tests.core.test_who_pays import SIDES, desk_with, moved
from tests.support.desk import MARKET, Desk, of
from venue.core import events as ev
from venue.core.margin import unit_margin
from venue.core.units import E6
from venue.rules.build import ref
from venue.rules.table import RULES

LACKING = 750
# The price that positions are closed at; of those that share a loss there is none to choose.
CLOSING = ("adl_bitmex", "adl_prorata_contracts", "adl_qfex", "adl_random", "profit_leverage")
SHARING = sorted(set(RULES["last_resort"]) - {"freeze", *CLOSING})
CASES = [(rule, price) for rule in CLOSING for price in ("bankruptcy", "oracle")]
CASES += [(rule, "") for rule in SHARING]


def gapped(side: str, rule: str, price: str) -> tuple[Desk, list[ev.Event]]:
    """Let the mark gap by 20 against ann, past her bankruptcy at 12.50."""
    parameters = {"price": price} if price else {}
    desk = desk_with(ref("last_resort", rule, **parameters))
    desk.open("ann", 1_250)
    desk.open("eve", 70_000)
    for name, dollars, shares in (("bob", 20_000, 60), ("cat", 9_000, 40)):
        desk.open(name, dollars)
        desk.trade(*(("ann", name) if side == "long" else (name, "ann")), shares, 250)
    return desk, desk.price(moved(side, 20))


def wealth(desk: Desk, name: str) -> int:
    """Return an account's equity at the mark, in micro-dollars."""
    return unit_margin(desk.state, desk.state.accounts[desk.names[name]], "").equity_micros


@SIDES
@pytest.mark.parametrize(("rule", "price"), CASES)
def test_HL_ADL_003_who_has_no_position_never_pays(side: str, rule: str, price: str) -> None:
    desk, events = gapped(side, rule, price)

    assert of(events, ev.LiquidationEnded)
    assert desk.dollars("eve") == 70_000


@SIDES
@pytest.mark.parametrize(("rule", "price"), CASES)
def test_BOTH_SPACES_004_in_dollars_others_lose_what_the_account_lacked_to_the_micro(
    side: str, rule: str, price: str
) -> None:
    """Won at the mark: 1,200 and 800. What is missing of that is what ann lacked, or bad debt."""
    desk, _ = gapped(side, rule, price)

    missing = (20_000 + 1_200) * E6 - wealth(desk, "bob") + (9_000 + 800) * E6 - wealth(desk, "cat")
    owed = -desk.state.ledger.bad_debt_micros
    assert missing + owed - wealth(desk, "insurance") == LACKING * E6
    assert wealth(desk, "ann") == 0


@SIDES
@pytest.mark.parametrize(("rule", "price"), CASES)
def test_BOTH_SPACES_005_in_contracts_positions_are_closed_or_kept_whole(
    side: str, rule: str, price: str
) -> None:
    """A rule that closes positions leaves none of ann's; one that shares a loss leaves all."""
    desk, events = gapped(side, rule, price)
    closes = rule in CLOSING

    given_up = sum(abs(event.size_lots) for event in of(events, ev.Deleveraged))
    assert given_up == (100_000 if closes else 0)
    assert abs(desk.shares("bob")) + abs(desk.shares("cat")) == (0 if closes else 100)
    assert desk.account("ann").holdings[MARKET].size_lots == 0
    assert bool(of(events, ev.LossShared)) is not closes
