"""What the mark is made of: venues' own figures, missing parts, staleness."""

from typing import Any

import pytest

from venue.core.phases import Pricing
from venue.core.policies import MarkInputs
from venue.core.units import E4, E9, E12, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND
from venue.rules.examples import MARK, NOW_NS
from venue.rules.mark.composite import Composite
from venue.rules.mark.funding_basis import FundingBasis
from venue.rules.mark.local import MedianLocal
from venue.rules.mark.median3_funding import Median3Funding
from venue.rules.mark.median3_impact import Median3Impact
from venue.rules.mark.median3_oracle import Median3Oracle
from venue.rules.memory import NOTHING


def _book(bid: int, ask: int, **changes: Any) -> MarkInputs:
    return MARK._replace(best_bid_nanos=bid * E9, best_ask_nanos=ask * E9, **changes)


def _impact(bid: int | None, ask: int | None, **changes: Any) -> MarkInputs:
    return MARK._replace(
        impact_bid_nanos=None if bid is None else bid * E9,
        impact_ask_nanos=None if ask is None else ask * E9,
        **changes,
    )


def _later(seen: MarkInputs, seconds: int) -> MarkInputs:
    """Return the same book so much later; times of the last trade and print stay where they are."""
    return seen._replace(now_ns=seen.now_ns + seconds * NS_PER_SECOND)


@pytest.mark.parametrize(
    ("silent_seconds", "mark"),
    [
        pytest.param(10, 250, id="ten seconds: not yet stale"),
        pytest.param(11, 256, id="longer: the local price alone"),
    ],
)
def test_HIP3_MARK_001_without_an_oracle_for_ten_seconds_the_mark_is_local(
    silent_seconds: int, mark: int
) -> None:
    """Of 250, 250 + 0 (a long calm) and 256 the middle is 250; locally it is 256."""
    rule = Median3Oracle(stale_after_ns=10 * NS_PER_SECOND)
    calm = rule.mark(MARK, rule.initial())[1]
    heard_ns = NOW_NS - silent_seconds * NS_PER_SECOND
    moved = _book(255, 257, last_nanos=256 * E9, external_at_ns=heard_ns, since_update_ns=1)

    mark_nanos, _ = rule.mark(moved, calm)

    assert abs(mark_nanos - mark * E9) <= 5


def test_HIP3_MARK_002_the_venue_s_own_oracle_is_never_stale() -> None:
    rule = Median3Oracle(stale_after_ns=10 * NS_PER_SECOND)
    saturday = _book(
        255, 257, last_nanos=256 * E9, external_at_ns=NOW_NS - 40 * NS_PER_HOUR
    )._replace(pricing=Pricing.INTERNAL)

    assert rule.mark(saturday, rule.initial()) == Median3Oracle().mark(saturday, rule.initial())


@pytest.mark.parametrize(
    ("previous", "mark"),
    [pytest.param(247, 247, id="the last mark stays"), pytest.param(None, 250, id="the index")],
)
def test_a_stale_oracle_and_an_empty_side_leave_the_mark_where_it_is(
    previous: int | None, mark: int
) -> None:
    rule = Median3Oracle(stale_after_ns=10 * NS_PER_SECOND)
    seen = MARK._replace(
        best_ask_nanos=None,
        external_at_ns=0,
        previous_mark_nanos=None if previous is None else previous * E9,
    )

    assert rule.mark(seen, rule.initial())[0] == mark * E9


@pytest.mark.parametrize(
    ("bid", "ask", "last", "mark"),
    [
        pytest.param(249, 251, 250, 250, id="last within the book"),
        pytest.param(249, 251, 260, 251, id="last above: the ask"),
        pytest.param(249, 251, 240, 249, id="last below: the bid"),
        pytest.param(249, 251, None, 250, id="no trade yet: the mid"),
    ],
)
def test_QFEX_MARK_001_the_local_median_is_the_last_trade_held_within_the_book(
    bid: int, ask: int, last: int | None, mark: int
) -> None:
    seen = _book(bid, ask, last_nanos=None if last is None else last * E9)

    assert MedianLocal().mark(seen, NOTHING)[0] == mark * E9


def test_the_local_median_of_half_a_book_is_the_mark_before() -> None:
    half = MARK._replace(best_bid_nanos=None, previous_mark_nanos=248 * E9)

    assert MedianLocal().mark(half, NOTHING)[0] == 248 * E9
    assert MedianLocal().mark(half._replace(previous_mark_nanos=None), NOTHING)[0] == 250 * E9


