"""Vendors' live sources, each against a server on this machine that says what theirs documents."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from msgspec.structs import replace
from websockets.asyncio.server import ServerConnection, serve

from tests.oracle.listening import AT, NOW, Until, hear
from venue.core.commands import SubmitPrint
from venue.oracle import LiveSettings, LiveSource, SourceError
from venue.oracle.live.channels import FRAME_BYTES_MAX

FEED = "e62df6c8b4a85fe1a67db44dc12de5db330f7ac66b72dc658afedf0f4a415b43"


def settings(url: str, dialect: str, symbol: str = "TSLA") -> LiveSettings:
    return LiveSettings(
        url=url,
        source=dialect,
        underlyings=["TSLA"],
        dialect=dialect,
        symbols={"TSLA": symbol},
        key="the-key",
        secret="the-secret",
        pause_first_seconds=0.01,
        pause_max_seconds=0.04,
    )


def over_websocket(
    dialect: str,
    talk: Callable[[ServerConnection, int], Awaitable[None]],
    until: Until,
    symbol: str = "TSLA",
) -> tuple[LiveSource, list[SubmitPrint]]:
    """Run a source against ``talk``, the server's half; it is told how many there were before."""

    async def run() -> tuple[LiveSource, list[SubmitPrint]]:
        before = 0

        async def serving(connection: ServerConnection) -> None:
            nonlocal before
            before += 1
            await talk(connection, before - 1)
            await connection.wait_closed()

        async with serve(serving, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            source = LiveSource(settings(f"ws://127.0.0.1:{port}/", dialect, symbol))
            return source, await hear(source, until)

    return asyncio.run(run())


def over_events(
    bodies: list[bytes], until: Until
) -> tuple[LiveSource, list[SubmitPrint], list[web.Request]]:
    """Run a source against a server of events: one body a connection, the last one for ever."""
    asked: list[web.Request] = []

    async def stream(request: web.Request) -> web.StreamResponse:
        body = bodies[min(len(asked), len(bodies) - 1)]
        asked.append(request)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        half = len(body) // 2
        await response.write(body[:half])
        await asyncio.sleep(0.01)
        await response.write(body[half:])
        return response

    async def run() -> tuple[LiveSource, list[SubmitPrint]]:
        app = web.Application()
        app.router.add_get("/v2/updates/price/stream", stream)
        runner = web.AppRunner(app)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            port = runner.addresses[0][1]
            url = f"http://127.0.0.1:{port}/"
            source = LiveSource(settings(url, "hermes", symbol="0x" + FEED))
            return source, await hear(source, until)
        finally:
            await runner.cleanup()

    source, prints = asyncio.run(run())
    return source, prints, asked


# Alpaca: greeted, authenticated, subscribed; trades and quotes.


async def greet(connection: ServerConnection) -> list[dict[str, object]]:
    """Say what Alpaca's server says until a client has subscribed; return what the client said."""
    await connection.send('[{"T":"success","msg":"connected"}]')
    login = json.loads(await connection.recv())
    await connection.send('[{"T":"success","msg":"authenticated"}]')
    wish = json.loads(await connection.recv())
    await connection.send(json.dumps([{"T": "subscription", "trades": ["TSLA"], "bars": []}]))
    return [login, wish]


TRADE = {
    "T": "t", "i": 96921, "S": "TSLA", "x": "D", "p": 342.81, "s": 1, "c": ["@", "I"], "z": "C",
    "t": "2025-05-16T19:30:00.123456789Z",
}  # fmt: skip
QUOTE = {
    "T": "q", "S": "TSLA", "bx": "U", "bp": 342.8, "bs": 1, "ax": "Q", "ap": 342.83, "as": 4,
    "c": ["R"], "z": "C", "t": "2025-05-16T19:30:00Z",
}  # fmt: skip


def test_alpaca_says_who_it_is_and_hears_trades_and_the_middle_of_quotes() -> None:
    said: list[dict[str, object]] = []

    async def talk(connection: ServerConnection, _: int) -> None:
        said.extend(await greet(connection))
        await connection.send(json.dumps([TRADE, QUOTE]))

    _, prints = over_websocket("alpaca", talk, lambda _, prints: len(prints) == 2)

    assert said == [
        {"action": "auth", "key": "the-key", "secret": "the-secret"},
        {"action": "subscribe", "trades": ["TSLA"], "quotes": ["TSLA"]},
    ]
    assert prints == [
        SubmitPrint("TSLA", "alpaca", 342_810_000_000, AT + 123_456_789, NOW, 5 * 10**9),
        SubmitPrint("TSLA", "alpaca-mid", 342_815_000_000, AT, NOW, 5 * 10**9),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"bp": 0, "bs": 0}, id="no bid"),
        pytest.param({"bp": 342.9, "ap": 342.8}, id="crossed"),
    ],
)
def test_a_quote_without_two_sides_is_no_price(changes: dict[str, object]) -> None:
    async def talk(connection: ServerConnection, _: int) -> None:
        await greet(connection)
        await connection.send(json.dumps([QUOTE | changes, TRADE]))

    source, prints = over_websocket("alpaca", talk, lambda _, prints: len(prints) == 1)

    assert [each.source for each in prints] == ["alpaca"]
    assert source.counts.refused == 0


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"p": -1}, id="negative"),
        pytest.param({"p": 0}, id="zero"),
        pytest.param({"p": 1e300}, id="exponent"),
        pytest.param({"p": "342.81"}, id="text"),
        pytest.param({"S": "GME"}, id="another symbol"),
        pytest.param({"t": "yesterday"}, id="no time"),
        pytest.param({"t": "1970-01-01T00:00:00Z"}, id="1970"),
    ],
)
def test_a_trade_that_cannot_be_is_refused_and_its_neighbours_are_heard(
    changes: dict[str, object],
) -> None:
    async def talk(connection: ServerConnection, _: int) -> None:
        await greet(connection)
        await connection.send(json.dumps([TRADE | changes, TRADE]))

    source, prints = over_websocket("alpaca", talk, lambda _, prints: len(prints) == 1)

    assert prints[0].price_nanos == 342_810_000_000
    assert source.counts.refused == 1


