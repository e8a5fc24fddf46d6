"""Fixed-point functions: held against mpmath at a hundred digits, and against their promises."""

import random
from collections.abc import Callable, Iterator
from fractions import Fraction

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from venue.core.fixed import (
    DECAY_NS_MAX,
    E18,
    PS_PER_NS,
    DecayedMean,
    decayed_mean,
    exp_e18,
    exp_neg_e18,
    isqrt,
    ln_e18,
    pow_e18,
    root_e18,
    root_floor,
    weighted_e18,
)
from venue.core.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND

INT64_MAX = 2**63 - 1
TAU_150_S_NS = 150 * NS_PER_SECOND

elapsed_and_tau = st.tuples(st.integers(0, NS_PER_DAY), st.integers(1, 30 * NS_PER_DAY))
positive = st.integers(1, 10**30)
samples = st.integers(-(10**13), 10**13)
weights_e18 = st.integers(0, E18)


@pytest.fixture(autouse=True, scope="module")
def _hundred_digits() -> Iterator[None]:
    with mp.workdps(100):
        yield


def nearest_e18(value: mpf) -> int:
    return int(mp.nint(value * E18))


def misses_by_units(answer: int, value: mpf) -> mpf:
    """Say how far an answer is from the true value, in units of 1e-18."""
    return abs(answer - value * E18)


HALF_A_UNIT = mpf(1) / 2 + mpf(2) ** -40


# exp


@given(elapsed_and_tau)
@example((3, 150))
@example((1, DECAY_NS_MAX))
@example((43, 1))
def test_weight_of_the_past_is_mpmath_s_to_half_a_unit(times: tuple[int, int]) -> None:
    elapsed_ns, tau_ns = times

    weight_e18 = exp_neg_e18(elapsed_ns, tau_ns)

    assert misses_by_units(weight_e18, mp.exp(-mpf(elapsed_ns) / tau_ns)) <= HALF_A_UNIT


@given(st.integers(0, 60 * 10**12))
def test_weight_of_the_past_is_the_nearest_whole_number(micro_taus: int) -> None:
    weight_e18 = exp_neg_e18(micro_taus, 10**12)

    assert weight_e18 == nearest_e18(mp.exp(-mpf(micro_taus) / 10**12))


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected_e18"),
    [
        pytest.param(0, 1, E18, id="nothing elapsed"),
        pytest.param(0, 10**40, E18, id="nothing elapsed, endless tau"),
        pytest.param(1, 10**40, E18, id="far less than a unit lost"),
        pytest.param(1, E18, E18 - 1, id="one unit lost"),
        pytest.param(4, 10 * E18, E18, id="four tenths of a unit lost rounds back"),
        pytest.param(42, 1, 1, id="last whole unit: 0.57 of one"),
        pytest.param(4205, 100, 1, id="still over half a unit: 0.54"),
        pytest.param(4215, 100, 0, id="under half a unit"),
        pytest.param(10**40, 1, 0, id="huge elapsed"),
        pytest.param(10**40, 10**38, 0, id="a hundred tau in huge numbers"),
        pytest.param(2**63, 2**63, 367_879_441_171_442_322, id="one tau"),
    ],
)
def test_weight_of_the_past_at_the_edges(
    numerator: int, denominator: int, expected_e18: int
) -> None:
    assert exp_neg_e18(numerator, denominator) == expected_e18


@given(st.integers(0, 10**6), st.integers(0, 10**3), st.integers(1, 10**5))
def test_weight_never_grows_with_time(elapsed: int, more: int, tau: int) -> None:
    assert 0 <= exp_neg_e18(elapsed + more, tau) <= exp_neg_e18(elapsed, tau) <= E18


@given(st.integers(-60 * 10**12, 128 * 10**12))
@example(128 * 10**12)
@example(-1)
@example(1)
def test_exp_is_mpmath_s_to_half_a_unit(pico: int) -> None:
    answer_e18 = exp_e18(pico, 10**12)

    assert misses_by_units(answer_e18, mp.exp(mpf(pico) / 10**12)) <= HALF_A_UNIT


