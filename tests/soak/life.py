"""One process of the venue: the real parts, joined as ``venue/app.py`` does, without sockets."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice

import msgspec

from tests.soak.disk import Disk, FaultyDatabase
from tests.soak.net import Link, LoopWall
from tests.soak.receipts import Port, Receipts
from tests.soak.setting import Setting
from tests.soak.virtual_loop import VirtualLoop
from tests.soak.watch import Watched, Witness
from venue.agenda import Agenda
from venue.checkpoints import Checkpoints
from venue.clock import AcceleratedClock, Clock, Leg, WallClock
from venue.core.commands import (
    Command,
    Deposit,
    FundInsurance,
    ListMarket,
    MarginMode,
    OpenAccount,
    RecordDowntime,
    SetLeverage,
    SubmitPrint,
)
from venue.core.units import E4, E6
from venue.gateway.door import Door
from venue.gateway.settings import DoorSettings
from venue.gateway.venue_port import Login
from venue.gateway.wire_types import Scope
from venue.history import Kept, NoticeHistory
from venue.oracle.feed import KnownFeed
from venue.rules.build import build
from venue.sequencer import Sequencer
from venue.sources import Plan, calendars_of, print_stream, session_stream
from venue.store.errors import JournalUnavailable
from venue.store.recover import Recovered, enter_epoch, recover
from venue.store.sql_journal import SqlJournal

CHECKPOINT_COMMANDS = 300
# Small, so that what bots ask for again has to be worked out from the journal.
NOTICES_KEPT = 400
STOPWATCH_STEP_NS = 100_000
CONNECTIONS_BITS = 20
DOOR = DoorSettings(
    notices_kept=NOTICES_KEPT, inbox_max=32, outgoing_bytes_max=200_000, connection_rate=200
)


class Thinned:
    """One print of a feed in so many, with the cadence that this makes."""

    def __init__(self, feed: KnownFeed, every: int) -> None:
        self._feed = feed
        self._every = every

    def prints(self, from_ns: int, to_ns: int) -> Iterator[SubmitPrint]:
        for each in islice(self._feed.prints(from_ns, to_ns), None, None, self._every):
            yield msgspec.structs.replace(each, cadence_ns=each.cadence_ns * self._every)

    async def run(self, clock: object, submit: object) -> None:
        raise AssertionError("the agenda reads it")


class Life:
    """From the start of a process to its end."""

    def __init__(
        self, setting: Setting, disk: Disk, loop: VirtualLoop, plan: Plan, receipts: Receipts
    ) -> None:
        self.setting = setting
        self.disk = disk
        self.loop = loop
        self.receipts = receipts
        self.links: dict[int, Link] = {}
        self.tripped: str | None = None
        self.journal = SqlJournal(FaultyDatabase(disk, lambda: loop.at_ns))
        self._plan = plan
        self._stopwatch = 0

    async def recover(self) -> tuple[Recovered, Kept]:
        """Bring back what was durable, as it was."""
        kept = Kept(NOTICES_KEPT)
        found = await recover(self.journal, build, began=kept.began, heard=kept.heard)
        return found, kept

    async def begin(
        self,
        recovered: Recovered,
        kept: Kept,
        witness: Witness,
        *,
        version: str,
        machine: "Machine",
    ) -> None:
        """Join the parts; return when the first commands are durable."""
        setting = self.setting
        state = recovered.engine.state
        is_fresh = state.seq == 0
        self.clock = self._make_clock(machine, setting.start_ns if is_fresh else state.now_ns)
        await enter_epoch(
            self.journal,
            recovered,
            code_version=version,
            clock=self.clock.kind,
            speed_e4=self.clock.speed_e4,
            created_ns=self.loop.at_ns,
            beside=kept.feed.saved_counts(),
        )
        now_ns = self.clock.now_ns()
        sessions = session_stream(
            calendars_of(setting.specs), state, from_ns=state.now_ns, now_ns=now_ns, overrides=()
        )
        from_ns = setting.start_ns if is_fresh else state.now_ns + 1
        feeds = [Thinned(feed, setting.every_print) for feed in self._plan.feeds]
        self.engine = Watched(state, witness.hear)
        self.sequencer = Sequencer(
            self.engine,
            self.journal,
            self.clock,
            chain=recovered.chain,
            agenda=Agenda([*sessions, *print_stream(feeds, from_ns)]),
            gone=JournalUnavailable,
            on_assertion=self._trip,
            stopwatch_ns=self._read_stopwatch,
        )
        self.port = Port(self.sequencer, self.receipts, self.disk)
        history = NoticeHistory(self.journal, build)
        self.door = Door(
            venue=self.port,
            authenticate=self._authenticate,
            wall=LoopWall(lambda: self.loop.at_ns),
            call_soon=self.loop.call_soon,
            settings=DOOR,
            version=version,
            history=history.ask,
            first_connection=machine.starts << CONNECTIONS_BITS,
        )
        self.checkpoints = Checkpoints(
            self.journal,
            self.sequencer,
            every_commands=CHECKPOINT_COMMANDS,
            beside=self.door.services.account_feed.saved_counts,
        )
        self.door.prime(state, kept.feed.saved_counts())
        self.door.services.streams.ring.add(kept.notices[-NOTICES_KEPT:])
        at_ns = now_ns if is_fresh else state.now_ns
        known = state.markets.keys() | state.renamed.keys()
        down: list[Command] = [RecordDowntime(max(now_ns, state.now_ns))]
        down += [ListMarket(spec) for spec in setting.specs if spec.market not in known]
        for command in genesis(setting) if is_fresh else down:
            self.sequencer.execute_at(command, at_ns)
        self.sequencer.start()
        self.tasks = [
            self.loop.create_task(each)
            for each in (self.checkpoints.keep(), self.checkpoints.run(), history.run())
        ]
        self.tasks.append(self.loop.create_task(self._sweep()))
        await self.sequencer.drain()

    def link_of(self, bot: int) -> Link:
        """Return a bot's open connection, made and logged in anew where it has none."""
        link = self.links.get(bot)
        if link is None or link.is_closed:
            link = self.links[bot] = Link(self._hear)
            link.open(self.door)
            login = {"jsonrpc": "2.0", "id": 0, "method": "public/login"}
            for asked in (
                {**login, "params": {"token": f"bot-{bot}"}},
                {**login, "method": "private/subscribe_account", "params": {}},
                {**login, "method": "public/subscribe", "params": {"channels": ["book.TSLA"]}},
            ):
                link.say(msgspec.json.encode(asked), self.loop.time())
        return link

    async def end(self) -> None:
        """Keep a checkpoint and let go of everything, once the sequencer has stopped."""
        with suppress(JournalUnavailable):
            await self.checkpoints.save()
        for task in self.tasks:
            task.cancel()
        for found in await asyncio.gather(*self.tasks, return_exceptions=True):
            if not isinstance(found, asyncio.CancelledError):
                raise AssertionError(f"a task ended by itself: {found!r}") from found

    def _make_clock(self, machine: "Machine", start_ns: int) -> Clock:
        if not self.setting.speed:
            return WallClock(machine.now_ns)
        leg = Leg(self.setting.speed * E4, None)
        return AcceleratedClock(start_ns, (leg,), lambda: self.loop.at_ns)

    def _read_stopwatch(self) -> int:
        self._stopwatch += STOPWATCH_STEP_NS
        return self._stopwatch

    def _authenticate(self, token: bytes) -> Login | None:
        name, _, number = token.decode().partition("-")
        is_bot = name == "bot" and number.isdigit() and int(number) <= self.setting.accounts
        return Login(int(number), Scope.FUND) if is_bot else None

    def _hear(self, message: object) -> None:
        self.receipts.hear(message, self.disk.durable_seq)

    def _trip(self, seq: int, at_ns: int, command: Command, why: str) -> None:
        self.tripped = f"seq {seq}, {command}: {why}"

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(5.0)
            for link in list(self.links.values()):
                if not link.is_closed:
                    link.pong(self.loop.time())
            self.door.sweep()
            self.door.beat()


class Machine:
    """What outlives a process beside the disk: the machine's clock, and how often it started."""

    def __init__(self, start_ns: int) -> None:
        self.base_ns = start_ns
        self.starts = 0
        self.loop: VirtualLoop | None = None

    def now_ns(self) -> int:
        """Read the machine's clock."""
        return self.base_ns + (0 if self.loop is None else self.loop.at_ns)


def genesis(setting: Setting) -> Iterable[Command]:
    """Yield what opens a fresh venue: two rich makers, the others poor, the last a sub-account."""
    for listing in setting.first_specs:
        yield ListMarket(listing)
    yield FundInsurance(setting.insurance_dollars * E6)
    for number in range(1, setting.accounts + 1):
        yield OpenAccount(f"bot-{number}", 3 if number == setting.accounts else None)
        dollars = 3_000_000 if number <= 2 else (500, 5_000, 60_000)[number % 3]
        yield Deposit(number, dollars * E6)
        if number > 2:
            for listing in setting.first_specs:
                mode = (MarginMode.CROSS, MarginMode.ISOLATED)[(number + setting.seed) % 2]
                yield SetLeverage(number, listing.market, 20, mode)
