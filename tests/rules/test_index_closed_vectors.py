"""Worked numbers of the index rules while there is no outside price."""

import math
from typing import Any

import pytest

from venue.core.phases import Closure
from venue.core.policies import IndexClosedRule, Print
from venue.core.units import E4, E9, NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND
from venue.rules.examples import CLOSED, NOW_NS, PRINT
from venue.rules.index_closed.adaptive_step import AdaptiveStep
from venue.rules.index_closed.decay_blend import DecayBlend
from venue.rules.index_closed.feed import Feed
from venue.rules.index_closed.hyperp import Hyperp
from venue.rules.index_closed.impact_ema import ImpactEma
from venue.rules.index_closed.impact_mid_ema import ImpactMidEma
from venue.rules.index_closed.log_drift import LogDrift
from venue.rules.memory import NOTHING

DOLLAR = E9


def book(bid: float, ask: float, **changes: Any) -> Any:
    return CLOSED._replace(
        impact_bid_nanos=round(bid * DOLLAR), impact_ask_nanos=round(ask * DOLLAR), **changes
    )


def pushed(rule: IndexClosedRule, hours: float, bid: float, ask: float, **changes: Any) -> float:
    """Return the index in dollars after a constant book, from $250.00, at 3 s updates."""
    memory, index_nanos = rule.initial(), 250 * DOLLAR
    for n in range(1, round(hours * 1_200) + 1):
        seen = book(bid, ask, **changes)
        seen = seen._replace(
            previous_index_nanos=index_nanos, now_ns=seen.now_ns + n * 3 * NS_PER_SECOND
        )
        index_nanos, memory = rule.index(seen, memory)
    return index_nanos / DOLLAR


# trade.xyz


def test_XYZ_INDEX_005_the_dead_zone_between_impact_bid_and_ask_moves_nothing() -> None:
    assert pushed(ImpactEma(), 1, 240, 250) == 250
    assert pushed(ImpactEma(), 1, 250, 260) == 250
    assert pushed(ImpactEma(), 1, 200, 300) == 250


def test_XYZ_INDEX_006_beyond_the_dead_zone_only_the_near_side_pulls() -> None:
    wide = pushed(ImpactEma(), 1, 251, 299)
    narrow = pushed(ImpactEma(), 1, 251, 251.01)

    assert wide == narrow == pytest.approx(251 - math.exp(-2), abs=1e-6)


@pytest.mark.parametrize("mid", [125, 240, 251, 500])
def test_DEVNET_DRIFT_001_the_index_drifts_in_logarithms(mid: float) -> None:
    seen = book(mid, mid, since_update_ns=3 * NS_PER_SECOND)

    index_nanos, _ = LogDrift().index(seen, NOTHING)

    share = 3 / (8 * 3_600)
    assert index_nanos / DOLLAR == pytest.approx(250 * (mid / 250) ** share, abs=2e-9)


def test_DEVNET_DRIFT_002_one_update_goes_a_tenth_of_the_way_at_most() -> None:
    day = book(500, 500, since_update_ns=NS_PER_DAY)

    assert LogDrift().index(day, NOTHING)[0] / DOLLAR == pytest.approx(250 * 2**0.1, abs=2e-9)


# Felix, Ventuals, Lighter


@pytest.mark.parametrize(
    ("closure", "hours"), [(Closure.OVERNIGHT, 1), (Closure.WEEKEND, 8), (Closure.HOLIDAY, 8)]
)
def test_FELIX_INDEX_001_one_hour_on_weekdays_eight_at_weekends(
    closure: Closure, hours: int
) -> None:
    index = pushed(ImpactMidEma(), hours, 250.5, 251.5, closure=closure)

    assert index == pytest.approx(251 - math.exp(-1), abs=1e-5)


def test_FELIX_INDEX_002_a_side_too_thin_freezes_the_index() -> None:
    thin = CLOSED._replace(impact_bid_nanos=None, impact_ask_nanos=240 * DOLLAR)

    assert ImpactMidEma().index(thin, NOTHING)[0] == 250 * DOLLAR


@pytest.mark.parametrize(
    ("off_e4", "step_e4"),
    [(2, 7_000), (3, 5_000), (5, 5_000), (6, 3_000), (10, 3_000), (11, 2_000), (20, 2_000)],
)
def test_VENTUALS_INDEX_001_the_step_falls_with_the_deviation(off_e4: int, step_e4: int) -> None:
    mid_nanos = 250 * DOLLAR * (E4 + off_e4) // E4
    seen = CLOSED._replace(impact_bid_nanos=mid_nanos, impact_ask_nanos=mid_nanos)
    rule = AdaptiveStep()

    index_nanos, _ = rule.index(seen, rule.initial())

    assert index_nanos - 250 * DOLLAR == (mid_nanos - 250 * DOLLAR) * step_e4 // E4


