"""Who listens to a live source: a clock that stands still, and ears until something holds."""

import asyncio
from collections.abc import Callable

import pytest

from venue.core.commands import SubmitPrint
from venue.oracle import LiveSource

AT = 1_747_423_800 * 10**9
NOW = AT + 250_000_000
Until = Callable[[LiveSource, list[SubmitPrint]], bool]


class FixedClock:
    def now_ns(self) -> int:
        return NOW

    async def sleep_until(self, at_ns: int) -> None:
        raise AssertionError(f"a live source does not wait for the venue's time ({at_ns})")


async def hear(source: LiveSource, until: Until) -> list[SubmitPrint]:
    """Run a source until something holds of it and its prints; return them."""
    prints: list[SubmitPrint] = []

    async def submit(each: SubmitPrint) -> None:
        prints.append(each)

    async with asyncio.timeout(20):
        running = asyncio.create_task(source.run(FixedClock(), submit))
        while not until(source, prints):
            assert not running.done(), "the source ended"
            await asyncio.sleep(0.005)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    return prints
