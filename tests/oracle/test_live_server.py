"""The live source against a real WebSocket server: it reads, refuses, reconnects, never ends."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from msgspec.structs import replace
from websockets.asyncio.server import ServerConnection, serve

from tests.oracle.listening import AT, NOW, FixedClock, Until, hear
from venue.core.commands import SubmitPrint
from venue.oracle import LiveSettings, LiveSource, SourceError
from venue.oracle.live.channels import FRAME_BYTES_MAX

Talk = Callable[[ServerConnection, int], Awaitable[None]]


def price(text: str = "342.81", underlying: str = "TSLA", time_ns: object = AT) -> str:
    stamp = f'"{time_ns}"' if isinstance(time_ns, str) else time_ns
    return f'{{"op":"print","underlying":"{underlying}","price":"{text}","time_ns":{stamp}}}'


def heard(
    talk: Talk, until: Until, **settings: object
) -> tuple[LiveSource, list[SubmitPrint], list[str]]:
    """Run a source against a server until something holds; return it, its prints, its asks.

    ``talk`` is the server's half of a connection, with how many there were before.
    """
    asked: list[str] = []

    async def serving(connection: ServerConnection) -> None:
        first = await connection.recv()
        assert isinstance(first, str)
        asked.append(first)
        await talk(connection, len(asked) - 1)
        await connection.wait_closed()

    async def run() -> tuple[LiveSource, list[SubmitPrint]]:
        async with serve(serving, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            source = live(url=f"ws://127.0.0.1:{port}/", **settings)
            return source, await hear(source, until)

    source, prints = asyncio.run(run())
    return source, prints, asked


def live(**changes: object) -> LiveSource:
    plain = LiveSettings(
        url="ws://127.0.0.1:9/",
        source="tape",
        underlyings=["TSLA", "NVDA"],
        pause_first_seconds=0.01,
        pause_max_seconds=0.04,
    )
    return LiveSource(replace(plain, **changes))


def test_it_subscribes_and_submits_each_print_with_the_time_it_was_received() -> None:
    async def talk(connection: ServerConnection, _: int) -> None:
        await connection.send('{"op":"subscribed","underlyings":["NVDA","TSLA"]}')
        await connection.send('{"op":"heartbeat"}')
        await connection.send(price())
        await connection.send(price("135.000000001", "NVDA", AT + 1).encode())

    source, prints, asked = heard(talk, lambda _, prints: len(prints) == 2)

    assert asked == ['{"op":"subscribe","underlyings":["TSLA","NVDA"]}']
    assert prints == [
        SubmitPrint("TSLA", "tape", 342_810_000_000, AT, NOW, 5 * 10**9),
        SubmitPrint("NVDA", "tape", 135_000_000_001, AT + 1, NOW, 5 * 10**9),
    ]
    assert (source.counts.prints, source.counts.refused) == (2, 0)


MALFORMED = [
    pytest.param("", id="nothing"),
    pytest.param("not json", id="not JSON"),
    pytest.param("[1,2,3]", id="a list"),
    pytest.param("{}", id="no op"),
    pytest.param('{"op":"dance"}', id="unknown op"),
    pytest.param("[" * 16_000, id="deep"),
    pytest.param(b"\xff\xfe\x00", id="bytes"),
    pytest.param(price("-5"), id="negative"),
    pytest.param(price("0"), id="zero"),
    pytest.param(price("NaN"), id="NaN"),
    pytest.param(price("1e300"), id="exponent"),
    pytest.param(price("9" * 30), id="huge"),
    pytest.param(price().replace('"342.81"', "342.81"), id="a float"),
    pytest.param(price(underlying="GME"), id="not subscribed"),
    pytest.param(price(time_ns=5), id="a stamp of 1970"),
    pytest.param(price(time_ns=2**70), id="a stamp beyond 64 bits"),
    pytest.param(price(time_ns=str(AT)), id="a stamp as text"),
    pytest.param(price().replace("}", ',"halted":true}'), id="an unknown field"),
    pytest.param(price().replace('"underlying":"TSLA",', ""), id="a missing field"),
]


@pytest.mark.parametrize("frame", MALFORMED)
def test_a_message_that_cannot_be_read_is_counted_and_the_next_is_read(frame: str | bytes) -> None:
    async def talk(connection: ServerConnection, _: int) -> None:
        await connection.send(frame)
        await connection.send(price())

    source, prints, asked = heard(talk, lambda _, prints: len(prints) == 1)

    assert (source.counts.refused, len(asked)) == (1, 1)
    assert source.counts.last_refusal.startswith("expected ")
    assert prints[0].price_nanos == 342_810_000_000


def test_a_connection_that_is_lost_is_made_again() -> None:
    async def talk(connection: ServerConnection, before: int) -> None:
        await connection.send(price(time_ns=AT + before))
        if before % 2:
            connection.transport.abort()
        else:
            await connection.close(1011, "going down")

    source, prints, asked = heard(talk, lambda _, prints: len(prints) == 4)

    assert [each.source_time_ns - AT for each in prints] == [0, 1, 2, 3]
    assert len(asked) == 4
    assert source.counts.connections == 4
    assert source.counts.failures >= 3


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param("x" * (FRAME_BYTES_MAX + 1), id="oversize"),
        pytest.param("", id="silence"),
    ],
)
def test_oversize_and_silence_end_a_connection_but_not_the_source(frame: str) -> None:
    async def talk(connection: ServerConnection, before: int) -> None:
        if before:
            await connection.send(price())
        elif frame:
            await connection.send(frame)

    source, _, asked = heard(talk, lambda _, prints: len(prints) == 1, silence_seconds=0.2)

    assert len(asked) == 2
    assert source.counts.failures == 1


def test_a_flood_of_rubbish_ends_the_connection() -> None:
    async def talk(connection: ServerConnection, before: int) -> None:
        for _ in range(5):
            await connection.send(price() if before else "rubbish")

    source, _, asked = heard(talk, lambda _, prints: len(prints) == 5, refusals_max=5)

    assert (source.counts.refused, len(asked)) == (5, 2)


def test_a_source_that_is_not_there_is_tried_again_with_growing_pauses() -> None:
    async def run() -> tuple[LiveSource, float]:
        async def submit(each: SubmitPrint) -> None:
            raise AssertionError(f"a print from nowhere: {each}")

        source = live(url="ws://127.0.0.1:9/", pause_first_seconds=0.02, pause_max_seconds=0.08)
        loop = asyncio.get_running_loop()
        began = loop.time()
        running = asyncio.create_task(source.run(FixedClock(), submit))
        while source.counts.failures < 5:
            await asyncio.sleep(0.005)
        running.cancel()
        return source, loop.time() - began

    source, seconds = asyncio.run(run())

    # Four pauses lie before the fifth failure: 0.02, 0.04, 0.08 and 0.08 seconds.
    assert seconds >= 0.22
    assert source.counts.connections == 0


def test_trouble_of_the_venue_s_own_passes_through() -> None:
    async def run() -> None:
        async def serving(connection: ServerConnection) -> None:
            await connection.recv()
            await connection.send(price())
            await connection.wait_closed()

        async def submit(_: SubmitPrint) -> None:
            raise OSError("the disk is full")

        async with serve(serving, "127.0.0.1", 0) as server, asyncio.timeout(20):
            port = server.sockets[0].getsockname()[1]
            await live(url=f"ws://127.0.0.1:{port}/").run(FixedClock(), submit)

    with pytest.raises(OSError, match="the disk is full"):
        asyncio.run(run())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "http://example.com"}, "a ws:// or wss:// address"),
        ({"url": "ws://user:secret@host:99999/?token=secret"}, "a ws:// or wss:// address"),
        ({"source": ""}, "a name of a source"),
        ({"underlyings": ["a b"]}, "a name of an underlying"),
        ({"underlyings": []}, "1 to 1000 underlyings"),
        ({"cadence_ns": 0}, "a cadence"),
        ({"silence_seconds": float("nan")}, "silence_seconds above 0"),
        ({"refusals_max": 0}, "refusals_max"),
    ],
)
def test_settings_that_make_no_sense_are_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(SourceError, match=words) as refusal:
        live(**changes)

    assert "secret" not in str(refusal.value)
