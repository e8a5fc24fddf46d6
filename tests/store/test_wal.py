"""A write-ahead file that lost acknowledged commits is refused; one that was torn is not."""

import asyncio
import shutil
import sqlite3
from pathlib import Path
from random import Random

import pytest

from tests.store.venue_day import Player, venue_day
from venue.core.digest import digest
from venue.rules.build import build
from venue.store.errors import JournalCorrupt
from venue.store.open import open_journal
from venue.store.recover import recover
from venue.store.sqlite_wal import FRAME_HEAD_BYTES, HEAD_BYTES, Damage, damage_of

COMMANDS = list(venue_day(turns=3))
FRAME = FRAME_HEAD_BYTES + 4_096
SEED = 3


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """The two files of a journal as a kill leaves them, and the state that they hold."""
    folder = tmp_path_factory.mktemp("killed")

    async def write() -> bytes:
        journal = await open_journal(f"sqlite:///{folder / 'running.db'}")
        player = Player()
        await player.play(journal, COMMANDS, size=3)
        for part in ("", "-wal"):
            shutil.copy(folder / f"running.db{part}", folder / f"journal.db{part}")
        await journal.close()
        return digest(player.engine.state)

    return folder, asyncio.run(write())


def commits_of(data: bytes) -> list[int]:
    """Return the numbers of the frames (from 0) that end a commit."""
    begins = range(HEAD_BYTES, len(data) - FRAME + 1, FRAME)
    return [n for n, at in enumerate(begins) if data[at + 4 : at + 8] != bytes(4)]


def flipped(data: bytes, at: int, bit: int = 0) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1 << bit
    return bytes(changed)


def test_a_whole_file_is_whole(killed: tuple[Path, bytes]) -> None:
    folder, _ = killed

    assert damage_of((folder / "journal.db-wal").read_bytes()) is None


def test_any_flipped_bit_before_the_last_commit_is_found(killed: tuple[Path, bytes]) -> None:
    folder, _ = killed
    data = (folder / "journal.db-wal").read_bytes()
    commits = commits_of(data)
    until = HEAD_BYTES + (commits[-2] + 1) * FRAME
    chance = Random(SEED)
    places = [0, 16, 24, HEAD_BYTES + 4, HEAD_BYTES + 8, HEAD_BYTES + 16, until - 1]
    # The version and the number of checkpoints are in the head's checksum like everything else.
    for at in [*places, *(chance.randrange(until) for _ in range(60))]:
        damage = damage_of(flipped(data, at, chance.randrange(8)))

        assert damage is not None, at
        frame = 0 if at < HEAD_BYTES else (at - HEAD_BYTES) // FRAME + 1
        assert damage.frame == frame
        behind = len(commits) if not frame else sum(n >= frame - 1 for n in commits)
        # A head says nothing of its frames; where the flag of a commit flipped, it is one fewer.
        assert abs(damage.commits - behind) <= 1


@pytest.mark.parametrize("is_there", [False, True], ids=["missing", "empty"])
def test_one_without_its_database_is_refused_and_stays_as_it_is(
    killed: tuple[Path, bytes], tmp_path: Path, is_there: bool
) -> None:
    """A file that was moved away and forgotten: begun anew in its place, all would be gone."""
    folder, was = killed
    data = (folder / "journal.db-wal").read_bytes()
    place = tmp_path / "journal.db"
    place.with_name("journal.db-wal").write_bytes(data)
    if is_there:
        place.touch()

    async def start() -> bytes:
        journal = await open_journal(f"sqlite:///{place}")
        try:
            return digest((await recover(journal, build)).engine.state)
        finally:
            await journal.close()

    with pytest.raises(JournalCorrupt, match="alone"):
        asyncio.run(start())

    assert place.with_name("journal.db-wal").read_bytes() == data
    shutil.copy(folder / "journal.db", place)
    assert asyncio.run(start()) == was


