"""Damage beside the journal's rows, and a connection that was lost: found, and lived with."""

import asyncio
from pathlib import Path

import pytest

from tests.store.venue_day import Player, venue_day
from venue.rules.build import build
from venue.store.errors import JournalCorrupt, JournalUnavailable
from venue.store.journal import Checkpoint, Meta
from venue.store.open import open_journal
from venue.store.postgres_database import PostgresDatabase
from venue.store.recover import recover, save_state
from venue.store.verify import verify

COMMANDS = list(venue_day(turns=3))


@pytest.mark.parametrize("column", ["chain", "beside", "at_ns"])
def test_a_damaged_checkpoint_costs_time_only(tmp_path: Path, column: str) -> None:
    async def run() -> None:
        journal = await open_journal(f"sqlite:///{tmp_path / 'journal.db'}")
        player = Player()
        await player.play(journal, COMMANDS, size=5)
        saved = await save_state(journal, player.engine.state, player.chain, b"\x81\x01\x05")
        heard: list[bytes] = []
        newest = await journal.newest_checkpoint()
        assert newest == saved
        wrong: object = saved.at_ns ^ 1
        if column != "at_ns":
            sql = f"SELECT {column} FROM checkpoints"
            value = bytearray((await journal.database.read(sql))[0][0])
            value[-1] ^= 1
            wrong = bytes(value)
        await journal.database.write((f"UPDATE checkpoints SET {column} = ?", (wrong,)))

        recovered = await recover(journal, build, began=lambda state, beside: heard.append(beside))

        assert recovered.chain == player.chain
        assert recovered.from_checkpoint_seq == 0
        assert len(recovered.passed_over) == 1
        assert heard == [b""]
        await journal.close()

    asyncio.run(run())


def test_a_checkpoint_of_an_older_version_is_used(tmp_path: Path) -> None:
    """What stood beside it was kept bare."""

    async def run() -> None:
        journal = await open_journal(f"sqlite:///{tmp_path / 'journal.db'}")
        checkpoint = Checkpoint(7, 70, b"d" * 32, b"c" * 32, b"state", b"\x81\x01\x05")
        await journal.save_checkpoint(checkpoint)
        await journal.database.write(("UPDATE checkpoints SET beside = ?", (checkpoint.beside,)))

        assert await journal.newest_checkpoint() == checkpoint
        await journal.close()

    asyncio.run(run())


def test_our_own_lost_session_is_ended_and_the_journal_goes_on(postgres_url: str) -> None:
    """A server that has not noticed the loss holds the lock for nobody."""

    async def run() -> None:
        import asyncpg

        journal = await open_journal(postgres_url)
        player = Player()
        await journal.append(player.group(COMMANDS[:5]))
        database = journal.database
        assert isinstance(database, PostgresDatabase)
        lost, database._connection = database._connection, None
        group = player.group(COMMANDS[5:9])
        for _ in range(50):
            try:
                await journal.append(group)
                break
            except JournalUnavailable:
                await asyncio.sleep(0.05)
        last = await journal.last()
        assert last is not None
        assert last.last_seq == 9
        lost.terminate()
        with pytest.raises(asyncpg.InterfaceError):
            await lost.fetch("SELECT 1")
        await journal.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        pytest.param("UPDATE epochs SET first_seq = 3", "expected epoch 1, from seq 1", id="first"),
        pytest.param("UPDATE epochs SET epoch = 5", "expected epoch 1", id="number"),
        pytest.param(
            "UPDATE epochs SET first_seq = 7 WHERE epoch = 2", "begins with seq 7", id="no such row"
        ),
        pytest.param("DELETE FROM epochs WHERE epoch = 1", "expected epoch 1", id="missing"),
    ],
)
def test_an_epoch_that_was_changed_is_found(tmp_path: Path, sql: str, said: str) -> None:
    """Otherwise its commands would pass as verified without having been executed."""

    async def run() -> None:
        journal = await open_journal(f"sqlite:///{tmp_path / 'journal.db'}")
        player = Player()
        await journal.begin_epoch(Meta(1, 1, "0.0.9", 1, "live", 10_000, 0))
        await player.play(journal, COMMANDS[:10], size=5)
        await save_state(journal, player.engine.state, player.chain)
        if "= 5" not in sql and "= 3" not in sql:
            await journal.begin_epoch(Meta(2, 11, "0.1.0", 2, "live", 10_000, 0, player.chain))
        await player.play(journal, COMMANDS[10:20], size=5)
        assert (await verify(journal, build)).executed == 20
        await journal.database.write((sql, ()))

        with pytest.raises(JournalCorrupt, match=said):
            await verify(journal, build)
        await journal.close()

    asyncio.run(run())
