"""The door as a server: it listens, and its two wall timers beat.

``serve_door`` takes the fast transport where its extra is installed and the loop is uvloop (see
``fast_server.run_fast``), else the default one. Both stand behind the same seam.
"""

import asyncio
import ssl
from collections.abc import Sequence
from typing import Any, Protocol

from venue.gateway import ws_link
from venue.gateway.door import Door

__all__ = ["Door", "DoorServer", "serve_door"]

GOODBYE_S = 0.05  # For close frames to leave before the loop ends.


class Listener(Protocol):
    """What takes new sockets, until it is closed."""

    @property
    def sockets(self) -> Sequence[Any]: ...
    def close(self) -> None: ...


class Listen(Protocol):
    """Let a transport listen for a door, with TLS where a context is given."""

    async def __call__(
        self, door: Door, host: str, port: int, tls: ssl.SSLContext | None = None
    ) -> Listener: ...


class Beats:
    """The door's two wall timers, kept by the loop."""

    __slots__ = ("_beating", "_door", "_loop", "_sweeping")

    def __init__(self, door: Door, loop: asyncio.AbstractEventLoop) -> None:
        self._door = door
        self._loop = loop
        self._beating = loop.call_soon(self._beat)
        self._sweeping = loop.call_soon(self._sweep)

    def stop(self) -> None:
        """End both."""
        self._beating.cancel()
        self._sweeping.cancel()

    def _beat(self) -> None:
        self._beating = self._loop.call_later(self._door.settings.conflation_s, self._beat)
        self._door.beat()

    def _sweep(self) -> None:
        self._sweeping = self._loop.call_later(self._door.settings.sweep_every_s, self._sweep)
        self._door.sweep()


class DoorServer:
    """A door that listens, until it is closed."""

    __slots__ = ("_beats", "_door", "_inner", "_server")

    def __init__(self, door: Door, server: Listener, beats: Beats) -> None:
        self._door = door
        self._server = server
        self._inner: Listener | None = None
        self._beats = beats

    async def listen_plainly(self) -> int:
        """Listen on loopback too, without TLS, on any free port; return which."""
        self._inner = await ws_link.listen(self._door, "127.0.0.1", 0)
        return int(self._inner.sockets[0].getsockname()[1])

    @property
    def port(self) -> int:
        """Return the port that it listens on, also when 0 was asked for."""
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Take nobody more, say goodbye to everybody, and stop."""
        self._server.close()
        if self._inner is not None:
            self._inner.close()
        self._beats.stop()
        self._door.shut()
        await asyncio.sleep(GOODBYE_S)


async def serve_door(
    door: Door,
    *,
    host: str,
    port: int,
    listen: Listen | None = None,
    tls: ssl.SSLContext | None = None,
) -> DoorServer:
    """Let a door listen, with TLS where ``tls`` is given; ``listen`` chooses the transport."""
    loop = asyncio.get_running_loop()
    if listen is None:
        listen = _fast_listen(loop) or ws_link.listen
    return DoorServer(door, await listen(door, host, port, tls), Beats(door, loop))


def _fast_listen(loop: asyncio.AbstractEventLoop) -> Listen | None:
    """Return the fast transport when everything that it needs is here."""
    if type(loop).__module__.partition(".")[0] != "uvloop":
        return None
    try:
        from venue.gateway import fast_server
    except ImportError:
        return None
    return fast_server.listen
