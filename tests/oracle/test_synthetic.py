"""Synthetic markets move as measured ones do, repeat from their seed, and keep trading hours."""

import asyncio
import math
import statistics
from datetime import date, timedelta
from functools import cache
from itertools import combinations

import pytest

from tests.oracle.new_york import at, future_hours, share_hours
from venue.core.phases import Session
from venue.core.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND
from venue.oracle import MARKETS, OpenInterval, PrintStyle, SourceError, SyntheticSource
from venue.oracle.paths import Path

SEED = b"a seed for tests, 32 bytes long."
MONDAY = date(2025, 5, 12)
OPEN_NS = at(MONDAY, "09:30")
NAMES = ("TSLA", "NVDA", "US100")


def source(
    *,
    seed: bytes = SEED,
    days: int = 14,
    cadence_ns: int = 5 * NS_PER_SECOND,
    anchor: int = OPEN_NS,
) -> SyntheticSource:
    return SyntheticSource(
        seed=seed,
        anchor_ns=anchor,
        hours={name: share_hours(MONDAY, days) for name in NAMES},
        styles=[PrintStyle(cadence_ns=cadence_ns)],
    )


@cache
def totals(
    name: str, years: int, seed: bytes = SEED
) -> tuple[list[float], list[float], list[float]]:
    """Return a market's weekend gaps, weeknight gaps and session moves of so many years."""
    path = Path(seed, MARKETS[name], share_hours(date(1980, 1, 7), 7 * 52 * years))
    weekends, nights, sessions = [], [], []
    for stretch in path.stretches():
        if stretch.span.is_regular:
            sessions.append(stretch.total)
        elif stretch.span.to_ns - stretch.span.from_ns > 2 * NS_PER_DAY:
            weekends.append(stretch.total)
        else:
            nights.append(stretch.total)
    return weekends, nights, sessions


def share_below(numbers: list[float], value: float) -> float:
    return sum(1 for number in numbers if number <= value) / len(numbers)


# The same


def test_the_same_seed_gives_the_same_prints_from_whatever_time_they_are_asked_for() -> None:
    later = at(MONDAY + timedelta(days=8), "10:07") + 3 * NS_PER_SECOND
    whole = [
        each for each in source().prints(OPEN_NS, later + NS_PER_HOUR) if each.received_ns >= later
    ]

    assert list(source().prints(later, later + NS_PER_HOUR)) == whole
    assert len(whole) == 3 * 720


def test_prints_are_pinned() -> None:
    """One path on every machine: a change here breaks every seed that someone has kept."""
    at_ns = at(MONDAY + timedelta(days=7), "09:31")

    prints = source().prints(at_ns, at_ns + 1)

    assert [each.price_nanos for each in prints] == [
        152_510_000_000,
        310_420_000_000,
        21_984_510_000_000,
    ]


def test_more_hours_do_not_change_what_came_before() -> None:
    last = at(MONDAY + timedelta(days=4), "16:00")

    assert list(source(days=7).prints(OPEN_NS, last)) == list(source(days=30).prints(OPEN_NS, last))


def test_another_seed_gives_another_path() -> None:
    end = OPEN_NS + NS_PER_HOUR
    one = [each.price_nanos for each in source().prints(OPEN_NS + NS_PER_MINUTE, end)]
    other = [
        each.price_nanos for each in source(seed=bytes(16)).prints(OPEN_NS + NS_PER_MINUTE, end)
    ]

    assert one != other


def test_each_market_stands_at_its_price_at_the_anchor() -> None:
    anchor = at(MONDAY, "11:17")
    first = list(source(anchor=anchor).prints(0, anchor + NS_PER_SECOND))

    assert {each.underlying: each.price_nanos for each in first} == {
        name: MARKETS[name].price_nanos for name in NAMES
    }
    assert {each.received_ns for each in first} == {anchor}


# Trading hours


def test_prints_come_in_trading_hours_only_and_in_order() -> None:
    hours = list(share_hours(MONDAY, 12))
    prints = list(source(cadence_ns=NS_PER_MINUTE).prints(0, OPEN_NS + 30 * NS_PER_DAY))

    times = [each.received_ns for each in prints]
    assert times == sorted(times)
    assert all(any(one.from_ns <= time < one.to_ns for one in hours) for time in sorted(set(times)))
    # From the first open to the last known close: what follows depends on the next open.
    assert times[0] == OPEN_NS
    assert times[-1] == at(MONDAY + timedelta(days=11), "15:59")


def test_the_first_print_of_a_session_is_at_its_very_start() -> None:
    prints = source().prints(OPEN_NS, OPEN_NS + 5 * NS_PER_DAY)

    times = {each.received_ns for each in prints}

    assert {at(MONDAY + timedelta(days=1), clock) for clock in ("04:00", "09:30", "16:00")} <= times


