"""What a dialect is: how a vendor's connection is opened, and what its messages mean.

A dialect is the conversation of one connection, without sockets and without a clock: text in,
prints and replies out. It judges no price; what it cannot read is a ``FigureError``.
"""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from venue.oracle.figures import FigureError
from venue.oracle.live.settings import LiveSettings


class Seen(NamedTuple):
    """One price. ``source_time_ns`` is ``None`` where the vendor stamps none.

    ``stream`` is the ending of the source's name: a vendor's quotes are another source than its
    trades. ``confidence_nanos`` is the vendor's own half width about the price; 0: none stated.
    """

    underlying: str
    price_nanos: int
    source_time_ns: int | None
    stream: str = ""
    confidence_nanos: int = 0


class Heard(NamedTuple):
    """What one message came to: prices, what to send back, what could not be read.

    ``complaint`` is what the vendor objects to; ``ends`` says that no more is to be expected of
    this connection.
    """

    seen: tuple[Seen, ...] = ()
    replies: tuple[str, ...] = ()
    refusals: tuple[FigureError, ...] = ()
    complaint: str = ""
    ends: bool = False


class Dialect(Protocol):
    """One vendor's language, for one connection.

    ``keepalive`` is sent when ``keepalive_seconds`` have passed since the last; ``None``: never.
    """

    schemes: tuple[str, ...]
    keepalive: str | None
    keepalive_seconds: float

    def address(self) -> str: ...

    def headers(self) -> Mapping[str, str]: ...

    def opening(self) -> tuple[str, ...]: ...

    def hear(self, frame: str | bytes) -> Heard: ...


class WebSocketDialect:
    """What most vendors' connections begin with: a WebSocket at the address that was given.

    It is open to all, or credentials go in a message; nothing has to be sent to keep it alive.
    """

    schemes: tuple[str, ...] = ("ws", "wss")
    keepalive: str | None = None
    keepalive_seconds = 0.0

    def __init__(self, settings: LiveSettings) -> None:
        self._settings = settings
        self._wanted = {settings.symbol(each): each for each in settings.underlyings}

    def address(self) -> str:
        """Return the address as it was given."""
        return self._settings.url

    def headers(self) -> Mapping[str, str]:
        """Return nothing."""
        return {}
