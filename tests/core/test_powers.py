"""Contracts on a power of the underlying's price: index, mark, margin, funding in their space."""

from itertools import pairwise
from typing import Any

import pytest
from msgspec.structs import replace

from tests.support.desk import MARKET, ROOMY, Desk, listing, of
from venue.core import events as ev
from venue.core.commands import ListMarket
from venue.core.contract import contract_nanos
from venue.core.digest import digest, dump, load
from venue.core.listing import MarketSpec, RuleRef
from venue.core.margin import equity_micros
from venue.core.policies import Verdict
from venue.core.units import E6, E9
from venue.rules.build import build, fault, ref


def powered(power_n: int, power_d: int = 1, *rules: RuleRef, **changes: Any) -> MarketSpec:
    """Return the plain listing on a power, 100 at the first price, with margin by shock."""
    contract: dict[str, Any] = {"power_n": power_n, "power_d": power_d}
    contract |= changes.pop("contract", {})
    return listing(
        "naive_print",
        ref("contract", "power", **contract),
        ref("margin", "shock", power_n=power_n, power_d=power_d),
        *rules,
        **changes,
    )


def equity(desk: Desk, name: str) -> float:
    return equity_micros(desk.state, desk.account(name)) / E6


def index_of(desk: Desk) -> float:
    assert desk.market.index_nanos is not None
    return desk.market.index_nanos / E9


@pytest.mark.parametrize(
    ("power", "to", "index"),
    [
        pytest.param((0, 1), 300, 100.0, id="p 0: a constant"),
        pytest.param((1, 2), 360, 120.0, id="p 0.5: the root of 1.44"),
        pytest.param((1, 1), 300, 120.0, id="p 1: the share, from 100"),
        pytest.param((2, 1), 300, 144.0, id="p 2: 1.2 squared"),
        pytest.param((4, 1), 300, 207.36, id="p 4"),
        pytest.param((3, 10), 500, 123.114441, id="p 0.3: the tenth root of 8"),
    ],
)
def test_a_power_begins_at_its_scale_and_moves_by_the_power(
    power: tuple[int, int], to: float, index: float
) -> None:
    desk = Desk(powered(*power))
    begun = index_of(desk)

    desk.price(to)

    assert begun == 100
    assert index_of(desk) == pytest.approx(index, abs=1e-6)
    assert desk.market.mark_nanos == pytest.approx(desk.market.index_nanos, abs=10**6)


def test_markets_of_one_underlying_hear_the_same_prints_raw() -> None:
    desk = Desk()
    squared = replace(powered(2), market="TSLA-P2", limits=replace(ROOMY, position_lots_max=10**6))
    desk.do(ListMarket(squared))

    events = desk.price(250) + desk.price(275)

    judged = [event for event in of(events, ev.PrintJudged) if event.price_nanos == 275 * E9]
    assert {event.market for event in judged} == {MARKET, "TSLA-P2"}
    assert {event.verdict for event in judged} == {Verdict.ACCEPTED}
    assert desk.state.markets["TSLA-P2"].index_nanos == 121 * E9
    assert desk.state.markets[MARKET].index_nanos == 275 * E9


def test_the_first_price_is_s0_unless_one_is_given() -> None:
    free = Desk(powered(2), price=200)
    given = Desk(powered(2, contract={"base_nanos": 250 * E9}), price=200)

    assert (free.market.base_nanos, index_of(free)) == (200 * E9, 100)
    assert (given.market.base_nanos, index_of(given)) == (250 * E9, 64)


def test_s0_and_the_underlying_survive_a_checkpoint() -> None:
    desk = Desk(powered(2))
    desk.price(300)

    restored = load(dump(desk.state), build)

    assert digest(restored) == digest(desk.state)
    assert contract_nanos(restored.markets[MARKET], 275 * E9) == 121 * E9


def test_the_highest_price_is_of_the_contract() -> None:
    """A share at 900 is within 1,000; squared from 250 it is 1,296."""
    desk = Desk(powered(2))

    told = of(desk.print(900), ev.PrintJudged)

    assert [event.verdict for event in told] == [Verdict.ABOVE_PRICE_MAX]
    assert index_of(desk) == 100


@pytest.mark.parametrize("dollars", [0.0001, 9_000_000_000])
@pytest.mark.parametrize("power", [(0, 1), (1, 2), (7, 3), (4, 1)])
def test_a_price_out_of_this_world_stops_nothing(power: tuple[int, int], dollars: float) -> None:
    desk = Desk(powered(*power))

    desk.price(dollars)
    desk.price(250)

    assert index_of(desk) == 100


def test_PWR_001_a_gap_of_30_percent_costs_the_short_of_a_square_69_percent() -> None:
    """The gap is of the underlying; at leverage 1 the short has its notional to lose."""
    desk = Desk(powered(2))
    desk.open("ann", 1_000, leverage=1)
    desk.open("bob", 1_000, leverage=1)
    desk.trade("ann", "bob", 5, 100)

    desk.price(250 * 1.3)

    assert desk.market.mark_nanos == 169 * E9
    assert equity(desk, "bob") == 1_000 - 500 * 0.69
    assert equity(desk, "ann") == 1_000 + 500 * 0.69


def test_funding_in_kind_moves_the_index_of_a_square_and_prints_go_on_raw() -> None:
    rules = (ref("funding", "in_kind"), ref("mark", "last"))
    desk = Desk(powered(2, 1, *rules))
    for name in ("ann", "bob"):
        desk.open(name, 100_000, leverage=1)
    desk.trade("ann", "bob", 10, 110)  # The mark 10 % above the index.
    desk.wait(3_600)
    norm = desk.market.norm_e18

    desk.price(300)

    assert 0.9997 < norm / 10**18 < 1
    assert index_of(desk) == pytest.approx(144 * norm / 10**18, rel=1e-9)


def test_a_target_of_power_0_drifts_and_no_price_moves_it() -> None:
    rules = (ref("funding", "pi", mode="drift", ki_e18=0), ref("mark", "last"))
    desk = Desk(powered(0, 1, *rules))
    for name in ("ann", "bob"):
        desk.open(name, 100_000)
    desk.trade("ann", "bob", 1, 99)  # 1 % below the target: it rises.
    desk.wait(3_600)
    drifted = index_of(desk)

    desk.price(500)

    assert drifted > 100
    assert index_of(desk) == drifted


@pytest.mark.parametrize(
    ("margin", "sentence"),
    [
        pytest.param(ref("margin", "tiers"), "margin shock of the same power", id="tiers"),
        pytest.param(
            ref("margin", "shock", power_n=1, power_d=2),
            "margin shock of the same power",
            id="another power",
        ),
    ],
)
def test_a_power_needs_margin_of_its_own_power(margin: RuleRef, sentence: str) -> None:
    base = powered(2)
    rules = tuple(margin if rule.kind == "margin" else rule for rule in base.rules)

    found = fault(replace(base, rules=rules))

    assert found is not None
    assert sentence in found


def test_an_unreduced_fraction_is_the_same_power() -> None:
    base = powered(2)
    rules = tuple(
        ref("margin", "shock", power_n=4, power_d=2) if rule.kind == "margin" else rule
        for rule in base.rules
    )

    assert fault(replace(base, rules=rules)) is None


def test_prices_of_a_power_rise_with_the_underlying() -> None:
    desk = Desk(powered(3, 10))
    told = []
    for dollars in range(200, 300, 7):
        desk.price(dollars)
        told.append(index_of(desk))

    assert all(before < after for before, after in pairwise(told))
