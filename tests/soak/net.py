"""The network of a soak: links that keep nothing, and may be deaf, clogged or gone."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from tests.gateway.harness import payload_of
from tests.support.model import expect
from venue.core.units import NS_PER_SECOND
from venue.gateway.connection import Connection
from venue.gateway.door import Door

_decode = msgspec.json.Decoder().decode


class LoopWall:
    """The door's wall, turned by the loop's time."""

    def __init__(self, loop_ns: Callable[[], int]) -> None:
        self._loop_ns = loop_ns

    def monotonic_s(self) -> float:
        return self._loop_ns() / NS_PER_SECOND

    def unix_ns(self) -> int:
        return self._loop_ns()

    def unix_ms(self) -> int:
        return self._loop_ns() // 1_000_000


class Link:
    """One bot's socket at the venue's end. ``hear`` takes each message that leaves."""

    def __init__(self, hear: Callable[[Any], None]) -> None:
        self._hear = hear
        self.is_deaf = False
        self.is_closed = False
        self.stuck_bytes = 0
        self.connection: Connection | None = None
        self.door: Door | None = None

    def open(self, door: Door) -> None:
        """Connect to a door."""
        self.door = door
        self.connection = door.opened(self)
        expect(self.connection is not None, "there is room for another bot")

    def say(self, payload: bytes, now_s: float) -> None:
        """Bring a message to the door, if this end is still heard."""
        if self.is_deaf or self.is_closed or self.connection is None or self.door is None:
            return
        self.connection.heard_s = now_s
        self.door.on_message(self.connection, payload)

    def pong(self, now_s: float) -> None:
        """Answer the pings, as every bot's library does."""
        if not self.is_deaf and self.connection is not None:
            self.connection.heard_s = now_s

    def end(self) -> None:
        """The socket is gone."""
        if not self.is_closed and self.connection is not None and self.door is not None:
            self.is_closed = True
            self.door.lost(self.connection)

    # What the door calls.

    def flush(self, frames: Sequence[bytes]) -> None:
        expect(not self.is_closed, "something is written after the close")
        for frame in frames:
            self._hear(_decode(payload_of(frame)))

    def unsent_bytes(self) -> int:
        return self.stuck_bytes

    def ping(self) -> None:
        """Its answer is in ``pong``."""

    def close(self, code: int, why: str) -> None:
        expect(not self.is_closed, "a connection is closed twice")
        self.is_closed = True
        if self.connection is not None and self.door is not None:
            self.door.lost(self.connection)

    def pause_reading(self) -> None:
        """Whatever the bot has sent is here already."""

    def resume_reading(self) -> None:
        """See ``pause_reading``."""
