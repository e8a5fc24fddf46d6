"""Bars become prints by their rule, inside the bar and without look-ahead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue.core.units import NS_PER_MINUTE, NS_PER_SECOND
from venue.oracle import BAR_RULES, SourceError
from venue.oracle.bars import Bar, bar_rule, open_near_far_close

SECOND = NS_PER_SECOND


@st.composite
def bars(draw: st.DrawFn) -> Bar:
    low, *inside, high = sorted(draw(st.lists(st.integers(1, 10**15), min_size=4, max_size=4)))
    open_, close = draw(st.permutations(inside))
    length = draw(st.sampled_from([SECOND, NS_PER_MINUTE, 390 * NS_PER_MINUTE]))
    return Bar(draw(st.integers(0, 10**18)), length, open_, high, low, close)


@pytest.mark.parametrize(
    ("bar", "expected"),
    [
        pytest.param((100, 109, 98, 105), [100, 98, 109, 105], id="the low is nearer"),
        pytest.param((100, 103, 90, 95), [100, 103, 90, 95], id="the high is nearer"),
        pytest.param((100, 105, 95, 100), [100, 95, 105, 100], id="as near: the low first"),
        pytest.param((100, 100, 100, 100), [100, 100, 100, 100], id="nothing moved"),
    ],
)
def test_the_default_goes_to_the_nearer_extreme_first(
    bar: tuple[int, int, int, int], expected: list[int]
) -> None:
    prints = open_near_far_close(Bar(0, NS_PER_MINUTE, *bar))

    assert [at for at, _ in prints] == [0, 15 * SECOND, 45 * SECOND, 59 * SECOND]
    assert [nanos for _, nanos in prints] == expected


@pytest.mark.parametrize("name", BAR_RULES)
@given(bar=bars())
def test_prints_stay_inside_their_bar_in_time_and_price(name: str, bar: Bar) -> None:
    prints = bar_rule(name)(bar)

    times = [at for at, _ in prints]
    assert times == sorted(set(times))
    assert bar.at_ns <= times[0]
    assert times[-1] < bar.at_ns + bar.length_ns
    assert all(bar.low_nanos <= nanos <= bar.high_nanos for _, nanos in prints)


@pytest.mark.parametrize("name", BAR_RULES)
@given(bar=bars())
def test_the_close_is_the_last_print_and_comes_just_before_the_end(name: str, bar: Bar) -> None:
    last_ns, last_nanos = bar_rule(name)(bar)[-1]

    assert last_nanos == bar.close_nanos
    assert last_ns == bar.at_ns + bar.length_ns * 59 // 60


@pytest.mark.parametrize("name", [name for name in BAR_RULES if name != "close_only"])
@given(bar=bars())
def test_what_is_known_at_the_start_is_the_open_alone(name: str, bar: Bar) -> None:
    first, *later = bar_rule(name)(bar)

    assert first == (bar.at_ns, bar.open_nanos)
    assert all(at > bar.at_ns for at, _ in later)


def test_an_unknown_rule_is_refused_with_the_names_of_the_known() -> None:
    with pytest.raises(SourceError, match=r"open_near_far_close.*found magic"):
        bar_rule("magic")
