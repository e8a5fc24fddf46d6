"""Checkpoints and digests of the running state, taken when all of it is durable."""

import asyncio
import gc
from collections.abc import Callable, Sequence

import structlog

from venue.core.digest import digest
from venue.core.phases import Session
from venue.core.state import State
from venue.sequencer import Executed, Sequencer, changes_of_session
from venue.store.errors import JournalUnavailable
from venue.store.journal import Journal
from venue.store.recover import save_state

log = structlog.get_logger()

# Older checkpoints are pruned; those at which an epoch begins stay.
KEPT = 8
LOOK_SECONDS = 1.0


class Checkpoints:
    """Saves the state every so many commands, and its digest at every close.

    ``beside`` returns what the shell keeps with a checkpoint.
    """

    def __init__(
        self,
        journal: Journal,
        sequencer: Sequencer,
        *,
        every_commands: int,
        beside: Callable[[], bytes],
    ) -> None:
        self._journal = journal
        self._sequencer = sequencer
        self._every = every_commands
        self._beside = beside
        self._saved_seq = sequencer.engine.state.seq
        self._digests: asyncio.Queue[tuple[int, bytes]] = asyncio.Queue()
        sequencer.on_executed(self._listen)

    def _listen(self, executed: Sequence[Executed]) -> None:
        for command in changes_of_session(executed):
            if command.session is Session.NO_TRADING:
                self._sequencer.ask(self._take_digest)

    def _take_digest(self, state: State) -> None:
        self._digests.put_nowait((state.seq, digest(state)))

    async def run(self) -> None:
        """Save checkpoints as they fall due, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._sequencer.durable_seq - self._saved_seq >= self._every:
                try:
                    await self.save()
                except JournalUnavailable as error:  # Orders wait for it, too; it is tried again.
                    log.error("no checkpoint was kept", why=str(error))

    async def keep_digests(self) -> None:
        """Save digests as they are taken, until cancelled."""
        while True:
            digest_at = await self._digests.get()
            while True:
                try:
                    await self._journal.save_digest(*digest_at)
                    break
                except JournalUnavailable:  # The journal is tried again by whoever appends to it.
                    await asyncio.sleep(LOOK_SECONDS)

    async def save(self) -> None:
        """Save the state now, if anything has happened since the last time.

        What lives by then is likely to live on: the collector need not look at it again.
        """
        await self._sequencer.drain()
        engine = self._sequencer.engine
        if engine.state.seq == self._saved_seq:
            return
        before, self._saved_seq = self._saved_seq, engine.state.seq
        try:
            await save_state(self._journal, engine, self._sequencer.chain, self._beside())
        except JournalUnavailable:
            self._saved_seq = before
            raise
        await self._journal.prune_checkpoints(keep=KEPT)
        gc.freeze()
