"""Funding in worked numbers: those that venues publish, or that follow from them."""

import math
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from venue.core.fixed import E18
from venue.core.phases import Pricing, Session
from venue.core.policies import FundingAnswer, PauseInputs, SampleInputs, SettleInputs
from venue.core.units import E4, E6, E9, E12, NS_PER_DAY, NS_PER_HOUR, NS_PER_SECOND
from venue.rules.build import ref
from venue.rules.examples import SAMPLE, SETTLE
from venue.rules.funding.clamped_8h import Clamped8h
from venue.rules.funding.hill_skew import HillMemory, HillSkew, hill_e12
from venue.rules.funding.hyperliquid import HyperliquidFunding
from venue.rules.funding.in_kind import InKind
from venue.rules.funding.mark_minus_index import MarkMinusIndex
from venue.rules.funding.none import NoFunding
from venue.rules.funding.pi import Pi, PiMemory
from venue.rules.funding.premium_8h_cap import Premium8hCap
from venue.rules.funding.qfex import QfexFunding
from venue.rules.funding.rollover import Moves, Rollover, rollover_e12, volatility_e4_per_year
from venue.rules.funding.skew_gmx import SkewGmx
from venue.rules.funding.twap_drift import TwapDrift
from venue.rules.funding.twap_vega import TwapVega
from venue.rules.funding_closed.accrue_then_cap import AccrueThenCap
from venue.rules.funding_closed.off import Off
from venue.rules.funding_closed.scale import Scale
from venue.rules.table import RuleFault

HOURS_A_YEAR = 8_760
EIGHT_HOURS = SETTLE._replace(interval_ns=8 * NS_PER_HOUR, samples_due=5_760)


def at(premium_percent: float, **changes: Any) -> SampleInputs:
    """Return a sample whose impact bid (or ask), mark and middle stand off the index."""
    nanos = round(250 * E9 * (1 + premium_percent / 100))
    return SAMPLE._replace(
        impact_bid_nanos=nanos if premium_percent > 0 else None,
        impact_ask_nanos=nanos if premium_percent < 0 else None,
        mark_nanos=nanos,
        mid_nanos=nanos,
    )._replace(**changes)


def settled(
    rule: Any, sample: SampleInputs, settle: SettleInputs = SETTLE, memory: Any = None
) -> tuple[FundingAnswer, Any]:
    """Sample the same for a whole interval and settle."""
    memory = rule.initial() if memory is None else memory
    for _ in range(settle.samples_due):
        memory = rule.sample(sample, memory)
    answer: FundingAnswer
    answer, memory = rule.settle(settle, memory)
    return answer, memory


def rate(rule: Any, sample: SampleInputs, settle: SettleInputs = SETTLE) -> int:
    return settled(rule, sample, settle)[0].rate_e12


# QFEX


def test_QFEX_FUND_001_a_premium_within_five_basis_points_costs_nothing() -> None:
    assert rate(QfexFunding(), at(0.05)) == 0
    assert rate(QfexFunding(), at(-0.05)) == 0


def test_QFEX_FUND_002_beyond_it_the_excess_is_paid() -> None:
    assert rate(QfexFunding(), at(1)) == 1_187_500_000  # (1 % - 0.05 %) / 8
    assert rate(QfexFunding(), at(-1)) == -1_187_500_000


@pytest.mark.parametrize("session", [Session.OVERNIGHT, Session.NO_TRADING])
def test_QFEX_FUND_003_outside_market_hours_funding_is_exactly_zero(session: Session) -> None:
    closed = SETTLE._replace(session=session)

    assert settled(QfexFunding(), at(5, session=session), closed)[0] == FundingAnswer(
        0, 0, 0, "index"
    )
    # Even the hour that was sampled whole, if it is settled after the close.
    assert rate(QfexFunding(), at(5), closed) == 0


