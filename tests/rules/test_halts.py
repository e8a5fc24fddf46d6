"""Worked numbers of interruption and calls rules, under permanent ids."""

from typing import Literal

import pytest

from venue.core.policies import Bounds
from venue.core.units import E9, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND
from venue.rules.calls.crosses import Crosses
from venue.rules.calls.outage import Outage, outage_call_ns
from venue.rules.examples import BOUNDS, CALL, INTERRUPT, SCHEDULE
from venue.rules.interruption.fill_bands import FillBands, FillBandsMemory
from venue.rules.interruption.luld import Luld
from venue.rules.interruption.price_monitoring import PriceMonitoring

CENT = E9 // 100


@pytest.mark.parametrize(
    ("tier", "cents", "low_cents", "high_cents"),
    [
        pytest.param(1, 25_000, 23_750, 26_250, id="tier 1: 5 %"),
        pytest.param(2, 25_000, 22_500, 27_500, id="tier 2: 10 %"),
        pytest.param(1, 300, 240, 360, id="$3 and below: 20 %"),
        pytest.param(2, 75, 60, 90, id="from $0.75: 20 %"),
        pytest.param(1, 50, 35, 65, id="below $0.75: 15 cents, being less than 75 %"),
        pytest.param(1, 16, 4, 28, id="at 16 cents 75 % is less"),
    ],
)
def test_LULD_011_the_band_by_tier_and_price(
    tier: Literal[1, 2], cents: int, low_cents: int, high_cents: int
) -> None:
    rule = Luld(tier=tier)
    seen = BOUNDS._replace(last_nanos=cents * CENT)

    bounds, _ = rule.bounds(seen, rule.initial())

    assert bounds == Bounds(low_cents * CENT, high_cents * CENT)


@pytest.mark.parametrize(
    ("since_open_ns", "to_close_ns", "reach_e4"),
    [
        pytest.param(0, 390 * NS_PER_MINUTE, 1_000, id="9:30"),
        pytest.param(15 * NS_PER_MINUTE - 1, 375 * NS_PER_MINUTE, 1_000, id="9:44:59"),
        pytest.param(15 * NS_PER_MINUTE, 375 * NS_PER_MINUTE, 500, id="9:45"),
        pytest.param(6 * NS_PER_HOUR, 25 * NS_PER_MINUTE + 1, 500, id="15:34:59"),
        pytest.param(6 * NS_PER_HOUR, 25 * NS_PER_MINUTE, 1_000, id="15:35"),
    ],
)
def test_LULD_012_bands_are_doubled_at_both_ends_of_the_session(
    since_open_ns: int, to_close_ns: int, reach_e4: int
) -> None:
    now_ns = BOUNDS.now_ns
    seen = BOUNDS._replace(
        session_since_ns=now_ns - since_open_ns, next_change_ns=now_ns + to_close_ns
    )

    bounds, _ = Luld().bounds(seen, Luld().initial())

    assert bounds is not None
    assert (bounds.high_nanos - 250 * E9) * 10_000 == 250 * E9 * reach_e4


def test_LULD_013_trades_older_than_five_minutes_no_longer_count() -> None:
    """260 in the first minute, then 252: after five minutes the mean is 252 alone."""
    rule = Luld()
    memory = rule.initial()
    now_ns = BOUNDS.now_ns
    for n in range(130):
        dollars = 260 if n < 20 else 252
        seen = BOUNDS._replace(
            now_ns=now_ns + n * 3 * NS_PER_SECOND, last_nanos=dollars * E9, traded_lots=n + 1
        )
        _, memory = rule.bounds(seen, memory)

    assert memory.reference_nanos < 255 * E9
    window = memory.window
    assert window.sum_nanos == 252 * E9 * window.count
    assert window.count == sum(step.count for step in window.steps)


