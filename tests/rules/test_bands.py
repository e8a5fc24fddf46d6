"""How far a mark goes at once and in all: venues' own figures under permanent ids."""

from itertools import pairwise

import pytest

from venue.core.phases import Pricing
from venue.core.policies import BandInputs
from venue.core.units import E9, NS_PER_DAY, NS_PER_HOUR, NS_PER_SECOND
from venue.rules.band.discovery import AnchorMemory, Discovery
from venue.rules.band.index_average import IndexAverage
from venue.rules.band.leverage import LeverageBand
from venue.rules.band.mark_average import MarkAverage
from venue.rules.clamp.daily_factor import DailyFactor
from venue.rules.clamp.step import Step
from venue.rules.clamp.step_and_daily import StepAndDaily
from venue.rules.examples import BAND, CLAMP, NOW_NS
from venue.rules.memory import NOTHING

CENT_NANOS = E9 // 100


def _bound(candidate: int, *, external: int = 100, leverage: int = 20) -> BandInputs:
    return BAND._replace(
        candidate_nanos=candidate * E9,
        external_nanos=external * E9,
        index_nanos=external * E9,
        leverage_max=leverage,
    )


def test_HIP3_CLAMP_003_a_mark_goes_ten_times_the_day_s_first_value_at_most() -> None:
    far = CLAMP._replace(candidate_nanos=10**6 * E9)

    assert DailyFactor().clamp(far, DailyFactor().initial())[0] == 2_500 * E9

    rule, memory = StepAndDaily(step_e4=10_000, spacing_ns_min=0), StepAndDaily().initial()
    mark_nanos = 250 * E9
    for _ in range(5):
        mark_nanos, memory = rule.clamp(far._replace(previous_mark_nanos=mark_nanos), memory)

    assert mark_nanos == 2_500 * E9


def test_a_new_day_begins_with_the_mark_that_stands() -> None:
    rule = DailyFactor()
    first, memory = rule.clamp(CLAMP._replace(candidate_nanos=9_999 * E9), rule.initial())

    tomorrow = CLAMP._replace(
        now_ns=NOW_NS + NS_PER_DAY, previous_mark_nanos=first, candidate_nanos=9_999 * E9
    )

    assert first == 2_500 * E9
    assert rule.clamp(tomorrow, memory)[0] == 9_999 * E9


