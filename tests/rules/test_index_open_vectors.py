"""Worked numbers of the index rules while outside prints count: guards and sources."""

from typing import Any

import pytest

from venue.core.phases import Pricing
from venue.core.policies import Print, Validity, Verdict
from venue.core.units import E9, NS_PER_SECOND
from venue.rules.examples import NOW_NS, OPEN
from venue.rules.index_open.devnet import Devnet
from venue.rules.index_open.index_guard import IndexGuard

DOLLAR = E9


def _guarded(*dollars: float) -> list[int | None]:
    rule, told = IndexGuard(), []
    memory = rule.initial()
    for n, price in enumerate(dollars):
        at_ns = NOW_NS + n * NS_PER_SECOND
        quote = Print("a", round(price * DOLLAR), at_ns, at_ns, NS_PER_SECOND)
        answer, memory = rule.index(OPEN._replace(now_ns=at_ns, arrived=quote), memory)
        told.append(answer.index_nanos)
    return told


def test_QFEX_INDEX_005_within_half_and_half_more_a_print_is_the_index() -> None:
    assert _guarded(100, 150, 75) == [100 * DOLLAR, 150 * DOLLAR, 75 * DOLLAR]


def test_QFEX_INDEX_006_beyond_it_the_index_stays_until_prints_agree() -> None:
    assert _guarded(100, 151) == [100 * DOLLAR] * 2
    assert _guarded(100, 151, 101)[-1] == 101 * DOLLAR
    assert _guarded(100, 40, 40, 40, 40) == [100 * DOLLAR] * 5
    assert _guarded(100, 40, 40, 40, 40, 40)[-1] == 40 * DOLLAR


# devnet.one


class Sources:
    """The devnet rule, hearing prints at seconds after its beginning."""

    def __init__(self, rule: Devnet, pricing: Pricing = Pricing.EXTERNAL) -> None:
        self.rule, self.pricing = rule, pricing
        self.memory = rule.initial()
        self.index_nanos: int | None = 250 * DOLLAR

    def hear(self, second: float, dollars: float | None, source: str = "a") -> Any:
        now_ns = NOW_NS + round(second * NS_PER_SECOND)
        quote = None
        if dollars is not None:
            quote = Print(source, round(dollars * DOLLAR), now_ns, now_ns, NS_PER_SECOND)
        answer, self.memory = self.rule.index(
            OPEN._replace(
                now_ns=now_ns,
                arrived=quote,
                previous_index_nanos=self.index_nanos,
                pricing=self.pricing,
            ),
            self.memory,
        )
        if answer.index_nanos is not None:
            self.index_nanos = answer.index_nanos
        return answer


@pytest.mark.parametrize(
    ("jump_e4", "dollars", "verdict"),
    [
        pytest.param(5_000, 375, Verdict.ACCEPTED, id="a stock: 50 %"),
        pytest.param(5_000, 376, Verdict.UNCONFIRMED_JUMP, id="a stock: more"),
        pytest.param(2_000, 300, Verdict.ACCEPTED, id="an index: 20 %"),
        pytest.param(2_000, 301, Verdict.UNCONFIRMED_JUMP, id="an index: more"),
    ],
)
def test_DEVNET_INDEX_001_a_jump_is_accepted_up_to_its_threshold(
    jump_e4: int, dollars: float, verdict: Verdict
) -> None:
    assert Sources(Devnet(jump_e4=jump_e4)).hear(0, dollars).verdict is verdict


def test_DEVNET_INDEX_002_a_larger_jump_needs_two_confirmations() -> None:
    feed = Sources(Devnet())

    told = [feed.hear(second, 400).index_nanos for second in range(3)]

    assert told == [250 * DOLLAR, 250 * DOLLAR, 400 * DOLLAR]
    assert feed.hear(3, 401).verdict is Verdict.ACCEPTED


def test_DEVNET_INDEX_003_time_alone_confirms_nothing_and_one_print_back_ends_it() -> None:
    feed = Sources(Devnet())
    feed.hear(0, 400)
    for second in (1, 2, 3):
        assert feed.hear(second, None).index_nanos == 250 * DOLLAR
    assert feed.hear(4, 250).verdict is Verdict.ACCEPTED
    assert feed.hear(5, 400).verdict is Verdict.UNCONFIRMED_JUMP


def test_DEVNET_INDEX_004_soft_after_5_s_hard_after_30_s() -> None:
    feed = Sources(Devnet())
    feed.hear(0, 250)

    assert feed.hear(5, None).validity is Validity.VALID
    assert feed.hear(5.1, None).validity is Validity.STALE_FOR_IMMEDIATE
    assert feed.hear(30, None).index_nanos == 250 * DOLLAR
    silent = feed.hear(30.1, None)
    assert (silent.index_nanos, silent.verdict) == (None, Verdict.STALE)


def test_DEVNET_INDEX_005_a_soft_stale_source_gives_way_to_a_fresh_one() -> None:
    feed = Sources(Devnet())
    feed.hear(0, 250, "a")

    assert feed.hear(6, 260, "b").index_nanos == 260 * DOLLAR
    assert feed.hear(7, 250, "a").index_nanos == 255 * DOLLAR


def test_DEVNET_INDEX_006_an_unconfirmed_jump_does_not_end_internal_pricing() -> None:
    feed = Sources(Devnet(), Pricing.INTERNAL)

    assert feed.hear(0, 400).index_nanos is None
