"""From a journal to an engine: by whatever way, the same state."""

import pytest

from tests.store.opened import on
from tests.store.venue_day import Player, venue_day
from venue.core.digest import digest
from venue.rules.build import build
from venue.store.errors import JournalCorrupt, JournalDiverged
from venue.store.journal import Group, Meta, chain_after
from venue.store.recover import enter_epoch, recover, save_state
from venue.store.sql_journal import SqlJournal

COMMANDS = list(venue_day(turns=8))


async def play_with_checkpoints(journal: SqlJournal, *at: int) -> Player:
    player = Player()
    begin = 0
    for end in (*at, len(COMMANDS)):
        await player.play(journal, COMMANDS[begin:end], size=6)
        if end in at:
            await save_state(journal, player.engine.state, player.chain)
        begin = end
    return player


def test_an_empty_journal_gives_a_fresh_engine(journal_url: str) -> None:
    async def check(journal: SqlJournal) -> None:
        recovered = await recover(journal, build)

        assert recovered.engine.state.seq == 0
        assert recovered.chain == bytes(32)

    on(journal_url, check)


@pytest.mark.parametrize("checkpoints", [(), (1,), (30, 60), (len(COMMANDS),)])
def test_the_state_does_not_depend_on_checkpoints(
    journal_url: str, checkpoints: tuple[int, ...]
) -> None:
    async def check(journal: SqlJournal) -> None:
        player = await play_with_checkpoints(journal, *checkpoints)

        recovered = await recover(journal, build)

        assert recovered.from_checkpoint_seq == (checkpoints[-1] if checkpoints else 0)
        assert recovered.chain == player.chain
        assert digest(recovered.engine.state) == digest(player.engine.state)
        assert recovered.passed_over == ()

    on(journal_url, check)


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("UPDATE checkpoint_parts SET state = ? WHERE seq = 60", id="another state"),
        pytest.param("UPDATE checkpoints SET digest = ? WHERE seq = 60", id="another digest"),
        pytest.param("DELETE FROM checkpoint_parts WHERE seq = 60 OR state = ?", id="a part lost"),
    ],
)
def test_a_damaged_checkpoint_costs_only_time(journal_url: str, sql: str) -> None:
    async def check(journal: SqlJournal) -> None:
        player = await play_with_checkpoints(journal, 30, 60)
        await journal.database.write((sql, (b"x" * 32,)))

        recovered = await recover(journal, build)

        assert recovered.from_checkpoint_seq == 30
        assert len(recovered.passed_over) == 1
        assert "checkpoint of seq 60" in recovered.passed_over[0]
        assert digest(recovered.engine.state) == digest(player.engine.state)

    on(journal_url, check)


def test_an_engine_that_would_do_something_else_does_not_run(journal_url: str) -> None:
    async def check(journal: SqlJournal) -> None:
        group = Player().group(COMMANDS[:12])
        chain = chain_after(group.chain, commands=group.commands, events=b"")
        await journal.append(Group(1, 12, group.at_ns, group.commands, chain))

        with pytest.raises(JournalDiverged, match="within seq 1 to 12"):
            await recover(journal, build)

    on(journal_url, check)


def test_a_checkpoint_ahead_of_the_journal_is_refused(journal_url: str) -> None:
    """The journal's end is lost: going on from the checkpoint would hide it."""

    async def check(journal: SqlJournal) -> None:
        await play_with_checkpoints(journal, 60)
        await journal.database.write(("DELETE FROM journal WHERE first_seq > ?", (24,)))

        with pytest.raises(JournalCorrupt, match="commands up to the checkpoint of seq 60"):
            await recover(journal, build)

    on(journal_url, check)


def test_a_new_version_begins_an_epoch_at_a_checkpoint(journal_url: str) -> None:
    async def check(journal: SqlJournal) -> None:
        first = await enter(journal, "0.1.0")
        assert first == Meta(1, 1, "0.1.0", 5, "live", 10_000, 0)
        assert await enter(journal, "0.1.1") == Meta(1, 1, "0.1.1", 5, "live", 10_000, 0)
        player = await play_with_checkpoints(journal)

        assert (await enter(journal, "0.1.1")).epoch == 1
        second = await enter(journal, "0.2.0")

        end_seq = len(COMMANDS)
        assert (second.epoch, second.first_seq) == (2, end_seq + 1)
        assert second.genesis_chain == player.chain
        assert await journal.checkpoint_seqs() == [end_seq]
        assert [meta.code_version for meta in await journal.epochs()] == ["0.1.1", "0.2.0"]

    async def enter(journal: SqlJournal, version: str) -> Meta:
        return await enter_epoch(
            journal,
            await recover(journal, build),
            code_version=version,
            clock="live",
            speed_e4=10_000,
            created_ns=5,
        )

    on(journal_url, check)
