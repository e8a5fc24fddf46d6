"""A journal that can never be written again stops the venue; files of secrets are whole or not."""

import asyncio
import os
from pathlib import Path

import pytest

from tests.test_sequencer import Answers, MemoryJournal, made
from venue.checkpoints import Checkpoints
from venue.config import Settings
from venue.core import commands as cmd
from venue.core.digest import digest
from venue.group import Group
from venue.keys import Keys
from venue.opening import read_tokens, write_private
from venue.store.errors import JournalLocked, JournalUnavailable
from venue.store.journal import Token
from venue.store.open import open_journal


class TakenJournal(MemoryJournal):
    """Another process has become the writer: trying again cannot help."""

    async def append(self, group: Group) -> None:
        raise JournalLocked("the journal is in use by process 7")


def test_a_commit_that_can_never_succeed_stops_the_venue_and_answers_nobody() -> None:
    async def run() -> None:
        journal = TakenJournal(inline=False)
        sequencer, _ = made(journal)
        sequencer.start()
        answers = Answers()
        sequencer.submit(cmd.OpenAccount("ann"), answers)

        assert sequencer.stopped is not None
        with pytest.raises(JournalLocked, match="in use by process 7"):
            await asyncio.wait_for(sequencer.stopped, 5)

        assert sequencer.paused == "the journal is in use by process 7"
        sequencer.submit(cmd.OpenAccount("bob"), answers)
        await asyncio.sleep(0.01)
        assert answers.seqs == []
        assert journal.groups == []

    asyncio.run(run())


def test_a_state_taken_while_the_disk_is_full_is_kept_later(tmp_path: Path) -> None:
    """The task that keeps what was taken outlives the trouble."""

    async def run() -> None:
        journal = await open_journal(f"sqlite:///{tmp_path / 'journal.db'}")
        sequencer, _ = made(MemoryJournal())
        sequencer.start()
        kept = Checkpoints(journal, sequencer, every_commands=1, beside=lambda: b"")
        sequencer.submit(cmd.OpenAccount("ann"))
        await journal.database.read("PRAGMA query_only = ON")
        keeping = asyncio.create_task(kept.keep())
        kept.want()
        await asyncio.sleep(0.1)
        assert not keeping.done()

        await journal.database.read("PRAGMA query_only = OFF")
        for _ in range(100):
            if await journal.checkpoint_seqs():
                break
            await asyncio.sleep(0.05)

        assert await journal.digests() == {1: digest(sequencer.engine.state)}
        keeping.cancel()
        await journal.close()

    asyncio.run(run())


def test_a_checkpoint_that_found_the_disk_full_is_kept_later(tmp_path: Path) -> None:
    async def run() -> None:
        journal = await open_journal(f"sqlite:///{tmp_path / 'journal.db'}")
        sequencer, _ = made(MemoryJournal())
        sequencer.start()
        kept = Checkpoints(journal, sequencer, every_commands=1, beside=lambda: b"")
        sequencer.submit(cmd.OpenAccount("ann"))
        await sequencer.drain()
        await journal.database.read("PRAGMA query_only = ON")
        with pytest.raises(JournalUnavailable):
            await kept.save()
        await journal.database.read("PRAGMA query_only = OFF")

        await kept.save()

        assert await journal.checkpoint_seqs() == [1]
        await journal.close()

    asyncio.run(run())


def test_a_secret_s_file_is_whole_or_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty seed would be taken for one: prices would go on as others'."""
    path = tmp_path / "seed"
    write_private(path, b"first")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private(path, b"second")

    assert path.read_bytes() == b"first"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_first_start_that_dies_among_its_tokens_leaves_nobody_outside(tmp_path: Path) -> None:
    """A token whose plain text was never written could not be had again."""

    async def run() -> None:
        journal = await open_journal(f"sqlite:///{tmp_path / 'journal.db'}")
        numbers = {"alice": 1, "bob": 2}

        class Dying(Keys):
            async def keep(self, token: Token) -> None:
                await super().keep(token)
                raise KeyboardInterrupt

        settings = Settings(house=False)
        path = tmp_path / "tokens.json"
        with pytest.raises(KeyboardInterrupt):
            await Dying(journal).ensure(settings, numbers, path)

        keys = Keys(journal)
        await keys.ensure(settings, numbers, path)

        found = {name: keys.authenticate(key.encode()) for name, key in read_tokens(path).items()}
        assert {name: login and login.account for name, login in found.items()} == numbers
        await journal.close()

    asyncio.run(run())
