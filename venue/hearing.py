"""Live sources: what they print is submitted as it comes, on the venue's clock."""

import asyncio
from collections.abc import Callable

from venue.clock import Clock
from venue.core.commands import Command
from venue.oracle import LiveSource


async def hear(source: LiveSource, clock: Clock, submit: Callable[[Command], None]) -> None:
    """Submit the prints of a live source until cancelled."""

    async def take(command: Command) -> None:
        submit(command)

    await source.run(_LiveClock(clock), take)


class _LiveClock:
    """The venue's clock as a live source wants it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now_ns(self) -> int:
        return self._clock.now_ns()

    async def sleep_until(self, at_ns: int) -> None:
        wait = self._clock.wait_seconds(at_ns)
        await asyncio.sleep(wait or 0.0)
