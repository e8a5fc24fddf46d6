"""Chance is the same everywhere, has the laws it claims, and cannot be had without the seed."""

import math
import statistics
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue.oracle import SourceError
from venue.oracle.chance import Stream, checked_seed, exp, ln, price_at, student_width

SEED = bytes(range(32))


@given(st.floats(1e-300, 1e300))
def test_the_logarithm_is_good_to_the_last_places(x: float) -> None:
    assert math.isclose(ln(x), math.log(x), rel_tol=4e-16, abs_tol=2e-16)


@given(st.floats(-500, 500))
def test_the_exponential_is_good_to_the_last_places(x: float) -> None:
    assert math.isclose(exp(x), math.exp(x), rel_tol=6e-16)


def test_numbers_are_pinned_to_the_bit() -> None:
    """A change here changes every synthetic price: it needs a new label and a note."""
    stream = Stream(SEED, "pinned", 1)

    assert [stream.uniform().hex(), stream.normal().hex(), stream.gamma(1.2).hex()] == [
        "0x1.3440198878136p-2",
        "-0x1.70c60c475480ap+0",
        "0x1.6ebb7e925f231p-3",
    ]


def test_uniform_numbers_are_uniform() -> None:
    stream = Stream(SEED, "uniform")
    numbers = [stream.uniform() for _ in range(40_000)]

    counts = [0] * 20
    for number in numbers:
        counts[int(number * 20)] += 1

    # Chi-squared with 19 degrees of freedom passes 43.8 once in a thousand seeds.
    assert sum((count - 2_000) ** 2 / 2_000 for count in counts) < 43.8
    assert min(numbers) > 0.0
    assert max(numbers) < 1.0


@pytest.mark.parametrize(
    ("draw", "quantile"),
    [
        pytest.param(
            lambda s: s.normal(), lambda p: statistics.NormalDist().inv_cdf(p), id="normal"
        ),
        # Student-t with 2 degrees of freedom has a quantile in closed form.
        pytest.param(
            lambda s: s.normal() * student_width(s, 2.0),
            lambda p: (2 * p - 1) * math.sqrt(2 / (4 * p * (1 - p))),
            id="Student-t",
        ),
        # A gamma number of shape 1 is exponential.
        pytest.param(lambda s: s.gamma(1.0), lambda p: -math.log(1 - p), id="gamma"),
    ],
)
def test_laws_agree_with_their_quantiles(
    draw: Callable[[Stream], float], quantile: Callable[[float], float]
) -> None:
    stream = Stream(SEED, "law")
    numbers = sorted(draw(stream) for _ in range(40_000))

    for p in (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99):
        share = sum(1 for number in numbers if number <= quantile(p)) / len(numbers)
        # Four standard errors of a share.
        assert abs(share - p) < 4 * math.sqrt(p * (1 - p) / len(numbers))


def test_streams_of_other_labels_and_seeds_have_nothing_in_common() -> None:
    streams = [
        Stream(SEED, "a", "bc"),
        Stream(SEED, "ab", "c"),
        Stream(SEED, "a", "bc", ""),
        Stream(SEED, "a", 1),
        Stream(bytes(32), "a", "bc"),
    ]

    assert len({stream.uniform() for stream in streams}) == len(streams)


@pytest.mark.parametrize("length", [0, 8, 15, 65])
def test_a_seed_that_can_be_guessed_is_refused(length: int) -> None:
    with pytest.raises(SourceError, match=f"a seed of 128 to 512 bits.*found {8 * length} bits"):
        checked_seed(bytes(length))


@pytest.mark.parametrize("level", [-1e9, -10.0, 0.0, 10.0, 1e9])
def test_a_price_is_a_whole_number_of_steps_within_64_bits(level: float) -> None:
    nanos = price_at(level, 21_400 * 10**9, 10**7)

    assert nanos % 10**7 == 0
    assert 0 < nanos < 2**62
