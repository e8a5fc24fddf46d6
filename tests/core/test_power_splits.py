"""Splits of the underlying of a contract on a power: the contract, and everybody in it, stays."""

import pytest

from tests.core.test_splits import equities, split
from tests.support.desk import MARKET, Desk, of, reason
from tests.support.vaults import vaulted
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import Dividend, Rename, Side, TriggerKind
from venue.core.digest import digest, dump, load
from venue.core.policies import Verdict
from venue.core.units import E6, E9, NS_PER_SECOND
from venue.core.vaults import figures
from venue.rules.build import build

POWERS = pytest.mark.parametrize("power", [(2, 1), (1, 2), (1, 3), (3, 1), (0, 1)])
RATIOS = pytest.mark.parametrize(
    ("numerator", "denominator"), [(2, 1), (3, 1), (1, 10), (3, 2), (7, 3), (10_000, 1)]
)


def trading(power: tuple[int, int] = (2, 1), *, vault: str = "none") -> Desk:
    """ann is long ten contracts from bob; S0 is 251, S is 263.17."""
    desk = Desk(vaulted(*power, scale=100, vault=vault), price=251)
    for name in ("ann", "bob", "cat"):
        desk.open(name, 100_000, leverage=2)
    desk.price(263.17)
    mark = desk.market.mark_micros * 1_000 / E6
    desk.trade("ann", "bob", 10, round(mark, 2))
    return desk


@POWERS
@RATIOS
def test_nothing_of_the_contract_moves(
    power: tuple[int, int], numerator: int, denominator: int
) -> None:
    desk = trading(power)
    desk.buy("cat", 2, 50)
    desk.do(cmd.PlaceTrigger(desk.names["ann"], MARKET, Side.SELL, None, TriggerKind.STOP, 6_000))
    before = equities(desk)
    market = desk.market
    was = (market.index_nanos, market.mark_nanos, desk.shares("ann"), desk.bids())

    events = split(desk, numerator, denominator)

    assert (market.index_nanos, market.mark_nanos, desk.shares("ann"), desk.bids()) == was
    assert equities(desk) == before
    assert not of(events, ev.PositionRescaled)
    assert not of(events, ev.OrderRescaled)


@POWERS
@RATIOS
def test_a_price_in_new_units_gives_the_index_that_it_gave_in_old_ones(
    power: tuple[int, int], numerator: int, denominator: int
) -> None:
    """Some 264 dollars, whole in both units."""
    plain, divided = trading(power), trading(power)
    old_nanos = 264 * E9 // (numerator * denominator) * (numerator * denominator)
    split(divided, numerator, denominator)

    for desk, nanos in ((plain, old_nanos), (divided, old_nanos * denominator // numerator)):
        desk.now_ns += NS_PER_SECOND
        desk.do(cmd.SubmitPrint(MARKET, "feed", nanos, desk.now_ns, desk.now_ns, NS_PER_SECOND))

    assert divided.market.index_nanos == plain.market.index_nanos


def test_two_splits_are_one_and_their_undoing_is_none() -> None:
    desk = trading()
    split(desk, 3, 1)
    split(desk, 2, 1)
    six = desk.market.units_new, desk.market.units_old
    split(desk, 1, 6)

    assert six == (6, 1)
    assert (desk.market.units_new, desk.market.units_old) == (1, 1)


def test_a_print_from_before_the_split_is_refused() -> None:
    desk = trading()
    stamped = desk.now_ns
    desk.wait(1)
    split(desk, 2, 1)

    events = desk.do(cmd.SubmitPrint(MARKET, "feed", 263 * E9, stamped, desk.now_ns, NS_PER_SECOND))

    assert of(events, ev.PrintJudged)[0].verdict is Verdict.BEFORE_ADJUSTMENT


def locked(units_e9: int, power: tuple[int, int] = (2, 1)) -> Desk:
    """zoe has locked units of the underlying and minted five contracts."""
    desk = trading(power, vault="index")
    zoe = desk.open("zoe", 1_000)
    desk.do(cmd.MoveCollateral(zoe, MARKET, units_e9=units_e9))
    desk.do(cmd.Mint(zoe, MARKET, 5_000))
    return desk


@pytest.mark.parametrize(
    ("numerator", "denominator", "units_e9", "sold_e9"),
    [
        pytest.param(2, 1, 10_000_000_000, 0, id="whole"),
        pytest.param(1, 10, 10_000_000_003, 3, id="three billionths do not come out whole"),
        pytest.param(3, 2, 10_000_000_001, 1, id="one does not"),
    ],
)
def test_the_collateral_of_vaults_is_counted_in_new_units(
    numerator: int, denominator: int, units_e9: int, sold_e9: int
) -> None:
    desk = locked(units_e9)
    before = equities(desk)
    (vault,) = desk.state.vaults.values()
    ratio = figures(desk.state, vault).ratio_e4

    events = split(desk, numerator, denominator)

    assert vault.units_e9 == (units_e9 - sold_e9) * numerator // denominator
    assert sum(event.units_e9 for event in of(events, ev.VaultCovered)) == sold_e9
    assert figures(desk.state, vault).ratio_e4 == ratio
    after = equities(desk)
    for account, equity in before.items():
        assert abs(after[account] - equity) <= 1, account
    assert digest(load(dump(desk.state), build)) == digest(desk.state)


def test_a_vault_with_less_than_can_be_split_is_sold_whole() -> None:
    desk = trading((2, 1), vault="index")
    desk.do(cmd.MoveCollateral(desk.open("zoe", 1_000), MARKET, units_e9=1))

    events = split(desk, 3, 2)

    assert [event.units_e9 for event in of(events, ev.VaultCovered)] == [1]
    assert not of(events, ev.VaultUnitsSplit)


def test_the_vault_is_liquidated_at_the_price_that_it_would_have_been() -> None:
    """Two units at half the price; the split's call is over when the prices come."""
    plain, divided = locked(10 * E9), locked(10 * E9)
    split(divided, 2, 1)
    divided.wait(40)
    divided.price(125)  # The source is found to have split; from here on it may go anywhere.
    plain.price(250)
    heard = []
    for price in (800, 1_600, 3_200):
        events = (plain.price(price), divided.price(price / 2))
        heard.append(tuple(len(of(each, ev.VaultLiquidated)) for each in events))

    assert all(one == other for one, other in heard)
    assert any(one for one, _ in heard)


def test_other_actions_of_a_market_with_vaults_are_refused() -> None:
    desk = locked(10 * E9)

    for action in (Dividend(E9), Rename("TSLB")):
        assert reason(desk.do(cmd.AnnounceAction(MARKET, action))) == "action_unfit"


def test_a_dividend_of_a_power_is_refused() -> None:
    assert reason(trading().do(cmd.AnnounceAction(MARKET, Dividend(E9)))) == "action_unfit"


def test_splits_without_end_are_refused() -> None:
    desk = trading()
    split(desk, 10_000, 1)
    split(desk, 10_000, 1)

    assert reason(split(desk, 100, 1)) == "action_unfit"
