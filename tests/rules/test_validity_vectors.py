"""Drift's ladder of validity, and its matrix of what is blocked at which rung."""

import itertools

import pytest

from venue.core.policies import OpenInputs, Print, Validity
from venue.core.units import E9, NS_PER_SECOND
from venue.rules.actions.drift_matrix import MATRIX, DriftMatrix
from venue.rules.examples import ACTIONS, NOW_NS, OPEN
from venue.rules.index_open.validity_ladder import ValidityLadder

DOLLAR = E9


class Oracle:
    """The ladder, hearing prints at seconds after its beginning."""

    def __init__(self, rule: ValidityLadder) -> None:
        self.rule = rule
        self.memory = rule.initial()

    def hear(
        self, second: float, dollars: float | None, confidence: float = 0, source: str = "a"
    ) -> Validity:
        now_ns = NOW_NS + round(second * NS_PER_SECOND)
        seen: OpenInputs = OPEN._replace(now_ns=now_ns, arrived=None)
        if dollars is not None:
            quote = Print(
                source,
                round(dollars * DOLLAR),
                now_ns,
                now_ns,
                NS_PER_SECOND,
                round(confidence * DOLLAR),
            )
            seen = seen._replace(arrived=quote)
        self.answer, self.memory = self.rule.index(seen, self.memory)
        return self.answer.validity


@pytest.mark.parametrize(
    ("dollars", "confidence", "expected"),
    [
        pytest.param(250, 0, Validity.VALID, id="valid"),
        pytest.param(0, 0, Validity.NON_POSITIVE, id="zero"),
        pytest.param(1_250, 0, Validity.VALID, id="five times the average"),
        pytest.param(1_251, 0, Validity.TOO_VOLATILE, id="more than five times"),
        pytest.param(49.9, 0, Validity.TOO_VOLATILE, id="less than a fifth"),
        pytest.param(250, 5, Validity.VALID, id="confidence of 2 %"),
        pytest.param(250, 5.01, Validity.TOO_UNCERTAIN, id="confidence of more"),
    ],
)
def test_DRIFT_VALIDITY_001_the_first_rung_that_holds(
    dollars: float, confidence: float, expected: Validity
) -> None:
    oracle = Oracle(ValidityLadder(average_clamp_e4=1))  # so that the average stays at 250
    for second in range(60):
        oracle.hear(second, 250)

    assert oracle.hear(60, dollars, confidence) is expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        pytest.param(5, Validity.VALID, id="10 slots"),
        pytest.param(5.5, Validity.STALE_FOR_IMMEDIATE, id="11 slots"),
        pytest.param(60, Validity.STALE_FOR_IMMEDIATE, id="120 slots"),
        pytest.param(60.5, Validity.STALE_FOR_MARGIN, id="121 slots"),
    ],
)
def test_DRIFT_VALIDITY_002_an_old_price_is_kept_and_says_that_it_is_old(
    seconds: float, expected: Validity
) -> None:
    oracle = Oracle(ValidityLadder())
    oracle.hear(0, 250)

    assert oracle.hear(seconds, None) is expected
    assert oracle.answer.index_nanos == 250 * DOLLAR


@pytest.mark.parametrize(("tier", "expected"), [(1, False), (2, False), (10, True), (50, True)])
def test_DRIFT_VALIDITY_003_worse_contracts_bear_more_uncertainty(
    tier: int, expected: bool
) -> None:
    oracle = Oracle(ValidityLadder(tier=tier))

    assert (oracle.hear(0, 250, 250 * 0.15) is Validity.VALID) is expected


def test_DRIFT_VALIDITY_004_too_few_sources_are_insufficient_data() -> None:
    oracle = Oracle(ValidityLadder(sources_min=2))

    assert oracle.hear(0, 250) is Validity.INSUFFICIENT_DATA
    assert oracle.hear(1, 250, source="b") is Validity.VALID


def test_DRIFT_VALIDITY_005_validities_are_ordered_the_worst_first() -> None:
    assert sorted(Validity) == list(Validity)
    assert Validity.NON_POSITIVE < Validity.TOO_UNCERTAIN < Validity.STALE_FOR_MARGIN
    assert max(Validity) is Validity.VALID


@pytest.mark.parametrize(
    ("action", "blocked_at"),
    [
        ("match", {"NON_POSITIVE", "TOO_VOLATILE", "TOO_UNCERTAIN"}),
        ("margin", {"NON_POSITIVE", "TOO_VOLATILE", "TOO_UNCERTAIN", "STALE_FOR_MARGIN"}),
        ("liquidate", {"NON_POSITIVE", "TOO_VOLATILE"}),
        ("trigger", {"NON_POSITIVE", "TOO_VOLATILE"}),
        ("index", {"NON_POSITIVE"}),
    ],
)
def test_DRIFT_ACTIONS_001_the_matrix_is_drift_s(action: str, blocked_at: set[str]) -> None:
    rule = DriftMatrix()

    blocked = {
        validity.name
        for validity in Validity
        if action in {a.value for a in rule.blocked(ACTIONS._replace(validity=validity))}
    }

    assert blocked == blocked_at


def test_DRIFT_ACTIONS_002_the_better_the_price_the_less_is_blocked() -> None:
    assert set(MATRIX) == set(Validity)
    rows = [set(MATRIX[validity]) for validity in sorted(Validity)]
    assert all(worse >= better for worse, better in itertools.pairwise(rows))


@pytest.mark.parametrize(
    ("index", "middle", "expected"),
    [
        pytest.param(90, 100, set(), id="a tenth of the middle"),
        pytest.param(89, 100, {"fund"}, id="more than a tenth below it"),
        pytest.param(111, 100, {"fund"}, id="more than a tenth above it"),
        pytest.param(50, None, set(), id="a side of the book is empty"),
    ],
)
def test_DRIFT_ACTIONS_003_funding_waits_while_the_book_is_far_from_the_oracle(
    index: int, middle: int | None, expected: set[str]
) -> None:
    seen = ACTIONS._replace(index_nanos=index, index_mean_nanos=index, middle_nanos=middle)

    assert {action.value for action in DriftMatrix().blocked(seen)} == expected


@pytest.mark.parametrize(
    ("index", "is_blocked"),
    [
        pytest.param(149, False, id="under a half above"),
        pytest.param(150, True, id="a half above"),
        pytest.param(51, False, id="under a half below"),
        pytest.param(50, True, id="a half below"),
    ],
)
def test_DRIFT_ACTIONS_004_fills_triggers_and_liquidations_wait_for_a_runaway_oracle(
    index: int, is_blocked: bool
) -> None:
    seen = ACTIONS._replace(index_nanos=index, index_mean_nanos=100)

    blocked = {action.value for action in DriftMatrix().blocked(seen)}

    assert blocked == ({"match", "liquidate", "trigger"} if is_blocked else set())


def test_DRIFT_ACTIONS_005_limits_of_divergence_come_beside_the_table() -> None:
    seen = ACTIONS._replace(
        validity=Validity.STALE_FOR_MARGIN, index_nanos=200, index_mean_nanos=100, middle_nanos=100
    )

    assert [action.value for action in DriftMatrix().blocked(seen)] == [
        "match", "margin", "liquidate", "trigger", "fund",
    ]  # fmt: skip
    free = DriftMatrix(middle_divergence_e4=0, mean_divergence_e4=0)
    assert [action.value for action in free.blocked(seen)] == ["margin", "fund"]
