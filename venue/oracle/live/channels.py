"""The two kinds of connection to a live source: a WebSocket, and an HTTP stream of events.

Both give one message at a time and bound its size. What goes wrong on the network is one of
``NETWORK_FAULTS``; nothing else comes out of here.
"""

from collections.abc import Mapping
from typing import Protocol

import aiohttp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

FRAME_BYTES_MAX = 262_144  # A hundred parsed prices of the wordiest vendor.
# Frames of a fast source while the venue is busy; beyond it the source's own TCP waits.
FRAMES_QUEUED_MAX = 256

NETWORK_FAULTS = (OSError, EOFError, WebSocketException, aiohttp.ClientError, ValueError)


class Channel(Protocol):
    """One connection."""

    async def receive(self) -> str | bytes: ...

    async def send(self, frame: str) -> None: ...

    async def close(self) -> None: ...


async def opened(url: str, headers: Mapping[str, str], open_seconds: float) -> Channel:
    """Return a connection to an address: ``ws``, ``wss``, ``http`` or ``https``."""
    if url.startswith("ws"):
        return WebSocketChannel(
            await connect(
                url,
                additional_headers=headers,
                open_timeout=open_seconds,
                max_size=FRAME_BYTES_MAX,
                max_queue=FRAMES_QUEUED_MAX,
            )
        )
    session = aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None, connect=open_seconds, sock_connect=open_seconds)
    )
    try:
        response = await session.get(
            url, headers={"Accept": "text/event-stream", **headers}, allow_redirects=False
        )
        if response.status != 200:
            raise OSError(f"HTTP {response.status} {response.reason}")
        if response.content_type != "text/event-stream":
            raise OSError(f"expected a text/event-stream, found {response.content_type}")
    except BaseException:
        await session.close()
        raise
    return EventChannel(session, response)


class WebSocketChannel:
    """A WebSocket; a message is a frame."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def receive(self) -> str | bytes:
        """Return the next frame."""
        return await self._connection.recv()

    async def send(self, frame: str) -> None:
        """Send a frame of text."""
        await self._connection.send(frame)

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()


class EventChannel:
    """Server-sent events over HTTP; a message is the data of one event. Nothing can be sent.

    Source: HTML standard, section 9.2.6: lines end in LF, CRLF or CR, ``data`` lines of an event
    are joined with LF, an empty line ends it, a line that begins with a colon is a comment.
    """

    def __init__(self, session: aiohttp.ClientSession, response: aiohttp.ClientResponse) -> None:
        self._session = session
        self._response = response
        self._unread = b""
        self._was_cr = False
        self._data: list[bytes] = []
        self._held = 0

    async def receive(self) -> str | bytes:
        """Return the data of the next event; an empty message for a comment (a sign of life)."""
        while True:
            line = await self._line()
            if not line:
                if self._data:
                    message = b"\n".join(self._data)
                    self._data, self._held = [], 0
                    return message
            elif line.startswith(b":"):
                return b""
            elif line.startswith(b"data:"):
                self._held += len(line)
                if self._held > FRAME_BYTES_MAX:
                    raise OSError(f"an event of more than {FRAME_BYTES_MAX} bytes")
                self._data.append(line[5:].removeprefix(b" "))

    async def _line(self) -> bytes:
        # A line in CRLF may be cut between the two: the LF then belongs to the line before.
        while True:
            if self._was_cr and self._unread:
                self._was_cr = False
                self._unread = self._unread.removeprefix(b"\n")
            ends = [at for at in (self._unread.find(b"\n"), self._unread.find(b"\r")) if at >= 0]
            if ends:
                at = min(ends)
                line, self._unread, self._was_cr = (
                    self._unread[:at],
                    self._unread[at + 1 :],
                    self._unread[at : at + 1] == b"\r",
                )
                return line
            if len(self._unread) > FRAME_BYTES_MAX:
                raise OSError(f"a line of more than {FRAME_BYTES_MAX} bytes")
            more = await self._response.content.readany()
            if not more:
                raise EOFError("the stream ended")
            self._unread += more

    async def send(self, frame: str) -> None:
        """Refuse: a stream of events goes one way."""
        raise AssertionError(f"a stream of events goes one way: {frame[:40]}")

    async def close(self) -> None:
        """Close the connection."""
        self._response.close()
        await self._session.close()
