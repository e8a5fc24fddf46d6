"""A venue to connect to: the real core behind the real door, its journal in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from venue.clock import AcceleratedClock, Clock, Leg
from venue.core import commands as c
from venue.core.engine import Engine
from venue.core.market import Market
from venue.core.phases import Closure, Session
from venue.core.units import E4, E6, E9, NS_PER_SECOND
from venue.gateway.door import Door
from venue.gateway.server import DoorServer, serve_door
from venue.gateway.venue_port import Login, VenuePort
from venue.gateway.wire_types import Scope
from venue.group import Group
from venue.rules.build import build
from venue.rules.rulebooks import spec
from venue.sequencer import Sequencer

START_NS = 1_744_383_600 * NS_PER_SECOND  # Friday 2025-04-11, 11:00 in New York.
CADENCE_NS = 60 * NS_PER_SECOND  # So that no source seems stale in these stories.
NAMES = ("ann", "bob", "cat")


class MemoryJournal:
    """Groups in a list."""

    can_append_now = True
    commit_ns = 0

    def __init__(self) -> None:
        self.groups: list[Group] = []

    def append_now(self, group: Group) -> None:
        self.groups.append(group)

    async def append(self, group: Group) -> None:
        self.append_now(group)


class RealVenue:
    """TSLA at 250 dollars, and accounts with a million each whose tokens are their names."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.journal = MemoryJournal()
        self.sequencer = Sequencer(Engine(build), self.journal, clock, chain=bytes(32))
        self.behind: VenuePort = self.sequencer
        self.server: DoorServer | None = None
        self.port = 0
        self._door: Door | None = None

    async def start(self) -> None:
        """Open the market and the accounts, and let bots in."""
        sequencer = self.sequencer
        sequencer.start()
        self._door = Door(venue=self.behind, authenticate=self._authenticate)
        sequencer.submit(c.ListMarket(spec("TSLA")))
        for number, name in enumerate(NAMES, start=1):
            sequencer.submit(c.OpenAccount(name))
            sequencer.submit(c.Deposit(number, 1_000_000 * E6))
        self.session(Session.REGULAR, Closure.NONE)
        self.print(25_000)
        await sequencer.drain()
        await self.open_door()

    @property
    def market(self) -> Market:
        """TSLA as it stands."""
        return self.sequencer.engine.state.markets["TSLA"]

    async def open_door(self) -> None:
        """Listen, on the port of before if there was one."""
        assert self._door is not None, "the venue was started"
        self.server = await serve_door(self._door, host="127.0.0.1", port=self.port)
        self.port = self.server.port

    async def shut_door(self) -> None:
        """Throw everybody out and listen no more; the venue itself goes on."""
        assert self.server is not None, "the door is open"
        await self.server.close()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/v1/ws"

    @property
    def door(self) -> Door:
        assert self._door is not None, "the venue was started"
        return self._door

    def print(self, cents: int) -> None:
        """Let the underlying print a price, and time pass so that the mark follows."""
        now_ns = self.sequencer.now_ns()
        nanos = cents * E9 // 100
        self.sequencer.submit(c.SubmitPrint("TSLA", "tape", nanos, now_ns, now_ns, CADENCE_NS))

    def session(self, session: Session, closure: Closure, ends_ns: int | None = None) -> None:
        """Let the underlying's session change; NO_TRADING comes next when it ends."""
        now_ns = self.sequencer.now_ns()
        after = None if ends_ns is None else Session.NO_TRADING
        self.sequencer.submit(c.ChangeSession("TSLA", session, closure, now_ns, ends_ns, after))

    async def stop(self) -> None:
        await self.shut_door()
        await self.sequencer.stop()

    def _authenticate(self, token: bytes) -> Login | None:
        name = token.decode()
        return Login(NAMES.index(name) + 1, Scope.FUND) if name in NAMES else None


@asynccontextmanager
async def real_venue(speed: int = 60, start_ns: int = START_NS) -> AsyncIterator[RealVenue]:
    """Run a venue on an accelerated clock until the block ends, with a mark published."""
    venue = RealVenue(AcceleratedClock(start_ns, (Leg(speed * E4, None),)))
    await venue.start()
    try:
        while venue.market.mark_nanos is None:
            await asyncio.sleep(0.01)
        yield venue
    finally:
        await venue.stop()