def test_a_refused_login_is_tried_again_with_growing_pauses_and_no_secret_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def talk(connection: ServerConnection, _: int) -> None:
        await connection.send('[{"T":"success","msg":"connected"}]')
        login = await connection.recv()
        await connection.send('[{"T":"error","code":402,"msg":"auth failed"}]')
        assert "the-secret" in str(login)

    source, _ = over_websocket("alpaca", talk, lambda source, _: source.counts.failures == 3)

    assert source.counts.prints == 0
    told = capsys.readouterr()
    assert "auth failed" in told.out + told.err
    assert "the-key" not in told.out + told.err
    assert "the-secret" not in told.out + told.err


def test_a_gap_in_a_vendors_stream_is_a_gap_in_prints_and_nothing_else() -> None:
    async def talk(connection: ServerConnection, before: int) -> None:
        await greet(connection)
        later = TRADE | {"t": f"2025-05-16T19:3{before}:00Z"}
        await connection.send(json.dumps([later]))
        connection.transport.abort()

    source, prints = over_websocket("alpaca", talk, lambda _, prints: len(prints) == 3)

    minutes = [(each.source_time_ns - AT) // (60 * 10**9) for each in prints]
    assert minutes == [0, 1, 2]
    assert source.counts.connections == 3


# Hyperliquid: asset contexts without a stamp, and pings.


def context(coin: str = "xyz:TSLA", **changes: object) -> str:
    ctx = {
        "funding": "0.00000625", "openInterest": "106341.8", "prevDayPx": "340.0",
        "dayNtlVlm": "41000000.0", "premium": "0.0001", "oraclePx": "342.81", "markPx": "342.9",
        "midPx": "342.85", "impactPxs": ["342.8", "342.9"], "dayBaseVlm": "120000.0",
    }  # fmt: skip
    return json.dumps({"channel": "activeAssetCtx", "data": {"coin": coin, "ctx": ctx | changes}})


def test_hyperliquid_hears_oracle_and_mid_stamped_when_they_came() -> None:
    said: list[object] = []

    async def talk(connection: ServerConnection, _: int) -> None:
        said.append(json.loads(await connection.recv()))
        await connection.send('{"channel":"subscriptionResponse","data":{"method":"subscribe"}}')
        await connection.send(context())
        await connection.send(context(midPx=None, oraclePx="343"))

    _, prints = over_websocket(
        "hyperliquid", talk, lambda _, prints: len(prints) == 3, symbol="xyz:TSLA"
    )

    assert said == [
        {
            "method": "subscribe",
            "subscription": {"type": "activeAssetCtx", "coin": "xyz:TSLA"},
        }
    ]
    assert [(each.source, each.price_nanos, each.source_time_ns) for each in prints] == [
        ("hyperliquid", 342_810_000_000, NOW),
        ("hyperliquid-mid", 342_850_000_000, NOW),
        ("hyperliquid", 343_000_000_000, NOW),
    ]


def test_hyperliquid_is_pinged_before_it_would_hang_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from venue.oracle.live.dialects.hyperliquid import Hyperliquid

    monkeypatch.setattr(Hyperliquid, "keepalive_seconds", 0.05)
    pings: list[object] = []

    async def talk(connection: ServerConnection, _: int) -> None:
        await connection.recv()
        for _ in range(3):
            pings.append(json.loads(await connection.recv()))
            await connection.send('{"channel":"pong"}')
        await connection.send(context())

    source, _ = over_websocket(
        "hyperliquid", talk, lambda _, prints: bool(prints), symbol="xyz:TSLA"
    )

    assert pings == [{"method": "ping"}] * 3
    assert source.counts.failures == 0


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param("not json", id="not JSON"),
        pytest.param("[]", id="a list"),
        pytest.param(context("BTC"), id="not subscribed"),
        pytest.param(context(oraclePx="0"), id="zero"),
        pytest.param(context(oraclePx="NaN"), id="NaN"),
        pytest.param(context(oraclePx=342.81), id="a float"),
        pytest.param('{"channel":"activeAssetCtx"}', id="nothing in it"),
    ],
)
def test_a_context_that_cannot_be_read_is_counted_and_the_next_is_read(frame: str) -> None:
    async def talk(connection: ServerConnection, _: int) -> None:
        await connection.recv()
        await connection.send(frame)
        await connection.send(context(midPx=None))

    source, prints = over_websocket(
        "hyperliquid", talk, lambda _, prints: len(prints) == 1, symbol="xyz:TSLA"
    )

    assert (source.counts.refused, source.counts.connections) == (1, 1)
    assert prints[0].price_nanos == 342_810_000_000


