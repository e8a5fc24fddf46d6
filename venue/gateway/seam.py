"""The seam between door and sockets: what a transport must do, and what it must call.

A transport calls ``door.opened(link)`` when a connection is made, ``door.on_message(connection,
payload)`` for a whole message, or ``door.on_messages`` for those that came together, and
``door.lost`` once at the end; with every read it sets ``connection.heard_s``. It never waits for
the door, and the door never waits for it.
"""

from collections.abc import Sequence
from typing import Protocol


class Link(Protocol):
    """One socket, as the door sees it. Nothing here blocks."""

    def flush(self, frames: Sequence[bytes]) -> None:
        """Write finished frames, in one piece."""

    def unsent_bytes(self) -> int:
        """Return how much was written and not yet taken by the network."""

    def ping(self) -> None:
        """Send a ping."""

    def close(self, code: int, why: str) -> None:
        """Send a close frame with a sentence and end the connection, at the latest soon."""

    def pause_reading(self) -> None:
        """Take nothing more from the network until told to go on."""

    def resume_reading(self) -> None:
        """Go on reading."""


# Close codes (RFC 6455, section 7.4.1, and the IANA registry).
GOING_AWAY = 1001
UNSUPPORTED_DATA = 1003
INVALID_TEXT = 1007
POLICY_VIOLATION = 1008
TRY_AGAIN_LATER = 1013
