"""The wall's time, as the door is told it. Only the transport and the app know a real one."""

from collections.abc import Callable
from typing import Protocol

CallSoon = Callable[[Callable[[], None]], object]
"""Have something called in the next turn of the loop."""


class Wall(Protocol):
    """Two readings of the same wall: one that never goes back, one that people read."""

    def monotonic_s(self) -> float:
        """Return seconds since some beginning: ``loop.time()``."""

    def unix_ns(self) -> int:
        """Return nanoseconds since 1970 UTC."""

    def unix_ms(self) -> int:
        """Return milliseconds since 1970 UTC."""