@given(st.integers(-(10**20), 0), positive)
def test_both_exponentials_agree_below_zero(numerator: int, denominator: int) -> None:
    assert exp_e18(numerator, denominator) == exp_neg_e18(-numerator, denominator)


# ln


@given(positive, positive)
@example(1, 10**30)
@example(10**30, 1)
@example(10**30, 10**30 - 1)
@example(2, 3)
@example(4, 3)
def test_ln_is_mpmath_s_to_half_a_unit(numerator: int, denominator: int) -> None:
    answer_e18 = ln_e18(numerator, denominator)

    assert misses_by_units(answer_e18, mp.log(mpf(numerator) / denominator)) <= HALF_A_UNIT


@given(st.integers(-4000, 4000))
def test_ln_of_a_vast_power_of_two_is_as_good(power: int) -> None:
    answer_e18 = ln_e18(2 ** max(power, 0), 2 ** max(-power, 0))

    assert misses_by_units(answer_e18, power * mp.log(2)) <= HALF_A_UNIT


@given(positive, positive)
def test_ln_of_the_inverse_is_the_negative(numerator: int, denominator: int) -> None:
    assert ln_e18(numerator, denominator) == -ln_e18(denominator, numerator)


@given(positive)
def test_ln_of_one_is_exactly_zero(number: int) -> None:
    assert ln_e18(number, number) == 0


@given(st.integers(-40 * 10**9, 80 * 10**9))
def test_ln_undoes_exp(nano: int) -> None:
    there_e18 = exp_e18(nano, 10**9)

    back_e18 = ln_e18(there_e18, E18)

    # Half a unit lost on exp(x) is half / exp(x) on its logarithm (and bends where exp is tiny).
    lost_e18 = 1 + 2 * E18 // there_e18
    assert abs(back_e18 - nano * 10**9) <= lost_e18


# pow


@given(st.integers(0, 10**13), st.integers(1, 10**13), st.integers(0, 400), st.integers(100, 100))
@example(10**13, 1, 399, 100)
@example(1, 10**13, 1, 100)
@example(0, 1, 50, 100)
def test_pow_is_mpmath_s_to_half_a_unit(
    base_n: int, base_d: int, exponent_n: int, exponent_d: int
) -> None:
    answer_e18 = pow_e18(base_n, base_d, exponent_n, exponent_d)

    true = mp.power(mpf(base_n) / base_d, mpf(exponent_n) / exponent_d)
    assert misses_by_units(answer_e18, true) <= HALF_A_UNIT


@given(st.integers(0, 10**15), positive, st.integers(0, 4), st.integers(1, 9))
def test_pow_of_a_whole_exponent_is_exact(base_n: int, base_d: int, power: int, same: int) -> None:
    answer_e18 = pow_e18(base_n, base_d, power * same, same)

    assert answer_e18 == round(Fraction(base_n, base_d) ** power * E18)


@given(st.integers(1, 10**6), st.integers(1, 9))
def test_pow_finds_an_exact_root_exactly(root: int, square_part: int) -> None:
    assert pow_e18(root**2, 1, square_part, 2 * square_part) == root * E18


@given(st.integers(0, 4000))
def test_one_stays_one_under_any_power(milli: int) -> None:
    assert pow_e18(250, 250, milli, 1000) == E18


@given(st.integers(0, 10**9), positive)
def test_anything_to_the_power_of_zero_is_one(base_n: int, base_d: int) -> None:
    assert pow_e18(base_n, base_d, 0, 7) == E18


# roots


@given(st.integers(0, 10**60), st.integers(1, 40))
@example(0, 1)
@example(1, 40)
@example(2, 10**9)
def test_root_is_the_greatest_whose_power_fits(value: int, degree: int) -> None:
    root = root_floor(value, degree)

    assert root**degree <= value
    assert root == 1 or (root + 1) ** degree > value


