"""A venue of which the test writes every word: a real WebSocket server on this machine."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

Message = dict[str, Any]
Answer = Callable[[Message], Any]

ACCOUNT = 7
HELLO = {
    "venue": "venue",
    "version": "test",
    "venue_name": "scripted",
    "server_time_ms": 1,
    "venue_time_ms": 1_000,
    "speed": "1",
    "ping_every_ms": 20_000,
    "silence_max_ms": 60_000,
    "message_bytes_max": 65_536,
    "rulebooks": {},
}
MARKET = {
    "market": "TSLA",
    "underlying": "TSLA",
    "tick": "0.01",
    "lot": "0.001",
    "rulebook": "venue_default",
    "maker_fee": "0.000150000000",
    "taker_fee": "0.000450000000",
    "order_size_max": "10000.000",
    "position_max": "40000.000",
    "open_interest_max": "400000.000",
    "open_orders_max": 1_000,
    "price_max": "2000.00",
    "notional_min": "10.000000",
    "protection": "0.050000000000",
    "tiers": [],
    "margin": [],
    "terms": {
        "leverage_max": 20,
        "position_max": "40000.000",
        "open_interest_max": "400000.000",
        "order_size_max": "10000.000",
        "market_order_size_max": "10000.000",
        "initial_min": "0.050000000000",
    },
    "actions": [],
    "mark_interval_ms": 3_000,
    "sample_interval_ms": 5_000,
    "funding_interval_ms": 3_600_000,
    "reopen_call_ms": 30_000,
    "phase": "continuous",
    "open_interest": "0.000",
    "rules_hash": "00",
}


class Silence(Exception):
    """The script gives no answer."""


class Refusal(Exception):
    """The script refuses: a name, and figures."""

    def __init__(self, name: str, **figures: str | int) -> None:
        super().__init__(name)
        self.body = {
            "code": -32000,
            "message": f"a sentence about {name}",
            "data": {"reason": name, "figures": figures},
        }


class Script:
    """Answers by method, requests as they came, and words of its own."""

    def __init__(self) -> None:
        self.asked: list[Message] = []
        self.connections = 0
        self.last_n = 0
        self.port = 0
        self.speed = "1"
        self.sockets: list[ServerConnection] = []
        self._heard = asyncio.Event()
        self.answers: dict[str, Answer] = {
            "public/login": lambda params: {
                **HELLO,
                "speed": self.speed,
                "account": ACCOUNT,
                "scope": "trade",
                "accounts": [ACCOUNT],
                "account_n": self.last_n,
                "connection": self.connections,
            },
            "private/subscribe_account": lambda params: {
                "account": ACCOUNT,
                "first_n": params.get("from", self.last_n + 1),
                "last_n": self.last_n,
            },
            "private/get_positions": lambda params: {"seq": 0, "time_ms": 1, "positions": []},
            "private/get_orders": lambda params: {
                "seq": 0,
                "time_ms": 1,
                "orders": [],
                "triggers": [],
            },
            "public/subscribe": lambda params: {"channels": params["channels"]},
            "public/unsubscribe": lambda params: {"channels": []},
            "public/get_markets": lambda params: {"markets": [MARKET]},
            "private/set_cancel_on_disconnect": lambda params: {"seq": 1, "time_ms": 1},
        }

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/v1/ws"

    def methods(self) -> list[str]:
        """Return what was asked, in order."""
        return [message["method"] for message in self.asked]

    def params(self, method: str) -> list[Message]:
        """Return the params of every request of a method."""
        return [message["params"] for message in self.asked if message["method"] == method]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return when something asked has made a condition true."""
        while not condition():
            self._heard.clear()
            await self._heard.wait()

    async def tell(self, channel: str, data: Message) -> None:
        """Say something on a channel to everybody who is connected."""
        params = {"channel": channel, "data": data}
        message = {"jsonrpc": "2.0", "method": "subscription", "params": params}
        for socket in self.sockets:
            await socket.send(json.dumps(message))

    async def send(self, socket: ServerConnection, message: Message) -> None:
        """Say anything to one connection."""
        await socket.send(json.dumps({"jsonrpc": "2.0", **message}))

    def silent(self, params: Any) -> Any:
        """Give no answer: the test does, or nobody."""
        raise Silence

    def drop(self) -> None:
        """Cut every connection without a word."""
        for socket in self.sockets:
            socket.transport.abort()

    async def talk(self, socket: ServerConnection) -> None:
        """Answer one connection until it ends."""
        self.connections += 1
        self.sockets.append(socket)
        try:
            with suppress(ConnectionClosed):
                async for payload in socket:
                    await self._answer(socket, json.loads(payload))
        finally:
            self.sockets.remove(socket)
            self._heard.set()

    async def _answer(self, socket: ServerConnection, message: Message) -> None:
        self.asked.append(message)
        answer: Message = {"jsonrpc": "2.0", "id": message["id"]}
        try:
            answer["result"] = self.answers[message["method"]](message["params"])
        except Refusal as refusal:
            answer["error"] = refusal.body
        except Silence:
            return
        finally:
            self._heard.set()
        await socket.send(json.dumps(answer))


@asynccontextmanager
async def scripted() -> AsyncIterator[Script]:
    """Run a script's server until the block ends."""
    script = Script()
    async with serve(script.talk, "127.0.0.1", 0) as server:
        script.port = next(iter(server.sockets)).getsockname()[1]
        yield script


@asynccontextmanager
async def answering(status: str) -> AsyncIterator[str]:
    """Answer every connection with one HTTP status, as a door that is not the bots' does."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1/ws"


def note_of_money(n: int, seq: int | None = None) -> Message:
    """Return a private notice by number."""
    return {
        "type": "money",
        "account": ACCOUNT,
        "n": n,
        "seq": n * 10 if seq is None else seq,
        "time_ms": n * 1_000,
        "what": "deposited",
        "amount": f"{n}.000000",
    }


def order_view(order_id: int, status: str = "open", remaining: str = "1.000") -> Message:
    """Return an order of one share bid at 250."""
    return {
        "order_id": order_id,
        "market": "TSLA",
        "status": status,
        "side": "buy",
        "size": "1.000",
        "price": "250.00",
        "filled": "0.000",
        "remaining": remaining,
    }


def run(story: Callable[[], Any]) -> None:
    """Run a story to its end, which must come within a minute; most need less than a second."""
    asyncio.run(asyncio.wait_for(story(), 60))