# Pyth's Hermes: server-sent events.


def event(price: object = "34281000", conf: str = "12000", expo: object = -5, feed: str = FEED,
          publish_time: int = AT // 10**9, end: str = "\n") -> bytes:  # fmt: skip
    each = {
        "id": feed,
        "price": {"price": price, "conf": conf, "expo": expo, "publish_time": publish_time},
        "ema_price": {"price": "1", "conf": "1", "expo": -5, "publish_time": 1},
        "metadata": {"slot": 138881186, "proof_available_time": 1714746103},
    }
    update = {"binary": {"encoding": "hex", "data": ["504e4155"]}, "parsed": [each]}
    return f"data:{json.dumps(update)}{end}{end}".encode()


def test_hermes_hears_prices_with_their_confidence() -> None:
    body = b":ok\n\n" + event() + event("34282000", publish_time=AT // 10**9 + 1, end="\r\n")

    _, prints, asked = over_events([body], lambda _, prints: len(prints) >= 2)

    assert asked[0].headers["Authorization"] == "Bearer the-key"
    assert asked[0].query.getall("ids[]") == [FEED]
    assert asked[0].query["parsed"] == "true"
    assert prints[:2] == [
        SubmitPrint("TSLA", "hermes", 342_810_000_000, AT, NOW, 5 * 10**9, 120_000_000),
        SubmitPrint("TSLA", "hermes", 342_820_000_000, AT + 10**9, NOW, 5 * 10**9, 120_000_000),
    ]


def test_a_stream_of_events_that_ends_is_made_again() -> None:
    bodies = [event(publish_time=AT // 10**9 + n) for n in range(3)]

    source, prints, asked = over_events(bodies, lambda _, prints: len(prints) >= 3)

    assert [each.source_time_ns - AT for each in prints[:3]] == [0, 10**9, 2 * 10**9]
    assert source.counts.failures >= 2
    assert len(asked) >= 3


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"data:not json\n\n", id="not JSON"),
        pytest.param(b'data:{"binary":{}}\n\n', id="nothing parsed"),
        pytest.param(event("-5"), id="negative"),
        pytest.param(event("0"), id="zero"),
        pytest.param(event("1" * 30), id="huge"),
        pytest.param(event("1e5"), id="exponent in the text"),
        pytest.param(event(expo=400), id="huge exponent"),
        pytest.param(event(342.81), id="a float"),
        pytest.param(event(feed="00" * 32), id="another feed"),
        pytest.param(event(publish_time=5), id="1970"),
    ],
)
def test_an_event_that_cannot_be_read_is_counted_and_the_next_is_read(body: bytes) -> None:
    source, prints, _ = over_events([body + event()], lambda _, prints: len(prints) >= 1)

    assert source.counts.refused >= 1
    assert source.counts.last_refusal.startswith("expected ")
    assert prints[0].price_nanos == 342_810_000_000


def test_an_endless_event_ends_the_connection_and_not_the_source() -> None:
    endless = b"data:" + b"x" * (FRAME_BYTES_MAX + 65_536)

    source, prints, _ = over_events([endless, event()], lambda _, prints: len(prints) >= 1)

    assert source.counts.failures >= 1
    assert prints[0].price_nanos == 342_810_000_000


def test_an_answer_that_is_no_stream_is_tried_again() -> None:
    async def run() -> LiveSource:
        runner = web.AppRunner(web.Application())
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            source = LiveSource(settings(url, "hermes", symbol=FEED))
            await hear(source, lambda source, _: source.counts.failures == 2)
            return source
        finally:
            await runner.cleanup()

    assert asyncio.run(run()).counts.connections == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"dialect": "klingon"}, "a dialect among plain, alpaca, hermes, hyperliquid"),
        ({"dialect": "hermes"}, "a http:// or https:// address"),
        ({"symbols": {"TSLA": ""}}, "a symbol of 1 to 128"),
        ({"underlyings": ["TSLA", "NVDA"], "symbols": {"NVDA": "TSLA"}}, "another symbol"),
    ],
)
def test_settings_of_a_dialect_that_make_no_sense_are_refused(
    changes: dict[str, object], words: str
) -> None:
    with pytest.raises(SourceError, match=words):
        LiveSource(replace(settings("ws://127.0.0.1:9/", "alpaca"), **changes))
