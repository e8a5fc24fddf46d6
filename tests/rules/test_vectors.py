"""Worked numbers that venues publish, or that follow from them, under permanent ids."""

import math
from typing import Any

import pytest

from venue.core.policies import FundingAnswer
from venue.core.units import E6, E9, E12, NS_PER_HOUR, NS_PER_SECOND
from venue.rules.backstop.fund import Fund
from venue.rules.clamp.step import Step
from venue.rules.closeout.slices import Slices
from venue.rules.examples import (
    BACKSTOP,
    CLAMP,
    CLOSED,
    CLOSEOUT,
    MARK,
    RESORT,
    SAMPLE,
    SETTLE,
    UNWIND,
)
from venue.rules.funding.hyperliquid import HyperliquidFunding
from venue.rules.index_closed.impact_ema import ImpactEma
from venue.rules.last_resort.profit_leverage import ProfitLeverage
from venue.rules.mark.median3_oracle import Median3Oracle
from venue.rules.memory import NOTHING

NS_PER_MINUTE = 60 * NS_PER_SECOND


def _settled(rule: HyperliquidFunding, index: int, bid: int, ask: int) -> FundingAnswer:
    seen = SAMPLE._replace(
        index_nanos=index * E9, impact_bid_nanos=bid * E9, impact_ask_nanos=ask * E9
    )
    memory = rule.initial()
    for _ in range(720):
        memory = rule.sample(seen, memory)
    return rule.settle(SETTLE, memory)[0]


