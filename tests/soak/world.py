"""A whole life of a venue, process after process, on one disk and under one list of actions."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from hashlib import blake2b
from typing import NamedTuple

from tests.soak import actions as act
from tests.soak.actions import AnyAction
from tests.soak.again import CameTo, look_again, look_at_leaves
from tests.soak.disk import Disk
from tests.soak.life import Life, Machine, genesis
from tests.soak.receipts import Receipts
from tests.soak.setting import Setting
from tests.soak.virtual_loop import PowerCut, VirtualLoop
from tests.soak.watch import Shadow
from tests.support.model import expect
from venue.config import SourceSettings
from venue.core.commands import SubmitPrint
from venue.core.units import NS_PER_MS, NS_PER_SECOND
from venue.oracle.figures import FigureError
from venue.oracle.live.dialects.plain import PriceMessage, decoded, price_and_time
from venue.sources import plan
from venue.store.errors import JournalUnavailable
from venue.store.journal import Group

# A life with more starts than this gets nowhere.
STARTS_MAX = 400
DRAIN_SECONDS = 3_600

Draw = Callable[["World"], AnyAction | None]


class Outcome(NamedTuple):
    """What a life came to; ``checkpoints`` is from how many it was replayed.

    ``asked``, ``events`` and ``words`` are as ``Shadow`` counts them.
    """

    commands: int
    venue_ns: int
    starts: int
    faults: Counter[str]
    asked: Counter[str]
    events: Counter[str]
    words: Counter[str]
    checkpoints: int
    came_to: CameTo
    groups: list[Group]


class World:
    """Lives a list of actions, or draws them; raises where anything is not as it should be."""

    def __init__(self, setting: Setting, draw: Draw) -> None:
        self.setting = setting
        self.disk = Disk()
        self.receipts = Receipts(len(list(genesis(setting))))
        self.shadow = Shadow()
        self.machine = Machine(setting.start_ns)
        self.faults: Counter[str] = Counter()
        self.done: list[AnyAction] = []
        self.life: Life | None = None
        self.version = 1
        self.checkpoints = 0
        self._draw = draw
        self._at_ns = 0
        self._is_over = False
        self._digests: dict[int, bytes] = {}
        seed = blake2b(str(setting.seed).encode(), digest_size=32).digest()
        self.plan = plan(
            SourceSettings(replay=None), setting.specs, seed=seed, now_ns=setting.start_ns
        )

    def run(self) -> Outcome:
        """Live until nothing more is drawn; then stop in order, and look at everything again."""
        while not self._is_over:
            self.machine.starts += 1
            expect(self.machine.starts < STARTS_MAX, "the venue starts and starts")
            loop = VirtualLoop(self._at_ns)
            self.machine.loop = loop
            life = self.life = Life(self.setting, self.disk, loop, self.plan, self.receipts)
            asyncio.set_event_loop(loop)
            cut = loop.live(self._live(life))
            self._at_ns = loop.at_ns
            if cut is not None:
                self.faults[f"cut {cut}"] += 1
            self._hold(life)
        self.faults.update(self.disk.met)
        state = self.shadow.engine.state
        return Outcome(
            commands=self.shadow.seq,
            venue_ns=state.now_ns - self.setting.start_ns,
            starts=self.machine.starts,
            faults=self.faults,
            asked=self.shadow.asked,
            events=self.shadow.events,
            words=self.shadow.words,
            checkpoints=self.checkpoints,
            came_to=self.came_to,
            groups=self.shadow.groups,
        )

    @property
    def came_to(self) -> CameTo:
        """Where the journal's commands lead."""
        return CameTo(self.shadow.seq, self.shadow.chain.hex(), self.shadow.digest.hex())

    async def _live(self, life: Life) -> None:
        try:
            recovered, kept = await life.recover()
            await self._follow(life)
            expect(recovered.chain == self.shadow.chain, "recovery comes by another chain")
            expect(self.shadow.is_same(recovered.engine), "recovery brings another state")
            self._digests.clear()  # What was not durable is forgotten.
            witness = self.shadow.witness(self._digests)
            await life.begin(
                recovered, kept, witness, version=f"v{self.version}", machine=self.machine
            )
        except JournalUnavailable:
            self.faults["a start without a disk"] += 1
            await asyncio.sleep(1.0)
            return
        while True:
            action = self._draw(self)
            if action is None:
                self.disk.mend()
                if self._has_stopped(life) or not await self._end(life):
                    return
                self._is_over = True
                await self._follow(life)
                self.checkpoints = await look_again(life.journal, self.came_to)
                look_at_leaves(self.shadow.engine.state)
                return
            self.done.append(action)
            await asyncio.sleep(action.after_ms / 1_000)
            if self._has_stopped(life):
                return
            if await self._take(life, action):
                return

    async def _follow(self, life: Life) -> None:
        """Let the shadow execute what is durable by now, and hold every receipt against it."""
        groups = [group async for group in life.journal.groups(self.shadow.seq + 1)]
        self.shadow.follow(groups, self._digests)
        expect(self.shadow.seq == self.disk.durable_seq, "the journal has lost its end")
        self.receipts.check(self.shadow.rows)

    async def _end(self, life: Life) -> bool:
        """Stop a process in order; return whether it got so far."""
        await asyncio.wait_for(life.sequencer.stop(), DRAIN_SECONDS)
        if self._has_stopped(life):
            return False
        await life.end()
        return True

    def _has_stopped(self, life: Life) -> bool:
        """Say whether the process has ended by itself, as it should when its clock leaps."""
        stopped = life.sequencer.stopped
        for task in life.tasks:
            expect(not task.done(), f"a task of the venue has ended: {task}")
        if stopped is None or not stopped.done():
            return False
        why = str(stopped.exception())
        self._hold(life)
        expect("the machine's clock leapt" in why, f"the venue stopped: {stopped.exception()!r}")
        self.faults["a stop at a leap of the clock"] += 1
        return True

    def _hold(self, life: Life) -> None:
        expect(life.tripped is None, f"an assertion tripped: {life.tripped}")

    async def _take(self, life: Life, action: AnyAction) -> bool:
        """Do to the venue what an action says; return whether the process is over."""
        self.faults.update(_counted(action))
        match action:
            case act.Say():
                self._say(life, action)
            case act.HangUp(bot=bot):
                life.link_of(bot).end()
            case act.Deafen(bot=bot):
                life.link_of(bot).is_deaf = True
            case act.Clog(bot=bot, unsent_bytes=unsent_bytes):
                life.link_of(bot).stuck_bytes = unsent_bytes
            case act.Order(command=command):
                life.port.submit(command)
            case act.SourceFrame(payload=payload):
                self._arrive(life, action, lambda: self._print(life, payload))
            case act.DiskFault():
                self.disk.armed.append(action)
            case act.Kill():
                raise PowerCut("between two turns")
            case act.Stop():
                if life.sequencer.paused is None and not self.disk.armed:
                    await self._end(life)
                    return True
            case act.Checkpoint():
                if not self.disk.slow_writes:
                    life.loop.create_task(_save(life))
            case act.StepClock(by_ms=by_ms):
                self.machine.base_ns += by_ms * NS_PER_MS
            case act.NextLife(down_ms=down_ms, newer=newer):
                self.version += newer
                self._at_ns += down_ms * NS_PER_MS
                life.loop.at_ns += down_ms * NS_PER_MS
                raise PowerCut("and a while without it")
        life.door.beat()
        return False

    def _say(self, life: Life, action: act.Say) -> None:
        link = life.link_of(action.bot)
        self._arrive(life, action, lambda: link.say(action.payload, life.loop.time()))

    def _arrive(
        self, life: Life, action: act.Say | act.SourceFrame, arrive: Callable[[], None]
    ) -> None:
        """Let a frame arrive, as often and as late as the network brings it."""
        for _ in range(action.copies):
            if action.delay_ms:
                life.loop.call_later(action.delay_ms / 1_000, arrive)
            else:
                arrive()

    def _print(self, life: Life, payload: bytes) -> None:
        """Take a frame as the live source does: refuse it by name, or submit its print."""
        try:
            seen = decoded(payload)
            if not isinstance(seen, PriceMessage):
                return
            nanos, source_time_ns = price_and_time(seen)
        except FigureError:
            self.faults["a source's frame refused"] += 1
            return
        cadence_ns = 5 * NS_PER_SECOND * self.setting.every_print
        received_ns = life.clock.now_ns()
        life.port.submit(
            SubmitPrint(seen.underlying, "live", nanos, source_time_ns, received_ns, cadence_ns)
        )


def _counted(action: AnyAction) -> list[str]:
    match action:
        case act.Say(copies=0):
            return ["a frame lost"]
        case act.Say(copies=2):
            return ["a frame doubled"]
        case act.Say(delay_ms=delay_ms) if delay_ms:
            return ["a frame delayed"]
        case act.SourceFrame(copies=0):
            return ["a source's frame lost"]
        case act.SourceFrame(copies=2):
            return ["a source's frame doubled"]
        case act.SourceFrame(delay_ms=delay_ms) if delay_ms:
            return ["a source's frame delayed"]
        case act.HangUp():
            return ["a connection lost"]
        case act.Deafen():
            return ["a connection half open"]
        case act.Clog():
            return ["a slow reader"]
        case act.StepClock(by_ms=by_ms):
            return ["the clock set forth" if by_ms > 0 else "the clock set back"]
        case act.NextLife(newer=True):
            return ["a newer version"]
    return []


async def _save(life: Life) -> None:
    with suppress(JournalUnavailable):
        await life.checkpoints.save()


def recorded(actions: Sequence[AnyAction]) -> Draw:
    """Return a draw that lives a list of actions."""
    left: Iterator[AnyAction] = iter(actions)
    return lambda world: next(left, None)
