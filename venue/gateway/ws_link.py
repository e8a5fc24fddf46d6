"""The default transport: our ``asyncio.Protocol`` round ``websockets``' sans-I/O protocol.

Handshake, control frames, fragments and every violation are theirs. Putting fragments together, the
check of UTF-8 and the writing of finished frames are ours, and so is the one shape that nearly
everything has: a whole, masked text message, which their parser takes four times as long for. It
sees whole frames only, so that it always stands between two. All frames of one read are handed
over together, and all that a connection is to be told leaves in one write. No compression.
"""

import asyncio
import ssl
from collections.abc import Sequence
from http import HTTPStatus
from typing import cast

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

from venue.gateway.accepting import Acceptor, listening
from venue.gateway.connection import Connection
from venue.gateway.door import Door
from venue.gateway.frames import close_reason
from venue.gateway.quiet_log import QUIET
from venue.gateway.seam import INVALID_TEXT, UNSUPPORTED_DATA
from venue.gateway.shed import TurnedAway

try:
    from websockets.speedups import apply_mask
except ImportError:  # The package was built without its C part.
    from websockets.utils import apply_mask

ONE_PIECE = (1 << 30, 1 << 30)
# RFC 6455, section 5.2: the first byte of a whole text message, the bit that says masked in the
# second, and the length there that says that two bytes of length follow.
WHOLE_TEXT = 0x81
MASKED = 0x80
MEDIUM = 126
END_OF_HEAD = b"\r\n\r\n"
SHORT_HEAD, MEDIUM_HEAD, MASK_BYTES = 6, 8, 4  # Heads with their masks.