def test_HL_FUND_001_a_premium_of_one_percent_costs_longs_0_11875_percent_an_hour() -> None:
    answer = _settled(HyperliquidFunding(), 10_000, 10_100, 10_101)

    assert answer == FundingAnswer(1_187_500_000, E12 // 100, 720, "index")


def test_HL_FUND_002_without_premium_longs_pay_the_interest_rate() -> None:
    answer = _settled(HyperliquidFunding(), 10_000, 9_999, 10_001)

    assert answer.rate_e12 == 12_500_000  # 0.01 % in 8 h, 0.00125 % an hour


def test_HL_FUND_003_the_rate_is_capped_at_four_percent_an_hour() -> None:
    assert _settled(HyperliquidFunding(), 100, 200, 201).rate_e12 == 4 * E12 // 100
    assert _settled(HyperliquidFunding(), 100, 1, 2).rate_e12 == -4 * E12 // 100


def test_HL_FUND_004_a_thin_side_contributes_nothing() -> None:
    rule = HyperliquidFunding()
    thin = SAMPLE._replace(impact_bid_nanos=None, impact_ask_nanos=None)

    answer, _ = rule.settle(SETTLE, rule.sample(thin, rule.initial()))

    assert answer.premium_e12 == 0


def test_HL_FUND_005_no_sample_no_funding() -> None:
    rule = HyperliquidFunding()

    assert rule.settle(SETTLE, rule.initial())[0] == FundingAnswer(0, 0, 0, "index")


def test_XYZ_FUND_001_half_scale_halves_premium_and_interest() -> None:
    half = HyperliquidFunding(scale_e4=5_000)

    assert _settled(half, 10_000, 10_100, 10_101).rate_e12 == 593_750_000
    assert _settled(half, 10_000, 9_999, 10_001).rate_e12 == 6_250_000  # 5.5 % a year


def test_HL_MARK_001_a_constant_basis_of_20_is_20_from_the_first_sample() -> None:
    rule = Median3Oracle()
    seen = MARK._replace(
        best_bid_nanos=270 * E9 - 1, best_ask_nanos=270 * E9 + 1, last_nanos=270 * E9
    )
    memory = rule.initial()
    for _ in range(100):
        mark_nanos, memory = rule.mark(seen, memory)

        assert memory.basis.mean == 20 * E9
        assert mark_nanos == 270 * E9


def test_HL_MARK_002_of_two_components_the_third_is_the_local_average() -> None:
    rule = Median3Oracle()
    _, memory = rule.mark(
        MARK._replace(best_bid_nanos=251 * E9, best_ask_nanos=253 * E9, last_nanos=251 * E9),
        rule.initial(),
    )

    one_sided = MARK._replace(best_bid_nanos=None)
    mark_nanos, after = rule.mark(one_sided, memory)

    assert mark_nanos == 251 * E9  # of 250, 250 + 2, and 251 from the average
    assert after == memory


def test_HL_MARK_003_during_a_call_the_mark_lies_between_index_and_basis() -> None:
    rule = Median3Oracle()
    _, memory = rule.mark(MARK, rule.initial())

    call = MARK._replace(index_nanos=210 * E9, best_bid_nanos=None, best_ask_nanos=None)

    assert rule.mark(call, memory)[0] == 210 * E9


def test_the_first_quote_after_an_outage_counts_for_ten_seconds_at_most() -> None:
    rule = Median3Oracle()
    memory = rule.initial()
    for _ in range(20):
        _, memory = rule.mark(MARK, memory)
    wild = MARK._replace(best_bid_nanos=299 * E9, best_ask_nanos=301 * E9, last_nanos=300 * E9)

    after_an_hour, _ = rule.mark(wild._replace(since_update_ns=NS_PER_HOUR), memory)
    after_ten_seconds, _ = rule.mark(wild._replace(since_update_ns=10 * NS_PER_SECOND), memory)

    assert after_an_hour == after_ten_seconds
    assert 250 * E9 < after_an_hour < 265 * E9


def _walk(rule: Step, from_nanos: int, to_nanos: int) -> int:
    mark_nanos, updates = from_nanos, 0
    while mark_nanos != to_nanos:
        mark_nanos, _ = rule.clamp(
            CLAMP._replace(previous_mark_nanos=mark_nanos, candidate_nanos=to_nanos), NOTHING
        )
        updates += 1
    return updates


@pytest.mark.parametrize(
    ("step_e4", "to_nanos", "updates"),
    [
        pytest.param(100, 70 * E9, 36, id="-30 % at 1 %: 108 s"),
        pytest.param(50, 70 * E9, 72, id="-30 % at 0.5 %: 216 s"),
    ],
)
def test_HIP3_CLAMP_001_a_gap_is_walked_in_so_many_updates(
    step_e4: int, to_nanos: int, updates: int
) -> None:
    assert _walk(Step(step_e4=step_e4), 100 * E9, to_nanos) == updates


def test_HIP3_CLAMP_002_a_10x_long_has_six_updates_before_bankruptcy() -> None:
    liquidation_nanos = 94_736_842_105  # 100 × (1 - 5.26 %)

    assert _walk(Step(), liquidation_nanos, 90 * E9) == 6


def _absorbed_e4(tau_ns: int, hours: int) -> int:
    # The book bids 251 for as long as it takes; the index begins at 250.
    rule = ImpactEma(tau_ns=tau_ns)
    index_nanos = 250 * E9
    for _ in range(hours * NS_PER_HOUR // (3 * NS_PER_SECOND)):
        index_nanos, _ = rule.index(
            CLOSED._replace(
                previous_index_nanos=index_nanos,
                impact_bid_nanos=251 * E9,
                impact_ask_nanos=252 * E9,
            ),
            NOTHING,
        )
    return round((index_nanos - 250 * E9) / E9 * 10_000)


@pytest.mark.parametrize(
    ("tau_minutes", "hours", "percent"),
    [
        pytest.param(480, 1, 12, id="8 h, after one"),
        pytest.param(480, 8, 63, id="8 h, after eight"),
        pytest.param(480, 48, 99.8, id="8 h, after a weekend"),
        pytest.param(60, 1, 63, id="1 h, after one"),
        pytest.param(30, 1, 86, id="30 min, after one"),
        pytest.param(30, 8, 100, id="30 min, after eight"),
    ],
)
def test_XYZ_INDEX_001_a_constant_push_is_absorbed_with_the_time_constant(
    tau_minutes: int, hours: int, percent: float
) -> None:
    absorbed_e4 = _absorbed_e4(tau_minutes * NS_PER_MINUTE, hours)

    exact_e4 = 10_000 * (1 - math.exp(-hours * 60 / tau_minutes))
    assert absorbed_e4 == round(exact_e4)
    assert abs(absorbed_e4 / 100 - percent) < 0.6


def test_XYZ_INDEX_002_one_update_goes_at_most_9_5_percent_of_the_way() -> None:
    a_day_later = CLOSED._replace(
        impact_bid_nanos=350 * E9, impact_ask_nanos=351 * E9, since_update_ns=24 * NS_PER_HOUR
    )

    assert ImpactEma().index(a_day_later, NOTHING)[0] == 259_516_258_196  # 1 - exp(-0.1)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"impact_bid_nanos": None, "impact_ask_nanos": None}, id="empty book"),
        pytest.param({"impact_bid_nanos": 249 * E9, "impact_ask_nanos": None}, id="bids below"),
        pytest.param({"impact_bid_nanos": None, "impact_ask_nanos": 251 * E9}, id="asks above"),
    ],
)
def test_XYZ_INDEX_003_a_book_that_pushes_nowhere_freezes_the_index(
    changes: dict[str, Any],
) -> None:
    assert ImpactEma().index(CLOSED._replace(**changes), NOTHING)[0] == 250 * E9


