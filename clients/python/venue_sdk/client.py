"""``connect`` and ``Client``: one account at a venue, whatever becomes of the connection.

A lost connection is made again with growing waits. Then the client logs in, subscribes to the
same channels, resumes the private notices after the last number it heard, and asks once more
what had no answer (orders carry client order ids, so none is placed twice).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from random import Random
from typing import TypeVar

import msgspec
from websockets.asyncio.client import connect as websocket
from websockets.exceptions import WebSocketException

from venue_sdk import messages as m
from venue_sdk.backoff import Backoff
from venue_sdk.calls import Calls
from venue_sdk.errors import Closed, Lost, Refused, Unanswered, VenueError
from venue_sdk.greeting import Greeting
from venue_sdk.hearing import Hearing
from venue_sdk.inbox import Inbox, Update
from venue_sdk.link import Link
from venue_sdk.lock_step import Steps
from venue_sdk.log import say
from venue_sdk.wrong_door import why_never

R = TypeVar("R", bound=msgspec.Struct)

ANSWER_S = 30.0  # Wall seconds that a request may wait for its answer, lost connections included.
OPEN_S = 10.0
CLOSE_S = 2.0
MESSAGE_BYTES_MAX = 16 * 1024 * 1024  # A snapshot of a deep book is the longest message.
DESK = "desk"


class Client(Calls):
    """One account at a venue. Iterate over it for what it hears; see ``Calls`` for what it asks.

    ``hearing`` holds the latest of what is subscribed to (``books``, ``prices``, ``phases``,
    ``terms``, ``sessions``) and, in its ``desk``, the account's positions and open orders;
    ``time_ms`` is the venue's time last heard.
    """

    def __init__(
        self,
        url: str,
        token: str,
        account: int | None = None,
        *,
        resume_after: int | None = None,
        answer_s: float = ANSWER_S,
        chance: Random | None = None,
    ) -> None:
        self.url = url
        self.account_id = account
        self.inbox = Inbox()
        self.hearing = Hearing(self.inbox, self._repair)
        self.hearing.numbering.last_n = resume_after
        self._greeting = Greeting(self.hearing, token, account)
        self._answer_s = answer_s
        self._chance = chance or Random()
        self._order_ids = f"{self._chance.getrandbits(48):012x}"
        self._orders = 0
        self._steps: Steps | None = None
        self._link: Link | None = None
        self._up = asyncio.Event()
        self._over: VenueError | None = None
        self._broken: dict[str, None] = {}
        self._is_broken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    # What is known.

    @property
    def login(self) -> m.LoginResult | None:
        """What the venue said at the last login: its speed, the account, the scope."""
        return self._greeting.login

    @property
    def time_ms(self) -> int:
        """The venue's time, as last heard; milliseconds since 1970 UTC."""
        return self.hearing.time_ms

    @property
    def is_lock_step(self) -> bool:
        """Whether time advances only when all enrolled bots are ready."""
        return self._greeting.is_lock_step

    @property
    def last_n(self) -> int | None:
        """The last number heard of the account; it may be ahead of what has been handled.

        What ``resume_after`` wants after a restart is the ``n`` of the last notice that was.
        """
        return self.hearing.numbering.last_n

    def new_order_id(self) -> str:
        """Return a client order id that nobody had before."""
        self._orders += 1
        if self.is_lock_step:
            # A repeated run places the same orders, ids included.
            return f"{self._greeting.first_id}-{self._orders}"
        return f"{self._order_ids}-{self._orders}"

    # Life.

    async def open(self) -> None:
        """Connect and log in, however long it takes; raise ``Refused`` when the token is."""
        self._task = asyncio.create_task(self._live())
        await self._ready()

    async def close(self) -> None:
        """End the connection; iteration ends, and requests without answer raise ``Closed``."""
        self._end(None)
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def __aiter__(self) -> AsyncIterator[Update]:
        while (update := await self.inbox.get()) is not None:
            yield update

    async def subscribe(self, *channels: str) -> None:
        """Hear these channels, such as ``book.TSLA``, from now on and after every reconnect."""
        fresh = [name for name in channels if name not in self._greeting.channels]
        if fresh:
            await self.ask(m.SubscribeParams(channels=fresh), m.ChannelsResult)
            self._greeting.channels.update(dict.fromkeys(fresh))

    async def unsubscribe(self, *channels: str) -> None:
        """Hear these channels no more."""
        known = [name for name in channels if self._greeting.channels.pop(name, "") is None]
        if known:
            with suppress(Refused):  # The connection may have been made again without them.
                await self.ask(m.UnsubscribeParams(channels=known), m.ChannelsResult)

    async def set_cancel_on_disconnect(self, enabled: bool) -> None:
        """Have orders cancelled when their connection is lost; said again on every new one."""
        params = m.CancelOnDisconnectParams(account=self.account_id, enabled=enabled)
        await self.ask(params, m.DoneResult)
        self._greeting.cancels_on_disconnect = enabled

    def placed(self, result: m.OrderResult) -> None:
        """Know an order from its answer, before its notice comes."""
        if not result.duplicate:
            self.hearing.desk.answered(result.order)

    # Asking.

    async def ask(
        self,
        params: msgspec.Struct,
        result: type[R],
        *,
        again: bool = True,
    ) -> R:
        """Send any request of the venue; on a lost connection, ``again`` on the next one.

        Raises ``Refused``, ``Unanswered`` (not known whether it was done), or ``Closed``. In
        lock-step a command is answered with the step, so it may wait without end.
        """
        steps = self._steps
        with_step = steps is not None and type(params) in m.COMMANDS
        if steps is not None:
            steps.busy += 1
        try:
            async with asyncio.timeout(None if with_step else self._answer_s):
                return await self._ask(params, result, again=again, with_step=with_step)
        except TimeoutError:
            raise Unanswered(
                f"{type(params).__name__}: no answer within {self._answer_s:g} s"
            ) from None
        finally:
            if steps is not None:
                steps.busy -= 1

    async def _ask(
        self, params: msgspec.Struct, result: type[R], *, again: bool, with_step: bool
    ) -> R:
        while True:
            link = await self._ready()
            try:
                if with_step:
                    found = await self._ask_with_step(link, params, result)
                else:
                    found = await link.ask(params, result)
            except Lost as lost:
                if not again:
                    raise Unanswered(f"{type(params).__name__}: {lost}") from None
                if self._link is link:
                    self._down()
                continue
            self.hearing.past(getattr(found, "time_ms", 0))
            return found

    async def _ask_with_step(self, link: Link, params: msgspec.Struct, result: type[R]) -> R:
        steps = self._steps
        assert steps is not None, "in lock-step"
        call = await link.send(params, steps.keep)
        steps.busy -= 1
        steps.waiting += 1
        try:
            return await link.answer(call, result)
        finally:
            steps.waiting -= 1
            steps.busy += 1

    async def _ready(self) -> Link:
        """Return the connection once there is one that is logged in."""
        while True:
            if self._over is not None:
                raise self._over
            if self._link is not None:
                return self._link
            await self._up.wait()

    # Lock-step.

    def hold(self) -> None:
        """Keep what comes from now on, unheard until ``step`` lets it out."""
        self._steps = self._steps or Steps()
        self.hearing.is_stepped = True

    async def rest(self) -> None:
        """Return when the bot waits for news or for the step, and for nothing else."""
        if self._steps is not None:
            await self._steps.rest(lambda: self.inbox.is_awaited)

    async def step(self) -> None:
        """Say ready once there is nothing more to do; return when time has advanced.

        What came before is heard then; what comes while it is handled belongs to the next step,
        so that a run repeats exactly.
        """
        steps = self._steps
        assert steps is not None, "hold first"
        await self.rest()
        while True:
            link = await self._ready()
            try:
                call = await link.send(m.ReadyParams(), steps.cut)
                ready = await link.answer(call, m.ReadyResult)
                break
            except Lost:
                if self._link is link:
                    self._down()
        self.hearing.past(ready.venue_time_ms)
        steps.let_out()

    # The connection's task.

    async def _live(self) -> None:
        backoff = Backoff(self._chance)
        while self._over is None:
            try:
                await self._connection(backoff)
            except (OSError, WebSocketException, TimeoutError, Lost) as error:
                self._down()
                if self._over is not None:
                    return
                has_logged_in = self.login is not None
                why = await why_never(self.url, error, has_logged_in=has_logged_in)
                if why is not None:
                    self._end(Closed(why))
                    return
                wait_s = backoff.next_s()
                say("connection_lost", url=self.url, why=error, again_in_s=f"{wait_s:.2f}")
                await asyncio.sleep(wait_s)
            except VenueError as error:
                self._end(error)
            except Exception as error:
                self._end(Closed(f"a bug in venue_sdk: {type(error).__name__}: {error}"))
                raise

    async def _connection(self, backoff: Backoff) -> None:
        """Make one connection and use it until it is lost."""
        async with websocket(
            self.url,
            max_size=MESSAGE_BYTES_MAX,
            compression=None,
            open_timeout=OPEN_S,
            close_timeout=CLOSE_S,
        ) as socket:
            link = Link(socket, self._hear)
            reading = asyncio.create_task(link.read())
            try:
                await self._greeting.greet(link)
                backoff.reset()
                self._link = link
                self._up.set()
                mending = asyncio.create_task(self._mend(link))
                try:
                    await asyncio.wait([reading, mending], return_when=asyncio.FIRST_COMPLETED)
                    if mending.done():
                        mending.result()
                finally:
                    mending.cancel()
                    await asyncio.gather(mending, return_exceptions=True)
            finally:
                reading.cancel()
                (ended,) = await asyncio.gather(reading, return_exceptions=True)
                if isinstance(ended, Exception):
                    raise ended  # The first cause; what else failed follows from it.

    def _hear(self, channel: str, data: msgspec.Raw) -> None:
        if self._steps is None:
            self.hearing.hear(channel, data)
            return
        act = partial(self.hearing.hear, channel, data.copy())
        by_wall = not channel.startswith("account.") and not channel.endswith(".raw")
        self._steps.keep(act, channel if by_wall else "")

    # Mending: what was found to be missing is asked for again.

    def _repair(self, channel: str) -> None:
        if channel not in self._broken:
            self._broken[channel] = None
            self._is_broken.set()

    async def _mend(self, link: Link) -> None:
        while True:
            await self._is_broken.wait()
            self._is_broken.clear()
            for channel in list(self._broken):
                say("gap", channel=channel, account=self.account_id)
                with suppress(Refused):
                    await self._mend_one(link, channel)
                del self._broken[channel]

    async def _mend_one(self, link: Link, channel: str) -> None:
        if channel == DESK:
            await self._greeting.take_desk(link)
        elif channel.startswith("account."):
            await self._greeting.hear_account(link)
        elif channel in self._greeting.channels:
            await link.ask(m.UnsubscribeParams(channels=[channel]), m.ChannelsResult)
            await link.ask(m.SubscribeParams(channels=[channel]), m.ChannelsResult)

    def _down(self) -> None:
        self._link = None
        self._up.clear()
        self._broken.clear()

    def _end(self, error: VenueError | None) -> None:
        if self._over is None:
            self._over = error or Closed("the client was closed")
            self._link = None
            self._up.set()
            self.inbox.end(error)
