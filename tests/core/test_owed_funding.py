"""Vega's margin funding factor: what a position owes so far is maintenance besides (0053, 5)."""

import pytest

from tests.support.desk import MARKET, Desk, listing
from venue.core import events as ev
from venue.core.digest import digest, dump, load
from venue.core.margin import unit_margin
from venue.core.units import E4, E6, NS_PER_HOUR, NS_PER_SECOND
from venue.rules.build import build, ref


def perpetual(owed_e4: int = 5_000) -> Desk:
    """Return a desk where the mark is the last trade: ann long and bob short ten at 250.

    An interval of funding has just begun.
    """
    desk = Desk(
        listing(
            "naive_print",
            ref("mark", "last"),
            ref("margin", "levels", owed_e4=owed_e4),
            ref("funding", "twap_vega"),
            funding_interval_ns=NS_PER_HOUR,
        )
    )
    for name in ("ann", "bob", "cat", "dan"):
        desk.open(name, 100_000)
    desk.trade("ann", "bob", 10, 250)
    desk.wait((desk.market.next_funding_ns - desk.now_ns) / NS_PER_SECOND)
    desk.price(250)
    return desk


def maintenance(desk: Desk, name: str) -> float:
    """Return an account's maintenance margin in dollars."""
    return unit_margin(desk.state, desk.account(name), "").maintenance_e4 / E4 / E6


def at(desk: Desk, dollars: float, seconds: float) -> None:
    """Let the last trade be at a price, and time pass with the index at 250."""
    desk.trade("cat", "dan", 1, dollars)
    for _ in range(int(seconds / 5)):
        desk.print(250)
        desk.wait(5)


@pytest.mark.parametrize(
    ("dollars", "payer", "receiver"),
    [
        pytest.param(252.5, "ann", "bob", id="a mark above: longs pay"),
        pytest.param(247.5, "bob", "ann", id="a mark below: shorts pay"),
    ],
)
def test_VEGA_OWED_001_who_would_pay_keeps_half_of_it_besides(
    dollars: float, payer: str, receiver: str
) -> None:
    desk = perpetual()
    at(desk, dollars, 600)
    owed_e4 = abs(desk.market.owed_e4)
    own = desk.market.tiers.long.fractions_e4[0] if payer == "bob" else 250
    value = 10 * dollars

    # Nearly all of the samples are a hundredth away: half of that, up to the next basis point.
    assert 45 <= owed_e4 <= 50
    assert (desk.market.owed_e4 > 0) == (payer == "ann")
    assert maintenance(desk, payer) == pytest.approx(value * (own + owed_e4) / E4)
    assert maintenance(desk, receiver) == pytest.approx(value * own / E4)


def test_VEGA_OWED_002_it_is_gone_when_funding_has_settled() -> None:
    desk = perpetual()
    at(desk, 252.5, 60)
    assert desk.market.owed_e4 > 0

    desk.wait(3_600)
    told = [each for each in desk.log if isinstance(each, (ev.FundingSettled, ev.FundingOwed))]
    settled = max(n for n, each in enumerate(told) if isinstance(each, ev.FundingSettled))

    assert told[settled + 1] == ev.FundingOwed(MARKET, 0)


def test_VEGA_OWED_003_who_falls_below_by_it_is_liquidated_at_the_sample() -> None:
    desk = perpetual(10_000)
    desk.open("eve", 80, leverage=33)
    desk.trade("eve", "bob", 10, 250)  # She needs $75, then keeps $62.50.
    desk.wait(5)
    assert not desk.heard(ev.LiquidationStarted)

    for _ in range(3):  # The index falls by 2 %, and the mark stays: longs owe $50 of $2,500.
        desk.print(245)
        desk.wait(5)

    started = desk.heard(ev.LiquidationStarted)
    assert [each.account for each in started] == [desk.names["eve"]]
    assert desk.market.mark_micros == 250_000


def test_VEGA_OWED_004_a_mark_finds_who_is_below_with_it_and_not_without() -> None:
    for owed_e4, falls in ((0, False), (10_000, True)):
        desk = perpetual(owed_e4)
        desk.open("eve", 130)
        desk.trade("eve", "bob", 10, 250)
        at(desk, 252.5, 300)

        at(desk, 245.5, 5)  # $85 of equity; $61.38 of maintenance, and $24 owed.

        assert bool(desk.heard(ev.LiquidationStarted)) is falls


def test_initial_and_release_margin_grow_with_it_in_proportion() -> None:
    desk = perpetual(10_000)
    at(desk, 252.5, 600)
    rung = desk.market.tiers.long
    owed_e4 = desk.market.owed_e4

    assert rung.fractions_e4[0] == 250 + owed_e4
    assert rung.initials_e4[0] == 300 + -(-owed_e4 * 12 // 10)
    assert desk.market.tiers.short.fractions_e4[0] == 250


def test_it_comes_through_a_checkpoint() -> None:
    desk = perpetual()
    at(desk, 252.5, 60)
    restored = load(dump(desk.state), build)

    assert restored.markets[MARKET].tiers == desk.market.tiers
    assert digest(restored) == digest(desk.state)


def test_without_a_factor_nothing_is_told() -> None:
    desk = perpetual(0)
    at(desk, 252.5, 60)

    assert not desk.heard(ev.FundingOwed)
    assert maintenance(desk, "ann") == pytest.approx(2_525 * 0.025)
