"""The default index rule, print by print."""

import pytest

from venue.core.phases import Pricing, Session
from venue.core.policies import OpenInputs, Print, Verdict
from venue.core.units import E9, NS_PER_SECOND
from venue.rules.examples import NOW_NS, OPEN
from venue.rules.index_open.median_of_sources import SOURCES_MAX, MedianOfSources

RULE = MedianOfSources()


class Feed:
    """A market that hears prints at seconds after its beginning, and keeps index and memory."""

    def __init__(self, *, index: int | None = 250, session: Session = Session.PRE_MARKET) -> None:
        self.index_nanos = None if index is None else index * E9
        self.session = session
        self.memory = RULE.initial()

    def hear(
        self, second: int, dollars: int, source: str = "a", *, stamped: int | None = None
    ) -> Verdict:
        at_ns = NOW_NS + second * NS_PER_SECOND
        source_ns = at_ns if stamped is None else NOW_NS + stamped * NS_PER_SECOND
        return self._ask(at_ns, Print(source, dollars * E9, source_ns, at_ns, NS_PER_SECOND))

    def wait(self, second: int) -> Verdict:
        return self._ask(NOW_NS + second * NS_PER_SECOND, None)

    def _ask(self, now_ns: int, arrived: Print | None) -> Verdict:
        seen = OPEN._replace(
            now_ns=now_ns,
            arrived=arrived,
            previous_index_nanos=self.index_nanos,
            session=self.session,
        )
        answer, self.memory = RULE.index(seen, self.memory)
        self.silent = answer.index_nanos is None
        if answer.index_nanos is not None:
            self.index_nanos = answer.index_nanos
        return answer.verdict

    @property
    def dollars(self) -> int:
        assert self.index_nanos is not None
        return self.index_nanos // E9


def test_a_jump_is_believed_with_the_fourth_print_after_sixty_seconds() -> None:
    feed = Feed()

    verdicts = [feed.hear(second, 210) for second in (0, 20, 40, 59, 60)]

    assert verdicts == [Verdict.UNCONFIRMED_JUMP] * 4 + [Verdict.ACCEPTED]
    assert feed.dollars == 210


def test_time_alone_does_not_confirm_a_jump() -> None:
    feed = Feed()

    assert feed.hear(0, 210) is Verdict.UNCONFIRMED_JUMP
    assert feed.wait(600) is Verdict.STALE
    assert feed.hear(601, 210) is Verdict.UNCONFIRMED_JUMP
    assert feed.dollars == 250


def test_many_prints_in_a_moment_do_not_confirm_a_jump() -> None:
    feed = Feed()

    verdicts = {feed.hear(second, 210) for second in range(60)}

    assert verdicts == {Verdict.UNCONFIRMED_JUMP}
    assert feed.silent


def test_one_print_back_ends_the_wait() -> None:
    feed = Feed()
    for second in range(0, 59, 10):
        feed.hear(second, 260)

    assert feed.hear(59, 250) is Verdict.ACCEPTED
    assert feed.hear(61, 260) is Verdict.UNCONFIRMED_JUMP
    assert feed.dollars == 250


def test_a_jump_to_the_other_side_begins_its_own_wait() -> None:
    feed = Feed()
    for second in range(0, 59, 10):
        feed.hear(second, 260)

    assert feed.hear(61, 240) is Verdict.UNCONFIRMED_JUMP
    assert feed.hear(70, 240) is Verdict.UNCONFIRMED_JUMP


def test_the_confirming_print_must_agree_with_the_one_before() -> None:
    feed = Feed()
    for second in (0, 20, 40):
        feed.hear(second, 255)

    assert feed.hear(60, 270) is Verdict.UNCONFIRMED_JUMP
    assert feed.hear(61, 255) is Verdict.UNCONFIRMED_JUMP
    assert feed.hear(62, 255) is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("sources", "dollars", "expected"),
    [
        pytest.param(1, 239, Verdict.ACCEPTED, id="one source: 4.4 % passes"),
        pytest.param(1, 237, Verdict.UNCONFIRMED_JUMP, id="one source: 5.2 % waits"),
        pytest.param(2, 237, Verdict.UNCONFIRMED_JUMP, id="two sources: no median either"),
        pytest.param(3, 237, Verdict.ACCEPTED, id="three sources: the median is the guard"),
        pytest.param(3, 120, Verdict.UNCONFIRMED_JUMP, id="three sources: 52 % is nonsense"),
    ],
)
def test_regular_hours_are_guarded_by_the_median_or_by_five_percent(
    sources: int, dollars: int, expected: Verdict
) -> None:
    feed = Feed(session=Session.REGULAR)
    for n in range(1, sources):
        feed.hear(0, 250, f"other {n}")

    assert feed.hear(1, dollars) is expected