@pytest.mark.parametrize("session", [Session.PRE_MARKET, Session.REGULAR, Session.AFTER_MARKET])
def test_QFEX_FUND_004_market_hours_are_four_to_twenty(session: Session) -> None:
    assert rate(QfexFunding(), at(1, session=session), SETTLE._replace(session=session)) != 0


def test_QFEX_FUND_005_a_market_of_23_hours_pays_overnight() -> None:
    night = Session.OVERNIGHT
    rule = QfexFunding(pays_overnight=True)

    assert rate(rule, at(1, session=night), SETTLE._replace(session=night)) == 1_187_500_000


# Vega and Drift


def test_VEGA_FUND_001_the_averages_differ_by_the_rate() -> None:
    assert rate(TwapVega(), at(0.4)) == 4_000_000_000


def test_VEGA_FUND_002_interest_is_held_within_its_bounds() -> None:
    """(1 + dt × r) s - f: 10 % a year is 11.4 bp·h less the difference, held at 1 bp."""
    rule = TwapVega(interest_e12_per_year=E12 // 10, lower_e12=-(10**8), upper_e12=10**8)

    assert rate(rule, at(0)) == 11_415_525  # 10 % / 8,760
    assert rate(rule, at(0.4)) == 4_000_000_000 - 10**8
    assert rate(rule, at(-0.4)) == -4_000_000_000 + 10**8


def test_VEGA_FUND_003_the_rate_is_scaled_then_bounded() -> None:
    rule = TwapVega(scale_e4=5_000, rate_min_e12=-(10**9), rate_max_e12=10**9)

    assert rate(rule, at(0.1)) == 500_000_000
    assert rate(rule, at(4)) == 10**9
    assert rate(rule, at(-4)) == -(10**9)


def test_DRIFT_FUND_001_with_no_difference_longs_pay_7_3_percent_a_year() -> None:
    assert rate(TwapDrift(), at(0)) * HOURS_A_YEAR == pytest.approx(0.073 * E12, rel=1e-6)


def test_DRIFT_FUND_002_a_day_of_it_is_capped_at_three_percent() -> None:
    assert rate(TwapDrift(), at(8)) == 1_250_000_000  # 3 % / 24
    assert rate(TwapDrift(), at(-8)) == -1_250_000_000


def test_DRIFT_FUND_003_where_mark_and_oracle_diverge_nothing_is_paid() -> None:
    diverged = SETTLE._replace(mark_nanos=275 * E9 + 1)

    assert rate(TwapDrift(), at(1), SETTLE._replace(mark_nanos=275 * E9)) != 0
    assert rate(TwapDrift(), at(1), diverged) == 0


def test_DRIFT_FUND_004_a_fat_finger_is_held_before_it_is_averaged() -> None:
    rule = TwapDrift()
    memory = rule.initial()
    for percent in (0, 60, 0, 0):  # held at 10 % of 250: 275
        memory = rule.sample(at(percent), memory)

    answer, _ = rule.settle(SETTLE._replace(samples_due=4), memory)

    assert answer.premium_e12 == 25_000_000_000  # 25 / 4 over 250


def test_DRIFT_FUND_005_the_side_that_receives_gets_at_most_what_is_paid() -> None:
    assert settled(TwapDrift(), at(1))[0].receivers == "at_most"


# dYdX


def test_DYDX_FUND_001_an_hour_pays_an_eighth_of_the_premium_and_the_interest() -> None:
    assert rate(Premium8hCap(), at(0.8)) == 1_000_000_000
    isolated = Premium8hCap(interest_e12_per_hour=12_500_000)
    assert rate(isolated, at(0.8)) == 1_012_500_000


def test_DYDX_FUND_002_eight_hours_are_capped_at_six_times_the_margins_difference() -> None:
    """20x: 600 % × (5 % - 2.5 %) = 15 % in 8 h; dYdX's 5 % and 3 % would make 12 %."""
    assert rate(Premium8hCap(), at(40)) == 18_750_000_000
    theirs = SETTLE._replace(maintenance_e4=300)
    assert rate(Premium8hCap(), at(-40), theirs) == -15_000_000_000


def test_DYDX_FUND_003_a_burst_shorter_than_half_a_minute_moves_no_median() -> None:
    rule = Premium8hCap()
    memory = rule.initial()
    for n in range(720):
        memory = rule.sample(at(5 if n % 12 < 5 else 0), memory)

    assert rule.settle(SETTLE, memory)[0].rate_e12 == 0
    memory = rule.initial()
    for n in range(720):
        memory = rule.sample(at(5 if n % 12 < 7 else 0), memory)
    assert rule.settle(SETTLE, memory)[0].premium_e12 == 50_000_000_000


def test_DYDX_FUND_004_votes_missing_from_the_least_number_count_as_zero() -> None:
    rule = Premium8hCap(votes=15, votes_min=15)
    memory = rule.initial()
    for _ in range(7):
        memory = rule.sample(at(5), memory)

    assert rule.settle(SETTLE, memory)[0].premium_e12 == 0  # seven of fifteen


def test_DYDX_FUND_005_a_vote_is_held_at_sixty_times_the_margins_difference() -> None:
    wide = at(100, impact_bid_nanos=1_000 * E9)  # 300 %, held at 60 × 2.5 %

    assert settled(Premium8hCap(cap_e4=None), wide)[0].premium_e12 == 150 * E12 // 100


# BitMEX and Binance


def test_BITMEX_FUND_001_a_quiet_eight_hours_cost_a_basis_point() -> None:
    assert rate(Clamped8h(), at(0), EIGHT_HOURS) == 100_000_000
    assert rate(Clamped8h(), at(1), EIGHT_HOURS) == 9_500_000_000


def test_BITMEX_FUND_002_the_cap_is_75_percent_of_the_margins_difference() -> None:
    assert rate(Clamped8h(), at(10), EIGHT_HOURS) == 18_750_000_000  # 75 % × 2.5 %
    assert rate(Clamped8h(), at(-10), EIGHT_HOURS) == -18_750_000_000


@pytest.mark.parametrize("hours", [1, 4, 8])
def test_BINANCE_FUND_001_an_interval_of_n_hours_pays_n_eighths(hours: int) -> None:
    rule = Clamped8h(margin_cap_e4=None)
    interval = SETTLE._replace(interval_ns=hours * NS_PER_HOUR)

    assert rate(rule, at(1), interval) == 9_500_000_000 * hours // 8


def test_BINANCE_FUND_002_rising_weights_count_later_samples_more() -> None:
    rule = Clamped8h(weights="rising", interest_e12=0, clamp_e12=0, margin_cap_e4=None)
    memory = rule.initial()
    for percent in (0, 0, 0, 1):  # 4 of 1 + 2 + 3 + 4
        memory = rule.sample(at(percent), memory)

    answer, _ = rule.settle(EIGHT_HOURS._replace(samples_due=4), memory)

    assert answer.premium_e12 == 4_000_000_000


def test_BINANCE_FUND_003_a_cap_of_its_own_holds_an_interval() -> None:
    korean = Clamped8h(margin_cap_e4=None, cap_e12=20_000_000_000)  # 2 %

    assert rate(korean, at(9), EIGHT_HOURS) == 20_000_000_000


# Ostium


@pytest.mark.parametrize(
    ("skew_percent", "hill"), [(5, 0.050), (10, 0.175), (25, 0.569), (50, 0.841)]
)
def test_OSTIUM_FUND_001_the_hill_curve(skew_percent: int, hill: float) -> None:
    e12 = skew_percent * E12 // 100

    assert hill_e12(e12) / E12 == pytest.approx(hill, abs=0.0006)
    assert hill_e12(-e12) == hill_e12(e12)
    exact = Fraction(184, 100) ** 2 * Fraction(skew_percent, 100) ** 2
    assert abs(hill_e12(e12) - E12 * exact / (Fraction(16, 100) + exact)) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("volatility_e4", "share"), [(0, 0), (2_500, 0.1), (5_000, 0.25), (7_500, 0.5), (10_000, 1)]
)
def test_OSTIUM_FUND_002_rollover_by_volatility(volatility_e4: int, share: float) -> None:
    assert rollover_e12(10**9, volatility_e4, 10_000, 15_000) == round(share * 10**9)


