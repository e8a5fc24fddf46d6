"""What any journal promises, in both databases."""

import asyncio

import pytest

from tests.store.opened import on
from tests.store.venue_day import Player, venue_day
from venue.store.errors import JournalLocked, StoreError
from venue.store.journal import Checkpoint, Group, Journal, Meta, Side, Token
from venue.store.open import open_journal

COMMANDS = list(venue_day(turns=4))


async def all_groups(journal: Journal, from_seq: int = 1) -> list[Group]:
    return [group async for group in journal.groups(from_seq)]


def test_what_was_appended_is_there_after_closing(journal_url: str) -> None:
    player = Player()
    groups = [
        player.group(COMMANDS[:10]),
        player.group(COMMANDS[10:11]),
        player.group(COMMANDS[11:]),
    ]

    async def write(journal: Journal) -> None:
        assert await journal.last() is None
        for group in groups:
            await journal.append(group)

    async def read(journal: Journal) -> None:
        assert await all_groups(journal) == groups
        assert await journal.last() == groups[-1]
        assert [pair for group in groups for pair in group.decoded()] == COMMANDS

    on(journal_url, write)
    on(journal_url, read)


@pytest.mark.parametrize(
    ("from_seq", "expected"),
    [
        pytest.param(1, [1, 8, 15], id="all"),
        pytest.param(8, [8, 15], id="the first of a group"),
        pytest.param(14, [8, 15], id="the last of a group"),
        pytest.param(21, [15], id="the last group"),
        pytest.param(22, [], id="beyond the end"),
    ],
)
def test_groups_begin_with_the_one_that_holds_a_command(
    journal_url: str, from_seq: int, expected: list[int]
) -> None:
    async def check(journal: Journal) -> None:
        await Player().play(journal, COMMANDS[:21])

        assert [group.first_seq for group in await all_groups(journal, from_seq)] == expected

    on(journal_url, check)


def test_a_group_appended_twice_stands_once(journal_url: str) -> None:
    async def check(journal: Journal) -> None:
        player = Player()
        first, second = player.group(COMMANDS[:5]), player.group(COMMANDS[5:9])
        await journal.append(first)
        await journal.append(first)
        await journal.append(second)
        await journal.append(second)

        assert await all_groups(journal) == [first, second]

    on(journal_url, check)


def test_a_group_appended_again_after_a_restart_stands_once(journal_url: str) -> None:
    """The acknowledgement was lost with the process; the row was not."""
    group = Player().group(COMMANDS[:5])

    async def append(journal: Journal) -> None:
        await journal.append(group)
        assert await all_groups(journal) == [group]

    on(journal_url, append)
    on(journal_url, append)


def test_a_cancelled_append_can_be_repeated(journal_url: str) -> None:
    async def check(journal: Journal) -> None:
        player = Player()
        first, second = player.group(COMMANDS[:5]), player.group(COMMANDS[5:9])
        await journal.append(first)
        task = asyncio.create_task(journal.append(second))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

        await journal.append(second)

        assert await all_groups(journal) == [first, second]

    on(journal_url, check)


def test_another_content_under_the_same_number_is_our_own_bug(journal_url: str) -> None:
    async def check(journal: Journal) -> None:
        await journal.append(Player().group(COMMANDS[:5]))
        with pytest.raises(AssertionError, match="another content"):
            await journal.append(Player().group(COMMANDS[:4]))

    on(journal_url, check)


def test_a_gap_is_our_own_bug(journal_url: str) -> None:
    async def check(journal: Journal) -> None:
        player = Player()
        player.group(COMMANDS[:5])
        with pytest.raises(AssertionError, match="expected a group from seq 1, found 6"):
            await journal.append(player.group(COMMANDS[5:9]))

    on(journal_url, check)


def test_append_now_and_append_make_the_same_rows(journal_url: str) -> None:
    async def check(journal: Journal) -> None:
        if not journal.can_append_now:
            pytest.skip("this journal needs the loop")
        player = Player()
        groups = [player.group(COMMANDS[at : at + 3]) for at in range(0, 12, 3)]
        journal.append_now(groups[0])
        journal.append_now(groups[0])
        await journal.append(groups[1])
        journal.append_now(groups[2])
        await journal.append(groups[3])

        assert await all_groups(journal) == groups
        assert journal.commit_ns > 0

    on(journal_url, check)


def test_a_second_writer_is_refused_by_name(journal_url: str) -> None:
    async def check(journal: Journal) -> None:
        with pytest.raises(JournalLocked, match=r"is in use by .*process"):
            await open_journal(journal_url)
        await journal.append(Player().group(COMMANDS[:5]))

    on(journal_url, check)
    on(journal_url, all_groups_then_nothing)


async def all_groups_then_nothing(journal: Journal) -> None:
    assert len(await all_groups(journal)) == 1


