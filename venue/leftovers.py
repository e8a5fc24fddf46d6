"""What a first start makes, and how to be rid of it: by itself where it is refused, by hand later.

Nothing that stood there before is ever taken away, and nothing at all once anybody was served.
"""

import shutil
from contextlib import suppress
from pathlib import Path

from venue.config import Settings, folder_of
from venue.core.state import State
from venue.store.addresses import file_of, parts_of


class Leftovers:
    """The files of a venue that are not there yet.

    A lock file stays: taking it away would let two processes hold two locks of one name.
    """

    def __init__(self, settings: Settings) -> None:
        self._folder = folder_of(settings)
        self._had_folder = self._folder.exists()
        self._new = [
            part
            for path in _databases(settings)
            for part in parts_of(path)
            if not path.exists() and not part.exists()
        ]

    def clear(self) -> None:
        """Take away what was made since; only for who holds the journal's lock."""
        for path in self._new:
            path.unlink(missing_ok=True)
        if not self._had_folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def clear_folder(self) -> None:
        """Take the folder away if it was made since, and is still empty."""
        if not self._had_folder:
            with suppress(OSError):
                self._folder.rmdir()


def way_out(settings: Settings, state: State) -> str:
    """Say how to begin anew where nobody has traded yet; empty: somebody has."""
    if any(market.last_ticks is not None for market in state.markets.values()):
        return ""
    files = [f"{path}*" for path in _databases(settings)]
    if file_of(settings.store.journal) is None:
        files.insert(0, "the tables of its database")
    return (
        "; nobody has traded in it: to begin anew as asked for now, delete "
        f"{', '.join(files)} and {folder_of(settings)}"
    )


def _databases(settings: Settings) -> list[Path]:
    addresses = (settings.store.journal, settings.store.projections)
    return [path for path in map(file_of, addresses) if path is not None]
