"""What holds in which session."""

import pytest

from venue.core.phases import Closure, Pricing, Session
from venue.core.policies import Terms, TermsInputs
from venue.core.units import E6
from venue.rules.terms.by_session import BySession
from venue.rules.terms.none import NoTerms

EXTERNAL, INTERNAL = Pricing.EXTERNAL, Pricing.INTERNAL
WEEKNIGHT_THROTTLE, WEEKEND_THROTTLE = 50_000 * E6, 10_000 * E6


def _terms(band_e4: int, position_e4: int, throttle: int | None) -> Terms:
    return Terms(band_e4, "mark", position_e4, 10_000, False, throttle, 10_000)


REGULAR = _terms(1_000, 10_000, None)
OFF_HOURS = _terms(700, 5_000, None)


@pytest.mark.parametrize(
    ("session", "closure", "pricing", "expected"),
    [
        pytest.param("REGULAR", "none", EXTERNAL, REGULAR, id="noon"),
        pytest.param(
            "REGULAR", "none", INTERNAL, _terms(700, 5_000, WEEKNIGHT_THROTTLE), id="dead feed"
        ),
        pytest.param("PRE_MARKET", "overnight", EXTERNAL, OFF_HOURS, id="pre-market"),
        pytest.param("AFTER_MARKET", "early_close", EXTERNAL, OFF_HOURS, id="early close"),
        pytest.param("OVERNIGHT", "overnight", EXTERNAL, OFF_HOURS, id="overnight session"),
        pytest.param(
            "NO_TRADING",
            "overnight",
            INTERNAL,
            _terms(700, 5_000, WEEKNIGHT_THROTTLE),
            id="weeknight",
        ),
        pytest.param(
            "NO_TRADING", "weekend", INTERNAL, _terms(500, 1_000, WEEKEND_THROTTLE), id="weekend"
        ),
        pytest.param(
            "NO_TRADING", "holiday", INTERNAL, _terms(500, 1_000, WEEKEND_THROTTLE), id="holiday"
        ),
        pytest.param(
            "NO_TRADING",
            "unscheduled",
            INTERNAL,
            _terms(500, 1_000, WEEKEND_THROTTLE),
            id="hurricane",
        ),
        pytest.param(
            "REGULAR", "halt", INTERNAL, _terms(500, 1_000, WEEKEND_THROTTLE), id="halted stock"
        ),
        pytest.param(
            "PRE_MARKET",
            "weekend",
            INTERNAL,
            _terms(700, 5_000, WEEKNIGHT_THROTTLE),
            id="Monday, not a print yet",
        ),
    ],
)
def test_terms_follow_the_session(
    session: str, closure: str, pricing: Pricing, expected: Terms
) -> None:
    seen = TermsInputs(Session(session), Closure(closure), pricing)

    assert BySession().terms(seen) == expected


def test_none_is_the_same_in_every_session() -> None:
    told = {
        NoTerms().terms(TermsInputs(session, closure, pricing))
        for session in Session
        for closure in Closure
        for pricing in Pricing
    }

    assert len(told) == 1


def test_funding_runs_in_every_session() -> None:
    rule = BySession()

    assert {
        rule.terms(TermsInputs(session, closure, pricing)).funding_e4
        for session in Session
        for closure in Closure
        for pricing in Pricing
    } == {10_000}
