"""The default transport understands whole text messages by itself: as their parser would have."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from random import Random
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from venue.gateway.door import Door
from venue.gateway.settings import DoorSettings
from venue.gateway.shed import TurnedAway
from venue.gateway.ws_link import WsLink

PATH = DoorSettings().path
REQUEST = (
    f"GET {PATH} HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
).encode()
MESSAGE_BYTES_MAX = 1_000


class Conversation:
    """What a link calls a connection."""

    heard_s = 0.0

    def __init__(self, link: WsLink) -> None:
        self.link = link

    def close(self, code: int, why: str) -> None:
        """End as the door would."""
        self.link.close(code, why)


class Listener:
    """A door that keeps what it was told."""

    settings = DoorSettings(message_bytes_max=MESSAGE_BYTES_MAX)

    def __init__(self) -> None:
        self.connections: dict[int, Conversation] = {}
        self.heard: list[bytes] = []
        self.is_lost = False
        self.opening = 0

    def is_full(self) -> bool:
        """There is always room."""
        return False

    def turn_away(self, why: TurnedAway) -> None:
        """Nobody is turned away here."""
        raise AssertionError(f"turned away: {why}")

    def opened(self, link: WsLink) -> Conversation:
        """Take a connection."""
        return Conversation(link)

    def on_message(self, connection: Conversation, payload: bytes) -> None:
        """Take a message."""
        self.heard.append(bytes(payload))

    def on_messages(self, connection: Conversation, payloads: Sequence[bytes]) -> None:
        """Take messages that came together."""
        self.heard.extend(map(bytes, payloads))

    def lost(self, connection: Conversation) -> None:
        """It has ended."""
        self.is_lost = True


class Wire(asyncio.Transport):
    """A transport that keeps what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Nothing is ever held back."""

    def write(self, data: Any) -> None:
        """Keep it."""
        self.written += bytes(data)

    def is_closing(self) -> bool:
        """It stays."""
        return False

    def can_write_eof(self) -> bool:
        """There is no other half."""
        return False

    def abort(self) -> None:
        """Nothing is left to be dropped."""


def told(pieces: list[bytes], *, by_parser_alone: bool = False) -> tuple[list[bytes], bytes, bool]:
    """Return what the door heard, what was written back, and whether the conversation ended."""
    loop = asyncio.new_event_loop()
    try:
        door, wire = Listener(), Wire()
        link = WsLink(cast(Door, door), loop)
        link.connection_made(wire)
        link.data_received(REQUEST)
        wire.written = b""
        for piece in pieces:
            if by_parser_alone:
                link._is_theirs = True
            link.data_received(piece)
        return door.heard, wire.written, door.is_lost
    finally:
        loop.close()


def frame(opcode: Opcode, data: bytes, *, fin: bool = True) -> bytes:
    """Return a frame as a bot sends it."""
    return Frame(opcode, data, fin).serialize(mask=True)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """Return data in the pieces in which a network might bring it."""
    at = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[begin:end] for begin, end in pairwise(at) if end > begin]


TEXT, CONT, PING, PONG = Opcode.TEXT, Opcode.CONT, Opcode.PING, Opcode.PONG
BODIES = st.sampled_from([0, 1, 5, 125, 126, 300, MESSAGE_BYTES_MAX]).map(
    lambda size: Random(size).randbytes(size).hex()[:size].encode()
)
GOOD = st.one_of(
    BODIES.map(lambda body: frame(TEXT, body)),
    BODIES.map(lambda body: frame(TEXT, body[:9], fin=False) + frame(CONT, body[9:90])),
    BODIES.map(
        lambda body: frame(TEXT, body[:9], fin=False) + frame(PING, b"?") + frame(CONT, b"!")
    ),
    st.just(frame(PING, b"hello")),
    st.just(frame(PONG, b"")),
)
BAD = st.sampled_from(
    [
        frame(TEXT, b"x" * (MESSAGE_BYTES_MAX + 1)),
        frame(TEXT, b"x" * 70_000),
        frame(TEXT, b"\xff\xfe"),
        frame(TEXT, b"begun", fin=False) + frame(TEXT, b"another"),
        frame(CONT, b"of nothing"),
        frame(Opcode.BINARY, b"bytes"),
        frame(Opcode.CLOSE, b"\x03\xe8bye"),
        Frame(TEXT, b"not masked").serialize(mask=False),
        b"\xf1\x80mask",
        b"\x83\x80mask",
    ]
)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(GOOD, max_size=8),
    st.lists(BAD, max_size=1),
    st.lists(st.integers(0, 1 << 16), max_size=6),
)
def test_however_it_comes_it_is_heard_as_their_parser_hears_it(
    good: list[bytes], bad: list[bytes], places: list[int]
) -> None:
    data = b"".join((*good, *bad))

    heard, written, is_lost = told(cut(data, places))

    assert (heard, written, is_lost) == told([data] if data else [], by_parser_alone=True)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 999, 1_000])
def test_a_text_message_of_any_length_is_heard_byte_by_byte(size: int) -> None:
    body = ("ä" * size)[: size // 2].encode()

    heard, written, is_lost = told([bytes((one,)) for one in frame(TEXT, body)])

    assert (heard, written, is_lost) == ([body], b"", False)


@given(BAD, st.lists(GOOD, min_size=1, max_size=3), st.lists(st.integers(0, 1 << 16), max_size=3))
@settings(deadline=None, max_examples=50)
def test_nothing_is_heard_after_a_violation(
    bad: bytes, after: list[bytes], places: list[int]
) -> None:
    heard, _, is_lost = told(cut(b"".join((bad, *after)), places))

    assert (heard, is_lost) == ([], True)


def test_what_comes_with_the_request_itself_is_left_to_their_parser() -> None:
    loop = asyncio.new_event_loop()
    door, wire = Listener(), Wire()
    link = WsLink(cast(Door, door), loop)
    link.connection_made(wire)
    both = frame(TEXT, b"early") + frame(TEXT, b"late")

    link.data_received(REQUEST + both[:9])
    link.data_received(both[9:])
    loop.close()

    assert door.heard == [b"early", b"late"]
