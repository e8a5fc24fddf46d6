"""Feeds let prints go in time order, each at its time, and hand over without loss."""

import asyncio

import pytest

from venue.core.commands import SubmitPrint
from venue.oracle import Handover, Merged, Recording, release
from venue.oracle.feed import FOREVER_NS


class SteppedClock:
    """A clock that jumps to wherever it is asked to sleep to, and remembers."""

    def __init__(self, now_ns: int) -> None:
        self._now_ns = now_ns

    def now_ns(self) -> int:
        return self._now_ns

    async def sleep_until(self, at_ns: int) -> None:
        self._now_ns = max(self._now_ns, at_ns)


def one(at_ns: int, *, source: str = "a") -> SubmitPrint:
    return SubmitPrint("TSLA", source, 250 * 10**9, at_ns, at_ns, 10)


def feed(*times_ns: int, source: str = "a") -> Recording:
    return Recording("memory", "venue", None, tuple(one(at, source=source) for at in times_ns))


def released(source: Recording | Merged | Handover, now_ns: int) -> list[tuple[int, int]]:
    """Run a feed to its end; return when each print was let go, and its own time."""
    clock = SteppedClock(now_ns)
    seen: list[tuple[int, int]] = []

    async def submit(each: SubmitPrint) -> None:
        seen.append((clock.now_ns(), each.received_ns))

    asyncio.run(source.run(clock, submit))
    return seen


def test_each_print_goes_when_the_clock_reaches_its_time() -> None:
    assert released(feed(10, 20, 20, 35), now_ns=5) == [(10, 10), (20, 20), (20, 20), (35, 35)]


def test_a_run_begins_with_the_print_that_is_due_now() -> None:
    assert released(feed(10, 20, 30), now_ns=20) == [(20, 20), (30, 30)]


def test_prints_that_are_late_go_at_once_and_none_is_lost() -> None:
    clock = SteppedClock(25)
    seen: list[int] = []

    async def submit(each: SubmitPrint) -> None:
        seen.append(each.received_ns)

    asyncio.run(release([one(10), one(20), one(30)], clock, submit))

    assert seen == [10, 20, 30]
    assert clock.now_ns() == 30


@pytest.mark.parametrize(
    ("from_ns", "to_ns", "expected"),
    [
        pytest.param(10, 30, [10, 20], id="the start is in, the end is out"),
        pytest.param(11, 20, [], id="between two prints"),
        pytest.param(0, FOREVER_NS, [10, 20, 30], id="all"),
        pytest.param(30, 10, [], id="an empty span"),
    ],
)
def test_a_span_holds_what_was_received_in_it(
    from_ns: int, to_ns: int, expected: list[int]
) -> None:
    assert [each.received_ns for each in feed(10, 20, 30).prints(from_ns, to_ns)] == expected


def test_merged_feeds_are_in_time_order_and_the_first_named_goes_first() -> None:
    merged = Merged(feed(10, 30, source="b"), feed(10, 20, source="a"))

    seen = [(each.received_ns, each.source) for each in merged.prints(0, 100)]

    assert seen == [(10, "b"), (10, "a"), (20, "a"), (30, "b")]
    assert [at for at, _ in released(merged, 0)] == [10, 10, 20, 30]


def test_a_handover_takes_each_print_from_exactly_one_feed() -> None:
    both = Handover(first=feed(10, 20, 30), then=feed(20, 30, 40, source="b"), at_ns=20)

    seen = [(each.received_ns, each.source) for each in both.prints(0, 100)]

    assert seen == [(10, "a"), (20, "b"), (30, "b"), (40, "b")]
    assert [each.received_ns for each in both.prints(0, 15)] == [10]
    assert [each.received_ns for each in both.prints(25, 35)] == [30]
    assert released(both, 12) == [(20, 20), (30, 30), (40, 40)]
