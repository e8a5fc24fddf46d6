"""Rounds: finished frames on their way to many listeners, some each turn of the loop.

A few listeners are told on the spot, in the same breath as what caused it. Thousands are told a
part at a time, so that nobody's order waits for them; each channel's rounds stay in order, and
who leaves (or leaves and comes back) on the way hears nothing from before.
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

# So many listeners are told at once: about 0.1 ms.
AT_ONCE = 256
# Between two looks at the clock.
PIECE = 64
# Rounds of raw channels may come faster than they are told; beyond this the oldest is finished.
ROUNDS_MAX = 1_024


class Subscriber(Protocol):
    """Somebody who listens; what it is told waits until the next flush."""

    def publish(self, frame: bytes) -> None:
        """Take a frame of market data."""


class Members:
    """Who listens to one channel, since which of its rounds; and how many are on their way."""

    __slots__ = ("on_the_way", "said", "since")

    def __init__(self) -> None:
        self.since: dict[Subscriber, int] = {}
        self.said = 0
        self.on_the_way = 0


class Round:
    """One frame, who is to hear it, and how far it has come."""

    __slots__ = ("at", "frame", "members", "number", "order")

    def __init__(self, members: Members, frame: bytes, order: Sequence[Subscriber]) -> None:
        self.members = members
        self.frame = frame
        self.order = order
        self.number = members.said
        self.at = 0

    def tell(self, count: int) -> bool:
        """Tell the next so many who still listen; return whether all have been told."""
        frame, number, since = self.frame, self.number, self.members.since
        end = self.at + count
        for subscriber in self.order[self.at : end]:
            if since.get(subscriber, number) < number:
                subscriber.publish(frame)
        self.at = end
        return end >= len(self.order)


class Rounds:
    """All rounds of all channels, oldest first."""

    __slots__ = ("_begin", "_waiting")

    def __init__(self) -> None:
        self._waiting: deque[Round] = deque()
        self._begin: Callable[[], None] = lambda: None

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def when_some(self, begin: Callable[[], None]) -> None:
        """Have ``begin`` called when a round has to be gone on with."""
        self._begin = begin

    def say(self, members: Members, frame: bytes, order: Sequence[Subscriber]) -> None:
        """Tell a frame to listeners: a few now, many in turns."""
        members.said += 1
        if not members.on_the_way and len(order) <= AT_ONCE:
            for subscriber in order:
                subscriber.publish(frame)
            return
        if len(self._waiting) >= ROUNDS_MAX:
            self._finish_first()
        members.on_the_way += 1
        self._waiting.append(Round(members, frame, order))
        self._begin()

    def go_on(self, is_over: Callable[[], bool]) -> bool:
        """Tell some more, until the time is over; return whether everybody has been told."""
        waiting = self._waiting
        while waiting:
            if waiting[0].tell(PIECE):
                waiting.popleft().members.on_the_way -= 1
            if is_over():
                break
        return not waiting

    def finish(self) -> None:
        """Tell everybody all there is."""
        while self._waiting:
            self._finish_first()

    def _finish_first(self) -> None:
        first = self._waiting.popleft()
        first.tell(len(first.order))
        first.members.on_the_way -= 1
