"""The feed protocol: where prints come from, and how they are let out in time.

A feed carries prints as they came and judges nothing: staleness, jumps and medians are rules
of the core. Each print says by ``cadence_ns`` how often its source prints; whoever judges
staleness counts in that.

Offline, a feed is a pure iterator over a span of venue time. At run time it lets each print
go when the venue's clock, real, fast or stepped, reaches the time at which it was received.
"""

import heapq
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Protocol

from venue.core.commands import SubmitPrint

# Later than any print: the end of a span that is left open. It is the highest signed 64-bit ns.
FOREVER_NS = 2**63 - 1

Submit = Callable[[SubmitPrint], Awaitable[None]]


class Clock(Protocol):
    """The venue's time, as a feed sees it."""

    def now_ns(self) -> int:
        """Return the venue's time in ns since the Unix epoch, UTC."""
        ...

    async def sleep_until(self, at_ns: int) -> None:
        """Return once the venue's time has reached ``at_ns``; at once if it is past."""
        ...


class Feed(Protocol):
    """Something that sends prints while the venue runs."""

    async def run(self, clock: Clock, submit: Submit) -> None:
        """Submit every print from now on, each at its time, until there are no more."""
        ...


class KnownFeed(Feed, Protocol):
    """A feed whose prints can be told without waiting: recorded or computed."""

    def prints(self, from_ns: int, to_ns: int) -> Iterator[SubmitPrint]:
        """Yield the prints received at or after ``from_ns`` and before ``to_ns``, in order."""
        ...


def time_order(seen: SubmitPrint) -> tuple[int, str, str, int]:
    """Return the key by which prints are ordered: received, underlying, source, stamp."""
    return (seen.received_ns, seen.underlying, seen.source, seen.source_time_ns)


async def release(prints: Iterable[SubmitPrint], clock: Clock, submit: Submit) -> None:
    """Submit prints, each as soon as the clock reaches the time at which it was received.

    A print that is already due goes at once: a slow loop delays prints, it never loses one.
    """
    for each in prints:
        await clock.sleep_until(each.received_ns)
        await submit(each)


class Merged:
    """Several known feeds as one, in time order. Feeds named first go first among equals."""

    def __init__(self, *feeds: KnownFeed) -> None:
        self._feeds = feeds

    def prints(self, from_ns: int, to_ns: int) -> Iterator[SubmitPrint]:
        """Yield the prints of all feeds in order of the time at which they were received."""
        return heapq.merge(
            *(feed.prints(from_ns, to_ns) for feed in self._feeds),
            key=lambda each: each.received_ns,
        )

    async def run(self, clock: Clock, submit: Submit) -> None:
        """Submit every print from now on, each at its time."""
        await release(self.prints(clock.now_ns(), FOREVER_NS), clock, submit)


class Handover:
    """One feed before a time and another from it on: a recording, then the synthetic source."""

    def __init__(self, *, first: KnownFeed, then: KnownFeed, at_ns: int) -> None:
        self._first = first
        self._then = then
        self._at_ns = at_ns

    def prints(self, from_ns: int, to_ns: int) -> Iterator[SubmitPrint]:
        """Yield the first feed's prints before the handover and the second's from it on."""
        if from_ns < self._at_ns:
            yield from self._first.prints(from_ns, min(to_ns, self._at_ns))
        if to_ns > self._at_ns:
            yield from self._then.prints(max(from_ns, self._at_ns), to_ns)

    async def run(self, clock: Clock, submit: Submit) -> None:
        """Submit every print from now on, each at its time."""
        await release(self.prints(clock.now_ns(), FOREVER_NS), clock, submit)