def test_a_torn_last_commit_is_no_damage(killed: tuple[Path, bytes]) -> None:
    """What was not yet acknowledged may end anywhere."""
    folder, _ = killed
    data = (folder / "journal.db-wal").read_bytes()
    whole = HEAD_BYTES + (commits_of(data)[-2] + 1) * FRAME

    for end in (whole, whole + 1, whole + FRAME // 2, len(data) - 1):
        assert damage_of(data[:end]) is None
    assert damage_of(flipped(data, len(data) - 1)) is None


def test_what_an_earlier_life_or_a_failed_attempt_left_is_no_damage(
    killed: tuple[Path, bytes],
) -> None:
    folder, _ = killed
    data = (folder / "journal.db-wal").read_bytes()
    frames = len(commits_of(data))
    old = bytearray(data)
    for at in range(HEAD_BYTES + frames // 2 * FRAME, len(data) - FRAME + 1, FRAME):
        old[at + 8] ^= 0xFF  # Another salt: frames of the life before.
    # The frames of one commit, again, behind the end: they do not go on from it.
    left = data + data[-FRAME:] + data[-2 * FRAME : -FRAME]

    assert damage_of(bytes(old)) is None
    assert damage_of(left) is None
    assert damage_of(bytes(HEAD_BYTES) + data[HEAD_BYTES:]) is None


@pytest.mark.parametrize("torn_at", [13, 16, 17, 20, 27, 31])
def test_a_head_that_was_torn_over_frames_that_are_copied_is_no_damage(
    killed: tuple[Path, bytes], tmp_path: Path, torn_at: int
) -> None:
    """The file is begun anew, over a life that the database has; the power goes within the head."""
    folder, _ = killed
    copied = tmp_path / "copied"
    copied.mkdir()
    for to in (tmp_path, copied):
        for part in ("", "-wal"):
            shutil.copy(folder / f"journal.db{part}", to / f"journal.db{part}")
    wal = tmp_path / "journal.db-wal"
    data = wal.read_bytes()
    wal.write_bytes(bytes(b ^ 0xFF for b in data[:torn_at]) + data[torn_at:])
    with pytest.raises(JournalCorrupt, match="damage in its head"):
        asyncio.run(open_journal(f"sqlite:///{tmp_path / 'journal.db'}"))

    sqlite3.connect(copied / "journal.db").execute("PRAGMA wal_checkpoint(FULL)").close()
    shutil.copy(copied / "journal.db", tmp_path / "journal.db")

    assert asyncio.run(_recovered(tmp_path)) == len(COMMANDS)


def test_a_damaged_file_is_refused_untouched_and_cut_as_it_says(
    killed: tuple[Path, bytes], tmp_path: Path
) -> None:
    folder, _ = killed
    for part in ("", "-wal"):
        shutil.copy(folder / f"journal.db{part}", tmp_path / f"journal.db{part}")
    wal = tmp_path / "journal.db-wal"
    data = flipped(wal.read_bytes(), wal.stat().st_size // 2)
    wal.write_bytes(data)

    with pytest.raises(JournalCorrupt, match="damage in frame") as refusal:
        asyncio.run(open_journal(f"sqlite:///{tmp_path / 'journal.db'}"))

    assert wal.read_bytes() == data
    assert f"truncate -s {_damage(data).at_byte} {wal}" in str(refusal.value)
    wal.write_bytes(data[: _damage(data).at_byte])
    assert 0 < asyncio.run(_recovered(tmp_path)) < len(COMMANDS)


def test_flipped_bits_anywhere_in_the_main_file_never_give_another_state(
    killed: tuple[Path, bytes], tmp_path: Path
) -> None:
    """Found, or without effect: free space holds nothing."""
    folder, state = killed
    whole = tmp_path / "whole.db"

    async def merge() -> None:
        for part in ("", "-wal"):
            shutil.copy(folder / f"journal.db{part}", f"{whole}{part}")
        await (await open_journal(f"sqlite:///{whole}")).close()

    asyncio.run(merge())
    data = whole.read_bytes()
    chance = Random(SEED)
    found = 0
    for _ in range(40):
        path = tmp_path / "journal.db"
        path.write_bytes(flipped(data, chance.randrange(len(data)), chance.randrange(8)))
        found += asyncio.run(_refused_or_same(path, state))
        for part in ("", "-wal", "-shm"):
            Path(f"{path}{part}").unlink(missing_ok=True)
    assert found > 2


async def _refused_or_same(path: Path, state: bytes) -> bool:
    from venue.store.errors import StoreError

    try:
        journal = await open_journal(f"sqlite:///{path}")
    except StoreError:
        return True
    try:
        recovered = await recover(journal, build)
    except StoreError:
        return True
    finally:
        await journal.close()
    assert digest(recovered.engine.state) == state
    return False


async def _recovered(folder: Path) -> int:
    journal = await open_journal(f"sqlite:///{folder / 'journal.db'}")
    recovered = await recover(journal, build)
    await journal.close()
    return recovered.engine.state.seq


def _damage(data: bytes) -> Damage:
    damage = damage_of(data)
    assert damage is not None
    return damage
