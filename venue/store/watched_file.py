"""A file of projections that must still be where it was opened.

SQLite goes on writing into a file that was removed, and nobody will ever read it; or it opens the
one that took its place.
"""

import os
from pathlib import Path

from venue.store.errors import StoreUnavailable


class WatchedFile:
    """One file, as it is now."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found = _inode(path)

    def check(self) -> None:
        """Refuse where another file lies there, or none. Put back, it is the same one."""
        if _inode(self._path) != self._found:
            raise removed(str(self._path))


def removed(name: str) -> StoreUnavailable:
    """Return the refusal of projections that are not where they were."""
    return StoreUnavailable(
        f"the projections in {name} were removed or replaced while in use: put them back, or stop "
        "the venue and start it again, which makes them anew from the journal"
    )


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
