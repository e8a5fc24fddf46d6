"""The door on real sockets, with a client that is not ours, over both transports."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame, Opcode

from tests.gateway.harness import FREE, START_NS, FakeVenue, House
from venue.core.commands import Command
from venue.gateway import ws_link
from venue.gateway.door import Door
from venue.gateway.server import DoorServer, Listen, serve_door
from venue.gateway.settings import DoorSettings
from venue.gateway.venue_port import Question, Reply

QUICK = msgspec.structs.replace(
    FREE, conflation_s=0.01, sweep_every_s=0.02, close_timeout_s=0.5, message_bytes_max=4_096
)
TIMEOUT_S = 20.0


class PromptVenue(FakeVenue):
    """A fake sequencer that commits in the next turn of the loop."""

    def __init__(self, made: FakeVenue) -> None:
        self.__dict__ = made.__dict__
        self._soon = False

    def submit(self, command: Command, reply: Reply | None = None) -> None:
        super().submit(command, reply)
        self._commit_soon()

    def ask(self, question: Question) -> None:
        super().ask(question)
        self._commit_soon()

    def _commit_soon(self) -> None:
        if not self._soon:
            self._soon = True
            asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        self._soon = False
        self.commit()


def fast_listen() -> Listen | None:
    try:
        from venue.gateway import fast_server
    except ImportError:
        return None
    return fast_server.listen


TRANSPORTS = [
    pytest.param(ws_link.listen, id="default"),
    pytest.param(
        fast_listen(),
        id="fast",
        marks=pytest.mark.skipif(fast_listen() is None, reason="the extra venue[fast] is missing"),
    ),
]


@asynccontextmanager
async def serving(
    listen: Listen, settings: DoorSettings = QUICK
) -> AsyncIterator[tuple[DoorServer, Door, str]]:
    """Let a door with a venue behind it listen on a free port."""
    house = House(settings)
    venue = PromptVenue(house.venue)
    door = Door(venue=venue, authenticate=house.authenticate, settings=settings, version="test")
    door.prime(house.venue.state)
    server = await serve_door(door, host="127.0.0.1", port=0, listen=listen)
    try:
        yield server, door, f"ws://127.0.0.1:{server.port}{settings.path}"
    finally:
        await server.close()


def play(scene: Coroutine[Any, Any, None], *, fast: bool) -> None:
    """Run a scene on the loop that the transport is meant for."""

    async def bounded() -> None:
        await asyncio.wait_for(scene, TIMEOUT_S)

    if fast:
        import uvloop

        uvloop.run(bounded())
    else:
        asyncio.run(bounded())


async def ask(client: ClientConnection, method: str, **params: Any) -> Any:
    await client.send(json.dumps({"id": 1, "method": method, "params": params}))
    while True:
        message = json.loads(await client.recv())
        if message.get("id") == 1:
            return message


async def end_of(client: ClientConnection) -> tuple[int, str]:
    """Wait for the end, and return the close code and the sentence."""
    with suppress(ConnectionClosed):
        async for _ in client:
            pass
    return client.close_code or 0, client.close_reason or ""


Scene = Callable[[DoorServer, Door, str], Coroutine[Any, Any, None]]


async def a_bot_trades(server: DoorServer, door: Door, url: str) -> None:
    async with connect(url) as ann, connect(url) as bob:
        assert (await ask(ann, "public/login", token="ann"))["result"]["account"] == 1
        await ask(bob, "public/login", token="bob")
        order = {"market": "TSLA", "side": "sell", "size": "1", "price": "250"}
        await ask(ann, "private/place_order", **order)
        await ask(ann, "private/subscribe_account")
        answer = await ask(bob, "private/place_order", **order | {"side": "buy"})

        assert answer["result"]["order"]["status"] == "filled"
        fill = json.loads(await ann.recv())["params"]["data"]
        assert (fill["type"], fill["time_ms"]) == ("fill", START_NS // 1_000_000 + 4_000)


async def a_conflated_book_comes_by_itself(server: DoorServer, door: Door, url: str) -> None:
    async with connect(url) as client:
        await ask(client, "public/subscribe", channels=["book.TSLA"])

        assert json.loads(await client.recv())["params"]["data"]["kind"] == "snapshot"


async def fragments_are_put_together(server: DoorServer, door: Door, url: str) -> None:
    async with connect(url) as client:
        await client.send(['{"id":1,"meth', 'od":"public', '/ping"}'])

        assert "result" in json.loads(await client.recv())


async def a_thousand_requests_in_one_write_are_all_answered(
    server: DoorServer, door: Door, url: str
) -> None:
    async with connect(url) as client:
        for number in range(1_000):
            await client.send(f'{{"id":{number},"method":"public/ping"}}')

        answers = [json.loads(await client.recv()) for _ in range(1_000)]
        assert [answer["id"] for answer in answers] == list(range(1_000))


async def a_client_ping_is_answered(server: DoorServer, door: Door, url: str) -> None:
    async with connect(url) as client:
        await (await client.ping(b"still there?"))


async def an_oversize_message_closes(server: DoorServer, door: Door, url: str) -> None:
    async with connect(url) as client:
        await client.send("x" * 5_000)
        code, _ = await end_of(client)

        assert code in (1009, 1002)
    assert not door.connections


async def oversize_in_fragments_closes(server: DoorServer, door: Door, url: str) -> None:
    async with connect(url) as client:
        await client.send(["x" * 1_000] * 5)
        code, _ = await end_of(client)

        assert code == 1009


async def bad_utf_8_closes(server: DoorServer, door: Door, url: str) -> None:
    async with connect(url) as client:
        await client.send(b'{"id":1,"method":"\xff"}', text=True)

        assert await end_of(client) == (1007, "not UTF-8: invalid start byte at byte 18")


async def a_binary_message_closes(server: DoorServer, door: Door, url: str) -> None:
    async with connect(url) as client:
        await client.send(b"{}")

        assert await end_of(client) == (1003, "expected text messages, found a binary one")


async def an_unmasked_frame_closes(server: DoorServer, door: Door, url: str) -> None:
    async with connect(url) as client:
        client.transport.write(Frame(Opcode.TEXT, b"{}").serialize(mask=False))
        code, _ = await end_of(client)

        assert code == 1002


async def a_lone_continuation_closes(server: DoorServer, door: Door, url: str) -> None:
    async with connect(url) as client:
        client.transport.write(Frame(Opcode.CONT, b"{}").serialize(mask=True))
        code, _ = await end_of(client)

        assert code == 1002


async def twenty_faults_close(server: DoorServer, door: Door, url: str) -> None:
    async with connect(url) as client:
        for _ in range(20):
            await client.send("?")

        assert await end_of(client) == (
            1008,
            "20 messages within 60 s could not be understood",
        )


async def a_clean_close_is_answered_and_forgotten(server: DoorServer, door: Door, url: str) -> None:
    async with connect(url) as client:
        await ask(client, "public/ping")
        await client.close(1000, "done")
        assert client.close_code == 1000
    while door.connections:
        await asyncio.sleep(0.01)


async def a_close_with_a_code_of_its_own_or_none_is_answered(
    server: DoorServer, door: Door, url: str
) -> None:
    for body in (b"", b"\x0f\xa0my own reason"):
        client = await connect(url)
        client.transport.write(Frame(Opcode.CLOSE, body).serialize(mask=True))
        assert await end_of(client) == ((1005, "") if not body else (4000, "my own reason"))
    while door.connections:
        await asyncio.sleep(0.01)


async def a_broken_line_is_forgotten(server: DoorServer, door: Door, url: str) -> None:
    client = await connect(url)
    await ask(client, "public/ping")
    client.transport.abort()
    while door.connections:
        await asyncio.sleep(0.01)


async def another_path_is_not_found(server: DoorServer, door: Door, url: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(url.replace("/v1/ws", "/v2/ws"))

    assert refused.value.response.status_code == 404
    assert b"expected /v1/ws, found /v2/ws" in (refused.value.response.body or b"")


async def no_websocket_at_all_is_refused(server: DoorServer, door: Door, url: str) -> None:
    for request in (b"GET /v1/ws HTTP/1.1\r\nHost: x\r\n\r\n", b"\x00\x01\x02\r\n\r\n"):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(request)
        reply = await reader.read(200)
        assert b"101" not in reply
        writer.close()
    assert not door.connections


async def closing_says_goodbye(server: DoorServer, door: Door, url: str) -> None:
    async with connect(url) as client:
        await ask(client, "public/ping")
        door.shut()

        assert await end_of(client) == (1001, "the venue is closing")


async def a_reader_that_stops_is_cut_off(server: DoorServer, door: Door, url: str) -> None:
    async with connect(url) as other:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1_024)
        writer.write(
            b"GET /v1/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        await reader.readuntil(b"\r\n\r\n")
        request = Frame(Opcode.TEXT, b'{"id":1,"method":"public/get_markets"}')
        slow = [each for number, each in door.connections.items()][-1]
        while slow.number in door.connections:
            for _ in range(50):
                writer.write(request.serialize(mask=True))
            await asyncio.sleep(0)
            answer = await ask(other, "public/ping")  # Nobody else waits for it.
            assert "result" in answer
        writer.close()


SCENES: list[Scene] = [
    a_bot_trades,
    a_conflated_book_comes_by_itself,
    fragments_are_put_together,
    a_thousand_requests_in_one_write_are_all_answered,
    a_client_ping_is_answered,
    an_oversize_message_closes,
    oversize_in_fragments_closes,
    bad_utf_8_closes,
    a_binary_message_closes,
    an_unmasked_frame_closes,
    a_lone_continuation_closes,
    twenty_faults_close,
    a_clean_close_is_answered_and_forgotten,
    a_close_with_a_code_of_its_own_or_none_is_answered,
    a_broken_line_is_forgotten,
    another_path_is_not_found,
    no_websocket_at_all_is_refused,
    closing_says_goodbye,
]


@pytest.mark.parametrize("listen", TRANSPORTS)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_on_a_real_socket(scene: Scene, listen: Listen, capfd: pytest.CaptureFixture[str]) -> None:
    async def run() -> None:
        async with serving(listen) as (server, door, url):
            await scene(server, door, url)

    play(run(), fast=listen is not ws_link.listen)

    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("listen", TRANSPORTS)
def test_a_slow_reader_is_cut_off_and_nobody_waits(listen: Listen) -> None:
    async def run() -> None:
        settings = msgspec.structs.replace(QUICK, outgoing_bytes_max=65_536)
        async with serving(listen, settings) as (server, door, url):
            await a_reader_that_stops_is_cut_off(server, door, url)

    play(run(), fast=listen is not ws_link.listen)


@pytest.mark.parametrize("listen", TRANSPORTS)
def test_a_pong_breaks_the_silence(listen: Listen) -> None:
    async def run() -> None:
        settings = msgspec.structs.replace(QUICK, ping_every_s=0.05, silence_max_s=0.2)
        async with serving(listen, settings) as (_, _, url), connect(url) as alive:
            await asyncio.sleep(0.5)  # The client answers pings by itself.
            assert "result" in await ask(alive, "public/ping")

    play(run(), fast=listen is not ws_link.listen)


def test_the_fast_transport_is_taken_on_its_own_loop_only() -> None:
    from venue.gateway.server import _fast_listen

    async def chosen() -> Listen | None:
        return _fast_listen(asyncio.get_running_loop())

    assert asyncio.run(chosen()) is None
    if fast_listen() is not None:
        from venue.gateway.fast_server import run_fast

        assert run_fast(chosen()) is fast_listen()