@given(st.integers(2, 10**20), st.integers(2, 12))
def test_root_steps_exactly_at_the_perfect_power(root: int, degree: int) -> None:
    power = root**degree

    assert root_floor(power - 1, degree) == root - 1
    assert root_floor(power, degree) == root
    assert root_floor(power + 1, degree) == root


def test_square_root_is_right_for_every_small_number() -> None:
    for value in range(5_000):
        root = isqrt(value)
        assert root * root <= value < (root + 1) * (root + 1)


@given(st.integers(0, 10**20), st.integers(1, 10**20), st.integers(1, 8))
def test_scaled_root_is_the_nearest(numerator: int, denominator: int, degree: int) -> None:
    answer_e18 = root_e18(numerator, denominator, degree)

    true = mp.root(mpf(numerator) / denominator, degree)
    assert misses_by_units(answer_e18, true) <= mpf(1) / 2 + mpf(10) ** -30


@pytest.mark.parametrize(
    ("half_units", "expected_e18"),
    [
        pytest.param(1, 0, id="half goes to nought"),
        pytest.param(3, 2, id="one and a half goes to two"),
        pytest.param(5, 2, id="two and a half goes to two"),
    ],
)
def test_scaled_root_sends_a_tie_to_the_even_side(half_units: int, expected_e18: int) -> None:
    assert root_e18(half_units**2, (2 * E18) ** 2, 2) == expected_e18


# averages


@given(samples, weights_e18)
def test_weighted_constant_stays_itself(constant: int, weight_e18: int) -> None:
    assert weighted_e18(constant, constant, weight_e18) == constant


@given(samples, samples, weights_e18)
def test_weighted_is_the_nearest_and_within_its_two(old: int, new: int, weight_e18: int) -> None:
    answer = weighted_e18(old, new, weight_e18)

    share = Fraction(weight_e18, E18)
    assert answer == round(old * share + new * (1 - share))
    assert min(old, new) <= answer <= max(old, new)


@given(samples, samples)
def test_full_weight_keeps_the_old_and_none_takes_the_new(old: int, new: int) -> None:
    assert weighted_e18(old, new, E18) == old
    assert weighted_e18(old, new, 0) == new


def test_weighted_average_stops_no_further_away_than_stated() -> None:
    """At 3 s of 150 s the stated reach is 0.5 / (1 - 0.9802) = 25.25 units."""
    weight_e18 = exp_neg_e18(3, 150)
    average = 10**9

    for _ in range(5_000):
        average = weighted_e18(average, 0, weight_e18)

    assert 0 <= average <= 25


def run(steps: list[tuple[int, int]], tau_ns: int) -> DecayedMean:
    memory = DecayedMean()
    for sample, elapsed_ns in steps:
        memory = decayed_mean(memory, sample=sample, elapsed_ns=elapsed_ns, tau_ns=tau_ns)
    return memory


def exact_mean(steps: list[tuple[int, int]], tau_ns: int) -> mpf:
    num = den = mpf(0)
    for sample, elapsed_ns in steps:
        kept = mp.exp(-mpf(elapsed_ns) / tau_ns)
        num = num * kept + mpf(sample) * elapsed_ns
        den = den * kept + elapsed_ns
    return num / den


def drift_max(steps: list[tuple[int, int]]) -> mpf:
    """Return the bound that the docstring of ``decayed_mean`` states."""
    values = [sample for sample, _ in steps]
    shortest_ps = min(elapsed_ns for _, elapsed_ns in steps) * PS_PER_NS
    return mpf(1) / 2 + mpf(4 * (max(values) - min(values)) + 1) / shortest_ps


