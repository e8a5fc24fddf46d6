"""The only place that reads time: a wall clock, an accelerated clock, a stepped clock.

A clock tells the venue's time in nanoseconds and how long, in real seconds, to wait for a
venue time. It never goes back.
"""

import time
from collections.abc import Callable
from typing import NamedTuple, Protocol

from venue.core.units import E4, NS_PER_SECOND

NEVER_NS = 1 << 62


class Clock(Protocol):
    """The venue's time, whatever drives it. ``speed_e4``: venue seconds a real one, in 1e-4."""

    kind: str

    @property
    def speed_e4(self) -> int: ...

    def now_ns(self) -> int: ...

    def wait_seconds(self, at_ns: int) -> float | None:
        """Return the real seconds until a venue time, ``None`` if this clock won't get there
        by itself."""
        ...


class WallClock:
    """The world's time. A step back of the machine's clock holds it still until passed."""

    kind = "live"
    speed_e4 = E4

    def __init__(self, read_ns: Callable[[], int] = time.time_ns) -> None:
        self._read_ns = read_ns
        self._last_ns = 0

    def now_ns(self) -> int:
        """Return the time in nanoseconds since the Unix epoch, UTC."""
        self._last_ns = max(self._last_ns, self._read_ns())
        return self._last_ns

    def wait_seconds(self, at_ns: int) -> float:
        """Return the seconds until a time."""
        return max(0.0, (at_ns - self.now_ns()) / NS_PER_SECOND)


class Leg(NamedTuple):
    """At this speed until that venue time; ``None``: from then on."""

    speed_e4: int
    until_ns: int | None


class AcceleratedClock:
    """Venue time that runs from a start at a speed, or at several, one after another.

    It stands still while the process is down: a restart begins where the journal ended.
    """

    kind = "accelerated"

    def __init__(
        self,
        start_ns: int,
        legs: tuple[Leg, ...],
        stopwatch_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        assert legs, "a clock has at least one leg"
        assert legs[-1].until_ns is None, "the last leg has no end"
        self._legs = [leg for leg in legs if leg.until_ns is None or leg.until_ns > start_ns]
        self._from_ns = start_ns
        self._stopwatch_ns = stopwatch_ns
        self._real_ns = stopwatch_ns()

    @property
    def speed_e4(self) -> int:
        """The speed of the present leg."""
        return self._legs[0].speed_e4

    def now_ns(self) -> int:
        """Return the venue's time."""
        while True:
            leg = self._legs[0]
            elapsed = self._stopwatch_ns() - self._real_ns
            now = self._from_ns + elapsed * leg.speed_e4 // E4
            if leg.until_ns is None or now < leg.until_ns:
                return now
            self._real_ns += (leg.until_ns - self._from_ns) * E4 // leg.speed_e4
            self._from_ns = leg.until_ns
            self._legs.pop(0)

    def wait_seconds(self, at_ns: int) -> float:
        """Return the real seconds until a venue time at the present leg's speed."""
        ahead_ns = max(0, at_ns - self.now_ns())
        return ahead_ns * E4 / self.speed_e4 / NS_PER_SECOND


class SteppedClock:
    """Venue time that moves only when it is told to: lock-step, tests and the lab."""

    kind = "stepped"
    speed_e4 = 0

    def __init__(self, start_ns: int) -> None:
        self._now_ns = start_ns

    def now_ns(self) -> int:
        """Return the venue's time."""
        return self._now_ns

    def step_to(self, at_ns: int) -> None:
        """Move to a time; never back."""
        assert at_ns >= self._now_ns, f"a step from {self._now_ns} back to {at_ns}"
        self._now_ns = at_ns

    def wait_seconds(self, at_ns: int) -> float | None:
        """Return 0 for what is past; nothing else comes by waiting."""
        return 0.0 if at_ns <= self._now_ns else None