def test_a_checkpoint_of_many_parts_comes_back_whole(journal_url: str) -> None:
    async def check(journal: Journal) -> None:
        small = Checkpoint(10, 1, b"d" * 32, b"c" * 32, b"state")
        large = Checkpoint(20, 2, b"e" * 32, b"f" * 32, bytes(range(256)) * 13_000)
        await journal.save_checkpoint(large)
        await journal.save_checkpoint(small)
        await journal.save_checkpoint(small)

        assert await journal.newest_checkpoint() == large
        assert await journal.newest_checkpoint(20) == small
        assert await journal.newest_checkpoint(10) is None
        assert await journal.checkpoint_seqs() == [10, 20]

    on(journal_url, check)


def test_older_checkpoints_that_are_far_apart_stay_as_well(journal_url: str) -> None:
    """Whoever asks for old notices need not execute everything from the beginning."""

    async def check(journal: Journal) -> None:
        kept: list[list[int]] = []
        for seq in range(3, 100, 3):
            await journal.save_checkpoint(Checkpoint(seq, 1, b"d" * 32, b"c" * 32, b"state"))
            await journal.prune_checkpoints(keep=2, apart=20)
            kept.append(await journal.checkpoint_seqs())

        assert kept[0] == [3]
        assert kept[3] == [3, 9, 12]
        assert kept[-1] == [66, 87, 96, 99]

    on(journal_url, check)


def test_older_checkpoints_go_and_their_digests_stay(journal_url: str) -> None:
    async def check(journal: Journal) -> None:
        for seq in (10, 20, 30, 40):
            digest = bytes([seq]) * 32
            await journal.save_checkpoint(Checkpoint(seq, 1, digest, b"c" * 32, b"state"))
        await journal.begin_epoch(Meta(1, 1, "0.1.0", 5, "live", 10_000, 0))
        await journal.begin_epoch(Meta(2, 21, "0.2.0", 5, "live", 10_000, 0))

        assert await journal.prune_checkpoints(keep=1) == [10, 30]
        assert await journal.prune_checkpoints(keep=9) == []

        assert await journal.checkpoint_seqs() == [20, 40]
        assert await journal.digests() == {seq: bytes([seq]) * 32 for seq in (10, 20, 30, 40)}

    on(journal_url, check)


def test_records_come_back_as_they_were(journal_url: str) -> None:
    meta = Meta(1, 1, "0.1.0", 5, "accelerated", 6_000_000, 7)
    token = Token(b"h" * 32, 3, "trade", 5, None)
    side = Side(9, 8, b"\x00\xff", "a position of the market has no other side")

    async def check(journal: Journal) -> None:
        await journal.begin_epoch(meta)
        await journal.save_side(side)
        await journal.save_token(token)
        await journal.save_token(Token(b"h" * 32, 3, "trade", 5, None, revoked=True))
        await journal.save_digest(4, b"d" * 32)

        assert await journal.epochs() == [meta]
        assert await journal.sides() == [side]
        assert await journal.tokens() == [Token(b"h" * 32, 3, "trade", 5, None, revoked=True)]
        assert await journal.digests() == {4: b"d" * 32}

    on(journal_url, check)


def test_cut_gives_up_the_end_and_what_speaks_of_it(journal_url: str) -> None:
    async def check(journal: Journal) -> None:
        player = Player()
        await player.play(journal, COMMANDS[:21])
        await journal.save_digest(14, b"d" * 32)
        await journal.save_digest(21, b"d" * 32)
        await journal.save_checkpoint(Checkpoint(21, 2, b"e" * 32, b"f" * 32, b"state"))

        with pytest.raises(StoreError, match="expected the last command of a group"):
            await journal.cut(after_seq=13)
        assert await journal.cut(after_seq=14) == 7

        assert [group.last_seq for group in await all_groups(journal)] == [7, 14]
        assert await journal.digests() == {14: b"d" * 32}
        again = Player()
        again.group(COMMANDS[:7])
        again.group(COMMANDS[7:14])
        await journal.append(again.group(COMMANDS[14:16]))
        assert [group.last_seq for group in await all_groups(journal)] == [7, 14, 16]

    on(journal_url, check)


@pytest.mark.parametrize("url", ["", "venue.db", "sqlite:///", "mysql://host/db"])
def test_an_address_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match="expected a journal's address"):
        asyncio.run(open_journal(url))


def test_a_digest_and_a_token_may_be_saved_while_a_group_is_being_appended(
    journal_url: str,
) -> None:
    player = Player()
    groups = [player.group(COMMANDS[:10]), player.group(COMMANDS[10:])]
    token = Token(bytes(32), 1, "read", 1, None)

    async def write(journal: Journal) -> None:
        await asyncio.gather(
            journal.append(groups[0]),
            journal.save_digest(groups[0].last_seq, bytes(32)),
            journal.save_token(token),
        )
        await asyncio.gather(journal.append(groups[1]), journal.tokens())

        assert await all_groups(journal) == groups
        assert await journal.tokens() == [token]
        assert await journal.digests() == {groups[0].last_seq: bytes(32)}

    on(journal_url, write)