@pytest.mark.parametrize("constant", [20, -20, 0, 10**13, -(10**13) + 1, 2**62 - 1])
def test_constant_basis_is_the_mean_from_the_first_sample_for_ever(constant: int) -> None:
    """A hundred thousand samples at changing distances: 3.5 days at the mark's cadence."""
    chance = random.Random(constant)
    distances_ns = [chance.randrange(1, 6 * NS_PER_SECOND) for _ in range(997)]
    memory = DecayedMean()

    for step in range(100_000):
        memory = decayed_mean(
            memory,
            sample=constant,
            elapsed_ns=distances_ns[step % 997],
            tau_ns=TAU_150_S_NS,
        )
        assert (memory.whole, memory.rest) == (constant, 0)

    assert memory.mean == constant
    assert memory.den_ps <= (TAU_150_S_NS + 6 * NS_PER_SECOND) * PS_PER_NS


decay_steps = st.lists(
    st.tuples(samples, st.integers(1, NS_PER_DAY)),
    min_size=1,
    max_size=30,
)


@given(samples, st.lists(st.integers(0, 40 * NS_PER_DAY), max_size=20), st.integers(1, 10**15))
def test_constant_stays_itself_at_any_cadence(
    constant: int, distances_ns: list[int], tau_ns: int
) -> None:
    memory = run([(constant, distance_ns) for distance_ns in [1, *distances_ns]], tau_ns)

    assert memory.mean == constant
    assert memory.num == constant * memory.den_ps


@given(decay_steps, st.integers(1, DECAY_NS_MAX))
def test_mean_stays_within_its_samples(steps: list[tuple[int, int]], tau_ns: int) -> None:
    mean = run(steps, tau_ns).mean

    assert mean is not None
    assert min(sample for sample, _ in steps) <= mean <= max(sample for sample, _ in steps)


@given(decay_steps, st.integers(1, DECAY_NS_MAX))
@settings(max_examples=200)
def test_mean_drifts_from_mpmath_s_no_further_than_stated(
    steps: list[tuple[int, int]], tau_ns: int
) -> None:
    mean = run(steps, tau_ns).mean

    assert mean is not None
    assert abs(mean - exact_mean(steps, tau_ns)) <= drift_max(steps)


@pytest.mark.parametrize(
    ("cadence_ns", "tau_ns"),
    [
        pytest.param(3 * NS_PER_SECOND, TAU_150_S_NS, id="mark: 3 s of 150 s"),
        pytest.param(3 * NS_PER_SECOND, 30 * NS_PER_MINUTE, id="index: 3 s of 30 min"),
        pytest.param(NS_PER_MINUTE, 8 * NS_PER_HOUR, id="hyperp: 1 min of 8 h"),
        pytest.param(1_000, NS_PER_SECOND, id="a microsecond of a second"),
        pytest.param(1, DECAY_NS_MAX, id="a nanosecond of thirty days"),
    ],
)
def test_a_long_run_does_not_drift(cadence_ns: int, tau_ns: int) -> None:
    chance = random.Random(cadence_ns)
    steps = [(250 * 10**9 + chance.randrange(-(10**11), 10**11), cadence_ns) for _ in range(8_000)]

    mean = run(steps, tau_ns).mean

    assert mean is not None
    assert abs(mean - exact_mean(steps, tau_ns)) <= drift_max(steps)


@given(
    st.lists(
        st.tuples(st.sampled_from([2**62 - 1, -(2**62) + 1]), st.integers(1, 90 * NS_PER_DAY)),
        min_size=1,
        max_size=30,
    ),
    st.integers(1, DECAY_NS_MAX),
)
def test_memory_stays_in_64_bits_and_travels(steps: list[tuple[int, int]], tau_ns: int) -> None:
    memory = run(steps, tau_ns)

    assert max(abs(memory.whole), memory.rest, memory.den_ps) <= INT64_MAX
    assert 0 <= memory.rest < memory.den_ps
    encoded = msgspec.msgpack.encode(memory)
    assert msgspec.msgpack.decode(encoded, type=DecayedMean) == memory