def test_one_wrong_source_of_three_does_not_move_the_median() -> None:
    feed = Feed(session=Session.REGULAR)
    for source in ("a", "b", "c"):
        feed.hear(0, 250, source)

    assert feed.hear(1, 200, "b") is Verdict.ACCEPTED
    assert feed.dollars == 250
    assert feed.hear(2, 251, "c") is Verdict.ACCEPTED
    assert feed.dollars == 250


def test_the_median_of_two_sources_is_their_mean() -> None:
    feed = Feed()
    feed.hear(0, 250, "a")

    feed.hear(0, 252, "b")

    assert feed.dollars == 251


def test_a_confirmed_source_need_not_confirm_again_while_the_median_lags() -> None:
    feed = Feed()
    for second in range(0, 61, 20):
        for source in ("b", "c"):
            feed.hear(second, 250, source)
        last = feed.hear(second, 260, "a")

    assert last is Verdict.ACCEPTED
    assert feed.dollars == 250
    assert feed.hear(61, 261, "a") is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("second", "stamped", "dollars", "expected"),
    [
        pytest.param(11, 10, 251, Verdict.DUPLICATE, id="same source time"),
        pytest.param(11, 9, 251, Verdict.STALE, id="older than what was heard"),
        pytest.param(50, 15, 251, Verdict.STALE, id="older than 30 s on arrival"),
        pytest.param(11, 17, 251, Verdict.FROM_THE_FUTURE, id="six seconds ahead"),
        pytest.param(11, 11, 0, Verdict.NOT_POSITIVE, id="zero"),
        pytest.param(11, 11, 251, Verdict.ACCEPTED, id="in order"),
    ],
)
def test_a_print_is_judged_by_its_stamp_and_its_sign(
    second: int, stamped: int, dollars: int, expected: Verdict
) -> None:
    feed = Feed()
    feed.hear(10, 250)

    assert feed.hear(second, dollars, stamped=stamped) is expected


def test_a_dead_feed_is_silence_after_thirty_seconds() -> None:
    feed = Feed(session=Session.REGULAR)
    feed.hear(0, 250)

    assert feed.wait(30) is Verdict.ACCEPTED
    assert feed.wait(31) is Verdict.STALE
    assert feed.silent


def test_staleness_counts_in_the_cadence_of_the_source() -> None:
    minute_bars = OPEN._replace(arrived=Print("a", 250 * E9, NOW_NS, NOW_NS, 60 * NS_PER_SECOND))
    _, memory = RULE.index(minute_bars, RULE.initial())

    def index_after(seconds: int) -> int | None:
        later = OPEN._replace(now_ns=NOW_NS + seconds * NS_PER_SECOND, arrived=None)
        return RULE.index(later, memory)[0].index_nanos

    assert index_after(300) == 250 * E9
    assert index_after(301) is None


def test_a_near_print_ends_internal_pricing_at_once() -> None:
    seen: OpenInputs = OPEN._replace(pricing=Pricing.INTERNAL)

    answer, _ = RULE.index(seen, RULE.initial())

    assert answer.index_nanos == 250 * E9


def test_the_first_print_of_a_market_is_believed() -> None:
    feed = Feed(index=None)

    assert feed.hear(0, 123) is Verdict.ACCEPTED
    assert feed.dollars == 123


def test_one_source_too_many_replaces_the_one_unheard_for_longest() -> None:
    feed = Feed()
    for n in range(SOURCES_MAX + 1):
        feed.hear(n, 250, f"source {n}")

    names = [known.source for known in feed.memory.sources]
    assert len(names) == SOURCES_MAX
    assert "source 0" not in names
    assert f"source {SOURCES_MAX}" in names
