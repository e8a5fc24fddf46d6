"""The shipped closed index against trade.xyz's own oracle, on a recorded weekend.

Each step starts from the recorded oracle and ends, minutes later, beside the next recorded one. The
book is taken as without a spread, at the recorded mark, in a straight line between two snapshots.
"""

import csv
import itertools
from datetime import datetime
from math import sqrt
from pathlib import Path
from typing import NamedTuple

import pytest

from venue.core.units import NS_PER_MINUTE, NS_PER_SECOND
from venue.rules.examples import CLOSED
from venue.rules.index_closed.impact_ema import ImpactEma
from venue.rules.memory import NOTHING

SNAPSHOTS = (
    Path(__file__).parents[2]
    / ".."
    / "shared"
    / "data"
    / "hip3_snapshots_TSLA_NVDA_2026-08-12_22.csv"
)
pytestmark = pytest.mark.skipif(
    not SNAPSHOTS.exists(), reason=f"the recording {SNAPSHOTS.name} is not here"
)

# Friday 20:00 to Sunday 20:00 in New York: no outside price.
CLOSES, OPENS = "2026-08-15T00:00:00Z", "2026-08-17T00:00:00Z"
APART_NS_MAX = 15 * NS_PER_MINUTE
SUB_STEP_NS = 3 * NS_PER_SECOND
RMS_BASIS_POINTS_MAX = 0.25


class Snapshot(NamedTuple):
    """What was recorded at one time, in nano-dollars."""

    at_ns: int
    mark_nanos: int
    oracle_nanos: int


def _ns(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * NS_PER_SECOND


def _nanos(text: str) -> int:
    whole, _, rest = text.partition(".")
    return int(whole + rest.ljust(9, "0")[:9])


def weekend(symbol: str) -> list[Snapshot]:
    """Return the snapshots of one market while there was no outside price, in order of time."""
    with SNAPSHOTS.open() as lines:
        rows = [row for row in csv.DictReader(lines) if row["symbol"] == symbol]
    found = [
        Snapshot(_ns(row["ts"]), _nanos(row["hl_mark"]), _nanos(row["hl_oracle"]))
        for row in rows
        if row["hl_mark"] and row["hl_oracle"]
    ]
    return sorted(one for one in found if _ns(CLOSES) <= one.at_ns < _ns(OPENS))


def stepped(rule: ImpactEma, before: Snapshot, after: Snapshot) -> int:
    """Return where the rule takes the oracle from one snapshot to the next."""
    index_nanos, at_ns = before.oracle_nanos, before.at_ns
    long_ns = after.at_ns - before.at_ns
    while at_ns < after.at_ns:
        wait_ns = min(SUB_STEP_NS, after.at_ns - at_ns)
        at_ns += wait_ns
        way = (after.mark_nanos - before.mark_nanos) * (at_ns - before.at_ns) // long_ns
        mark_nanos = before.mark_nanos + way
        index_nanos, _ = rule.index(
            CLOSED._replace(
                now_ns=at_ns,
                since_update_ns=wait_ns,
                previous_index_nanos=index_nanos,
                impact_bid_nanos=mark_nanos,
                impact_ask_nanos=mark_nanos,
            ),
            NOTHING,
        )
    return index_nanos


def errors_bp(rule: ImpactEma, snapshots: list[Snapshot]) -> list[float]:
    """Return how far each step ends from the recorded oracle, in basis points."""
    return [
        (stepped(rule, before, after) / after.oracle_nanos - 1) * 10_000
        for before, after in itertools.pairwise(snapshots)
        if after.at_ns - before.at_ns <= APART_NS_MAX
    ]


def rms(errors: list[float]) -> float:
    """Return the root of the mean square."""
    return sqrt(sum(error * error for error in errors) / len(errors))


@pytest.mark.parametrize("symbol", ["TSLA", "NVDA"])
def test_XYZ_INDEX_004_the_default_follows_the_recorded_oracle_over_a_weekend(symbol: str) -> None:
    snapshots = weekend(symbol)

    errors = errors_bp(ImpactEma(), snapshots)
    stays = rms(errors_bp(ImpactEma(tau_ns=10**9 * 86_400 * 30), snapshots))

    print(f"{symbol}: {len(errors)} steps, rms {rms(errors):.3f} bp (frozen {stays:.3f} bp)")
    assert len(errors) >= 100
    assert rms(errors) <= RMS_BASIS_POINTS_MAX
    assert stays > 2 * rms(errors)  # The oracle did move: standing still is no answer.


@pytest.mark.parametrize("symbol", ["TSLA", "NVDA"])
def test_the_older_time_constants_fit_the_recorded_oracle_worse(symbol: str) -> None:
    snapshots = weekend(symbol)

    half_an_hour, hour, eight = (
        rms(errors_bp(ImpactEma(tau_ns=minutes * NS_PER_MINUTE), snapshots))
        for minutes in (30, 60, 480)
    )

    assert half_an_hour < hour < eight
