"""Whatever bytes come over the socket: the default transport answers or closes, never raises."""

import random
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.gateway.harness import House
from venue.gateway.ws_link import WsLink

HANDSHAKE = (
    b"GET /v1/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
PING = b'{"id":1,"method":"public/ping"}'


class FakeHandle:
    def cancel(self) -> None:
        """Nothing is timed here."""


class FakeLoop:
    """As much of a loop as a link needs."""

    def time(self) -> float:
        return 1_000.0

    def call_later(self, delay: float, what: Callable[[], None]) -> FakeHandle:
        assert delay > 0
        return FakeHandle()


class FakeTransport:
    """A socket's transport that keeps what is written."""

    def __init__(self) -> None:
        self.written = b""
        self.ended = False

    def write(self, data: bytes) -> None:
        assert not self.ended, "nothing is written after the end"
        self.written += data

    def write_eof(self) -> None:
        self.ended = True

    def can_write_eof(self) -> bool:
        return True

    def is_closing(self) -> bool:
        return False

    def get_write_buffer_size(self) -> int:
        return 0

    def set_write_buffer_limits(self, high: int, low: int) -> None:
        assert high >= low

    def pause_reading(self) -> None:
        """Reading is up to the test."""

    def resume_reading(self) -> None:
        """Reading is up to the test."""

    def abort(self) -> None:
        self.ended = True


class Kept:
    house: House | None = None


def masked(opcode: int, is_whole: bool, data: bytes) -> bytes:
    """Return a client's frame, also one that no client may send; its mask is zero."""
    head = bytes((opcode | (0x80 if is_whole else 0), 0x80 | 126))
    return head + len(data).to_bytes(2, "big") + bytes(4) + data


def linked() -> tuple[House, Any, FakeTransport]:
    """Return a link whose socket was just accepted."""
    if Kept.house is None:
        Kept.house = House()
    loop: Any = FakeLoop()
    link: Any = WsLink(Kept.house.door, loop)
    transport = FakeTransport()
    link.connection_made(transport)
    return Kept.house, link, transport


def finish(house: House, link: Any) -> None:
    """Lose the socket: nothing of it may be left."""
    house.settle()
    link.connection_lost(None)
    house.settle()
    assert not any(each.link is link for each in house.door.connections.values())


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=4))
def test_any_bytes_instead_of_a_handshake(pieces: list[bytes]) -> None:
    house, link, transport = linked()

    for piece in pieces:
        link.data_received(piece)

    assert b"101 Switching" not in transport.written
    finish(house, link)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=4))
def test_any_bytes_after_a_handshake(pieces: list[bytes]) -> None:
    house, link, transport = linked()
    link.data_received(HANDSHAKE)
    assert b"101 Switching" in transport.written

    for piece in pieces:
        link.data_received(piece)
        house.settle()

    finish(house, link)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 1, 1, 1, 2, 3, 8, 9, 10, 15]),
            st.booleans(),
            st.one_of(st.just(PING), st.binary()),
        ),
        max_size=6,
    ),
    st.randoms(use_true_random=False),
)
def test_any_frames_in_any_pieces(
    frames: list[tuple[int, bool, bytes]], chance: random.Random
) -> None:
    house, link, _ = linked()
    link.data_received(HANDSHAKE)
    stream = b"".join(masked(*frame) for frame in frames)

    while stream:
        cut = chance.randint(1, len(stream))
        link.data_received(stream[:cut])
        stream = stream[cut:]
        house.settle()

    link.eof_received()
    finish(house, link)
