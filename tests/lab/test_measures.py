"""Measures add up what events say; index error against a reference."""

import pytest

from venue.core import events as ev
from venue.core.commands import PassTime
from venue.core.events import Event, LiquidationOutcome
from venue.core.phases import Phase, Pricing
from venue.core.rejects import Reason
from venue.core.units import E9
from venue.lab.measures import Measures, rolling_medians, share_off


def measured(*events: Event, at_ns: int = 0) -> Measures:
    measures = Measures()
    measures(at_ns, PassTime(), list(events))
    return measures


def mark(dollars: int) -> ev.MarkUpdated:
    return ev.MarkUpdated("TSLA", 0, dollars * E9, dollars * 1_000, b"", b"")


def test_who_pays_for_a_shortfall_adds_up() -> None:
    found = measured(
        mark(220),
        ev.LiquidationStarted(1, 5, "", 0, -10, 1, -1, (("TSLA", 220_000),)),
        ev.ShortfallPaid(1, 5, "", 700, 200),
        # Ten lots of a long at 230,000 a lot while the mark is 220,000: 100,000 given up.
        ev.Deleveraged(1, 5, 6, "TSLA", 10, 2_300_000, 230 * E9, 0, 0, 100_000),
        ev.LiquidationEnded(1, 5, "", LiquidationOutcome.DELEVERAGED, 0, 0),
        ev.ShortfallPaid(2, 7, "", -50, 0),
    )

    assert found.liquidated == {5: 1}
    assert found.outcomes == {"deleveraged": 1}
    assert (found.insurance_micros, found.bad_debt_micros) == (700, 200)
    assert (found.adl_micros, found.left_micros) == (100_000, 50)
    assert found.shortfall_micros == 100_900
    assert found.deleveraged == 1


def test_the_largest_distance_and_the_largest_step_of_a_mark() -> None:
    found = measured(
        ev.IndexUpdated("TSLA", 250 * E9, Pricing.EXTERNAL, None, None),
        mark(250),
        mark(245),
        mark(246),
    )

    assert found.mark_index_max_e4 == pytest.approx(200)
    assert found.step_max_e4 == pytest.approx(200)


def test_calls_funding_trades_and_refusals_are_counted() -> None:
    found = measured(
        mark(250),
        ev.Rejected(1, "PlaceOrder", Reason.OUTSIDE_BAND, {}),
        ev.TimePassed(77),
        ev.PhaseChanged("TSLA", Phase.AUCTION, "reopen", 107),
        ev.AuctionUncrossed("TSLA", 25_000, 10, 0, 30),
        ev.PhaseChanged("TSLA", Phase.CONTINUOUS, "uncrossed", None),
        ev.FundingSettled("TSLA", 0, 1, 1, 10_000, 250_000, ((1, 25), (2, -24)), 1, b""),
    )

    assert found.calls == [("TSLA", 77)]
    assert found.stale_micros == 30
    assert found.rejected == {"outside_band": 1}
    assert (found.fundings, found.funding_moved_micros) == (1, 25)


def test_the_share_of_prices_that_are_off() -> None:
    assert share_off([], more_than=0.01) == 0
    assert share_off([(100, 100), (102, 100), (99, 100)], more_than=0.015) == pytest.approx(1 / 3)


def test_a_rolling_median_reaches_both_ways_and_over_gaps() -> None:
    closes = [(0, 10), (1, 90), (2, 20), (3, 30), (60, 50)]

    assert rolling_medians(closes, reach_ns=1) == {0: 50, 1: 20, 2: 30, 3: 25, 60: 50}
