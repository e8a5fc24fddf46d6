"""One writer a file, a journal or projections: a lock on a small file beside it names its holder.

The system frees the lock when the process ends, however it ends. The file itself stays: taking it
away would let two processes hold two locks of the same name.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

from venue.store.errors import JournalLocked, JournalUnavailable

HOLDER_BYTES_MAX = 64


class FileLock:
    """Hold the lock of a file from construction to ``release``; ``what`` the file is."""

    def __init__(self, path: Path, what: str) -> None:
        self._path = path.with_name(path.name + ".lock")
        try:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise JournalUnavailable(
                f"cannot open the lock file {self._path}: {error.strerror}"
            ) from None
        try:
            _lock(self._descriptor)
        except OSError:
            holder = os.pread(self._descriptor, HOLDER_BYTES_MAX, 0).decode(errors="replace")
            os.close(self._descriptor)
            raise JournalLocked(
                f"{what} {path} is in use by process {holder.strip() or 'unknown'} (it holds "
                f"{self._path}): stop that process first, or give this one a {what} of its own"
            ) from None
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Let another process have it."""
        with suppress(OSError):  # A full or lost disk keeps no lock from being freed.
            os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
