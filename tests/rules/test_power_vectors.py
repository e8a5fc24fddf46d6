"""Vectors of powers: section 13 of the reference, and the figures of seed 003."""

import math
import time
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue.core.fair_mark import YEAR_NS, continuous_e18, fair_mark_nanos, growth
from venue.core.fixed import E18
from venue.core.listing import Tier
from venue.core.policies import ContractInputs, LadderInputs
from venue.core.units import E4, E9, NS_PER_HOUR
from venue.rules.build import ref
from venue.rules.contract.power import APART_MAX, Power
from venue.rules.margin.shock import Shock, loss_of_move_e18
from venue.rules.table import RuleFault

PERIOD_NS = 420 * NS_PER_HOUR


def fair(power: tuple[int, int], sigma_percent: int, interval_ns: int = NS_PER_HOUR) -> float:
    """Return how far the fair mark of 100 is from it, in percent."""
    found = fair_mark_nanos(
        100 * E9,
        power=power,
        sigma_e4=sigma_percent * 100,
        period_ns=PERIOD_NS,
        interval_ns=interval_ns,
    )
    assert found is not None
    return found / E9 - 100


# The contract


@pytest.mark.parametrize(
    ("power", "expected"),
    [
        pytest.param((0, 1), 100.0, id="p 0"),
        pytest.param((1, 2), 111.803398875, id="p 0.5"),
        pytest.param((1, 1), 125.0, id="p 1"),
        pytest.param((2, 1), 156.25, id="p 2"),
        pytest.param((4, 1), 244.140625, id="p 4"),
    ],
)
def test_POWER_IDX_001_the_index_is_a_power_of_the_price_over_its_first(
    power: tuple[int, int], expected: float
) -> None:
    rule = Power(power_n=power[0], power_d=power[1])

    told = rule.contract(ContractInputs(250 * E9, 200 * E9, E18))

    assert told == round(expected * E9)


def test_POWER_IDX_002_squeeths_scale_of_ten_thousand_is_a_scale() -> None:
    """ETH² / 1e4 at 3,000 is 900; S0 = 100 and A = $1 are the same trick."""
    squeeth = Power(scale_nanos=E9, base_nanos=100 * E9)

    assert squeeth.contract(ContractInputs(3_000 * E9, 100 * E9, E18)) == 900 * E9
    assert squeeth.contract(ContractInputs(3_000 * E9, 100 * E9, E18 // 2)) == 450 * E9


@given(
    st.integers(E9, 10_000 * E9),
    st.integers(E9, 10_000 * E9),
    st.fractions(0, 4, max_denominator=100),
    st.integers(E18 // 100, 2 * E18),
)
def test_POWER_IDX_003_every_rational_power_is_exact_to_its_stated_error(
    price: int, base: int, p: Fraction, norm: int
) -> None:
    """Half a nano-dollar, and 4e-18 of the index."""
    numerator, denominator = p.numerator, p.denominator
    rule = Power(power_n=numerator, power_d=denominator)

    told = rule.contract(ContractInputs(price, base, norm))

    with mpmath.workdps(60):
        power = mpmath.mpf(price) / base
        exact = 100 * E9 * power ** (mpmath.mpf(numerator) / denominator) * norm / E18
        error = abs(told - max(mpmath.mpf(1), exact))
        assert error <= mpmath.mpf("0.5") + 4 * max(mpmath.mpf(1), exact) / E18


def test_POWER_IDX_004_a_price_beyond_a_million_times_the_first_moves_nothing_more() -> None:
    rule = Power(power_n=1, power_d=2)

    far = rule.contract(ContractInputs(E9 * APART_MAX, E9, E18))

    assert rule.contract(ContractInputs(E9 * APART_MAX * 9, E9, E18)) == far == 100 * E9 * 1_000


@pytest.mark.parametrize("power", [(2, 1), (1, 2), (37, 10)])
def test_POWER_IDX_005_a_power_costs_ten_microseconds_at_most(power: tuple[int, int]) -> None:
    """A new price each time, so that nothing is remembered; five times that on a busy machine."""
    rule = Power(power_n=power[0], power_d=power[1])
    asked = [ContractInputs(250 * E9 + n, 200 * E9, E18) for n in range(400)]

    took = []
    for seen in asked:
        before = time.perf_counter_ns()
        rule.contract(seen)
        rule.contract(seen)  # The mark that follows a print.
        took.append((time.perf_counter_ns() - before) / 2)

    assert sorted(took)[200] < 50_000


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"power_n": 9, "power_d": 2}, "from 0 to 4"),
        ({"vault": "gold"}, "vault must be cash or index or none"),
        ({"vault_ratio_e4": 10_000}, "vault_ratio_e4 must be a whole number from 10001"),
        ({"vault_ratio_e4": 10_500}, "vault_reward_e4 must be below"),
        ({"scale_nanos": 0}, "scale_nanos must be a whole number from 1000"),
    ],
)
def test_a_power_that_cannot_be_is_refused(parameters: dict[str, int], sentence: str) -> None:
    with pytest.raises(RuleFault, match=sentence):
        ref("contract", "power", **parameters)