def test_HL_LIQ_001_above_100k_a_fifth_goes_first_then_the_remainder() -> None:
    large = CLOSEOUT._replace(size_lots=1_000_001, notional_micros=250_000 * E6)

    first, _ = Slices().closeout(large, NOTHING)
    then, _ = Slices().closeout(large._replace(size_lots=800_000, attempts=1), NOTHING)

    assert (first.lots, first.cooldown_ns) == (200_001, 30 * NS_PER_SECOND)
    assert then.lots == 800_000


def test_HL_LIQ_002_up_to_100k_all_goes_at_once() -> None:
    exactly = CLOSEOUT._replace(size_lots=400_000, notional_micros=100_000 * E6)

    assert Slices().closeout(exactly, NOTHING)[0].lots == 400_000


@pytest.mark.parametrize(
    ("size_lots", "bankruptcy", "limit_nanos"),
    [
        pytest.param(10, 230, 237_500_000_000, id="long: protection comes first"),
        pytest.param(10, 245, 245_000_000_000, id="long: bankruptcy comes first"),
        pytest.param(10, 255, 255_000_000_000, id="long, bankrupt at the mark: no shortfall"),
        pytest.param(-10, 270, 262_500_000_000, id="short: protection comes first"),
        pytest.param(-10, 255, 255_000_000_000, id="short: bankruptcy comes first"),
        pytest.param(-10, 245, 245_000_000_000, id="short, bankrupt at the mark"),
    ],
)
def test_a_close_out_is_never_worse_than_bankruptcy_or_protection(
    size_lots: int, bankruptcy: int, limit_nanos: int
) -> None:
    seen = CLOSEOUT._replace(size_lots=size_lots, bankruptcy_nanos=bankruptcy * E9)

    assert Slices().closeout(seen, NOTHING)[0].limit_nanos == limit_nanos


def test_HL_LIQ_003_the_backstop_is_due_below_two_thirds_of_maintenance() -> None:
    seen = BACKSTOP._replace(maintenance_micros=3 * E6)

    assert not Fund().due(seen._replace(equity_micros=2 * E6))
    assert Fund().due(seen._replace(equity_micros=2 * E6 - 1))


def test_VEGA_UNWIND_001_280_lots_go_as_100_90_45_45() -> None:
    rule = Fund(fraction_e4=5_000, full_micros=50, slice_micros_max=100)
    left, slices = 280, []
    while left:
        lots = rule.unwind(UNWIND._replace(size_lots=left, lot_notional_micros=1)).lots
        slices.append(lots)
        left -= lots

    assert slices == [100, 90, 45, 45]


def test_HL_ADL_001_a_short_ranks_as_the_mirrored_long() -> None:
    long = RESORT._replace(size_lots=10, entry_micros=2_000, mark_micros=250)
    short = RESORT._replace(size_lots=-10, entry_micros=-2_500, mark_micros=200)

    assert ProfitLeverage().weigh(long) == ProfitLeverage().weigh(short)


def test_an_account_without_equity_ranks_last() -> None:
    assert ProfitLeverage().weigh(RESORT._replace(equity_micros=-1)) == 0
