"""Checkpoints of the running state, taken when all of it is durable: what bounds a restart.

One falls due after so many commands, after so many seconds if there was anything worth it, and at
every close. The loop does not wait for it: a child makes the bytes (``taken.py``), the journal
writes them in parts.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

import structlog

from venue.core.phases import Session
from venue.core.state import State
from venue.group import Executed, changes_of_session
from venue.sequencer import Sequencer
from venue.store.errors import JournalUnavailable
from venue.store.journal import Checkpoint, Journal
from venue.store.recover import save_state
from venue.taken import NotTaken, Whole, taken_here

log = structlog.get_logger()

# The newest stay, whatever lies between them, and as many older ones that are ``every_commands``
# apart, for whoever asks for old notices; those at which an epoch begins stay for ever.
KEPT = 4
# Executing so few again takes a tenth of a second: no time that passes is worth a checkpoint.
WORTH_COMMANDS = 1_000
LOOK_SECONDS = 1.0
# Of so many at a time the bytes are made and written; closes come faster at a million times.
IN_HAND_MAX = 4


class Taken(NamedTuple):
    """A state that is being turned into bytes, and what belongs to it."""

    seq: int
    at_ns: int
    chain: bytes
    beside: bytes
    whole: Awaitable[Whole]


class Checkpoints:
    """Saves the state every so many commands or seconds, and at every close.

    ``beside`` returns what the shell keeps with a checkpoint; ``take`` turns a state into bytes,
    as it is when it is called. ``every_seconds`` is wall time; ``None``: commands alone count.
    """

    def __init__(
        self,
        journal: Journal,
        sequencer: Sequencer,
        *,
        every_commands: int,
        beside: Callable[[], bytes],
        every_seconds: float | None = None,
        take: Callable[[State], Awaitable[Whole]] = taken_here,
    ) -> None:
        self._journal = journal
        self._sequencer = sequencer
        self._every = every_commands
        self._every_seconds = every_seconds
        self._beside = beside
        self._take = take
        # Two at once would mix their parts where both are of one command.
        self._saving = asyncio.Lock()
        self._saved_seq = self._frozen_seq = sequencer.engine.state.seq
        self._in_hand: asyncio.Queue[Taken] = asyncio.Queue()
        self._is_asked = False
        self._wanted = 0  # Asked for, and neither kept nor given up yet.
        sequencer.on_executed(self._listen)

    def _listen(self, executed: Sequence[Executed]) -> None:
        for command in changes_of_session(executed):
            if command.session is Session.NO_TRADING:
                self.want()

    def want(self) -> None:
        """Have the state taken as soon as all of it is durable; several wishes at once are one."""
        if not self._is_asked and self._wanted < IN_HAND_MAX:
            self._is_asked = True
            self._wanted += 1
            self._sequencer.ask(self._begin)

    def _begin(self, state: State) -> None:
        """Take the state. The sequencer asks when it holds nothing but what is durable."""
        self._is_asked = False
        chain, beside = self._sequencer.chain, self._beside()
        self._in_hand.put_nowait(Taken(state.seq, state.now_ns, chain, beside, self._take(state)))

    async def run(self) -> None:
        """Want checkpoints as they fall due, until cancelled."""
        loop = asyncio.get_running_loop()
        wanted_at = loop.time()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            new = self._sequencer.durable_seq - self._saved_seq
            is_time = (
                self._every_seconds is not None
                and new >= WORTH_COMMANDS
                and loop.time() - wanted_at >= self._every_seconds
            )
            if not self._wanted and (new >= self._every or is_time):
                wanted_at = loop.time()
                self.want()

    async def keep(self) -> None:
        """Save what is taken, until cancelled."""
        while True:
            taken = await self._in_hand.get()
            try:
                await self._keep(taken)
            except NotTaken as error:  # The next one is due soon.
                log.error("no checkpoint was taken", why=str(error))
            self._wanted -= 1

    async def _keep(self, taken: Taken) -> None:
        state, digest = await taken.whole
        checkpoint = Checkpoint(taken.seq, taken.at_ns, digest, taken.chain, state, taken.beside)
        while True:
            try:
                async with self._saving:
                    if taken.seq > self._saved_seq:
                        await self._journal.save_checkpoint(checkpoint)
                        self._saved_seq = taken.seq
                        await self._tidy()
                return
            except JournalUnavailable as error:  # Whoever appends to it tries it again.
                log.error("no checkpoint was kept", why=str(error))
                await asyncio.sleep(LOOK_SECONDS)

    async def save(self) -> None:
        """Save the state now, if anything has happened since the last time."""
        state = self._sequencer.engine.state
        async with self._saving:
            await self._sequencer.drain()
            if state.seq == self._saved_seq:
                return
            before, self._saved_seq = self._saved_seq, state.seq
            try:
                await save_state(self._journal, state, self._sequencer.chain, self._beside())
            except JournalUnavailable:
                self._saved_seq = before
                raise
            await self._tidy()

    async def _tidy(self) -> None:
        """Let older checkpoints go.

        What lives after so many commands is likely to live on: the collector need not look at it
        again.
        """
        await self._journal.prune_checkpoints(keep=KEPT, apart=self._every)
        if self._saved_seq - self._frozen_seq >= self._every:
            self._frozen_seq = self._saved_seq
            gc.freeze()
