"""New sockets at a steady pace, so that a storm of them does not keep connected bots waiting.

The loop's own server takes as many as its queue holds in one turn. This one takes a few, pauses,
and takes a few more; the others wait in the system's queue, or are told by it to try again.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress

from venue.gateway.settings import DoorSettings
from venue.gateway.shed import TurnedAway

# What waits in the system for us; the system's own limit may be lower.
QUEUE = 1_024
# Often a few: a handshake takes half a millisecond, and whoever is in waits for all of them.
PAUSE_S = 0.005
# Errors of one socket, or of too many open files: the next try may do better.
AGAIN_S = 0.2


class Acceptor:
    """Listens on all addresses of a host until it is closed."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        sockets: list[socket.socket],
        link: Callable[[], asyncio.Protocol],
        *,
        settings: DoorSettings,
        turn_away: Callable[[TurnedAway], None],
        tls: ssl.SSLContext | None,
    ) -> None:
        self.sockets = sockets
        self._loop = loop
        self._link = link
        self._tls = tls
        self._settings = settings
        self._turn_away = turn_away
        self._at_once = max(1, int(settings.opening_rate * PAUSE_S))
        self._pauses: dict[int, asyncio.TimerHandle] = {}
        self._greeting: set[asyncio.Task[None]] = set()
        for each in sockets:
            self._resume(each)

    def close(self) -> None:
        """Take nobody more; who has been taken stays."""
        for pause in self._pauses.values():
            pause.cancel()
        for each in self.sockets:
            self._loop.remove_reader(each.fileno())
            each.close()

    def _resume(self, listening: socket.socket) -> None:
        self._pauses.pop(listening.fileno(), None)
        self._loop.add_reader(listening.fileno(), self._accept, listening)

    def _pause(self, listening: socket.socket, seconds: float) -> None:
        self._loop.remove_reader(listening.fileno())
        self._pauses[listening.fileno()] = self._loop.call_later(seconds, self._resume, listening)

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(self._at_once):
            try:
                taken, _ = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError:  # No file or memory is left: others have to go first.
                self._pause(listening, AGAIN_S)
                return
            if len(self._greeting) >= self._settings.opening_max:
                taken.close()
                self._turn_away(TurnedAway.OPENING)
                continue
            taken.setblocking(False)
            task = self._loop.create_task(self._take(taken))
            self._greeting.add(task)
            task.add_done_callback(self._greeting.discard)
        self._pause(listening, PAUSE_S)

    async def _take(self, taken: socket.socket) -> None:
        # A socket that is gone already, or whose TLS came to nothing, is nobody's concern.
        with suppress(OSError):
            await self._loop.connect_accepted_socket(
                self._link,
                taken,
                ssl=self._tls,
                ssl_handshake_timeout=self._settings.open_timeout_s if self._tls else None,
            )


async def listening(host: str, port: int) -> list[socket.socket]:
    """Return sockets that listen at a port on every address that a host has."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    sockets: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in dict.fromkeys(found):
            each = socket.socket(family, kind, protocol)
            sockets.append(each)
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            each.bind(address)
            each.listen(QUEUE)
            each.setblocking(False)
    except OSError:
        for each in sockets:
            each.close()
        raise
    return sockets