class WsLink(asyncio.Protocol):
    """One socket."""

    __slots__ = (
        "_closing",
        "_connection",
        "_door",
        "_is_opening",
        "_is_theirs",
        "_length_max",
        "_loop",
        "_pieces",
        "_protocol",
        "_rest",
        "_timeout",
        "_transport",
        "_unheard_bytes",
    )

    def __init__(self, door: Door, loop: asyncio.AbstractEventLoop) -> None:
        self._door = door
        self._loop = loop
        self._protocol = ServerProtocol(max_size=door.settings.message_bytes_max, logger=QUIET)
        self._length_max = door.settings.message_bytes_max
        self._pieces: list[bytes] = []
        self._rest = b""
        self._is_theirs = True
        self._connection: Connection | None = None
        self._closing = False
        self._is_opening = False
        self._unheard_bytes = 0
        self._timeout: asyncio.TimerHandle | None = None

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the socket; the handshake must follow soon."""
        self._transport = cast(asyncio.Transport, transport)
        # The door bounds what lies unsent, and never waits for it.
        self._transport.set_write_buffer_limits(*ONE_PIECE)
        door = self._door
        if door.opening >= door.settings.opening_max:
            door.turn_away(TurnedAway.OPENING)
            self._closing = True
            self._transport.abort()
            return
        door.opening += 1
        self._is_opening = True
        self._timeout = self._loop.call_later(door.settings.open_timeout_s, self._too_late)

    def data_received(self, data: bytes) -> None:
        """Take what came, all of its frames together."""
        if self._closing:
            # After our goodbye theirs may come, and little else.
            self._unheard_bytes += len(data)
            if self._unheard_bytes > self._door.settings.message_bytes_max:
                self._transport.abort()
                return
        connection = self._connection
        if connection is None:
            self._parse(data)
            # What came with the request itself, or in pieces, leaves their parser who knows where.
            self._is_theirs = not data.endswith(END_OF_HEAD) or data.count(END_OF_HEAD) > 1
        elif self._is_theirs:
            self._parse(data)
        else:
            connection.heard_s = self._loop.time()
            self._read(connection, self._rest + data if self._rest else data)

    def _read(self, connection: Connection, data: bytes) -> None:
        """Take whole frames one by one; keep what is left of the last."""
        at, end = 0, len(data)
        messages: list[bytes] = []
        while end - at >= 2:
            length, begin = data[at + 1] - MASKED, at + SHORT_HEAD
            if length == MEDIUM:
                if end - at < MEDIUM_HEAD:
                    break
                length, begin = data[at + 2] << 8 | data[at + 3], at + MEDIUM_HEAD
            elif not 0 <= length < MEDIUM:
                self._is_theirs = True  # Huge, or not masked: let the protocol say so.
            if self._is_theirs or length > self._length_max:
                self._is_theirs = True
                self._rest = b""
                self._door.on_messages(connection, messages)
                self._parse(data[at:])
                return
            after = begin + length
            if after > end:
                break
            if data[at] == WHOLE_TEXT and not self._pieces:
                if not self._closing:  # After our goodbye only theirs is listened for.
                    payload = apply_mask(data[begin:after], data[begin - MASK_BYTES : begin])
                    if payload.isascii() or self._is_text(connection, payload):
                        messages.append(payload)
            else:
                self._door.on_messages(connection, messages)
                messages = []
                self._parse(data[at:after])
            at = after
        self._rest = data[at:] if at < end else b""
        self._door.on_messages(connection, messages)

    def _parse(self, data: bytes) -> None:
        """Let the protocol take bytes: what is not for us alone to understand."""
        protocol = self._protocol
        protocol.receive_data(data)
        if self._connection is not None:
            self._connection.heard_s = self._loop.time()
        for event in protocol.events_received():
            if isinstance(event, Frame):
                self._frame(event)
            elif isinstance(event, Request):
                self._handshake(event)
        if protocol.writes:
            self._send()
        if not self._closing and protocol.close_expected():
            self._ended()

    def eof_received(self) -> bool:
        """The other side sends no more: end."""
        self._protocol.receive_eof()
        self._send()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone."""
        self._closing = True
        self._opened()
        if self._timeout is not None:
            self._timeout.cancel()
        if self._connection is not None:
            self._door.lost(self._connection)

    # What the door calls.

    def flush(self, frames: Sequence[bytes]) -> None:
        """Write finished frames in one piece."""
        if not self._closing and self._protocol.state is OPEN:
            self._transport.write(frames[0] if len(frames) == 1 else b"".join(frames))

    def unsent_bytes(self) -> int:
        """Return how much the network has not yet taken."""
        return self._transport.get_write_buffer_size()

    def ping(self) -> None:
        """Send a ping."""
        if self._protocol.state is OPEN:
            self._protocol.send_ping(b"")
            self._send()

    def close(self, code: int, why: str) -> None:
        """Send a close frame with a sentence, and end."""
        if self._protocol.state is OPEN:
            self._protocol.send_close(code, close_reason(why))
            self._send()
        self._ended()

    def pause_reading(self) -> None:
        """Take nothing more from the network until told to go on."""
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Go on reading."""
        if not self._transport.is_closing():
            self._transport.resume_reading()

    # Inside.

    def _handshake(self, request: Request) -> None:
        protocol, door = self._protocol, self._door
        path = request.path.partition("?")[0]
        if path != door.settings.path:
            door.turn_away(TurnedAway.NOT_FOUND)
            text = f"expected {door.settings.path}, found {path[:80]}\n"
            response = protocol.reject(HTTPStatus.NOT_FOUND, text)
        elif door.is_full():
            text = "the venue has as many connections as it takes\n"
            response = protocol.reject(HTTPStatus.SERVICE_UNAVAILABLE, text)
        else:
            response = protocol.accept(request)
        protocol.send_response(response)
        self._send()
        if protocol.state is OPEN:
            if self._timeout is not None:
                self._timeout.cancel()
            self._opened()
            self._connection = door.opened(self)

    def _frame(self, frame: Frame) -> None:
        connection = self._connection
        if connection is None or self._closing:
            return
        opcode = frame.opcode
        if opcode is Opcode.TEXT and frame.fin:
            self._message(connection, bytes(frame.data))
        elif opcode is Opcode.BINARY:
            connection.close(UNSUPPORTED_DATA, "expected text messages, found a binary one")
        elif opcode is Opcode.TEXT or opcode is Opcode.CONT:
            self._pieces.append(bytes(frame.data))
            if frame.fin:
                whole = b"".join(self._pieces)
                self._pieces = []
                self._message(connection, whole)

    def _message(self, connection: Connection, payload: bytes) -> None:
        if self._is_text(connection, payload):
            self._door.on_message(connection, payload)

    def _is_text(self, connection: Connection, payload: bytes) -> bool:
        """Say whether a message is UTF-8; end the conversation where it is not."""
        try:
            payload.decode()
        except UnicodeDecodeError as error:
            why = f"not UTF-8: {error.reason} at byte {error.start}"
            connection.close(INVALID_TEXT, why)
            return False
        return True

    def _send(self) -> None:
        """Write what the protocol itself has to say; an empty piece ends our side."""
        for data in self._protocol.data_to_send():
            if self._transport.is_closing():
                return
            if data:
                self._transport.write(data)
            elif self._transport.can_write_eof():
                self._transport.write_eof()

    def _ended(self) -> None:
        """Nothing more is said: forget the conversation, and the socket within a while."""
        if self._closing:
            return
        self._closing = True
        if self._connection is not None:
            self._door.lost(self._connection)
        self._end_within(self._door.settings.close_timeout_s)

    def _opened(self) -> None:
        """It no longer counts as a socket without a handshake."""
        if self._is_opening:
            self._is_opening = False
            self._door.opening -= 1

    def _too_late(self) -> None:
        self._door.turn_away(TurnedAway.LATE)
        self._transport.abort()

    def _end_within(self, seconds: float) -> None:
        if self._timeout is not None:
            self._timeout.cancel()
        self._timeout = self._loop.call_later(seconds, self._transport.abort)


async def listen(door: Door, host: str, port: int, tls: ssl.SSLContext | None = None) -> Acceptor:
    """Listen with this transport."""
    loop = asyncio.get_running_loop()
    return Acceptor(
        loop,
        await listening(host, port),
        lambda: WsLink(door, loop),
        settings=door.settings,
        turn_away=door.turn_away,
        tls=tls,
    )
