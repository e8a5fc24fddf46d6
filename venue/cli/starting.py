"""Before anything is opened: what a start refuses, and an old run put aside."""

import socket
from collections.abc import Callable, Coroutine
from itertools import count
from pathlib import Path
from typing import Any

from venue.cli.shown import out
from venue.config import ConfigError, Settings, folder_of
from venue.extras import how_to_install
from venue.store.addresses import WAL, file_of, parts_of


def put_aside(*addresses: str) -> None:
    """Rename files of an old run, so that nothing is ever silently wiped; nobody may use them."""
    from venue.store.lock import FileLock
    from venue.store.schema import JOURNAL_TREE

    paths = [path for path in map(file_of, addresses) if path is not None]
    if len(paths) < len(addresses):
        raise ConfigError("--fresh puts files aside; make a PostgreSQL database anew yourself")
    if paths[0].parent.is_dir():
        FileLock(paths[0], JOURNAL_TREE.file).release()
    for path in paths:
        aside = _unused(path)
        for part, new in zip(parts_of(path), parts_of(aside), strict=True):
            if part.exists():
                part.rename(new)
        folder = path.with_suffix(".d")
        if folder.exists():
            folder.rename(_folder_aside(aside))
            out.print(f"put aside: {aside}, with its tokens in {aside.name}.d; tokens are new")
        elif aside.exists():
            out.print(f"put aside: {aside}")


def _unused(path: Path) -> Path:
    """Return the first name beside a database that nothing of an older one has."""
    names = (path.with_name(f"{path.name}.{number}") for number in count(1))
    return next(
        each
        for each in names
        if not any(part.exists() for part in (*parts_of(each), _folder_aside(each)))
    )


def _folder_aside(aside: Path) -> Path:
    return aside.with_name(f"{aside.name}.d")


def check_unused(journal: str) -> None:
    """Refuse a journal that another process writes, before its ports are complained of."""
    from venue.store.lock import FileLock
    from venue.store.schema import JOURNAL_TREE

    path = file_of(journal)
    if path is not None and path.with_name(path.name + ".lock").exists():
        FileLock(path, JOURNAL_TREE.file).release()


def check_there(settings: Settings) -> None:
    """Refuse to begin anew in the folder of a journal that is not there."""
    path, folder = file_of(settings.store.journal), folder_of(settings)
    if path is not None and not path.exists() and (folder / "run.json").exists():
        wal = path.with_name(path.name + WAL)
        with_wal = f" beside {wal}" if wal.exists() else ""
        raise ConfigError(
            f"{path} is missing, and {folder} belongs to it: put it back{with_wal}, or begin anew "
            "with --fresh, which puts the rest aside"
        )


def check_free(host: str, port: int, option: str) -> None:
    """Refuse a port that somebody else listens on, before anything is opened."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigError(
                f"{host}:{port} cannot be listened on ({error.strerror}): choose another with "
                f"{option}"
            ) from error


def fast_runner() -> Callable[[Coroutine[Any, Any, None]], None]:
    """Return what runs the venue on the fast transport, where its libraries are installed."""
    try:
        from venue.gateway.fast_server import run_fast
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"--fast needs {error.name}, found none: {how_to_install('fast')}; or leave --fast and "
            "listen.fast out"
        ) from None
    return run_fast