@pytest.mark.parametrize(
    ("dollars_e2", "minutes"),
    [
        pytest.param(25_250, 0, id="1 % is within"),
        pytest.param(25_251, 5, id="more than 1 %: 5 min"),
        pytest.param(25_501, 15, id="more than 2 %: 5 and 10 min"),
        pytest.param(23_749, 60, id="more than 5 % down: 5, 10 and 45 min"),
    ],
)
def test_PRIM_004_a_call_is_as_long_as_all_broken_triggers_together(
    dollars_e2: int, minutes: int
) -> None:
    rule = PriceMonitoring()
    _, memory = rule.bounds(BOUNDS, rule.initial())

    call_ns, _ = rule.interrupt(INTERRUPT._replace(price_nanos=dollars_e2 * CENT), memory)

    assert call_ns == minutes * NS_PER_MINUTE


def test_PRIM_009_the_reference_is_the_latest_price_at_least_one_horizon_old() -> None:
    """250 at first, 251 from the fifth minute on: at the twelfth, ten minutes ago was 250; at the
    sixteenth, 251."""
    rule = PriceMonitoring(horizon_2_ns=0, horizon_3_ns=0, watches_mark=False)
    memory = rule.initial()
    highs = {}
    for second in range(0, 16 * 60 + 1, 3):
        seen = BOUNDS._replace(
            now_ns=BOUNDS.now_ns // NS_PER_HOUR * NS_PER_HOUR + second * NS_PER_SECOND,
            last_nanos=(250 if second < 300 else 251) * E9,
            traded_lots=second + 1,
        )
        bounds, memory = rule.bounds(seen, memory)
        assert bounds is not None
        highs[second] = bounds.high_nanos

    assert highs[12 * 60] == 250 * E9 * 101 // 100
    assert highs[16 * 60] == 251 * E9 * 101 // 100


def test_OUTAGE_the_lookup_is_vegas_to_the_second() -> None:
    expected = {10: 0, 11: 60, 60: 60, 61: 300, 600: 300, 601: 3_600, 3_601: 3_600}
    expected |= {21_600: 3_600, 21_601: 10_800, 86_400: 10_800, 86_401: 21_600}

    found = {
        seconds: outage_call_ns(seconds * NS_PER_SECOND) // NS_PER_SECOND for seconds in expected
    }

    assert found == expected


def test_an_outage_rule_may_have_a_reopen_call_too() -> None:
    assert Outage().call_ns(CALL) == 0
    assert Outage(reopen_internal_ns=NS_PER_HOUR).call_ns(CALL) == CALL.listed_ns


def test_crosses_of_no_length_are_none() -> None:
    assert Crosses(opening_ns=0).scheduled(SCHEDULE) is None
    assert Crosses().scheduled(SCHEDULE._replace(next_change_ns=None)) is None


def test_DRIFT_BANDS_001_a_fill_is_less_than_the_initial_margin_from_the_oracle() -> None:
    """A difference of exactly ten per cent is refused there: the band ends a nano before it."""
    bounds, _ = FillBands().bounds(BOUNDS, FillBandsMemory())

    assert bounds == Bounds(225 * E9 + 1, 275 * E9 - 1)


@pytest.mark.parametrize(
    ("oracle", "low", "high"),
    [
        pytest.param(400, 360, 375, id="risen by 60 %: buyers are held by the mean"),
        pytest.param(100, 125, 110, id="fallen by 60 %: nothing lies between"),
        pytest.param(260, 234, 286, id="near its mean: by the oracle alone"),
    ],
)
def test_DRIFT_BANDS_002_and_less_than_half_from_the_oracles_mean(
    oracle: int, low: int, high: int
) -> None:
    """The mean stood at 250 for an hour; a nano-second later it still does."""
    rule, memory = FillBands(), FillBandsMemory()
    for minute in range(61):
        seen = BOUNDS._replace(now_ns=BOUNDS.now_ns + minute * NS_PER_MINUTE)
        _, memory = rule.bounds(seen, memory)

    jumped = seen._replace(now_ns=seen.now_ns + 1, index_nanos=oracle * E9)
    bounds, _ = rule.bounds(jumped, memory)

    assert bounds is not None
    near = E9 // 1_000
    assert abs(bounds.low_nanos - low * E9) < near
    assert abs(bounds.high_nanos - max(low, high) * E9) < near


def test_DRIFT_BANDS_003_without_an_oracle_there_is_no_band() -> None:
    assert FillBands().bounds(BOUNDS._replace(index_nanos=None), FillBandsMemory())[0] is None
