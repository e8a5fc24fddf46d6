"""The wall's time as the running loop and the system tell it."""

import asyncio
import time
from collections.abc import Callable


class LoopWall:
    """Two readings of the wall."""

    __slots__ = ()

    def monotonic_s(self) -> float:
        """Return the loop's time."""
        return asyncio.get_running_loop().time()

    def unix_ns(self) -> int:
        """Return the system's time."""
        return time.time_ns()

    def unix_ms(self) -> int:
        """Return the system's time in milliseconds."""
        return time.time_ns() // 1_000_000


def loop_call_soon(what: Callable[[], None]) -> None:
    """Have something called in the next turn of the running loop."""
    asyncio.get_running_loop().call_soon(what)
