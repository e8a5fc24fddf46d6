"""A damaged journal is found out, row by row, and the damage has a name and a way out."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.store.venue_day import Player, venue_day
from venue.core.digest import digest
from venue.rules.build import build
from venue.store.errors import JournalCorrupt, JournalDiverged, StoreError
from venue.store.journal import GENESIS_CHAIN, Group, Meta, chain_after, pack_commands
from venue.store.open import open_journal
from venue.store.recover import save_state
from venue.store.sql_journal import SqlJournal
from venue.store.verify import Verified, verify

COMMANDS = list(venue_day(turns=8))
LAST_ROW = (len(COMMANDS) - 1) // 7 * 7 + 1
Spoil = tuple[str, tuple[Any, ...]]


async def played(url: str, size: int = 7) -> SqlJournal:
    journal = await open_journal(url)
    player = Player()
    await player.play(journal, COMMANDS[:49], size=size)
    await save_state(journal, player.engine.state, player.chain)
    await player.play(journal, COMMANDS[49:], size=size)
    await journal.save_digest(len(COMMANDS), digest(player.engine.state))
    return journal


def on(journal: Awaitable[SqlJournal], what: Callable[[SqlJournal], Awaitable[Any]]) -> Any:
    async def opened() -> Any:
        at_hand = await journal
        try:
            return await what(at_hand)
        finally:
            await at_hand.close()

    return asyncio.run(opened())


def test_a_whole_journal_is_whole(journal_url: str) -> None:
    async def check(journal: SqlJournal) -> None:
        last = await journal.last()
        assert last is not None
        groups = -(-len(COMMANDS) // 7)
        assert await verify(journal) == Verified(groups, len(COMMANDS), 0, 0, 0, last.chain, ())
        assert await verify(journal, build) == Verified(
            groups, len(COMMANDS), len(COMMANDS), 2, 0, last.chain, ()
        )

    on(played(journal_url), check)


SPOILS: dict[str, tuple[int, list[Spoil]]] = {
    "missing row": (15, [("DELETE FROM journal WHERE first_seq = ?", (15,))]),
    "missing first row": (1, [("DELETE FROM journal WHERE first_seq = ?", (1,))]),
    "reordered rows": (
        8,
        [
            ("UPDATE journal SET first_seq = -8 WHERE first_seq = ?", (8,)),
            ("UPDATE journal SET first_seq = 8 WHERE first_seq = ?", (15,)),
            ("UPDATE journal SET first_seq = 15 WHERE first_seq = ?", (-8,)),
        ],
    ),
    "time": (22, [("UPDATE journal SET at_ns = at_ns + 1 WHERE first_seq = ?", (22,))]),
    "last seq": (22, [("UPDATE journal SET last_seq = 4 WHERE first_seq = ?", (22,))]),
    "last row's last seq": (
        LAST_ROW,
        [("UPDATE journal SET last_seq = 4 WHERE first_seq = ?", (LAST_ROW,))],
    ),
    "chain": (22, [("UPDATE journal SET chain = ? WHERE first_seq = 22", (b"c" * 32,))]),
    "seal": (22, [("UPDATE journal SET seal = ? WHERE first_seq = 22", (b"",))]),
}


@pytest.mark.parametrize(
    ("row", "spoil"), [pytest.param(*told, id=name) for name, told in SPOILS.items()]
)
def test_a_spoilt_row_is_named(journal_url: str, row: int, spoil: list[Spoil]) -> None:
    async def check(journal: SqlJournal) -> None:
        await journal.database.write(*spoil)

        with pytest.raises(JournalCorrupt, match=f"row of seq {row}") as refusal:
            await verify(journal)
        assert refusal.value.row == row
        assert refusal.value.whole_until_seq == row - 1

    on(played(journal_url), check)


@pytest.mark.parametrize("bit", [0, 1, 333, 777, -1])
def test_one_flipped_bit_is_located(journal_url: str, bit: int) -> None:
    async def check(journal: SqlJournal) -> None:
        sql = "SELECT commands FROM journal WHERE first_seq = 29"
        commands = bytearray((await journal.database.read(sql))[0][0])
        at = bit % (8 * len(commands))
        commands[at // 8] ^= 1 << at % 8
        sql = "UPDATE journal SET commands = ? WHERE first_seq = 29"
        await journal.database.write((sql, (bytes(commands),)))

        with pytest.raises(JournalCorrupt, match="up to seq 28 is whole") as refusal:
            await verify(journal)
        assert refusal.value.row == 29

    on(played(journal_url), check)


def test_a_torn_tail_is_located_and_can_be_cut(journal_url: str) -> None:
    async def check(journal: SqlJournal) -> None:
        last = await journal.last()
        assert last is not None
        torn = last.commands[: len(last.commands) // 2]
        sql = "UPDATE journal SET commands = ? WHERE first_seq = ?"
        await journal.database.write((sql, (torn, last.first_seq)))

        with pytest.raises(JournalCorrupt, match="journal cut") as refusal:
            await verify(journal)
        assert refusal.value.row == last.first_seq
        await journal.cut(after_seq=refusal.value.whole_until_seq)
        assert (await verify(journal, build)).commands == last.first_seq - 1

    on(played(journal_url), check)


def test_an_end_that_is_missing_shows_by_what_speaks_of_it(journal_url: str) -> None:
    async def check(journal: SqlJournal) -> None:
        await journal.database.write(("DELETE FROM journal WHERE first_seq > ?", (40,)))

        with pytest.raises(JournalCorrupt, match=f"commands up to seq {len(COMMANDS)}"):
            await verify(journal)

    on(played(journal_url), check)


def test_a_damaged_checkpoint_is_named(journal_url: str) -> None:
    async def check(journal: SqlJournal) -> None:
        await journal.database.write(("UPDATE checkpoint_parts SET state = ?", (b"x",)))

        with pytest.raises(JournalCorrupt, match="checkpoint of seq 49"):
            await verify(journal)

    on(played(journal_url), check)


def test_other_events_are_located(journal_url: str) -> None:
    """Whoever wrote the row had another engine: the row is whole, its chain is not ours."""

    async def check(journal: SqlJournal) -> None:
        player = Player()
        await player.play(journal, COMMANDS[:14])
        group = player.group(COMMANDS[14:21])
        wrong = chain_after(group.chain, commands=group.commands, events=b"other events")
        await journal.append(
            Group(group.first_seq, group.last_seq, group.at_ns, group.commands, wrong)
        )

        assert (await verify(journal)).commands == 21
        with pytest.raises(JournalDiverged, match="within seq 15 to 21") as refusal:
            await verify(journal, build)
        assert (refusal.value.first_seq, refusal.value.last_seq) == (15, 21)

    on(open_journal(journal_url), check)


def test_another_state_under_the_same_events_is_located(journal_url: str) -> None:
    async def check(journal: SqlJournal) -> None:
        await Player().play(journal, COMMANDS[:21])
        await journal.save_digest(14, b"d" * 32)

        with pytest.raises(JournalDiverged, match="expected the state on record"):
            await verify(journal, build)

    on(open_journal(journal_url), check)


@pytest.mark.parametrize(
    ("commands", "found"),
    [
        pytest.param(b"\xc1", "something else", id="not msgpack"),
        pytest.param(pack_commands(COMMANDS[:2]), "found 2", id="fewer than it says"),
    ],
)
def test_commands_that_cannot_be_read_are_named(
    journal_url: str, commands: bytes, found: str
) -> None:
    async def check(journal: SqlJournal) -> None:
        await journal.append(Group(1, 3, COMMANDS[2][0], commands, GENESIS_CHAIN))

        with pytest.raises(JournalCorrupt, match="3 commands of this version") as refusal:
            await verify(journal)
        assert found in str(refusal.value)

    on(open_journal(journal_url), check)


async def two_epochs(journal: SqlJournal, *, with_checkpoint: bool) -> None:
    player = Player()
    await journal.begin_epoch(Meta(1, 1, "0.0.9", 1, "live", 10_000, 0))
    await player.play(journal, COMMANDS[:21])
    if with_checkpoint:
        await save_state(journal, player.engine.state, player.chain)
    await journal.begin_epoch(Meta(2, 22, "0.1.0", 2, "live", 10_000, 0, player.chain))
    await player.play(journal, COMMANDS[21:40])


def test_an_epoch_of_other_code_is_checked_by_its_rows_only(journal_url: str) -> None:
    async def check(journal: SqlJournal) -> None:
        await two_epochs(journal, with_checkpoint=True)

        verified = await verify(journal, build, code_version="0.1.0")

        assert (verified.commands, verified.executed) == (40, 19)
        assert verified.other_versions == ("0.0.9",)

    on(open_journal(journal_url), check)


def test_an_epoch_without_its_checkpoint_cannot_be_executed(journal_url: str) -> None:
    async def check(journal: SqlJournal) -> None:
        await two_epochs(journal, with_checkpoint=False)

        assert (await verify(journal)).commands == 40
        with pytest.raises(StoreError, match="expected a checkpoint of seq 21"):
            await verify(journal, build, code_version="0.1.0")

    on(open_journal(journal_url), check)