def test_OSTIUM_FUND_003_the_rate_relaxes_towards_its_target() -> None:
    rule = HillSkew(spring_ns=8 * NS_PER_HOUR)
    lean = SETTLE._replace(long_micros=3_000_000 * E6, short_micros=1_000_000 * E6)
    target = rule.target_e12_per_hour(E12 // 2)
    rates, memory = [], rule.initial()
    for _ in range(80):
        answer, memory = settled(rule, SAMPLE, lean, memory)
        rates.append(answer.rate_e12)

    assert 0 < rates[0] < target // 8
    assert all(before < after for before, after in pairwise(rates[:40]))
    assert rates[-1] == pytest.approx(target, rel=1e-4)


def test_OSTIUM_FUND_004_the_spring_is_strong_across_zero_and_weak_on_the_way_down() -> None:
    rule = HillSkew()
    balanced = SETTLE
    other = SETTLE._replace(short_micros=3_000_000 * E6)
    high = HillMemory(rate_e12_per_hour=10**8, moves=Moves(250 * E9, 0, 720))

    down = rule.settle(balanced, high)[1].rate_e12_per_hour
    across = rule.settle(other, high)[1].rate_e12_per_hour

    # exp(-1/16) of it is left with half a spring; with two, exp(-1/4) of the way is.
    target = rule.target_e12_per_hour(-E12 // 2)
    assert down == pytest.approx(10**8 * 0.939413, rel=1e-5)
    assert across == pytest.approx(target + (10**8 - target) * 0.778801, rel=1e-5)


def test_OSTIUM_FUND_005_volatility_is_of_the_time_that_was_sampled() -> None:
    """A per mille every 5 s, 720 times: 2.68 % an hour, 251 % a year."""
    rule = Rollover(volatility_e4_per_year=100_000)
    memory = rule.initial()
    for n in range(721):
        index_nanos = 250 * E9 + (E9 // 4 if n % 2 else 0)
        memory = rule.sample(SAMPLE._replace(index_nanos=index_nanos), memory)
        if n == 360:
            half = volatility_e4_per_year(memory, NS_PER_HOUR, 720)

    whole = volatility_e4_per_year(memory, NS_PER_HOUR, 720)
    assert whole == pytest.approx(25_100, abs=40)
    assert half == pytest.approx(whole, rel=0.01)


def test_OSTIUM_FUND_006_in_a_book_without_skew_only_rollover_is_paid() -> None:
    rule = HillSkew(rollover_e12_per_hour=10**8)
    memory = rule.initial()
    for n in range(720):
        memory = rule.sample(SAMPLE._replace(index_nanos=250 * E9 + n % 2 * E9 // 100), memory)

    answer, _ = rule.settle(SETTLE, memory)

    assert answer.rate_e12 == 0
    assert answer.rollover_e12 > 0


# GMX


def lean(longs: int, shorts: int) -> SettleInputs:
    return SETTLE._replace(long_micros=longs * E6, short_micros=shorts * E6)


def test_GMX_FUND_001_100k_of_imbalance_in_200k_cost_0_001_percent_a_second() -> None:
    assert rate(SkewGmx(), SAMPLE, lean(150_000, 50_000)) == 3_600 * E12 // 100_000
    assert rate(SkewGmx(), SAMPLE, lean(50_000, 150_000)) == -3_600 * E12 // 100_000


@pytest.mark.parametrize(("longs", "shorts"), [(100_000, 100_000), (100_000, 0), (0, 0)])
def test_GMX_FUND_002_balanced_or_alone_nobody_pays(longs: int, shorts: int) -> None:
    assert rate(SkewGmx(), SAMPLE, lean(longs, shorts)) == 0


def test_GMX_FUND_003_an_exponent_counts_dollars() -> None:
    """100,000^1.5 / 200,000 = 158.1139: 10^-12 of it a second."""
    rule = SkewGmx(exponent_e4=15_000, factor_e18=E18 // E12)

    assert rate(rule, SAMPLE, lean(150_000, 50_000)) == 569_210  # 158.1139 × 3,600


def test_GMX_FUND_004_the_adaptive_rate_rises_while_the_imbalance_is_above_its_threshold() -> None:
    rule = SkewGmx(increase_e18=E18 // 10**12, decrease_e18=10**3, decrease_below_e4=100)
    memory = rule.initial()
    rates = []
    path = [(1500, 500)] * 3 + [(1010, 990)] * 2 + [(1005, 995)] * 2 + [(500, 1500)] * 3
    for longs, shorts in path:
        answer, memory = settled(rule, SAMPLE, lean(longs * 100, shorts * 100), memory)
        rates.append(answer.rate_e12)

    up, stable, down, across = rates[:3], rates[3:5], rates[5:7], rates[7:]
    # 0.5 × 10^-12 × 3,600 s: 1.8e-9 more a second each hour.
    assert up == [6_480_000, 12_960_000, 19_440_000]
    assert stable == [19_440_000, 19_440_000]
    assert down == [19_427_040, 19_414_080]  # 10^-15 × 3,600 s
    assert across == [12_934_080, 6_454_080, -25_920]


def test_GMX_FUND_005_what_is_paid_is_held_between_its_bounds() -> None:
    rule = SkewGmx(
        increase_e18=E18 // 10**12, max_e18_per_second=3 * 10**9, min_e18_per_second=2 * 10**9
    )
    memory, rates = rule.initial(), []
    for _ in range(3):
        answer, memory = settled(rule, SAMPLE, lean(150_000, 50_000), memory)
        rates.append(answer.rate_e12)

    assert rates == [7_200_000, 10_800_000, 10_800_000]


# PI


@pytest.mark.parametrize(
    ("kp_e18", "percent_a_year"),
    [pytest.param(75_000_000_000, 2.4, id="RAI"), pytest.param(154_700_000_000, 5.0, id="HAI")],
)
def test_PI_FUND_001_a_deviation_of_one_percent_costs_so_much_a_year(
    kp_e18: int, percent_a_year: float
) -> None:
    """Kp alone: 7.5e-10 a second is 2.4 % compounded, 1.547e-9 is 5.0 %."""
    hourly = rate(Pi(kp_e18=kp_e18, ki_e18=0), at(1)) / E12

    assert 100 * ((1 + hourly) ** HOURS_A_YEAR - 1) == pytest.approx(percent_a_year, abs=0.05)


def test_PI_FUND_002_the_integral_is_a_trapezoid_that_leaks() -> None:
    rule = Pi(kp_e18=0, ki_e18=22_300, half_life_ns=2 * NS_PER_HOUR)
    _, first = settled(rule, at(-1))
    _, second = settled(rule, at(-1), memory=first)

    assert first.integral_e12s == E12 // 100 * 1_800  # half an hour: the error before was 0
    left = first.integral_e12s * 2**-0.5
    assert second.integral_e12s == pytest.approx(left + E12 // 100 * 3_600, rel=1e-12)


def test_PI_FUND_003_half_an_integral_is_left_after_27_8_days() -> None:
    """leak 0.9999997112 a second."""
    rule = Pi()
    day = SETTLE._replace(interval_ns=NS_PER_DAY, samples_due=1)
    memory = PiMemory(integral_e12s=10**15)
    for _ in range(28):
        _, memory = settled(rule, at(0), day, memory)

    assert memory.integral_e12s == pytest.approx(10**15 * 0.9999997112 ** (28 * 86_400), rel=1e-4)
    assert memory.integral_e12s == pytest.approx(10**15 / 2, rel=0.01)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"is_held": True}, id="the clamp binds"),
        pytest.param({"pricing": Pricing.INTERNAL}, id="no outside price"),
        pytest.param({"session": Session.NO_TRADING}, id="closed"),
    ],
)
def test_PI_FUND_004_the_integral_is_frozen_and_the_proportion_goes_on(
    changes: dict[str, Any],
) -> None:
    rule = Pi()
    before = PiMemory(integral_e12s=10**13, before_e12=10**9)

    answer, after = settled(rule, at(3, **changes), memory=before)

    assert after == before
    # 2.23e-14 × 10 × 3,600 s
    assert answer.rate_e12 == rate(Pi(ki_e18=0), at(3)) - 803


def test_PI_FUND_005_within_the_noise_barrier_nothing_is_paid() -> None:
    rule = Pi(barrier_e12=5_000_000_000)  # 0.5 %

    assert rate(rule, at(0.4)) == 0
    assert rate(rule, at(0.5)) != 0


def test_PI_FUND_006_the_contracts_compare_the_output_which_never_breaks_the_barrier() -> None:
    assert rate(Pi(barrier_e12=5_000_000_000, barrier_on="output"), at(50)) == 0


def test_PI_FUND_007_the_rate_is_bounded_at_minus_90_and_plus_950_percent_a_year() -> None:
    rule = Pi(kp_e18=E18 // 1_000, mode="drift")
    year = SETTLE._replace(interval_ns=365 * NS_PER_DAY, samples_due=1)

    assert settled(rule, at(50), year)[0].drift_e18 / E18 == pytest.approx(0.1, rel=1e-5)
    assert settled(rule, at(-50), year)[0].drift_e18 / E18 == pytest.approx(10.5, rel=1e-5)


def test_PI_FUND_008_a_target_drifts_away_from_the_market() -> None:
    """The market 1 % below a target of one: the target rises by 7.5e-10 a second."""
    answer, _ = settled(Pi(ki_e18=0, mode="drift"), at(-1))

    assert answer.rate_e12 == 0
    assert answer.drift_e18 / E18 == pytest.approx((1 + 7.5e-10) ** 3_600, rel=1e-13)


# Powers and everlasting claims


def test_SQUEETH_FUND_001_a_day_at_ten_percent_above_multiplies_norm_by_0_99457() -> None:
    day = SETTLE._replace(interval_ns=24 * NS_PER_HOUR)

    answer, _ = settled(InKind(), at(10), day)

    assert answer.rate_e12 == 0
    assert round(answer.drift_e18 / E18, 5) == 0.99457


def test_SQUEETH_FUND_002_24_hours_one_by_one_come_to_the_same() -> None:
    norm = 1.0
    for _ in range(24):
        norm *= settled(InKind(), at(10))[0].drift_e18 / E18

    assert norm == pytest.approx((1 / 1.1) ** (24 / 420), rel=1e-13)


@pytest.mark.parametrize(("premium", "held"), [(60, 1.4), (40, 1.4), (-35, 0.8), (-20, 0.8)])
def test_SQUEETH_FUND_003_the_mark_counts_from_0_8_to_1_4_of_the_index(
    premium: int, held: float
) -> None:
    drift_e18 = settled(InKind(), at(premium))[0].drift_e18

    assert drift_e18 / E18 == pytest.approx((1 / held) ** (1 / 420), rel=1e-13)


def test_SQUEETH_FUND_004_at_the_index_nothing_moves() -> None:
    assert settled(InKind(), at(0))[0].drift_e18 == E18


def test_POWER_FUND_001_over_its_period_a_long_pays_the_whole_difference() -> None:
    rule = MarkMinusIndex(period_ns=24 * NS_PER_HOUR)

    assert rate(rule, at(1)) * 24 == pytest.approx(E12 // 100, abs=24)
    assert rate(MarkMinusIndex(period_ns=NS_PER_HOUR), at(1)) == E12 // 100


@pytest.mark.parametrize(
    ("p", "sigma", "basis_percent"),
    [
        pytest.param(2, 0.6, 1.7606, id="p 2, 60 %"),
        pytest.param(2, 0.9, 4.0503, id="p 2, 90 %"),
        pytest.param(0.5, 0.6, -0.2158, id="p 0.5, 60 %"),
    ],
)
def test_POWER_FUND_002_at_the_fair_mark_funding_is_the_growth_of_the_claim(
    p: float, sigma: float, basis_percent: float
) -> None:
    """Mark k Q / (1 + k - Q), so that k (M - I) = (M + k I) (Q - 1); k an hour's part."""
    growth_a_year = p * (p - 1) * sigma**2 / 2
    rule = MarkMinusIndex(period_ns=420 * NS_PER_HOUR)

    hourly = rate(rule, at(basis_percent)) / E12

    grown = math.expm1(growth_a_year / HOURS_A_YEAR) * (1 + basis_percent / 100 + 1 / 420)
    assert hourly == pytest.approx(grown, rel=1e-4)


# None, continuous, closed


def test_NONE_FUND_001_nobody_pays() -> None:
    assert rate(NoFunding(), at(5)) == 0


def test_CONT_FUND_001_settled_at_every_sample_an_hour_comes_to_an_hour() -> None:
    rule = HyperliquidFunding()
    each = SETTLE._replace(interval_ns=5 * NS_PER_SECOND, samples_due=1)

    continuous = sum(rate(rule, at(1), each) for _ in range(720))

    assert continuous == pytest.approx(rate(rule, at(1)), abs=360)


def test_CLOSED_FUND_001_off_pays_nothing_and_samples_nothing_while_closed() -> None:
    assert Off().pause(PauseInputs(10**9, 0, is_closed=True)).rate_e12 == 0
    assert Off().pause(PauseInputs(10**9, 0, is_closed=False)).rate_e12 == 10**9
    assert not Off().samples(is_closed=True)


def test_CLOSED_FUND_002_a_scale_applies_while_closed_only() -> None:
    assert Scale(scale_e4=2_500).pause(PauseInputs(10**9, 0, is_closed=True)).rate_e12 == 25 * 10**7
    assert Scale(scale_e4=2_500).pause(PauseInputs(10**9, 0, is_closed=False)).rate_e12 == 10**9


def test_CLOSED_FUND_003_what_is_put_by_is_paid_at_the_reopen_with_a_cap() -> None:
    rule = AccrueThenCap(cap_e12=10**9)
    accrued, paid = 0, []
    for is_closed in [True] * 56 + [False, False]:
        answer = rule.pause(PauseInputs(10**8, accrued, is_closed))
        accrued = answer.accrued_e12
        paid.append(answer.rate_e12)

    assert paid == [0] * 56 + [11 * 10**8, 10**8]  # 56 hours at a basis point, held at ten


# What cannot be listed


@pytest.mark.parametrize(
    ("name", "parameters", "sentence"),
    [
        ("twap_vega", {"lower_e12": 1, "upper_e12": 0}, "lower_e12 must not be above"),
        ("skew_gmx", {"min_e18_per_second": E18 // 1_000}, "must not be above max"),
        ("pi", {"low_e18_per_second": 10**11, "high_e18_per_second": 0}, "must not be above"),
        ("rollover", {"slope_e4": E4}, "slope_e4 must be a whole number from 10001"),
    ],
)
def test_bounds_that_cross_are_refused_with_a_sentence(
    name: str, parameters: dict[str, int], sentence: str
) -> None:
    with pytest.raises(RuleFault, match=sentence):
        ref("funding", name, **parameters)