@pytest.mark.parametrize(
    ("every_ms", "updates"),
    [
        pytest.param(500, 4, id="marks every half second: one in five moves"),
        pytest.param(2_500, 4, id="every 2.5 s: all move"),
        pytest.param(3_000, 4, id="every 3 s: all move"),
    ],
)
def test_HIP3_CLAMP_004_updates_are_two_and_a_half_seconds_apart(
    every_ms: int, updates: int
) -> None:
    """However often marks are due, four updates of 1 % take at least 7.5 s."""
    rule, memory = StepAndDaily(), StepAndDaily().initial()
    now_ns, mark_nanos, moved = NOW_NS, 250 * E9, [NOW_NS - NS_PER_HOUR]
    while len(moved) <= updates:
        seen = CLAMP._replace(
            now_ns=now_ns, previous_mark_nanos=mark_nanos, candidate_nanos=200 * E9
        )
        after, memory = rule.clamp(seen, memory)
        if after != mark_nanos:
            moved.append(now_ns)
        mark_nanos = after
        now_ns += every_ms * NS_PER_SECOND // 1_000

    spacing = {later - earlier for earlier, later in pairwise(moved[1:])}
    assert spacing == {max(2_500, every_ms) * NS_PER_SECOND // 1_000}


def test_EDGEX_CLAMP_001_a_gap_of_a_fifth_capped_at_a_tenth_is_walked_in_54_seconds() -> None:
    """devnet.one's example: Friday 190, 10x, the mark at most 209; Monday 228 at 0.5 % in 3 s."""
    weekend = _bound(228, external=190, leverage=10)
    mark_nanos, _ = LeverageBand().band(weekend, NOTHING)
    assert mark_nanos == 209 * E9

    updates = 0
    while mark_nanos != 228 * E9:
        mark_nanos, _ = Step(step_e4=50).clamp(
            CLAMP._replace(previous_mark_nanos=mark_nanos, candidate_nanos=228 * E9), NOTHING
        )
        updates += 1

    assert updates * 3 == 54


@pytest.mark.parametrize(
    ("candidate", "leverage", "mark"),
    [
        pytest.param(120, 20, 105, id="1/20 above"),
        pytest.param(80, 20, 95, id="1/20 below"),
        pytest.param(104, 20, 104, id="within"),
        pytest.param(120, 50, 102, id="50x: 2 %"),
    ],
)
def test_XYZ_BAND_001_the_mark_stays_within_one_over_leverage(
    candidate: int, leverage: int, mark: int
) -> None:
    assert LeverageBand().band(_bound(candidate, leverage=leverage), NOTHING)[0] == mark * E9


def test_a_band_may_be_given_and_capped() -> None:
    """XYZ100: ±3.5 % at 30x. Lighter's earlier rule: 0.5 %, however low the leverage."""
    xyz100 = LeverageBand(reach_e4=350)
    lighter = LeverageBand(reach_e4_max=50)

    assert xyz100.band(_bound(120, leverage=30), NOTHING)[0] == 103_500_000_000
    assert lighter.band(_bound(120, leverage=5), NOTHING)[0] == 100_500_000_000


def test_outside_prices_lift_the_band_unless_it_holds_always() -> None:
    reopened = _bound(120)._replace(pricing=Pricing.EXTERNAL)

    assert LeverageBand().band(reopened, NOTHING)[0] == 120 * E9
    assert LeverageBand(while_external=True).band(reopened, NOTHING)[0] == 105 * E9
    assert Discovery().band(reopened, AnchorMemory(90 * E9, 1, 1)) == (120 * E9, AnchorMemory())


def test_before_any_outside_price_there_is_no_band() -> None:
    fresh = _bound(120)._replace(external_nanos=None)

    assert LeverageBand().band(fresh, NOTHING)[0] == 120 * E9
    assert Discovery().band(fresh, AnchorMemory())[0] == 120 * E9


@pytest.mark.parametrize(
    ("index_cents", "reference", "low_cents", "high_cents"),
    [
        pytest.param(10_449, 100, 9_500, 10_500, id="below the trigger: 95 to 105"),
        pytest.param(10_450, 105, 9_975, 11_025, id="at 104.5: ref 105, 99.75 to 110.25"),
        pytest.param(9_551, 100, 9_500, 10_500, id="above the lower trigger"),
        pytest.param(9_550, 95, 9_025, 9_975, id="at 95.5: ref 95, 90.25 to 99.75"),
    ],
)
def test_XYZ_BAND_002_the_index_at_the_trigger_re_anchors_the_band(
    index_cents: int, reference: int, low_cents: int, high_cents: int
) -> None:
    seen = _bound(1)._replace(index_nanos=index_cents * CENT_NANOS)

    low, memory = Discovery().band(seen, AnchorMemory())
    high, _ = Discovery().band(seen._replace(candidate_nanos=999 * E9), AnchorMemory())

    assert memory.reference_nanos == reference * E9
    assert (low, high) == (low_cents * CENT_NANOS, high_cents * CENT_NANOS)


def test_XYZ_BAND_003_each_direction_has_its_own_resets_and_a_closure_restores_them() -> None:
    """Two up: 105, 110.25; then no more. Down is still open: from 110.25 to 104.7375."""
    rule, memory = Discovery(resets=2), AnchorMemory()
    rising = _bound(999)._replace(index_nanos=999 * E9)
    for expected in (105 * E9, 110_250_000_000, 110_250_000_000):
        _, memory = rule.band(rising, memory)
        assert memory.reference_nanos == expected
    assert memory == AnchorMemory(110_250_000_000, ups=2, downs=0)

    _, memory = rule.band(rising._replace(index_nanos=1), memory)
    assert memory == AnchorMemory(104_737_500_000, ups=2, downs=1)

    _, memory = rule.band(rising._replace(pricing=Pricing.EXTERNAL), memory)
    assert rule.band(rising, memory)[1] == AnchorMemory(105 * E9, ups=1, downs=0)


def test_XYZ_BAND_004_the_mark_alone_does_not_re_anchor() -> None:
    """A book pushed to 120 while the index stays: the mark waits at 105 for ever."""
    rule, memory = Discovery(), AnchorMemory()
    for _ in range(100):
        mark_nanos, memory = rule.band(_bound(120), memory)

        assert mark_nanos == 105 * E9


def test_without_resets_it_is_the_band_at_rest() -> None:
    rule = Discovery(resets=0)
    for candidate in (80, 95, 100, 120):
        seen = _bound(candidate)._replace(index_nanos=candidate * E9)
        assert rule.band(seen, AnchorMemory())[0] == LeverageBand().band(seen, NOTHING)[0]


@pytest.mark.parametrize(
    ("leverage", "low"),
    [
        pytest.param(20, 95, id="20x: 5 %"),
        pytest.param(5, 80, id="5x: 20 %"),
        pytest.param(2, 80, id="2x: 50 %, capped at 20"),
    ],
)
def test_FELIX_BAND_001_the_reach_is_one_over_leverage_or_a_fifth(leverage: int, low: int) -> None:
    seen = _bound(1, leverage=leverage)

    assert IndexAverage().band(seen, IndexAverage().initial())[0] == low * E9


def test_FELIX_BAND_002_the_band_follows_the_index_with_its_minute() -> None:
    """A minute after a gap from 100 to 70 the average has come 63 % of the way, and no jump moves
    it at once. It holds while outside prices come."""
    rule, memory = IndexAverage(), IndexAverage().initial()
    for _ in range(400):
        _, memory = rule.band(_bound(100), memory)
    gapped = _bound(1, external=70)._replace(pricing=Pricing.EXTERNAL)
    lows = []
    for _ in range(20):
        low, memory = rule.band(gapped, memory)
        lows.append(low)

    assert lows[0] > 93 * E9
    # The average is 70 + 30 / e = 81.04; a twentieth below it.
    assert abs(lows[-1] - 76_984_000_000) < 10_000_000


def test_HL_BAND_001_a_mark_is_at_most_three_times_its_own_eight_hours() -> None:
    rule = MarkAverage()
    calm, memory = rule.band(_bound(100), rule.initial())

    capped, _ = rule.band(_bound(1_000), memory)
    fallen, _ = rule.band(_bound(1), memory)

    assert (calm, capped, fallen) == (100 * E9, 300 * E9, 1 * E9)


def test_HL_BAND_002_the_cap_rises_no_faster_than_the_average_of_what_was_published() -> None:
    """At a standing bid of 1,000 the mark is 3 × an average that it pulls up itself: after ten
    minutes of marks every 3 s it is still below 350."""
    rule, memory = MarkAverage(), MarkAverage().initial()
    for _ in range(28_800 // 3):
        _, memory = rule.band(_bound(100), memory)
    for _ in range(200):
        mark_nanos, memory = rule.band(_bound(1_000), memory)

    assert 300 * E9 < mark_nanos < 350 * E9