def test_late_and_noisy_sources_print_the_same_path() -> None:
    styles = [
        PrintStyle("prompt"),
        PrintStyle("late", delay_ns=7 * NS_PER_SECOND),
        PrintStyle("noisy", noise_bp=2.0),
    ]
    feed = SyntheticSource(
        seed=SEED, anchor_ns=OPEN_NS, hours={"TSLA": share_hours(MONDAY, 3)}, styles=styles
    )
    by_name: dict[str, dict[int, int]] = {}
    for each in feed.prints(OPEN_NS, OPEN_NS + 2 * NS_PER_HOUR):
        by_name.setdefault(each.source, {})[each.source_time_ns] = each.price_nanos
        assert each.received_ns - each.source_time_ns == (7e9 if each.source == "late" else 0)

    prompt, late, noisy = (by_name[style.name] for style in styles)
    assert late.items() <= prompt.items()
    off_bp = [1e4 * (noisy[time] / prompt[time] - 1) for time in prompt]
    assert 1.8 < statistics.pstdev(off_bp) < 2.2


def test_a_future_s_long_session_moves_by_day_and_sleeps_at_night() -> None:
    path = Path(SEED, MARKETS["US100"], future_hours(MONDAY, 210))
    day: list[float] = []
    night: list[float] = []
    for cell in path.cells(0, OPEN_NS + 200 * NS_PER_DAY):
        if cell.is_open:
            minute = (cell.from_ns - OPEN_NS) % NS_PER_DAY // NS_PER_MINUTE
            (day if minute < 360 else night).append((cell.high - cell.low) ** 2)

    assert math.sqrt(statistics.fmean(day)) > 2 * math.sqrt(statistics.fmean(night))


# As measured


@pytest.mark.parametrize(
    ("name", "quantiles"),
    [
        # In per cent, measured on 764 weekends: 1, 5, 25, 50, 75, 95, 99 %.
        pytest.param("TSLA", (-6.3, -3.2, -0.7, 0.3, 1.3, 3.6, 6.9), id="TSLA"),
        pytest.param("NVDA", (-7.4, -2.5, -0.6, 0.1, 0.8, 2.3, 3.6), id="NVDA"),
        pytest.param("US100", (-2.1, -1.1, -0.2, 0.0, 0.3, 1.0, 1.8), id="index as SPY"),
    ],
)
def test_weekend_gaps_have_the_measured_quantiles(name: str, quantiles: tuple[float, ...]) -> None:
    weekends, _, _ = totals(name, years=60)
    shares = (0.01, 0.05, 0.25, 0.50, 0.75, 0.95, 0.99)

    for share, quantile in zip(shares, quantiles, strict=True):
        # Three standard errors of the measured figure itself, and its rounding.
        off = 3 * math.sqrt(share * (1 - share) / 764) + 0.05
        assert abs(share_below(weekends, quantile / 100) - share) < off


@pytest.mark.parametrize("name", NAMES)
def test_weekend_gaps_have_their_student_law(name: str) -> None:
    law = MARKETS[name].weekend
    weekends, _, _ = totals(name, years=60)

    # The quartile and the 5 % point of Student's t of these degrees.
    quartile, twentieth = {2.2: (0.80199, 2.74677), 2.4: (0.79015, 2.61372)}[law.degrees]
    for value, share in ((quartile, 0.75), (-quartile, 0.25), (twentieth, 0.95), (0.0, 0.5)):
        found = share_below(weekends, law.centre + value * law.scale)
        assert abs(found - share) < 4 * math.sqrt(share * (1 - share) / len(weekends))
    assert max(abs(gap) for gap in weekends) <= 0.35


def test_gaps_come_together() -> None:
    plain, steady = [], []
    for number in range(6):
        # As many weekends as were measured, of so many seeds.
        gaps = {
            name: totals(name, years=15, seed=b"together, seed %04d" % number)[0] for name in NAMES
        }
        ranks = {name: ranked(gaps[name]) for name in NAMES}
        for one, other in combinations(NAMES, 2):
            plain.append(statistics.correlation(gaps[one], gaps[other]))
            steady.append(statistics.correlation(ranks[one], ranks[other]))

    # The mean pairwise correlation was 0.67. That of ranks is about as high for such laws,
    # and stands still where heavy tails make the plain one jump about.
    assert abs(statistics.fmean(plain) - 0.67) < 0.03
    assert abs(statistics.fmean(steady) - 0.66) < 0.02


