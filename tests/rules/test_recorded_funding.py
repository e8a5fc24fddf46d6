"""The funding rule against every rate recorded on trade.xyz in a fortnight of August 2026."""

import csv

import pytest

from tests.rules.prints import DATA
from venue.core.units import E12
from venue.rules.examples import SAMPLE, SETTLE
from venue.rules.funding.hyperliquid import HyperliquidFunding

RECORDED = DATA / "hip3_funding_TSLA_NVDA_2026-08-09_22.csv"

# Recorded figures carry ten decimals or four digits; 1e-10 is their rounding.
TOLERANCE_E12 = 100


def _e12(cell: str) -> int:
    return round(float(cell) * E12)


def _misses(rule: HyperliquidFunding) -> tuple[int, int]:
    with RECORDED.open() as lines:
        rows = list(csv.DictReader(lines))
    misses = 0
    for row in rows:
        premium_e12 = _e12(row["premium"])
        # On an index of 1e12 nano-dollars a nano-dollar is 1e-12 of it.
        bid = E12 + premium_e12 if premium_e12 > 0 else None
        ask = E12 + premium_e12 if premium_e12 < 0 else None
        seen = SAMPLE._replace(index_nanos=E12, impact_bid_nanos=bid, impact_ask_nanos=ask)
        answer, _ = rule.settle(SETTLE, rule.sample(seen, rule.initial()))
        assert answer.premium_e12 == premium_e12
        misses += abs(answer.rate_e12 - _e12(row["funding"])) > TOLERANCE_E12
    return misses, len(rows)


@pytest.mark.skipif(not RECORDED.exists(), reason=f"the recording {RECORDED.name} is not here")
def test_XYZ_FUND_002_recorded_rates_are_met_with_a_clamp_of_three_basis_points() -> None:
    observed = HyperliquidFunding(scale_e4=5_000, clamp_e12=300_000_000)
    published = HyperliquidFunding(scale_e4=5_000)

    assert _misses(observed) == (0, 654)
    assert _misses(published)[0] > 0
