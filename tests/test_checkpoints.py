"""Checkpoints of a running venue: by commands, by time, at closes, without holding anybody up."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.test_sequencer import START_NS, made
from venue import taken
from venue.checkpoints import WORTH_COMMANDS, Checkpoints
from venue.core import commands as cmd
from venue.core.digest import digest, dump, load
from venue.core.engine import Engine
from venue.core.phases import Closure, Session
from venue.core.state import State
from venue.rules.build import build
from venue.rules.rulebooks import spec
from venue.sequencer import Sequencer
from venue.store.journal import GENESIS_CHAIN
from venue.store.open import open_journal
from venue.store.recover import recover
from venue.store.sql_journal import SqlJournal
from venue.taken import NotTaken, Whole, taken_by_child, taken_here

CLOSE = cmd.ChangeSession("TSLA", Session.NO_TRADING, Closure.OVERNIGHT, START_NS, None, None)
LIST = cmd.ListMarket(spec("TSLA", "venue_default"))


def running(tmp_path: Path, check: Callable[[SqlJournal, Sequencer], Awaitable[None]]) -> None:
    """Let a sequencer on a real journal be checked."""

    async def run() -> None:
        journal = await open_journal(f"sqlite:///{tmp_path / 'journal.db'}")
        sequencer, _ = made(journal)
        sequencer.start()
        try:
            await asyncio.wait_for(check(journal, sequencer), 30)
            await sequencer.stop()
        finally:
            await journal.close()

    asyncio.run(run())


def open_accounts(sequencer: Sequencer, count: int) -> None:
    for number in range(count):
        sequencer.submit(cmd.OpenAccount(f"a{sequencer.engine.state.seq}-{number}"))


async def looked(times: int, checkpoints: Checkpoints) -> None:
    """Let ``run`` look so often, and what it wanted be kept."""
    tasks = [asyncio.create_task(each) for each in (checkpoints.run(), checkpoints.keep())]
    await asyncio.sleep(0.02 * times)
    for _ in range(500):
        if not checkpoints._wanted:
            break
        await asyncio.sleep(0.01)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture(autouse=True)
def _quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("venue.checkpoints.LOOK_SECONDS", 0.01)


@pytest.mark.parametrize(
    ("commands", "every_commands", "every_seconds", "kept"),
    [
        pytest.param(50, 50, None, 1, id="so many commands"),
        pytest.param(49, 50, None, 0, id="one too few"),
        pytest.param(WORTH_COMMANDS, 10**9, 0.0, 1, id="time has passed, and it is worth it"),
        pytest.param(WORTH_COMMANDS - 1, 10**9, 0.0, 0, id="time has passed for nothing"),
        pytest.param(WORTH_COMMANDS, 10**9, 3_600.0, 0, id="time has not passed"),
    ],
)
def test_a_checkpoint_falls_due_by_commands_and_by_time(
    tmp_path: Path, commands: int, every_commands: int, every_seconds: float | None, kept: int
) -> None:
    async def check(journal: SqlJournal, sequencer: Sequencer) -> None:
        checkpoints = Checkpoints(
            journal,
            sequencer,
            every_commands=every_commands,
            every_seconds=every_seconds,
            beside=lambda: b"beside",
        )
        open_accounts(sequencer, commands)
        await sequencer.drain()

        await looked(20, checkpoints)

        assert len(await journal.checkpoint_seqs()) == kept
        if kept:
            found = await journal.newest_checkpoint()
            assert found is not None
            assert (found.seq, found.beside) == (commands, b"beside")
            assert found.state == dump(sequencer.engine.state)
            assert found.chain == sequencer.chain

    running(tmp_path, check)


def test_every_close_leaves_a_checkpoint_and_its_digest_for_good(tmp_path: Path) -> None:
    async def check(journal: SqlJournal, sequencer: Sequencer) -> None:
        checkpoints = Checkpoints(journal, sequencer, every_commands=10**9, beside=lambda: b"")
        sequencer.submit(LIST)
        sequencer.submit(CLOSE)
        await sequencer.drain()

        await looked(2, checkpoints)

        assert await journal.checkpoint_seqs() == [2]
        assert list(await journal.digests()) == [2]

    running(tmp_path, check)


def test_markets_that_close_together_leave_one_checkpoint(tmp_path: Path) -> None:
    async def check(journal: SqlJournal, sequencer: Sequencer) -> None:
        takes: list[int] = []

        def take(state: State) -> Awaitable[Whole]:
            takes.append(state.seq)
            return taken_here(state)

        checkpoints = Checkpoints(
            journal, sequencer, every_commands=10**9, beside=lambda: b"", take=take
        )
        sequencer.submit(LIST)
        for _ in range(3):
            sequencer.submit(CLOSE)
        await sequencer.drain()

        await looked(2, checkpoints)

        assert takes == [4]
        assert await journal.checkpoint_seqs() == [4]

    running(tmp_path, check)


def test_checkpoints_are_taken_while_orders_never_pause(tmp_path: Path) -> None:
    """Whoever waits for a lull would wait for ever: questions have their turn among commands."""

    async def check(journal: SqlJournal, sequencer: Sequencer) -> None:
        checkpoints = Checkpoints(
            journal, sequencer, every_commands=20, beside=lambda: b"", take=taken_by_child
        )
        tasks = [asyncio.create_task(each) for each in (checkpoints.run(), checkpoints.keep())]
        until = time.monotonic() + 20
        while not await journal.checkpoint_seqs() and time.monotonic() < until:
            open_accounts(sequencer, 1)
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()

        assert await journal.checkpoint_seqs()

    running(tmp_path, check)


def test_a_venue_goes_on_from_what_a_child_took(tmp_path: Path) -> None:
    async def check(journal: SqlJournal, sequencer: Sequencer) -> None:
        checkpoints = Checkpoints(
            journal, sequencer, every_commands=5, beside=lambda: b"", take=taken_by_child
        )
        sequencer.submit(LIST)
        open_accounts(sequencer, 10)
        await sequencer.drain()
        await looked(3, checkpoints)
        open_accounts(sequencer, 3)
        await sequencer.drain()

        recovered = await recover(journal, build)

        assert (recovered.from_checkpoint_seq, recovered.commands) == (11, 3)
        assert dump(recovered.engine.state) == dump(sequencer.engine.state)

    running(tmp_path, check)


def test_a_child_takes_the_state_of_the_moment_it_is_asked() -> None:
    async def run() -> None:
        engine = Engine(build)
        engine.execute(cmd.OpenAccount("ann"), at_ns=1)
        before = dump(engine.state)

        coming = taken_by_child(engine.state)
        engine.execute(cmd.OpenAccount("bob"), at_ns=2)

        assert await coming == Whole(before, digest(load(before, build)))

    asyncio.run(run())


def test_a_child_that_dies_or_hangs_costs_one_checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        state = Engine(build).state
        monkeypatch.setattr(taken, "CHILD_SECONDS_MAX", 0.2)
        monkeypatch.setattr(taken, "dump", lambda state: time.sleep(60))
        with pytest.raises(NotTaken, match="ended with 9"):
            await taken_by_child(state)
        monkeypatch.setattr(taken, "dump", lambda state: os._exit(3))
        with pytest.raises(NotTaken):
            await taken_by_child(state)

    asyncio.run(run())


def test_a_child_holds_nothing_of_the_venues_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that is cut off, or the next owner of the journal, does not wait for it."""

    def names(state: State) -> bytes:
        return " ".join(sorted(os.listdir("/proc/self/fd"), key=int)).encode()

    async def run() -> None:
        monkeypatch.setattr(taken, "dump", names)
        whole = await taken_by_child(Engine(build).state)

        held = whole.state.decode().split()
        assert held[:3] == ["0", "1", "2"]
        assert len(held) == 5  # Its end of the pipe, and the list of them itself.
        assert len(os.listdir("/proc/self/fd")) > 5

    asyncio.run(run())


