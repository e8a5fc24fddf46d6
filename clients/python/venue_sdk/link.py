"""One connection until it is lost: requests out, answers matched by id, notifications handed on."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import msgspec
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from venue_sdk.errors import Lost, Mismatch, Refused
from venue_sdk.messages import METHODS

R = TypeVar("R", bound=msgspec.Struct)
TWO_VERSIONS = "the venue and this package are of two versions"
Hear = Callable[[str, msgspec.Raw], None]


class ErrorData(msgspec.Struct, frozen=True):
    """The permanent name of a refusal, and the figures behind it."""

    reason: str = "unnamed"
    figures: dict[str, str | int] = {}


class ErrorBody(msgspec.Struct, frozen=True):
    """Why a request was refused."""

    code: int
    message: str
    data: ErrorData = ErrorData()


class Notification(msgspec.Struct, frozen=True):
    """A channel, and what it says."""

    channel: str
    data: msgspec.Raw


class Frame(msgspec.Struct, frozen=True):
    """Anything that the venue says: an answer with an id, or a notification with params."""

    id: int | str | None = None
    result: msgspec.Raw = msgspec.Raw(b"null")
    error: ErrorBody | None = None
    params: Notification | None = None


class Request(msgspec.Struct, frozen=True):
    """Anything that a bot asks."""

    id: int
    method: str
    params: msgspec.Struct
    jsonrpc: str = "2.0"


class Call(msgspec.Struct, frozen=True):
    """A request that was sent. ``taken`` is given its outcome, in the turn that reads it."""

    method: str
    future: asyncio.Future[msgspec.Raw]
    taken: Callable[[Callable[[], None]], None]


FRAME = msgspec.json.Decoder(Frame)
encode = msgspec.json.Encoder().encode


class Link:
    """One connection. ``read`` runs until it is lost; ``ask`` may be called by many at once."""

    def __init__(self, socket: ClientConnection, hear: Hear) -> None:
        self._socket = socket
        self._hear = hear
        self._waiting: dict[int, Call] = {}
        self._next_id = 0
        self._lost: Lost | None = None

    async def read(self) -> None:
        """Take frames until the connection is lost; raise ``Lost`` with the reason."""
        try:
            while True:
                self._take(await self._socket.recv(decode=False))
        except ConnectionClosed as closed:
            self._lost = Lost(_why(closed))
            raise self._lost from None
        finally:
            lost = self._lost or Lost("the connection was given up")
            self._lost = lost
            for call in self._waiting.values():
                if not call.future.done():
                    call.future.set_exception(lost)
            self._waiting.clear()

    async def ask(self, params: msgspec.Struct, result: type[R]) -> R:
        """Ask and wait for the answer; raise ``Refused``, ``Lost`` or ``Mismatch``."""
        return await self.answer(await self.send(params), result)

    async def send(
        self,
        params: msgspec.Struct,
        taken: Callable[[Callable[[], None]], None] = lambda outcome: outcome(),
    ) -> Call:
        """Send a request; raise ``Lost`` when it cannot be.

        ``taken(outcome)`` is called in the very turn that reads the answer, and calls ``outcome``
        then or later: only then ``answer`` returns.
        """
        if self._lost is not None:
            raise self._lost
        self._next_id += 1
        request_id = self._next_id
        future: asyncio.Future[msgspec.Raw] = asyncio.get_running_loop().create_future()
        call = Call(METHODS[type(params)], future, taken)
        self._waiting[request_id] = call
        try:
            await self._socket.send(encode(Request(request_id, call.method, params)), text=True)
        except ConnectionClosed as closed:
            self._waiting.pop(request_id, None)
            if future.done():
                future.exception()  # Seen: the connection ended while this was sent.
            raise Lost(_why(closed)) from None
        return call

    async def answer(self, call: Call, result: type[R]) -> R:
        """Wait for the answer to a request that was sent."""
        return decode(await call.future, result, call.method)

    def _take(self, payload: bytes) -> None:
        try:
            frame = FRAME.decode(payload)
        except msgspec.DecodeError as error:
            raise Mismatch(
                f"expected a JSON-RPC message, found {payload[:60]!r}: {error}"
            ) from None
        if frame.params is not None:
            self._hear(frame.params.channel, frame.params.data)
            return
        call = self._waiting.pop(frame.id, None) if isinstance(frame.id, int) else None
        if call is not None:
            call.taken(partial(_settle, call, frame))


def _settle(call: Call, frame: Frame) -> None:
    """Give a request its answer, unless nobody waits for it any more."""
    if call.future.done():
        return
    if frame.error is None:
        call.future.set_result(frame.result.copy())
    else:
        data = frame.error.data
        refused = Refused(data.reason, frame.error.message, data.figures, call.method)
        call.future.set_exception(refused)


def decode(data: msgspec.Raw, kind: type[R], where: str) -> R:
    """Return a message as its type; raise ``Mismatch`` when it is of another."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise Mismatch(
            f"{where}: {error}; the venue and this package are of two versions"
        ) from None


def _why(closed: ConnectionClosed) -> str:
    """Say why a connection ended: the venue's sentence, where it gave one."""
    if closed.rcvd is not None:
        return closed.rcvd.reason or f"closed by the venue with code {closed.rcvd.code}"
    return "the connection ended without a close frame"
