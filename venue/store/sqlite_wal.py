"""Whether a write-ahead file is whole, looked at before SQLite opens it.

SQLite takes the frames of the file up to the first whose checksum is wrong, and drops the rest
without a word: one flipped bit would take every acknowledged command behind it. Only the last
transaction of a file can be torn by a crash, because each commit waits for the disk before the
next begins. So more than one commit from the first wrong frame on means damage, and so does a
file with a wrong head; unless the database has all that stands in it. That is so when power went
while SQLite began the file anew: it does so only with what has been copied.

A write-ahead file without its database is refused, too: SQLite would take the place for a new one.

It does not see damage in the very last transaction, which looks like a torn write: that one shows
by what speaks of it (a checkpoint, a digest, the projections).

Source: SQLite, "WAL-mode file format" (head, frames, salts, cumulative checksum).
"""

import struct
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from venue.store.errors import JournalCorrupt

HEAD_BYTES = 32
FRAME_HEAD_BYTES = 24
_MAGIC = 0x377F0682  # Its lowest bit says in which order checksums read their words.
_MASK = 0xFFFF_FFFF

Sums = tuple[int, int]


class Damage(NamedTuple):
    """The first wrong frame (from 1; 0: the head), where it begins, the commits from it on."""

    frame: int
    at_byte: int
    commits: int


def check_wal(path: Path, name: str) -> None:
    """Refuse a journal whose write-ahead file has lost commits that were acknowledged."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return
    database = path.with_name(path.name[:-4])
    if len(data) > HEAD_BYTES and _is_empty(database):
        raise JournalCorrupt(
            name,
            row=None,
            whole_until_seq=0,
            expected=f"the file {database} that {path.name} belongs to",
            found=f"{path.name} alone",
            way_out=(
                "SQLite would begin anew, and drop what was committed there. Put the file back "
                f"beside it; or give both up, and take {path} away, too"
            ),
        )
    damage = damage_of(data)
    if damage is None or (damage.frame == 0 and _is_copied(data, database)):
        return
    what = f"frame {damage.frame}" if damage.frame else "its head"
    raise JournalCorrupt(
        name,
        row=None,
        whole_until_seq=0,
        expected=f"a whole write-ahead file {path.name}",
        found=f"damage in {what}, with {damage.commits} commits from there on",
        way_out=(
            "SQLite would drop them without a word. Restore both files from a copy, or give those "
            f"commits up with `truncate -s {damage.at_byte} {path}`"
        ),
    )


def _is_copied(data: bytes, database: Path) -> bool:
    """Say whether the database has the last version of every page of a file's leading frames."""
    with suppress(FileNotFoundError), database.open("rb") as main:
        (page_bytes,) = struct.unpack(">H", main.read(18)[16:].rjust(2, b"\0"))
        page_bytes = (1 << 16) if page_bytes == 1 else page_bytes
        if page_bytes < 1 << 9:
            return False
        size = FRAME_HEAD_BYTES + page_bytes
        pages: dict[int, bytes] = {}
        for begin in range(HEAD_BYTES, len(data) - size + 1, size):
            if data[begin + 8 : begin + 16] != data[HEAD_BYTES + 8 : HEAD_BYTES + 16]:
                break
            (number,) = struct.unpack(">I", data[begin : begin + 4])
            pages[number] = data[begin + FRAME_HEAD_BYTES : begin + size]
        for number, page in pages.items():
            main.seek(max(0, number - 1) * page_bytes)
            if main.read(page_bytes) != page:
                return False
        return True
    return False


def _is_empty(database: Path) -> bool:
    try:
        return database.stat().st_size == 0
    except FileNotFoundError:
        return True


def damage_of(data: bytes) -> Damage | None:
    """Return what is wrong with the bytes of a write-ahead file; ``None``: nothing that counts.

    >>> damage_of(b"") is None
    True
    """
    if len(data) < HEAD_BYTES + FRAME_HEAD_BYTES or not any(data[:HEAD_BYTES]):
        return None
    magic, _, page_bytes, _, salt_one, salt_two, *said = struct.unpack(">8I", data[:HEAD_BYTES])
    order = ">" if magic & 1 else "<"
    sums = _checksum(order, data[: HEAD_BYTES - 8], (0, 0))
    if magic & ~1 != _MAGIC or sums != tuple(said):
        return Damage(0, 0, commits) if (commits := _commits_of_any_page_size(data)) else None
    frames = _Frames(data, page_bytes, order, (salt_one, salt_two))
    for number in range(frames.count):
        computed = frames.computed(number, sums)
        stored = frames.stored(number)
        if not frames.is_ours(number) or computed != stored:
            commits = frames.commits_from(number, computed)
            return Damage(number + 1, frames.begin(number), commits) if commits > 1 else None
        sums = stored
    return None


class _Frames:
    """The frames of a file, counted from 0, as its head says they are."""

    def __init__(self, data: bytes, page_bytes: int, order: str, salts: Sums) -> None:
        self._data = data
        self._size = FRAME_HEAD_BYTES + page_bytes
        self._order = order
        self._salts = salts
        self.count = (len(data) - HEAD_BYTES) // self._size

    def begin(self, number: int) -> int:
        return HEAD_BYTES + number * self._size

    def is_ours(self, number: int) -> bool:
        """Say whether a frame is of this life of the file, not left over from the one before."""
        at = self.begin(number) + 8
        return struct.unpack(">2I", self._data[at : at + 8]) == self._salts

    def ends_a_commit(self, number: int) -> bool:
        at = self.begin(number) + 4
        return self._data[at : at + 4] != bytes(4)

    def stored(self, number: int) -> Sums:
        at = self.begin(number) + 16
        one, two = struct.unpack(">2I", self._data[at : at + 8])
        return one, two

    def computed(self, number: int, before: Sums) -> Sums:
        begin = self.begin(number)
        sums = _checksum(self._order, self._data[begin : begin + 8], before)
        page = self._data[begin + FRAME_HEAD_BYTES : begin + self._size]
        return _checksum(self._order, page, sums)

    def commits_from(self, first: int, computed: Sums) -> int:
        """Count the commits from a wrong frame on, as far as one frame goes on from the other.

        What a failed attempt left behind the end goes on for one commit at most, and what is left
        of the file's life before has other salts.
        """
        commits = int(self.ends_a_commit(first))
        bases = {computed, self.stored(first)}
        for number in range(first + 1, self.count):
            stored = self.stored(number)
            if not self.is_ours(number):
                break
            if stored not in {self.computed(number, base) for base in bases}:
                break
            commits += self.ends_a_commit(number)
            bases = {stored}
        return commits


def _commits_of_any_page_size(data: bytes) -> int:
    """Count commits where the head cannot say how long a page is: all frames share their salts."""
    salts = data[HEAD_BYTES + 8 : HEAD_BYTES + 16]
    counts = []
    for page_bytes in (1 << power for power in range(9, 17)):
        size = FRAME_HEAD_BYTES + page_bytes
        begins = range(HEAD_BYTES, len(data) - size + 1, size)
        ours = [begin for begin in begins if data[begin + 8 : begin + 16] == salts]
        counts.append(sum(data[begin + 4 : begin + 8] != bytes(4) for begin in ours))
    return max(counts)


def _checksum(order: str, data: bytes, sums: Sums) -> Sums:
    one, two = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        one = one + even + two & _MASK
        two = two + odd + one & _MASK
    return one, two
