"""The state's bytes as of one moment, made by a forked child while the venue goes on.

Turning a state into bytes takes longer than an order may wait: some 10 ms with the house bots, some
100 ms with 100,000 orders. A fork takes about a millisecond; the child has the state as it was at
that moment, writes its bytes into a pipe, and ends. Where the system has no fork, or no more
processes, the bytes are made on the spot.
"""

import asyncio
import os
import select
import signal
import time
import warnings
from collections.abc import Awaitable
from hashlib import blake2b
from typing import NamedTuple

from venue.core.digest import dump
from venue.core.state import State
from venue.store.journal import HASH_BYTES

CHILD_SECONDS_MAX = 60.0
READ_BYTES = 1 << 18
DESCRIPTORS_MAX = 1 << 20
NICENESS = 5  # Whoever waits for an answer goes first.


class Whole(NamedTuple):
    """A state as bytes, and their digest."""

    state: bytes
    digest: bytes


class NotTaken(Exception):
    """The child did not bring the state's bytes; it can be asked of another one."""


def taken_here(state: State) -> Awaitable[Whole]:
    """Return the state's bytes, made on the spot."""
    made: asyncio.Future[Whole] = asyncio.get_running_loop().create_future()
    made.set_result(_with_digest(dump(state)))
    return made


def taken_by_child(state: State) -> Awaitable[Whole]:
    """Return the state's bytes of this moment, once a child has made them; else ``NotTaken``."""
    if not hasattr(os, "fork"):
        return taken_here(state)
    try:
        readable, writable = os.pipe()
    except OSError:  # As many files are open as may.
        return taken_here(state)
    try:
        with warnings.catch_warnings():
            # The child starts no thread and asks no lock of another one.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
    except OSError:
        os.close(readable)
        os.close(writable)
        return taken_here(state)
    if child == 0:
        _tell(state, writable)
    os.close(writable)
    return asyncio.ensure_future(asyncio.to_thread(_hear, child, readable))


def _tell(state: State, writable: int) -> None:
    """The child's whole life. It touches nothing that it shares: sockets, locks, the journal."""
    status = 1
    try:
        # A signal to all of us is not the venue's business here: it ends the child, and no more.
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        # Whoever is cut off, or waits for the journal's lock, must not have to wait for us.
        os.closerange(3, writable)
        os.closerange(writable + 1, DESCRIPTORS_MAX)
        os.nice(NICENESS)
        whole = memoryview(dump(state))
        while whole:
            whole = whole[os.write(writable, whole) :]
        status = 0
    finally:
        os._exit(status)


def _hear(child: int, readable: int) -> Whole:
    """Read what the child writes, on a thread that may wait; a child that is stuck is ended."""
    parts: list[bytes] = []
    until = time.monotonic() + CHILD_SECONDS_MAX
    try:
        while select.select([readable], [], [], max(0.0, until - time.monotonic()))[0]:
            part = os.read(readable, READ_BYTES)
            if not part:
                break
            parts.append(part)
        else:
            os.kill(child, signal.SIGKILL)
    finally:
        os.close(readable)
        _, status = os.waitpid(child, 0)
    if status != 0:
        raise NotTaken(f"the child that takes the state ended with {status}")
    return _with_digest(b"".join(parts))


def _with_digest(state: bytes) -> Whole:
    return Whole(state, blake2b(state, digest_size=HASH_BYTES).digest())
