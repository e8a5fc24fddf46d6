"""Markets conditional on a recorded one follow it, add what is their own, and never look ahead."""

import math
import statistics
from itertools import pairwise

import msgspec
import pytest

from venue.core.commands import SubmitPrint
from venue.core.units import E9, NS_PER_HOUR, NS_PER_MINUTE
from venue.oracle import ON_TSLA, Conditional, ConditionalFeed, SourceError, conditional
from venue.oracle.chance import Stream

SEED = b"a seed for tests, 32 bytes long."
AT = 1_744_012_800 * E9
PLAIN = Conditional("NVDA", 100 * E9, beta=0.5, own_bp=0.0, own_gap_bp=0.0, step_nanos=1)


def walk(minutes: int) -> list[SubmitPrint]:
    """Return a recorded TSLA that walks 10 basis points a minute."""
    stream = Stream(SEED, "walk")
    prints, level = [], 0.0
    for minute in range(minutes):
        at_ns = AT + minute * NS_PER_MINUTE
        nanos = int(250 * E9 * math.exp(level))
        prints.append(SubmitPrint("TSLA", "tape", nanos, at_ns, at_ns, NS_PER_MINUTE))
        level += 1e-3 * stream.normal()
    return prints


def moves(prints: list[SubmitPrint]) -> list[float]:
    logs = [math.log(each.price_nanos) for each in prints]
    return [after - before for before, after in pairwise(logs)]


def test_without_a_part_of_its_own_a_market_moves_by_beta() -> None:
    prints = list(conditional(walk(200), PLAIN, seed=SEED))

    assert prints[0].price_nanos == 100 * E9
    for followed, recorded in zip(moves(prints), moves(walk(200)), strict=True):
        assert math.isclose(followed, 0.5 * recorded, abs_tol=1e-10)


def test_prints_stand_at_the_times_of_the_recorded_ones() -> None:
    recorded = walk(50)

    prints = list(conditional(recorded, ON_TSLA[0], seed=SEED))

    times = [(each.received_ns, each.source_time_ns, each.cadence_ns) for each in prints]
    assert times == [(e.received_ns, e.source_time_ns, e.cadence_ns) for e in recorded]
    assert {(each.underlying, each.source) for each in prints} == {("NVDA", "conditional")}
    assert all(each.price_nanos % 10**7 == 0 for each in prints)


def test_its_own_part_has_the_volatility_that_is_asked_for() -> None:
    market = msgspec.structs.replace(PLAIN, beta=1.5, own_bp=8.0)

    own = [
        followed - 1.5 * recorded
        for followed, recorded in zip(
            moves(list(conditional(walk(8_000), market, seed=SEED))),
            moves(walk(8_000)),
            strict=True,
        )
    ]

    assert abs(1e4 * statistics.pstdev(own) / 8.0 - 1) < 0.04
    assert abs(statistics.correlation(own, moves(walk(8_000)))) < 0.04


def test_a_gap_is_followed_by_beta_and_has_an_own_part_of_its_own_size() -> None:
    market = msgspec.structs.replace(PLAIN, own_bp=1.0, own_gap_bp=50.0)
    own = []
    for number in range(2_000):
        before = walk(1)[0]
        later = before.received_ns + 60 * NS_PER_HOUR
        after = msgspec.structs.replace(
            before, price_nanos=240 * E9, received_ns=later, source_time_ns=later
        )
        seed = b"gap %016d" % number
        own.append(moves(list(conditional([before, after], market, seed=seed)))[0])

    assert abs(statistics.fmean(own) - 0.5 * math.log(240 / 250)) < 4e-4
    assert abs(1e4 * statistics.pstdev(own) / 50.0 - 1) < 0.06


def test_no_print_depends_on_a_later_one() -> None:
    recorded = walk(100)
    changed = [*recorded[:60], *(msgspec.structs.replace(e, price_nanos=1) for e in recorded[60:])]

    one = list(conditional(recorded, ON_TSLA[0], seed=SEED))
    other = list(conditional(changed, ON_TSLA[0], seed=SEED))

    assert one[:60] == other[:60]
    assert one[60] != other[60]


def test_the_same_seed_repeats_and_another_does_not() -> None:
    one = list(conditional(walk(50), ON_TSLA[0], seed=SEED))

    assert list(conditional(walk(50), ON_TSLA[0], seed=SEED)) == one
    assert list(conditional(walk(50), ON_TSLA[0], seed=bytes(16))) != one


def test_one_source_is_followed_and_the_others_passed_over() -> None:
    recorded = walk(20)
    noise = [msgspec.structs.replace(each, source="other", price_nanos=1) for each in recorded]
    mixed = [each for pair in zip(recorded, noise, strict=True) for each in pair]

    alone = list(conditional(recorded, ON_TSLA[0], seed=SEED))

    assert list(conditional(mixed, ON_TSLA[0], seed=SEED)) == alone
    assert list(conditional(mixed, ON_TSLA[0], seed=SEED, source="tape")) == alone
    assert (
        list(ConditionalFeed(mixed, ON_TSLA[0], seed=SEED).prints(AT, AT + 5 * NS_PER_MINUTE))
        == (alone[:5])
    )


def test_what_makes_no_sense_is_refused() -> None:
    other = msgspec.structs.replace(walk(1)[0], underlying="NVDA")
    for market, recorded, seed, words in (
        (PLAIN, walk(2), b"short", "a seed of 128"),
        (PLAIN, [*walk(1), other], SEED, "prints of TSLA alone"),
        (msgspec.structs.replace(PLAIN, beta=math.nan), walk(2), SEED, "a beta"),
        (msgspec.structs.replace(PLAIN, own_bp=-1.0), walk(2), SEED, "volatility"),
        (msgspec.structs.replace(PLAIN, price_nanos=0), walk(2), SEED, "a positive price"),
    ):
        with pytest.raises(SourceError, match=words):
            list(conditional(recorded, market, seed=seed))
