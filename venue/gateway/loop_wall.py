"""The wall's time as the system tells it, and the running loop's next turn."""

import asyncio
import time
from collections.abc import Callable


class LoopWall:
    """Two readings of the wall.

    ``monotonic_s`` is the clock that the loop's own time is read from, not that time: uvloop's
    moves by whole milliseconds, and the budgets of a turn are shorter.
    """

    __slots__ = ()

    # Called for every few messages, and so without a call in between.
    monotonic_s = staticmethod(time.monotonic)

    def unix_ns(self) -> int:
        """Return the system's time."""
        return time.time_ns()

    def unix_ms(self) -> int:
        """Return the system's time in milliseconds."""
        return time.time_ns() // 1_000_000


def loop_call_soon(what: Callable[[], None]) -> None:
    """Have something called in the next turn of the running loop."""
    asyncio.get_running_loop().call_soon(what)