def test_a_state_that_was_not_taken_is_taken_the_next_time(tmp_path: Path) -> None:
    async def check(journal: SqlJournal, sequencer: Sequencer) -> None:
        failures = [NotTaken("the child died")]

        def take(state: State) -> Awaitable[Whole]:
            if not failures:
                return taken_here(state)
            failed: asyncio.Future[Whole] = asyncio.get_running_loop().create_future()
            failed.set_exception(failures.pop())
            return failed

        checkpoints = Checkpoints(
            journal, sequencer, every_commands=5, beside=lambda: b"", take=take
        )
        open_accounts(sequencer, 5)
        await sequencer.drain()

        await looked(10, checkpoints)

        assert not failures
        assert await journal.checkpoint_seqs() == [5]

    running(tmp_path, check)


@pytest.mark.parametrize("what", ["fork", "pipe"])
def test_without_a_fork_the_state_is_taken_on_the_spot(
    monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    def none_left() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    async def run() -> None:
        state = Engine(build).state
        monkeypatch.setattr(os, what, none_left)

        assert (await taken_by_child(state)).state == dump(state)

    asyncio.run(run())


def test_where_nothing_has_happened_nothing_is_kept(tmp_path: Path) -> None:
    async def check(journal: SqlJournal, sequencer: Sequencer) -> None:
        checkpoints = Checkpoints(journal, sequencer, every_commands=1, beside=lambda: b"")
        checkpoints.want()
        await looked(2, checkpoints)

        assert await journal.checkpoint_seqs() == []
        assert sequencer.chain == GENESIS_CHAIN

    running(tmp_path, check)