# Margin


@pytest.mark.parametrize(
    ("power", "long", "short"),
    [
        pytest.param((0, 1), 0.0, 0.0, id="p 0"),
        pytest.param((1, 2), 5.13, 4.88, id="p 0.5: 5.13 / 4.88 %"),
        pytest.param((1, 1), 10.0, 10.0, id="p 1: 10 / 10 %"),
        pytest.param((2, 1), 19.0, 21.0, id="p 2: 19 / 21 %"),
    ],
)
def test_POWER_IM_001_a_move_of_ten_percent_costs_each_side(
    power: tuple[int, int], long: float, short: float
) -> None:
    found = [100 * loss_of_move_e18(side, 10, *power) / E18 for side in ("long", "short")]

    assert [round(each, 2) for each in found] == [long, short]


def test_POWER_IM_002_p_0_has_its_floor_alone_and_a_gap_of_30_percent_costs_69() -> None:
    flat = Shock(power_n=0).ladders(LadderInputs((Tier(0, 10),)))

    assert (flat.long[0].initial_e4, flat.short[0].initial_e4) == (500, 500)
    square = [loss_of_move_e18("short", 10, 2, 1), (13**2 - 10**2) * E18 // 100]
    assert square[1] * 100 == 69 * E18


# The fair mark


@pytest.mark.parametrize(
    ("power", "sigma", "percent"),
    [
        pytest.param((2, 1), 60, 1.7606, id="p 2, 60 %: +1.7606 %"),
        pytest.param((2, 1), 90, 4.0503, id="p 2, 90 %: +4.0503 %"),
        pytest.param((1, 2), 60, -0.2158, id="p 0.5, 60 %: -0.2158 %"),
        pytest.param((1, 1), 90, 0.0, id="p 1: the index"),
        pytest.param((0, 1), 90, 0.0, id="p 0, no interest: the index"),
    ],
)
def test_POWER_FAIR_001_hourly_at_seventeen_and_a_half_days(
    power: tuple[int, int], sigma: int, percent: float
) -> None:
    assert round(fair(power, sigma), 4) == percent


def test_POWER_FAIR_002_with_the_whole_difference_paid_it_is_q_over_two_less_q() -> None:
    """k = 1: weights 1/2, 1/4, 1/8 ... on successive expiries."""
    daily = 24 * NS_PER_HOUR
    found = fair_mark_nanos(
        100 * E9, power=(2, 1), sigma_e4=9_000, period_ns=daily, interval_ns=daily
    )
    q = math.exp(0.81 / 365)

    assert found == pytest.approx(100 * E9 * q / (2 - q), rel=1e-12)
    assert found == pytest.approx(100 * E9 * sum((q / 2) ** n for n in range(1, 60)), rel=1e-12)


def test_POWER_FAIR_003_in_the_limit_of_short_intervals_it_is_one_over_one_less_f_g() -> None:
    limit = continuous_e18(power=(2, 1), sigma_e4=6_000, period_ns=PERIOD_NS)
    assert limit is not None

    assert limit / E18 == pytest.approx(1 / (1 - 17.5 / 365 * 0.36), rel=1e-12)
    assert fair((2, 1), 60, NS_PER_HOUR // 3_600) / 100 + 1 == pytest.approx(limit / E18, rel=1e-6)


def test_POWER_FAIR_004_there_is_none_unless_f_g_is_below_one() -> None:
    """p = 4 at 100 %: g = 6 a year, so funding over two months cannot hold it."""
    months: dict[str, Any] = {"power": (4, 1), "sigma_e4": 10_000}

    assert continuous_e18(**months, period_ns=YEAR_NS // 6 - 1) is not None
    assert continuous_e18(**months, period_ns=YEAR_NS // 6) is None
    held = fair_mark_nanos(E9, **months, period_ns=YEAR_NS // 7, interval_ns=NS_PER_HOUR)
    assert held is not None
    assert fair_mark_nanos(E9, **months, period_ns=YEAR_NS // 6, interval_ns=NS_PER_HOUR) is None
    assert fair_mark_nanos(E9, **months, period_ns=YEAR_NS, interval_ns=90 * YEAR_NS) is None


def test_POWER_FAIR_005_interest_alone_moves_the_target_of_p_0() -> None:
    """g = -r: at 5 % a year a coin that pays nothing is worth less than its dollar."""
    found = fair_mark_nanos(
        100 * E9,
        power=(0, 1),
        sigma_e4=9_000,
        period_ns=PERIOD_NS,
        interval_ns=NS_PER_HOUR,
        rate_e4=500,
    )

    assert found == pytest.approx(100 * E9 / (1 + 17.5 / 365 * 0.05), rel=1e-5)


def test_POWER_FAIR_006_ninety_percent_asks_10_125_percent_a_year_2_8_basis_points_a_day() -> None:
    """The third footnote of the seed: σ² / 8 = 0.9² / 8."""
    numerator, denominator = growth(power=(1, 2), sigma_e4=9_000)
    year = -numerator / denominator

    assert year == 0.10125
    assert round(year / 365 * E4, 1) == 2.8
