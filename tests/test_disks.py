"""Disks that are full, fail, turn read-only or go away under a real venue, and come back."""

import asyncio
import errno
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts.crashes.record import Disagreement
from scripts.crashes.servers import Venue
from tests.support.failing_disk import FailingDisk
from tests.support.own_disk import OwnDisk
from tests.test_trouble import (
    a_venue,
    in_trouble_and_out,
    place,
    refusal_of,
    started,
    until_health,
)

TINY = "mount -t tmpfs -o size=6m none $1"
ON_A_FILE = (
    "dd if=/dev/zero of=$1.img bs=1M count=32 status=none && mkfs.ext4 -q $1.img && "
    "mount -o loop $1.img $1"
)


class OnOwnDisk(Venue):
    """A venue whose journal is on a disk of its own; its settings and its log are not."""

    def __init__(self, folder: Path, disk: OwnDisk) -> None:
        under = (*disk.inside, f"--wd={folder}", "--")
        journal = f"sqlite:///{disk.at / 'venue.db'}"
        super().__init__(folder, journal, house=False, commands=200, under=under)
        self.disk = disk

    @property
    def side_folder(self) -> Path:
        return self.disk.seen(super().side_folder)


@contextmanager
def on_own_disk(folder: Path, mount: str, *, as_root: bool = False) -> Iterator[OnOwnDisk]:
    disk = OwnDisk(folder / "disk", mount, as_root=as_root)
    venue = OnOwnDisk(folder, disk)
    try:
        yield venue
    finally:
        venue.kill()
        disk.close()


@pytest.mark.parametrize("number", [errno.EROFS, errno.EIO], ids=errno.errorcode.get)
def test_a_disk_that_fails_under_open_files_and_works_again(number: int, tmp_path: Path) -> None:
    disk = FailingDisk(tmp_path)
    venue = Venue(
        tmp_path,
        f"sqlite:///{tmp_path / 'venue.db'}",
        house=False,
        commands=200,
        more=disk.environment,
    )
    try:
        story = in_trouble_and_out(
            venue, lambda _: disk.fail(number), lambda _: disk.work(), "cannot be used now"
        )
        asyncio.run(story)
    finally:
        venue.kill()


def test_a_disk_that_is_really_full_and_has_room_again(tmp_path: Path) -> None:
    with on_own_disk(tmp_path, TINY) as venue:
        disk = venue.disk
        filler = str(disk.at / "filler")
        fill = f"dd if=/dev/zero of={filler} bs=4k status=none || true"
        asyncio.run(
            in_trouble_and_out(
                venue,
                lambda _: disk.run("sh", "-c", fill),
                lambda _: disk.run("rm", filler),
                "cannot be used now",
            )
        )


def test_a_file_system_that_gives_up_keeps_the_venue_silent_until_it_is_mounted_again(
    tmp_path: Path,
) -> None:
    """As ext4 does at an error of the device: read-only for good, under the open files."""

    async def live(venue: Venue, disk: OwnDisk) -> None:
        bot = await started(venue)
        await place(bot, "before-1", "before-2")
        disk.run("mount", "-o", "remount,abort", str(disk.at))
        await until_health(venue, 503, "cannot be used now")
        with pytest.raises(Disagreement, match="journal_unavailable"):
            await place(bot, "refused")
        venue.kill()
        await bot.leave()

        disk.unmount()
        disk.run("mount", "-o", "loop", f"{disk.at}.img", str(disk.at))
        venue.launch()
        await venue.ready()
        assert await bot.come_back() == 2
        await place(bot, "after")
        await bot.leave()
        assert venue.stop() == 0, venue.tail()

    with on_own_disk(tmp_path, ON_A_FILE, as_root=True) as venue:
        asyncio.run(live(venue, venue.disk))
        assert venue.verify().startswith("whole: ")


def test_a_read_only_disk_is_refused_at_the_start(tmp_path: Path) -> None:
    async def once(venue: Venue) -> None:
        bot = await started(venue)
        await place(bot, "before")
        await bot.leave()
        assert venue.stop() == 0

    with on_own_disk(tmp_path, TINY) as venue:
        disk = venue.disk
        asyncio.run(once(venue))
        disk.run("mount", "-o", "remount,ro", str(disk.at))

        said = refusal_of(venue, *venue.under)

        assert "ead-only file system" in said or "readonly" in said
        disk.run("mount", "-o", "remount,rw", str(disk.at))
        asyncio.run(once(venue))


def test_a_directory_that_was_taken_away_and_put_back(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()

    def take(venue: Venue) -> None:
        (tmp_path / "data").rename(tmp_path / "away")

    def put_back(venue: Venue) -> None:
        (tmp_path / "away").rename(tmp_path / "data")

    with a_venue(tmp_path, f"sqlite:///{tmp_path / 'data' / 'venue.db'}") as venue:
        asyncio.run(in_trouble_and_out(venue, take, put_back, "removed or replaced"))


def test_what_is_gone_for_good_is_never_written_to_again(tmp_path: Path) -> None:
    """The venue says so until it is stopped; a stop does not wait for ever.

    Three at once: each stop waits ten seconds for a journal that does not come back.
    """
    lost = ("data", "data/venue.db", "data/venue.db-wal")
    folders = [tmp_path / str(number) for number in range(len(lost))]
    with ThreadPoolExecutor(len(lost)) as pool:
        for said in pool.map(_losing, folders, lost):
            assert "Traceback" not in said
            assert "stopped without its journal" in said
            assert "stopping: waits up to 10 s for the journal" in said


def _losing(folder: Path, lost: str) -> str:
    """Run a venue that loses a file or its folder; return what it said."""
    (folder / "data").mkdir(parents=True)

    async def live(venue: Venue) -> None:
        bot = await started(venue)
        await place(bot, "before")
        gone = folder / lost
        if gone.is_dir():
            shutil.rmtree(gone)
        else:
            gone.unlink()
        await until_health(venue, 503, "removed or replaced")
        with pytest.raises(Disagreement, match="journal_unavailable"):
            await place(bot, "refused")
        await bot.leave()

    with a_venue(folder, f"sqlite:///{folder / 'data' / 'venue.db'}") as venue:
        asyncio.run(live(venue))
        venue.stop()
        return venue.tail(10_000)
