"""The fast transport, behind the same seam: picows reads frames, uvloop moves bytes.

Needs the extra ``venue[fast]``. Frames are written as the door finished them, in one write a
connection, straight to the socket's transport.
"""

import asyncio
import ssl
from collections.abc import Coroutine, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

import uvloop
from picows import (
    WSCloseCode,
    WSFrame,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
    ws_create_server,
)

from venue.gateway.connection import Connection
from venue.gateway.door import Door
from venue.gateway.frames import PING_FRAME, close_frame
from venue.gateway.quiet_log import QUIET
from venue.gateway.seam import INVALID_TEXT, UNSUPPORTED_DATA
from venue.gateway.shed import TurnedAway

Outcome = TypeVar("Outcome")

TEXT, BINARY, CONTINUATION = WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.CONTINUATION
PING, CLOSE = WSMsgType.PING, WSMsgType.CLOSE
TOO_BIG = 1009


class FastLink(WSListener):
    """One socket."""

    def __init__(self, door: Door, loop: asyncio.AbstractEventLoop) -> None:
        self._door = door
        self._loop = loop
        self._connection: Connection | None = None
        self._pieces: list[bytes] = []
        self._pieces_bytes = 0
        self._closing = False
        self._timeout: asyncio.TimerHandle | None = None

    # What picows calls.

    def on_ws_connected(self, transport: WSTransport) -> None:
        """The handshake is done."""
        self._ws = transport
        self._socket = transport.underlying_transport
        self._socket.set_write_buffer_limits(1 << 30, 1 << 30)
        self._connection = self._door.opened(self)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Take one frame."""
        connection = self._connection
        if connection is None or self._closing:
            return
        connection.heard_s = self._loop.time()
        kind = frame.msg_type
        if kind is TEXT and frame.fin and not self._pieces:
            self._message(connection, frame.get_payload_as_bytes())
        elif kind is TEXT or kind is CONTINUATION:
            self._piece(connection, frame)
        elif kind is PING:
            transport.send_pong(frame.get_payload_as_bytes())
        elif kind is CLOSE:
            self._answer_close(frame.get_payload_as_bytes())
        elif kind is BINARY:
            connection.close(UNSUPPORTED_DATA, "expected text messages, found a binary one")

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """The socket is gone."""
        self._closing = True
        if self._timeout is not None:
            self._timeout.cancel()
        if self._connection is not None:
            self._door.lost(self._connection)

    def pause_writing(self) -> None:
        """The door bounds what lies unsent, and never waits for it."""

    def resume_writing(self) -> None:
        """See ``pause_writing``."""

    # What the door calls.

    def flush(self, frames: Sequence[bytes]) -> None:
        """Write finished frames in one piece."""
        if not self._closing:
            self._socket.write(frames[0] if len(frames) == 1 else b"".join(frames))

    def unsent_bytes(self) -> int:
        """Return how much the network has not yet taken."""
        return int(self._socket.get_write_buffer_size())

    def ping(self) -> None:
        """Send a ping."""
        if not self._closing:
            self._socket.write(PING_FRAME)

    def close(self, code: int, why: str) -> None:
        """Send a close frame with a sentence, and end."""
        if self._closing:
            return
        self._closing = True
        self._socket.write(close_frame(code, why))
        if self._connection is not None:
            self._door.lost(self._connection)
        self._socket.close()
        self._timeout = self._loop.call_later(
            self._door.settings.close_timeout_s, self._socket.abort
        )

    def pause_reading(self) -> None:
        """Take nothing more from the network until told to go on."""
        if not self._socket.is_closing():
            self._socket.pause_reading()

    def resume_reading(self) -> None:
        """Go on reading."""
        if not self._socket.is_closing():
            self._socket.resume_reading()

    # Inside.

    def _answer_close(self, body: bytes) -> None:
        """Say the same back, as RFC 6455 has it, and end."""
        self._closing = True
        self._socket.write(bytes((0x88, len(body))) + body)
        if self._connection is not None:
            self._door.lost(self._connection)
        self._ws.disconnect()

    def _piece(self, connection: Connection, frame: WSFrame) -> None:
        """Put a message together from its fragments."""
        is_first = frame.msg_type is TEXT
        if is_first == bool(self._pieces):
            found = "a new message" if is_first else "a continuation of none"
            connection.close(WSCloseCode.PROTOCOL_ERROR.value, f"unexpected {found}")
            return
        self._pieces.append(frame.get_payload_as_bytes())
        self._pieces_bytes += frame.payload_size
        limit = self._door.settings.message_bytes_max
        if self._pieces_bytes > limit:
            connection.close(TOO_BIG, f"expected at most {limit} bytes in a message")
        elif frame.fin:
            whole = b"".join(self._pieces)
            self._pieces, self._pieces_bytes = [], 0
            self._message(connection, whole)

    def _message(self, connection: Connection, payload: bytes) -> None:
        if not payload.isascii():
            try:
                payload.decode()
            except UnicodeDecodeError as error:
                why = f"not UTF-8: {error.reason} at byte {error.start}"
                connection.close(INVALID_TEXT, why)
                return
        self._door.on_message(connection, payload)


async def listen(
    door: Door, host: str, port: int, tls: ssl.SSLContext | None = None
) -> asyncio.Server:
    """Listen with this transport."""
    loop = asyncio.get_running_loop()
    settings = door.settings

    def link_of(request: WSUpgradeRequest) -> Any:
        path = request.path.decode(errors="replace").partition("?")[0]
        if path != settings.path:
            door.turn_away(TurnedAway.NOT_FOUND)
            text = f"expected {settings.path}, found {path[:80]}\n"
            return _refused(HTTPStatus.NOT_FOUND, text)
        if door.is_full():
            text = "the venue has as many connections as it takes\n"
            return _refused(HTTPStatus.SERVICE_UNAVAILABLE, text)
        return FastLink(door, loop)

    server: asyncio.Server = await ws_create_server(
        link_of,
        host,
        port,
        websocket_handshake_timeout=settings.open_timeout_s,
        max_frame_size=settings.message_bytes_max,
        logger_name=QUIET.name,
        enable_auto_ping=False,
        enable_auto_pong=False,
        ssl=tls,
    )
    return server


def _refused(status: HTTPStatus, text: str) -> WSUpgradeResponseWithListener:
    response = WSUpgradeResponse.create_error_response(status, text.encode())
    return WSUpgradeResponseWithListener(response, None)


def run_fast(work: Coroutine[Any, Any, Outcome]) -> Outcome:
    """Run a coroutine on uvloop, where ``serve_door`` takes this transport."""
    outcome: Outcome = uvloop.run(work)
    return outcome