def test_on_the_worst_weekends_nearly_all_go_the_same_way() -> None:
    gaps = {name: totals(name, years=60)[0] for name in NAMES}

    worst = sorted(range(len(gaps["TSLA"])), key=lambda week: gaps["TSLA"][week])
    worst = worst[: len(worst) // 20]

    for name in ("NVDA", "US100"):
        assert sum(1 for week in worst if gaps[name][week] < 0) / len(worst) > 0.85


def test_weeknight_gaps_are_smaller_than_weekend_gaps() -> None:
    for name in NAMES:
        weekends, nights, _ = totals(name, years=20)
        assert statistics.median(map(abs, nights)) < statistics.median(map(abs, weekends))


@pytest.mark.parametrize("name", NAMES)
def test_minutes_of_the_regular_session_move_by_the_measured_profile(name: str) -> None:
    profile = MARKETS[name].volatility
    path = Path(SEED, MARKETS[name], share_hours(MONDAY, 7 * 60))
    squares: dict[int, list[float]] = {}
    for stretch in path.stretches():
        if stretch.span.is_regular:
            for minute, cell in enumerate(path.bridge(stretch)):
                squares.setdefault(minute, []).append((cell.high - cell.low) ** 2)

    for minutes, expected_bp in (
        (range(5), profile.first_5_bp),
        (range(15, 30), profile.to_30_bp),
        (range(60, 385), profile.midday_bp),
        (range(385, 390), profile.last_5_bp),
    ):
        found = [square for minute in minutes for square in squares[minute]]
        found_bp = 1e4 * math.sqrt(statistics.fmean(found))
        assert abs(found_bp / expected_bp - 1) < 0.12


def test_most_of_a_weekend_gap_is_there_at_the_first_pre_market_print() -> None:
    """Measured on TSLA: the move at 04:00 and the whole gap correlate by 0.82."""
    path = Path(SEED, MARKETS["TSLA"], share_hours(MONDAY, 7 * 400))
    at_four, whole = [], []
    for stretch in path.stretches():
        if (
            not stretch.span.is_regular
            and stretch.span.to_ns - stretch.span.from_ns > 2 * NS_PER_DAY
        ):
            jump = next(cell for cell in path.bridge(stretch) if not cell.is_open)
            at_four.append(jump.high - stretch.start)
            whole.append(stretch.total)

    assert abs(statistics.correlation(ranked(at_four), ranked(whole)) - 0.80) < 0.05


def ranked(numbers: list[float]) -> list[float]:
    ranks = [0.0] * len(numbers)
    for rank, index in enumerate(sorted(range(len(numbers)), key=numbers.__getitem__)):
        ranks[index] = float(rank)
    return ranks


# Refusals


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        pytest.param(
            [OpenInterval(OPEN_NS, OPEN_NS, Session.REGULAR)], "hours in order", id="empty"
        ),
        pytest.param(list(share_hours(MONDAY, 2))[::-1], "hours in order", id="backwards"),
        pytest.param(
            [OpenInterval(OPEN_NS, OPEN_NS + NS_PER_HOUR, Session.NO_TRADING)],
            "open hours",
            id="not open",
        ),
        pytest.param([], "a regular session after the anchor", id="none"),
        pytest.param(share_hours(date(2025, 5, 5), 5), "after the anchor", id="past"),
    ],
)
def test_hours_that_make_no_sense_are_refused(hours: list[OpenInterval], words: str) -> None:
    feed = SyntheticSource(seed=SEED, anchor_ns=OPEN_NS, hours={"TSLA": hours})

    with pytest.raises(SourceError, match=words):
        list(feed.prints(OPEN_NS, OPEN_NS + NS_PER_HOUR))


@pytest.mark.parametrize(
    ("style", "words"),
    [
        (PrintStyle(cadence_ns=7 * NS_PER_SECOND), "divides a minute"),
        (PrintStyle(cadence_ns=0), "divides a minute"),
        (PrintStyle(delay_ns=-1), "a delay"),
        (PrintStyle(noise_bp=math.nan), "a noise"),
    ],
)
def test_a_style_that_makes_no_sense_is_refused(style: PrintStyle, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        SyntheticSource(seed=SEED, anchor_ns=OPEN_NS, hours={}, styles=[style])


def test_a_short_seed_and_a_market_without_hours_are_refused() -> None:
    with pytest.raises(SourceError, match="a seed of 128"):
        source(seed=b"guess me")
    with pytest.raises(SourceError, match="trading hours of TSLA"):
        SyntheticSource(seed=SEED, anchor_ns=OPEN_NS, hours={}, markets=[MARKETS["TSLA"]])


def test_a_run_releases_the_prints_of_the_span() -> None:
    class Clock:
        def __init__(self) -> None:
            self.at_ns = OPEN_NS + NS_PER_MINUTE

        def now_ns(self) -> int:
            return self.at_ns

        async def sleep_until(self, at_ns: int) -> None:
            self.at_ns = max(self.at_ns, at_ns)

    feed = source(days=1, cadence_ns=NS_PER_MINUTE)
    clock = Clock()
    seen = []

    async def submit(each: object) -> None:
        seen.append(each)

    asyncio.run(feed.run(clock, submit))

    assert seen == list(feed.prints(OPEN_NS + NS_PER_MINUTE, OPEN_NS + NS_PER_DAY))
    assert len(seen) == 3 * 389
