"""Door, sequencer, engine and journal in one process, without sockets: for what stalls them."""

import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from venue.app import SWITCH_SECONDS
from venue.clock import SteppedClock
from venue.collecting import Collecting
from venue.core.commands import Command
from venue.core.engine import Engine
from venue.gateway.connection import Connection
from venue.gateway.door import Door
from venue.gateway.settings import DoorSettings
from venue.gateway.venue_port import Login
from venue.gateway.wire_types import Scope
from venue.rules.build import build
from venue.sequencer import Sequencer
from venue.store.journal import GENESIS_CHAIN
from venue.store.open import open_journal

GROUP = 500
UNLIMITED = DoorSettings(connection_rate=0, account_rate=0)


class Sink:
    """A link that counts answers instead of sending them, and keeps when the last one came."""

    def __init__(self) -> None:
        self.frames = 0
        self.told_ns = 0
        self._told = asyncio.Event()

    def flush(self, frames: Sequence[bytes]) -> None:
        """Count, and wake who waits."""
        self.frames += len(frames)
        self.told_ns = time.perf_counter_ns()
        self._told.set()

    async def until(self, frames: int) -> None:
        """Return when so many came; the loop sleeps meanwhile, as it does where bots are far."""
        while self.frames < frames:
            self._told.clear()
            await self._told.wait()

    def unsent_bytes(self) -> int:
        """The network takes everything at once."""
        return 0

    def ping(self) -> None:
        """Nobody is there to be pinged."""

    def close(self, code: int, why: str) -> None:
        """No benchmark ends a connection."""
        raise AssertionError(f"the door closed a connection: {why}")

    def pause_reading(self) -> None:
        """What is said comes when it is asked for."""

    def resume_reading(self) -> None:
        """See ``pause_reading``."""


class Desk:
    """A door over a running engine. A token is an account's number."""

    def __init__(self, sequencer: Sequencer, door: Door, clock: SteppedClock) -> None:
        self.sequencer = sequencer
        self.door = door
        self.clock = clock

    def login(self, account: int) -> tuple[Connection, Sink]:
        """Return a connection of an account; its first frame is the answer to the login."""
        sink = Sink()
        connection = self.door.opened(sink)
        assert connection is not None, "the door is full"
        text = (
            f'{{"jsonrpc":"2.0","id":1,"method":"public/login","params":{{"token":"{account}"}}}}'
        )
        self.door.on_message(connection, text.encode())
        return connection, sink


@asynccontextmanager
async def desk(opening: Sequence[tuple[int, Command]]) -> AsyncIterator[Desk]:
    """Put a door and a fresh SQLite journal round an engine that has executed an opening.

    Time is stepped: it stands still where the opening ended. What the opening made is frozen, as
    the venue does after recovery and after checkpoints.
    """
    sys.setswitchinterval(SWITCH_SECONDS)  # As the venue's own process does.
    with tempfile.TemporaryDirectory(prefix="venue-bench-", ignore_cleanup_errors=True) as folder:
        journal = await open_journal(f"sqlite:///{folder}/journal.db")
        clock = SteppedClock(opening[0][0])
        sequencer = Sequencer(Engine(build), journal, clock, chain=GENESIS_CHAIN)
        door = Door(
            venue=sequencer,
            authenticate=lambda token: Login(int(token), Scope.TRADE),
            settings=UNLIMITED,
        )
        sequencer.start()
        for number, (at_ns, command) in enumerate(opening):
            clock.step_to(at_ns)
            sequencer.execute_at(command, at_ns)
            if number % GROUP == 0:
                await sequencer.drain()
        await sequencer.drain()
        collecting = Collecting()
        collecting.begin()
        sequencer.on_executed(collecting.listen)
        try:
            yield Desk(sequencer, door, clock)
        finally:
            gc.unfreeze()
            await sequencer.stop()
            await journal.close()