@pytest.mark.parametrize(("seconds", "weight"), [(0, 1), (60, math.exp(-1)), (600, 0)])
def test_LIGHTER_INDEX_001_the_outside_price_fades_within_minutes(
    seconds: int, weight: float
) -> None:
    rule = DecayBlend(elapsed_ns_max=30 * 24 * NS_PER_HOUR)
    seen = book(
        252,
        252,
        last_external_ns=CLOSED.now_ns - seconds * NS_PER_SECOND,
        since_update_ns=30 * 24 * NS_PER_HOUR,  # the internal average stands at 252
    )

    index_nanos, _ = rule.index(seen, rule.initial())

    assert index_nanos / DOLLAR == pytest.approx(252 - 2 * weight, abs=1e-3)


@pytest.mark.parametrize(("leverage_max", "percent"), [(10, 9.5), (20, 4.5), (50, 1.5)])
def test_LIGHTER_INDEX_002_the_index_stays_within_one_over_leverage_less_half_a_percent(
    leverage_max: int, percent: float
) -> None:
    up = pushed(DecayBlend(), 8, 500, 500, leverage_max=leverage_max)
    down = pushed(DecayBlend(), 8, 125, 125, leverage_max=leverage_max)

    assert up == pytest.approx(250 * (1 + percent / 100), abs=1e-8)
    assert down == pytest.approx(250 * (1 - percent / 100), abs=1e-8)


def test_LIGHTER_INDEX_003_internal_takes_half_an_hour() -> None:
    assert pushed(DecayBlend(), 0.5, 251, 251) == pytest.approx(251 - math.exp(-1), abs=1e-6)


# Hyperps


def _minutes(rule: Hyperp, marks: list[int]) -> list[int]:
    memory, told = rule.initial(), []
    for n, mark in enumerate(marks):
        seen = CLOSED._replace(now_ns=CLOSED.now_ns + n * NS_PER_MINUTE, mark_nanos=mark)
        index_nanos, memory = rule.index(seen, memory)
        told.append(index_nanos)
    return told


def test_HL_HYPERP_001_a_constant_mark_is_a_constant_index_for_ever() -> None:
    assert set(_minutes(Hyperp(), [250 * DOLLAR] * 3_000)) == {250 * DOLLAR}


def test_HL_HYPERP_002_another_constant_is_reached_exactly_after_a_day() -> None:
    told = _minutes(Hyperp(), [300 * DOLLAR] * 1_500)

    assert told[1_438] < 300 * DOLLAR
    assert set(told[1_439:]) == {300 * DOLLAR}


def test_HL_HYPERP_003_the_weights_are_those_of_the_last_1440_minutes() -> None:
    marks = [(250 + (n * 7_919) % 101 - 50) * DOLLAR for n in range(2_000)]

    index_nanos = _minutes(Hyperp(), marks)[-1]

    window = marks[-1_440:][::-1]
    factor = (1 - math.exp(-1 / 480)) / (1 - math.exp(-3))
    exact = factor * sum(math.exp(-i / 480) * mark for i, mark in enumerate(window))
    assert abs(index_nanos - exact) < 100  # floats of this size are off by so many nanos


def test_HL_HYPERP_004_the_index_is_at_most_four_times_the_anchor() -> None:
    assert _minutes(Hyperp(), [5_000 * DOLLAR] * 1_500)[-1] == 1_000 * DOLLAR


def test_HL_HYPERP_005_a_new_closure_begins_afresh() -> None:
    rule = Hyperp()
    _, memory = rule.index(CLOSED._replace(mark_nanos=300 * DOLLAR), rule.initial())

    later = CLOSED._replace(now_ns=NOW_NS + NS_PER_DAY, last_external_ns=NOW_NS)
    assert rule.index(later, memory)[0] == 250 * DOLLAR


# A feed


def test_a_named_source_counts_while_closed_and_others_do_not() -> None:
    rule = Feed(source="night")
    memory = rule.initial()

    def ask(second: int, source: str | None, dollars: float = 0) -> int:
        nonlocal memory
        now_ns = CLOSED.now_ns + second * NS_PER_SECOND
        quote = None
        if source is not None:
            quote = Print(source, round(dollars * DOLLAR), now_ns, now_ns, NS_PER_SECOND)
        index_nanos, memory = rule.index(
            CLOSED._replace(now_ns=now_ns, arrived=quote, previous_index_nanos=index), memory
        )
        return index_nanos

    index = 250 * DOLLAR
    assert ask(0, "day", 260) == 250 * DOLLAR
    index = ask(1, "night", 251)
    assert index == 251 * DOLLAR
    index = ask(300, None)
    assert index == 251 * DOLLAR
    assert ask(302, None) == 251 * DOLLAR  # stale: it stays
    assert ask(303, "night", 400) == 300 * DOLLAR  # no farther than 20 % from Friday


def test_a_late_print_of_the_feed_changes_nothing() -> None:
    rule = Feed(source="night")
    night = PRINT._replace(source="night", price_nanos=252 * DOLLAR)
    _, memory = rule.index(CLOSED._replace(arrived=night), rule.initial())
    late = night._replace(price_nanos=240 * DOLLAR, source_time_ns=night.source_time_ns - 1)

    assert rule.index(CLOSED._replace(arrived=late), memory)[0] == 252 * DOLLAR