def test_no_time_elapsed_changes_nothing() -> None:
    once = run([(20, NS_PER_SECOND)], TAU_150_S_NS)

    assert decayed_mean(once, sample=99, elapsed_ns=0, tau_ns=TAU_150_S_NS) == once
    empty = decayed_mean(DecayedMean(), sample=99, elapsed_ns=0, tau_ns=TAU_150_S_NS)
    assert empty == DecayedMean()
    assert empty.mean is None


def test_a_gap_of_more_than_thirty_days_counts_as_thirty() -> None:
    before = run([(20, NS_PER_SECOND)], TAU_150_S_NS)

    longer = decayed_mean(before, sample=70, elapsed_ns=31 * NS_PER_DAY, tau_ns=DECAY_NS_MAX)

    assert longer == decayed_mean(before, sample=70, elapsed_ns=DECAY_NS_MAX, tau_ns=DECAY_NS_MAX)


def test_after_many_taus_only_the_new_sample_counts() -> None:
    """Fifty times 150 s are 7,500 s of weight."""
    memory = run([(20, NS_PER_SECOND), (70, 50 * TAU_150_S_NS)], TAU_150_S_NS)

    assert memory == DecayedMean(whole=70, rest=0, den_ps=7_500_000_000_000_000)


# Our own mistakes stop the process with a sentence.


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        pytest.param(lambda: exp_neg_e18(-1, 1), "elapsed must not be negative", id="back in time"),
        pytest.param(lambda: exp_neg_e18(1, 0), "time constant must be positive", id="no tau"),
        pytest.param(lambda: exp_e18(1, -1), "denominator must be positive", id="exp denominator"),
        pytest.param(lambda: exp_e18(129, 1), "exponent must be at most 128", id="exp too large"),
        pytest.param(lambda: ln_e18(0, 1), "numerator must be positive", id="ln of nought"),
        pytest.param(lambda: ln_e18(1, -1), "denominator must be positive", id="ln denominator"),
        pytest.param(lambda: pow_e18(-1, 1, 1, 2), "base must not be negative", id="pow base"),
        pytest.param(lambda: pow_e18(1, 0, 1, 2), "denominator of the base", id="pow base by 0"),
        pytest.param(lambda: pow_e18(2, 1, 41, 10), "exponent must be from 0 to 4", id="pow 4.1"),
        pytest.param(lambda: pow_e18(2, 1, -1, 2), "exponent must be from 0 to 4", id="pow -0.5"),
        pytest.param(lambda: pow_e18(2, 1, 1, 0), "denominator of the exponent", id="pow by 0"),
        pytest.param(lambda: pow_e18(10**20, 1, 7, 2), "power must be at most", id="pow too large"),
        pytest.param(lambda: root_floor(-1, 2), "root needs zero or more", id="root of -1"),
        pytest.param(lambda: root_floor(4, 0), "degree must be at least 1", id="zeroth root"),
        pytest.param(lambda: root_e18(1, 0, 2), "denominator must be positive", id="root by 0"),
        pytest.param(lambda: weighted_e18(1, 2, E18 + 1), "weight must be from 0", id="weight > 1"),
        pytest.param(lambda: weighted_e18(1, 2, -1), "weight must be from 0", id="weight < 0"),
        pytest.param(
            lambda: decayed_mean(DecayedMean(), sample=1, elapsed_ns=-1, tau_ns=1),
            "elapsed must not be negative",
            id="mean back in time",
        ),
        pytest.param(
            lambda: decayed_mean(DecayedMean(), sample=1, elapsed_ns=1, tau_ns=DECAY_NS_MAX + 1),
            "tau must be from 1 ns to 30 days",
            id="tau too long",
        ),
    ],
)
def test_senseless_arguments_stop_with_a_sentence(
    call: Callable[[], object], sentence: str
) -> None:
    with pytest.raises(AssertionError, match=sentence):
        call()
