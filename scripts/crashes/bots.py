"""Bots over real WebSockets: they trade, are cut off, and go on where their record ends."""

import asyncio
import json
from contextlib import suppress
from random import Random
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from scripts.crashes.record import Disagreement, Record

MARKET = "TSLA"
DEPTH = 8  # Requests in flight: several are always unanswered when the venue dies.
ANSWER_SECONDS_MAX = 60.0
HISTORY_SECONDS_MAX = 600.0  # Old notices are worked out again from the first command on.
PATIENCE_SECONDS = 0.02  # After a refusal: a venue without its journal refuses at once.
CENTRE_CENTS = 25_000
GONE = (ConnectionClosed, InvalidHandshake, OSError)
Request = tuple[str, dict[str, Any]]


class Bot:
    """One account's bot. ``record`` outlives every connection."""

    def __init__(self, name: str, token: str, url: str, chance: Random) -> None:
        self.record = Record(name)
        self.asked_again = 0
        self.refused = 0
        self._token = token
        self._url = url
        self._chance = chance
        self._socket: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._next_id = 0
        self._sent = 0
        self._centre_cents = CENTRE_CENTS
        self._waiting: dict[int, tuple[Request, asyncio.Future[dict[str, Any]]]] = {}
        self._unsure: list[Request] = []
        self._changed = asyncio.Event()

    async def come_back(self) -> int:
        """Connect, resume after the last notice heard, and compare; return what was compared."""
        self._socket = await connect(self._url, compression=None, max_size=1 << 24)
        self._reading = asyncio.create_task(self._read(self._socket))
        login = await self.ask("public/login", token=self._token)
        await self.ask("private/subscribe_account", **{"from": self.record.last_n + 1})
        await self._heard(int(login["account_n"]))
        compared = self.record.compare()
        await self._same_standing()
        return compared

    async def trade(self) -> None:
        """Ask again what had no answer, then trade until the connection is lost."""
        unsure, self._unsure = self._unsure, []
        self.asked_again += len(unsure)
        for request in unsure:
            await self._send(request)
        while self._reading is not None and not self._reading.done():
            refused = self.refused
            await self._send(self._idea())
            await asyncio.sleep(PATIENCE_SECONDS if self.refused > refused else 0)

    async def listen_from_the_first(self) -> int:
        """Hear every notice once more on another connection: each is what it was."""
        async with connect(self._url, compression=None, max_size=1 << 24) as socket:
            until_n = self.record.last_n
            await socket.send(_text(1, "public/login", {"token": self._token}))
            await socket.send(_text(2, "private/subscribe_account", {"from": 1}))
            due = 1
            while due <= until_n:
                async with asyncio.timeout(HISTORY_SECONDS_MAX):
                    notice = _notice(json.loads(await socket.recv()))
                if notice is None:
                    continue
                if notice["n"] != due:
                    raise Disagreement(f"{self.record.name}: expected notice {due}, found {notice}")
                self.record.hear_again(notice)
                due += 1
        return until_n

    async def leave(self) -> None:
        """Let go of the connection; what had no answer by then is in doubt."""
        if self._socket is not None:
            await self._socket.close()
        if self._reading is not None:
            reading, self._reading = self._reading, None
            await reading

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask and wait for the answer."""
        answer = await self._send((method, params))
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            message = await answer
        if "result" not in message:
            raise Disagreement(f"{self.record.name}: {method} was refused: {message}")
        found: dict[str, Any] = message["result"]
        return found

    # Inside.

    async def _send(self, request: Request) -> asyncio.Future[dict[str, Any]]:
        assert self._socket is not None, "the bot is connected"
        while len(self._waiting) >= DEPTH and self._reading and not self._reading.done():
            self._changed.clear()
            await self._changed.wait()
        self._next_id += 1
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[self._next_id] = (request, answer)
        with suppress(*GONE):  # The reading end notices, and keeps the request as one in doubt.
            await self._socket.send(_text(self._next_id, *request))
        return answer

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for frame in socket:
                self._take(json.loads(frame))
                self._changed.set()
        except GONE:
            pass
        finally:
            for request, answer in self._waiting.values():
                if request[0] == "private/place_order":
                    self._unsure.append(request)
                if not answer.done():
                    answer.cancel()
            self._waiting.clear()
            self._changed.set()

    def _take(self, message: dict[str, Any]) -> None:
        notice = _notice(message)
        if notice is not None:
            self.record.hear(notice)
            return
        found = self._waiting.pop(message.get("id", -1), None)
        if found is None:
            return
        (method, params), answer = found
        if method == "private/place_order":
            if "result" in message:
                self.record.answered(params["client_order_id"], message["result"])
            else:
                self.refused += 1
        elif method == "public/get_prices" and "result" in message:
            mark = message["result"].get("mark")
            self._centre_cents = round(float(mark) * 100) if mark else CENTRE_CENTS
        if not answer.done():
            answer.set_result(message)

    def _idea(self) -> Request:
        """Return what to do next: mostly orders that meet others', and what ends them."""
        chance, drawn = self._chance, self._chance.random()
        if self._sent % 50 == 0:
            self._sent += 1
            return "public/get_prices", {"market": MARKET}
        self._sent += 1
        if drawn < 0.02:
            return "private/cancel_all", {"market": MARKET}
        if drawn < 0.10 and self.record.orders:
            return "private/cancel_order", {"order_id": chance.choice(list(self.record.orders))}
        side = chance.choice(["buy", "sell"])
        away = chance.randint(-5, 20) * (1 if side == "sell" else -1)
        price_cents = self._centre_cents + away
        params = {
            "market": MARKET,
            "side": side,
            "size": f"0.{chance.randint(1, 9)}",
            "price": f"{price_cents // 100}.{price_cents % 100:02}",
            "time_in_force": "ioc" if drawn > 0.9 else "gtc",
            "client_order_id": f"{self.record.name}-{self._sent}",
        }
        return "private/place_order", params

    async def _heard(self, n: int) -> None:
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            while self.record.last_n < n:
                if self._reading is None or self._reading.done():
                    raise ConnectionError("the venue died while the bot was resuming")
                self._changed.clear()
                await self._changed.wait()

    async def _same_standing(self) -> None:
        """Open orders and positions are what the notices add up to; time may pass in between."""
        ours: object = None
        theirs: object = None
        for _ in range(20):
            orders = (await self.ask("private/get_orders"))["orders"]
            positions = (await self.ask("private/get_positions"))["positions"]
            theirs = (
                {order["order_id"] for order in orders},
                {each["market"]: each["size"] for each in positions if float(each["size"])},
            )
            ours = (
                self.record.open_orders(),
                {name: size for name, size in self.record.positions.items() if float(size)},
            )
            if ours == theirs:
                return
            await asyncio.sleep(0.1)
        raise Disagreement(
            f"{self.record.name}: expected orders and positions {ours}, found {theirs}"
        )


def _notice(message: dict[str, Any]) -> dict[str, Any] | None:
    params = message.get("params", {})
    if not str(params.get("channel", "")).startswith("account."):
        return None
    found: dict[str, Any] = params["data"]
    return found


def _text(number: int, method: str, params: dict[str, Any]) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
