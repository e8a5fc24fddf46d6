"""A file layer under SQLite that forgets at a power cut whatever was not synced, and tears it.

It is a VFS: SQLite writes through it into real files, and it keeps beside each what a disk would
still have after the power went: everything up to the last sync, and of what came later some
pieces, some not, some half.
"""

from pathlib import Path
from random import Random

import apsw

PIECE_BYTES = 512
# Chances that a piece that was not synced is on the disk all the same: never, maybe, always.
SURVIVES = (0.0, 0.5, 0.9, 1.0)


class Kept:
    """One file: what is certainly on the disk, and the writes since."""

    def __init__(self) -> None:
        self.exists = False
        self.certain = bytearray()
        self.since: list[tuple[int, bytes | None]] = []

    def sync(self) -> None:
        """Everything written is certain from here on."""
        self.exists = True
        for at, data in self.since:
            apply(self.certain, at, data)
        self.since.clear()

    def after_a_cut(self, random: Random) -> bytearray | None:
        """Return what is found when the power is back; ``None``: the file is not there."""
        survives = random.choice(SURVIVES)
        if not self.exists and random.random() >= survives:
            return None
        found = bytearray(self.certain)
        for at, data in self.since:
            if data is None:
                if random.random() < survives:
                    apply(found, at, None)
                continue
            for begin in range(0, len(data), PIECE_BYTES):
                piece = data[begin : begin + PIECE_BYTES]
                if random.random() < 0.1:  # The head was over it when the power went.
                    piece = piece[: random.randint(0, len(piece))]
                if random.random() < survives:
                    apply(found, at + begin, piece)
        return found


def apply(content: bytearray, at: int, data: bytes | None) -> None:
    """Write into a file's content, or (``None``) cut it off there; a hole is filled with zeros."""
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    if data is None:
        del content[at:]
    else:
        content[at : at + len(data)] = data


class PowerDisk(apsw.VFS):
    """The files of one directory. ``operations`` counts writes, syncs and truncations.

    With ``cut_at`` the power goes at that operation; those in ``fails_at`` fail once each.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.files: dict[str, Kept] = {}
        self.operations = 0
        self.cut_at: int | None = None
        self.fails_at: set[int] = set()
        self.is_cut = False
        super().__init__(name, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> "PowerFile":
        """Open a file through this layer."""
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        kept = self.files.setdefault(path or "", Kept())
        if path is not None and not kept.exists and Path(path).exists():
            kept.certain = bytearray(Path(path).read_bytes())
            kept.exists = True
        return PowerFile(self, name, flags, kept)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        """Delete a file, for certain if asked to."""
        self.operate()
        super().xDelete(filename, syncdir)
        self.files.pop(filename, None)

    def operate(self) -> None:
        """Count something that changes the disk; fail where it is to fail."""
        self.operations += 1
        if self.cut_at is not None and self.operations >= self.cut_at:
            self.is_cut = True
        if self.is_cut:
            raise apsw.IOError("the power is gone")
        if self.operations in self.fails_at:
            raise apsw.FullError("the disk takes no more")

    def unsynced(self, path: Path) -> int:
        """Return how many writes to a file a power cut could undo."""
        kept = self.files.get(str(path))
        return 0 if kept is None else len(kept.since)

    def leave(self, folder: Path, random: Random) -> None:
        """Write what is found after a cut into another directory."""
        for path, kept in self.files.items():
            found = kept.after_a_cut(random)
            if path and not path.endswith("-shm") and found is not None:
                (folder / Path(path).name).write_bytes(found)


class PowerFile(apsw.VFSFile):
    """One open file."""

    def __init__(
        self, disk: PowerDisk, name: str | apsw.URIFilename | None, flags: list[int], kept: Kept
    ) -> None:
        self._disk = disk
        self._kept = kept
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        """Write; until a sync it is anywhere but on the disk."""
        try:
            self._disk.operate()
        except apsw.IOError:
            if self._disk.operations == self._disk.cut_at:
                self._kept.since.append((offset, bytes(data)))
            raise
        super().xWrite(data, offset)
        self._kept.since.append((offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:
        """Cut off; not for certain yet."""
        self._disk.operate()
        super().xTruncate(newsize)
        self._kept.since.append((newsize, None))

    def xSync(self, flags: int) -> None:
        """From here on everything written is on the disk."""
        self._disk.operate()
        self._kept.sync()
