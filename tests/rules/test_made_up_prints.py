"""The same shape as the recording, made up here: late false prints, and reopens up to -16 %."""

import random

import pytest

from tests.rules import prints
from venue.core.units import E9, NS_PER_MINUTE, NS_PER_SECOND
from venue.rules.index_open.last_print import LastPrint
from venue.rules.index_open.median_of_sources import MedianOfSources

CENT = E9 // 100
# Thursday to Tuesday; at each day's first minute the market stands so far from the day before.
DAYS = [
    ("2025-04-03", 0),
    ("2025-04-04", 60),
    ("2025-04-07", -1_600),
    ("2025-04-08", 210),
]
MINUTES = 16 * 60
LATE_MINUTES = range(4 * 60, 4 * 60 + 4)  # 08:00 to 08:03


def made_up_bars() -> list[prints.Bar]:
    """Return four days of minute bars: a walk of 8 bp a minute, late prints from 08:00 to 08:03."""
    chance = random.Random("late prints")
    level = 250 * E9
    bars = []
    for day, gap_e4 in DAYS:
        opens_ns = prints.new_york_ns(f"{day} 04:00")
        level += level * gap_e4 // 10_000
        late = level + level * 6 // 100
        for minute in range(MINUTES):
            begins, level = level, level + level * chance.randint(-14, 14) // 10_000
            high = max(begins, level) + chance.randint(0, 30) * CENT
            low = min(begins, level) - chance.randint(0, 30) * CENT
            close = level
            if minute in LATE_MINUTES:
                high = late
                close = late if minute == LATE_MINUTES[1] else level
            bars.append(prints.Bar(opens_ns + minute * NS_PER_MINUTE, begins, high, low, close))
    return bars


@pytest.fixture(scope="module")
def bars() -> list[prints.Bar]:
    return made_up_bars()


def _late(points: list[prints.Point]) -> list[prints.Point]:
    return [point for point in points if point.print_off_e4 > 250]


def test_late_prints_do_not_move_the_default(bars: list[prints.Bar]) -> None:
    raw, default = prints.drive(LastPrint(), bars), prints.drive(MedianOfSources(), bars)

    late = {point.at_ns for point in _late(raw)}
    assert len(late) >= 4 * len(DAYS)
    assert all(point.off_e4 < 200 for point in default if point.at_ns in late)
    assert prints.share_off_ppm(default) <= 6_000


def test_a_gap_of_sixteen_percent_is_in_the_index_within_80_seconds(
    bars: list[prints.Bar],
) -> None:
    default = prints.drive(MedianOfSources(), bars)

    opens_ns = prints.new_york_ns("2025-04-07 04:00")
    after = [point for point in default if point.at_ns >= opens_ns]
    first_near = next(point for point in after if point.off_e4 <= 50)
    assert after[0].off_e4 > 1_500
    assert first_near.at_ns - opens_ns <= 80 * NS_PER_SECOND


def test_fewer_than_four_prints_and_no_wait_let_a_late_print_through(
    bars: list[prints.Bar],
) -> None:
    hasty = prints.drive(MedianOfSources(confirm_prints=1, confirm_ns=0), bars)

    assert max(point.off_e4 for point in _late(hasty)) > 250
