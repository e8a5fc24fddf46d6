"""``Bot``: subclass it, fill in what you want to hear of, and run it.

Only what is filled in is subscribed to. Handlers run one after another, never two at once, so a
bot needs no locks. A request that the venue refuses ends the handler and comes to
``on_refused``; a lost connection is made again without the bot having to know.
"""

import argparse
import asyncio
import os
import select
import signal
import sys
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from random import Random
from typing import ClassVar

from venue_sdk import messages as m
from venue_sdk.book import Book
from venue_sdk.errors import Refused, Unanswered, VenueError
from venue_sdk.inbox import Update
from venue_sdk.log import Seldom, say, to_stderr
from venue_sdk.opening import connect
from venue_sdk.trader import Trader

STOP_S = 3.0  # Wall seconds that ``on_stop`` may take.
HANDLED = {
    "on_book": "book",
    "on_trade": "trades",
    "on_mark": "prices",
    "on_phase": "phase",
    "on_terms": "terms",
    "on_session": "session",
}
URL = "ws://127.0.0.1:8787/v1/ws"
RAW = frozenset({"book", "trades", "prices"})  # Channels that also come command by command.


class Bot(Trader):
    """One account's trader. ``markets`` are those it hears of; empty: all that are listed.

    ``listed`` has the markets' ticks, lots and limits, ``client`` all methods of the venue (see
    ``Trader`` for the short ones), ``chance`` is randomness that a seed repeats.
    """

    markets: ClassVar[Iterable[str]] = ()
    hears: ClassVar[frozenset[str]] = frozenset()  # Channels to keep beside those with a handler.

    def __init__(
        self,
        url: str = URL,
        token: str = "",
        account: int | None = None,
        *,
        name: str = "",
        seed: int = 0,
        resume_after: int | None = None,
    ) -> None:
        super().__init__()
        self.url = url
        self.token = token
        self.account = account
        self.name = name or type(self).__name__.lower()
        self.chance = Random(f"{seed}:{self.name}")
        self.resume_after = resume_after
        self._seldom = Seldom()

    # Fill in.

    async def on_start(self) -> None:
        """Connected, logged in and subscribed, before anything is heard."""

    async def on_book(self, book: Book) -> None:
        """A book has changed."""

    async def on_trade(self, market: str, trade: m.TradeView) -> None:
        """Somebody traded."""

    async def on_mark(self, prices: m.PricesView) -> None:
        """Index, mark or funding of a market was published, or how far the outside price can be
        trusted has changed (``prices.validity``)."""

    async def on_phase(self, phase: m.PhaseView) -> None:
        """A market began or ended a call or a halt; during a call, what it would give now."""

    async def on_terms(self, terms: m.MarketTermsView) -> None:
        """Other limits hold in a market: prices, sizes, leverage, what is blocked, why positions
        may only shrink."""

    async def on_session(self, session: m.SessionView) -> None:
        """The market of an underlying closed, opened, or changed its hours."""

    async def on_fill(self, note: m.FillNote) -> None:
        """An order of this account traded; ``position`` already has it."""

    async def on_order(self, note: m.OrderNote) -> None:
        """An order of this account stands, has changed, or is gone."""

    async def on_funding(self, note: m.FundingNote) -> None:
        """Funding was settled with this account."""

    async def on_liquidation(self, note: m.LiquidationNote) -> None:
        """A step of a liquidation of this account."""

    async def on_note(self, note: m.AnyNote) -> None:
        """Anything else that happened to this account."""

    async def on_refused(self, refused: Refused) -> None:
        """A request was refused; the handler that sent it ended there.

        Said once in ten seconds a method and reason, with the count of those that were not.
        """
        unsaid = self._seldom.unsaid((refused.method, refused.name))
        if unsaid is not None:
            more = {"more_like_it": unsaid} if unsaid else {}
            say("refused", bot=self.name, method=refused.method, why=refused, **more)

    async def on_stop(self) -> None:
        """The bot was told to stop; the connection may be lost already."""

    # Run.

    def run(self) -> None:
        """Run until SIGINT or SIGTERM; exit with 1 when the bot cannot run, and say why."""
        to_stderr()
        is_well = True
        try:
            with suppress(KeyboardInterrupt):
                is_well = asyncio.run(self._run_until_signal())
            sys.stdout.flush()
        except BrokenPipeError:
            if not _nobody_reads():
                raise
            is_well = False
        if not is_well:
            raise SystemExit(1)

    @classmethod
    def main(cls, *, resume_after: int | None = None) -> None:
        """Run with ``--url``, ``--token`` (or VENUE_TOKEN) and ``--seed`` from the command line.

        ``resume_after`` is the ``n`` of the last private notice that an earlier run handled.
        """
        parser = argparse.ArgumentParser(description=(cls.__doc__ or "").split("\n")[0])
        parser.add_argument("--url", default=URL)
        parser.add_argument("--token", default=os.environ.get("VENUE_TOKEN", ""))
        parser.add_argument("--account", type=int, help="a sub-account of the token's owner")
        parser.add_argument("--seed", type=int, default=0)
        given = parser.parse_args()
        bot = cls(given.url, given.token, given.account, seed=given.seed, resume_after=resume_after)
        bot.run()

    async def run_async(self) -> None:
        """Run until cancelled, or until the client cannot go on (then it raises why)."""
        async with connect(
            self.url, self.token, self.account, resume_after=self.resume_after
        ) as client:
            self._client = client
            if client.is_lock_step:
                client.hold()
            try:
                self.listed = self._wanted(await client.markets())
                await client.subscribe(*self.channels(lock_step=client.is_lock_step))
                if client.is_lock_step:
                    await self._in_lock_step()
                else:
                    await self._work()
            finally:
                await self._stop()

    def channels(self, *, lock_step: bool = False) -> list[str]:
        """Return the channels of the handlers that are filled in; override for others."""
        wanted = [
            kind
            for handler, kind in HANDLED.items()
            if kind in self.hears or getattr(type(self), handler) is not getattr(Bot, handler)
        ]
        names = [
            f"{kind}.{market}.raw" if lock_step and kind in RAW else f"{kind}.{market}"
            for market in self.listed
            for kind in wanted
            if kind != "session"
        ]
        if "session" in wanted:
            underlyings = sorted({view.underlying for view in self.listed.values()})
            names += [f"session.{underlying}" for underlying in underlyings]
        return names

    async def handle(self, update: Update) -> None:
        """Give one update to its handler."""
        data = update.data
        if isinstance(data, Book):
            await self.on_book(data)
        elif isinstance(data, m.TradeView):
            await self.on_trade(update.channel.split(".")[1], data)
        elif isinstance(data, m.PricesView):
            await self.on_mark(data)
        elif isinstance(data, m.PhaseView):
            await self.on_phase(data)
        elif isinstance(data, m.MarketTermsView):
            await self.on_terms(data)
        elif isinstance(data, m.SessionView):
            await self.on_session(data)
        elif isinstance(data, m.FillNote):
            await self.on_fill(data)
        elif isinstance(data, m.OrderNote):
            await self.on_order(data)
        elif isinstance(data, m.FundingNote):
            await self.on_funding(data)
        elif isinstance(data, m.LiquidationNote):
            await self.on_liquidation(data)
        else:
            await self.on_note(data)

    def _wanted(self, listed: dict[str, m.MarketView]) -> dict[str, m.MarketView]:
        """Return the markets that the bot names, all of them if it names none."""
        named = [self.markets] if isinstance(self.markets, str) else list(self.markets)
        if missing := [name for name in named if name not in listed]:
            raise Refused(
                "unknown_market",
                f"expected markets of {', '.join(sorted(listed)) or 'a venue that lists none'}, "
                f"found {', '.join(missing)}",
                {},
                "public/get_markets",
            )
        return {name: view for name, view in listed.items() if name in named or not named}

    async def _work(self) -> None:
        """Begin, and handle what comes, one update after another."""
        await self._guarded(self.on_start())
        async for update in self.client:
            await self._guarded(self.handle(update))

    async def _in_lock_step(self) -> None:
        """Work; whenever everything received is handled say ready, and let time advance."""
        working = asyncio.create_task(self._work())
        stepping = asyncio.create_task(self._step_on())
        try:
            await asyncio.wait([working, stepping], return_when=asyncio.FIRST_COMPLETED)
            for task in (working, stepping):
                if task.done():
                    task.result()
        finally:
            for task in (working, stepping):
                task.cancel()
            await asyncio.gather(working, stepping, return_exceptions=True)

    async def _step_on(self) -> None:
        while True:
            await self.client.step()

    async def _stop(self) -> None:
        """Let the bot say its last words; in lock-step nobody waits for their answers."""
        saying = asyncio.create_task(self.on_stop())
        ends = {saying}
        if self.client.is_lock_step:
            ends.add(asyncio.create_task(self.client.rest()))
        await asyncio.wait(ends, timeout=STOP_S, return_when=asyncio.FIRST_COMPLETED)
        for task in ends:
            task.cancel()
        with suppress(VenueError, asyncio.CancelledError):
            await saying

    async def _guarded(self, handling: Coroutine[object, object, None]) -> None:
        try:
            await handling
        except Refused as refused:
            await self.on_refused(refused)
        except Unanswered as unanswered:
            say("unanswered", bot=self.name, why=unanswered)

    async def _run_until_signal(self) -> bool:
        """Return whether the bot was told to stop; it says why it had to."""
        if not self.token:
            say("stopped", bot=self.name, why="no token: give --token or VENUE_TOKEN")
            return False
        task = asyncio.create_task(self.run_async())
        if sys.platform != "win32":  # A loop hears no signals there; Ctrl-C interrupts ``run``.
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            say("stopped", bot=self.name)
        except VenueError as error:
            say("stopped", bot=self.name, why=error)
            return False
        return True


def _nobody_reads() -> bool:
    """Say whether it is our standard output that broke, as in ``bot.py | head``; drop the rest."""
    output = sys.stdout.fileno()
    if hasattr(select, "poll"):
        looking = select.poll()
        looking.register(output, select.POLLOUT)
        if not any(event & select.POLLERR for _, event in looking.poll(0)):
            return False
    os.dup2(os.open(os.devnull, os.O_WRONLY), output)
    return True
