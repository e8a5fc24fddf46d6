"""``connect`` and ``Client``: one account at a venue, whatever becomes of the connection.

A lost connection is made again with growing waits. Then the client logs in, subscribes to the
same channels, resumes the private notices after the last number it heard, and asks once more
what had no answer (orders carry client order ids, so none is placed twice).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Generator, Iterable
from contextlib import suppress
from functools import partial
from random import Random
from types import TracebackType
from typing import Any, TypeVar

import msgspec
from websockets.asyncio.client import connect as websocket
from websockets.exceptions import InvalidURI, WebSocketException

from venue_sdk import messages as m
from venue_sdk.backoff import Backoff
from venue_sdk.calls import Calls
from venue_sdk.errors import Closed, Lost, Refused, Unanswered, VenueError
from venue_sdk.hearing import Hearing
from venue_sdk.inbox import Inbox, Update
from venue_sdk.link import Link
from venue_sdk.lock_step import Steps
from venue_sdk.log import say

R = TypeVar("R", bound=msgspec.Struct)

ANSWER_S = 30.0  # Wall seconds that a request may wait for its answer, lost connections included.
OPEN_S = 10.0
CLOSE_S = 2.0
MESSAGE_BYTES_MAX = 16 * 1024 * 1024  # A snapshot of a deep book is the longest message.
FINAL = frozenset({"bad_token", "token_expired", "foreign_account"})
DESK = "desk"


class Client(Calls):
    """One account at a venue. Iterate over it for what it hears; see ``Calls`` for what it asks.

    ``books``, ``prices``, ``phases`` and ``sessions`` hold the latest of what is subscribed to,
    ``desk`` the account's positions and open orders, ``time_ms`` the venue's time last heard.
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
        self.login: m.LoginResult | None = None
        self.inbox = Inbox()
        self.hearing = Hearing(self.inbox, self._repair)
        self.hearing.numbering.last_n = resume_after
        self._token = token
        self._answer_s = answer_s
        self._chance = chance or Random()
        self._order_ids = f"{self._chance.getrandbits(48):012x}"
        self._orders = 0
        self._channels: dict[str, None] = {}
        self._cancels_on_disconnect = False
        self._has_desk = False
        self._steps: Steps | None = None
        self._link: Link | None = None
        self._up = asyncio.Event()
        self._over: VenueError | None = None
        self._broken: dict[str, None] = {}
        self._is_broken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    # What is known.

    @property
    def time_ms(self) -> int:
        """The venue's time, as last heard; milliseconds since 1970 UTC."""
        return self.hearing.time_ms

    @property
    def is_lock_step(self) -> bool:
        """Whether time advances only when all enrolled bots are ready."""
        return self.login is not None and not float(self.login.speed)

    @property
    def last_n(self) -> int | None:
        """The last number heard of the account: give it to ``resume_after`` after a restart."""
        return self.hearing.numbering.last_n

    def new_order_id(self) -> str:
        """Return a client order id that nobody had before."""
        self._orders += 1
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
        fresh = [name for name in channels if name not in self._channels]
        if fresh:
            await self.ask(m.SubscribeParams(channels=fresh), m.ChannelsResult)
            self._channels.update(dict.fromkeys(fresh))

    async def unsubscribe(self, *channels: str) -> None:
        """Hear these channels no more."""
        known = [name for name in channels if self._channels.pop(name, "") is None]
        if known:
            with suppress(Refused):  # The connection may have been made again without them.
                await self.ask(m.UnsubscribeParams(channels=known), m.ChannelsResult)

    async def set_cancel_on_disconnect(self, enabled: bool) -> None:
        """Have orders cancelled when their connection is lost; said again on every new one."""
        params = m.CancelOnDisconnectParams(account=self.account_id, enabled=enabled)
        await self.ask(params, m.DoneResult)
        self._cancels_on_disconnect = enabled

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
                if isinstance(error, InvalidURI):
                    self._end(Lost(f"expected an address such as ws://HOST:PORT/v1/ws: {error}"))
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
                await self._greet(link)
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

    async def _greet(self, link: Link) -> None:
        """Log in, and listen to what was listened to before."""
        try:
            self.login = await link.ask(m.LoginParams(token=self._token), m.LoginResult)
            self.hearing.past(self.login.venue_time_ms)
            if self.is_lock_step and not self._orders:
                # A repeated run places the same orders, ids included.
                self._order_ids = f"{self._account}-{self.login.account_n}"
            await self._hear_account(link)
            if self._channels:
                await link.ask(m.SubscribeParams(channels=list(self._channels)), m.ChannelsResult)
            if self._cancels_on_disconnect:
                # Not waited for: in lock-step the answer comes with the step.
                params = m.CancelOnDisconnectParams(account=self.account_id, enabled=True)
                await link.send(params)
        except Refused as refused:
            if refused.name in FINAL:
                raise
            raise Lost(str(refused)) from None
        say("logged_in", url=self.url, account=self._account, speed=self.login.speed)

    @property
    def _account(self) -> int:
        assert self.login is not None, "logged in"
        return self.login.account if self.account_id is None else self.account_id

    async def _hear_account(self, link: Link) -> None:
        """Hear the private notices after the last number; take positions and orders at first."""
        numbering = self.hearing.numbering
        assert self.login is not None, "logged in"
        if numbering.last_n is None and self._account == self.login.account:
            numbering.last_n = self.login.account_n
        from_n = None if numbering.last_n is None else numbering.last_n + 1
        try:
            params = m.SubscribeAccountParams(account=self.account_id, from_=from_n)
            first = await link.ask(params, m.SubscribeAccountResult)
        except Refused as refused:
            if refused.name != "from_the_future":
                raise
            # The venue knows less than we heard: it has begun anew, and so do we.
            say("numbering_began_anew", account=self._account, last_n=numbering.last_n)
            numbering.last_n = None
            self._has_desk = False
            params = m.SubscribeAccountParams(account=self.account_id)
            first = await link.ask(params, m.SubscribeAccountResult)
        if numbering.last_n is None:
            numbering.last_n = first.first_n - 1
        if not self._has_desk:
            await self._take_desk(link)

    async def _take_desk(self, link: Link) -> None:
        positions = await link.ask(m.PositionsParams(account=self.account_id), m.PositionsResult)
        pages: list[m.OrdersResult] = []
        after = 0
        while not pages or pages[-1].more:
            params = m.OrdersParams(account=self.account_id, after=after)
            page = await link.ask(params, m.OrdersResult)
            pages.append(page)
            after = max(_ids(page), default=after)
        self.hearing.desk.begin(positions, pages)
        self._has_desk = True

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
                say("gap", channel=channel, account=self._account)
                with suppress(Refused):
                    await self._mend_one(link, channel)
                del self._broken[channel]

    async def _mend_one(self, link: Link, channel: str) -> None:
        if channel == DESK:
            await self._take_desk(link)
        elif channel.startswith("account."):
            await self._hear_account(link)
        elif channel in self._channels:
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


def _ids(page: m.OrdersResult) -> Iterable[int]:
    yield from (order.order_id for order in page.orders)
    yield from (trigger.order_id for trigger in page.triggers)


class connect:
    """Connect to a venue and log in: ``await connect(url, token)``, or ``async with`` it.

    ``account`` names a sub-account of the token's owner; without it, the token's own.
    ``resume_after`` is the last number heard before, to hear what was missed since.
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
        self._make: Callable[[], Client] = lambda: Client(
            url, token, account, resume_after=resume_after, answer_s=answer_s, chance=chance
        )
        self._client: Client | None = None

    def __await__(self) -> Generator[Any, None, Client]:
        return self._open().__await__()

    async def __aenter__(self) -> Client:
        self._client = await self._open()
        return self._client

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._client is not None:
            await self._client.close()

    async def _open(self) -> Client:
        client = self._make()
        try:
            await client.open()
        except BaseException:
            await client.close()
            raise
        return client