@pytest.mark.parametrize(
    ("rate_e12", "left_minutes", "mark_nanos"),
    [
        pytest.param(E12 // 1_000, 480, 100_100_000_000, id="0.1 %, all of 8 h left: 100.10"),
        pytest.param(E12 // 1_000, 240, 100_050_000_000, id="half of it: 100.05"),
        pytest.param(E12 // 1_000, 0, 100 * E9, id="at the settlement: the index"),
        pytest.param(-E12 // 1_000, 240, 99_950_000_000, id="shorts pay: below the index"),
    ],
)
def test_BITMEX_MARK_001_the_basis_is_the_funding_still_to_come(
    rate_e12: int, left_minutes: int, mark_nanos: int
) -> None:
    seen = MARK._replace(
        index_nanos=100 * E9,
        rate_e12=rate_e12,
        interval_ns=8 * NS_PER_HOUR,
        settles_in_ns=left_minutes * NS_PER_MINUTE,
    )

    assert FundingBasis().mark(seen, NOTHING)[0] == mark_nanos


def test_BINANCE_MARK_001_the_average_is_of_thirty_seconds_and_forgets_the_rest() -> None:
    """Ten samples of a basis of 4 after ten of none: the average is 0.4 higher at each."""
    rule, memory, marks = Median3Funding(), Median3Funding().initial(), []
    for _ in range(10):
        _, memory = rule.mark(MARK, memory)
    for _ in range(12):
        mark_nanos, memory = rule.mark(_book(253, 255, last_nanos=260 * E9), memory)
        marks.append(mark_nanos * 10 // E9)

    assert marks == [2504, 2508, 2512, 2516, 2520, 2524, 2528, 2532, 2536, 2540, 2540, 2540]


def test_ASTER_MARK_001_a_five_minute_average_samples_once_a_minute() -> None:
    rule = Median3Funding(samples=5, spacing_ns=NS_PER_MINUTE)
    memory = rule.initial()
    for second in range(0, 600, 3):
        _, memory = rule.mark(_later(_book(251, 253), second), memory)

    assert memory.basis == (2 * E9,) * 5
    assert memory.sampled_ns == NOW_NS + 540 * NS_PER_SECOND


def test_before_the_first_mid_the_mark_is_the_index_with_funding() -> None:
    empty = MARK._replace(
        best_bid_nanos=None, last_nanos=999 * E9, rate_e12=E12 // 100, settles_in_ns=NS_PER_HOUR
    )

    assert Median3Funding().mark(empty, Median3Funding().initial())[0] == 252_500_000_000


@pytest.mark.parametrize("rule", [Median3Funding(), Median3Impact()], ids=["funding", "impact"])
def test_without_funding_longs_and_shorts_are_treated_alike(
    rule: Median3Funding | Median3Impact,
) -> None:
    up = _impact(254, 258, best_bid_nanos=254 * E9, best_ask_nanos=258 * E9, last_nanos=257 * E9)
    down = _impact(242, 246, best_bid_nanos=242 * E9, best_ask_nanos=246 * E9, last_nanos=243 * E9)

    for pricing in Pricing:
        one: Any = rule.initial()
        other: Any = rule.initial()
        for _ in range(5):
            higher, one = rule.mark(up._replace(pricing=pricing), one)
            lower, other = rule.mark(down._replace(pricing=pricing), other)

            assert higher - 250 * E9 == 250 * E9 - lower


def test_LIGHTER_MARK_001_the_outside_fades_in_a_minute_and_is_back_at_once() -> None:
    """One minute of silence leaves exp(-1) of its weight: 36.8 %."""
    rule, memory = Median3Impact(), Median3Impact().initial()
    silent = _impact(259, 261, pricing=Pricing.INTERNAL)
    for _ in range(20):
        _, memory = rule.mark(silent, memory)

    assert abs(memory.weight_e18 - 367_879_441_171_442_322) <= 20  # Half a unit a step.

    mark_nanos, memory = rule.mark(_impact(259, 261), memory)

    assert memory.weight_e18 == 10**18
    assert mark_nanos == 250 * E9


def test_LIGHTER_MARK_002_a_held_book_leads_the_mark_once_the_outside_has_faded() -> None:
    """After an hour 2 is the average of the book, 260; 1 is the index, 3 the book: 260 of three."""
    rule, memory = Median3Impact(), Median3Impact().initial()
    silent = _impact(259, 261, pricing=Pricing.INTERNAL)
    for _ in range(1_200):
        mark_nanos, memory = rule.mark(silent, memory)

    assert mark_nanos == 260 * E9


def test_a_side_too_thin_leaves_the_average_as_it_stood() -> None:
    rule = Median3Impact()
    _, memory = rule.mark(_impact(255, 257), rule.initial())
    thin = _impact(None, 300, pricing=Pricing.INTERNAL)

    mark_nanos, after = rule.mark(thin, memory)

    assert after.internal_nanos == 256 * E9
    assert 250 * E9 < mark_nanos < 256 * E9
    assert rule.mark(thin, rule.initial())[0] == 250 * E9


APART = _impact(251, 253, traded_nanos=254 * E9)  # Trades 254, book 252, outside 250.


@pytest.mark.parametrize(
    ("seconds", "mark_nanos"),
    [
        pytest.param(0, 252 * E9, id="all three: (254 + 252 + 250) / 3"),
        pytest.param(59, 252 * E9, id="a second before the print is stale"),
        pytest.param(60, 253 * E9, id="without the print: (254 + 252) / 2"),
        pytest.param(400, 252 * E9, id="without trades: the book"),
    ],
)
def test_VEGA_MARK_001_a_stale_part_has_no_weight(seconds: int, mark_nanos: int) -> None:
    rule = Composite(weight_trades_e4=1, weight_book_e4=1, weight_outside_e4=1)
    _, memory = rule.mark(APART, rule.initial())

    seen = _later(APART, seconds)._replace(traded_nanos=None, traded_lots=0)

    assert rule.mark(seen, memory)[0] == mark_nanos


def test_VEGA_MARK_002_when_all_are_stale_the_mark_is_not_updated() -> None:
    rule = Composite()
    _, memory = rule.mark(APART, rule.initial())
    silent = _later(_impact(None, None, traded_nanos=None, traded_lots=0), 3_600)

    assert rule.mark(silent._replace(previous_mark_nanos=247 * E9), memory)[0] == 247 * E9
    assert rule.mark(silent._replace(previous_mark_nanos=None), memory)[0] == 250 * E9


@pytest.mark.parametrize(
    ("power", "average"),
    [
        # Two trades of one size, one half a window old: K = 1 - 0.5 ** power.
        pytest.param(1, 258, id="half: (0.5 × 254 + 260) / 1.5"),
        pytest.param(2, 257_428_571_429, id="a quarter: (0.75 × 254 + 260) / 1.75"),
        pytest.param(3, 257_200_000_000, id="an eighth: (0.875 × 254 + 260) / 1.875"),
    ],
)
def test_VEGA_MARK_003_older_trades_count_less_by_the_power(power: int, average: int) -> None:
    rule = Composite(weight_book_e4=0, weight_outside_e4=0, power=power)
    _, memory = rule.mark(APART, rule.initial())

    seen = _later(APART._replace(traded_nanos=260 * E9), 150)
    mark_nanos, _ = rule.mark(seen._replace(last_at_ns=seen.now_ns), memory)

    assert mark_nanos == (average * E9 if average < E9 else average)


def test_trades_of_one_stretch_are_averaged_by_size() -> None:
    rule = Composite(weight_book_e4=0, weight_outside_e4=0)
    _, memory = rule.mark(APART._replace(traded_lots=3_000), rule.initial())

    mark_nanos, memory = rule.mark(
        _later(APART._replace(traded_nanos=250 * E9, traded_lots=1_000), 3), memory
    )

    assert mark_nanos == 253 * E9
    assert memory.trades == ((NOW_NS, 4_000, 253 * E9),)


def test_the_stretches_kept_never_pass_what_the_window_holds() -> None:
    rule, memory = Composite(), Composite().initial()
    for second in range(0, 3_600, 3):
        _, memory = rule.mark(_later(APART, second), memory)

        assert len(memory.trades) <= 10


def test_VEGA_MARK_004_the_median_of_the_fresh_parts() -> None:
    rule = Composite(by_median=True, weight_trades_e4=E4)
    far = APART._replace(traded_nanos=900 * E9)

    assert rule.mark(far, rule.initial())[0] == 252 * E9
    assert rule.mark(far._replace(external_at_ns=0), rule.initial())[0] == 576 * E9
