"""Projections are written by a process of their own, which follows what becomes durable.

On the order's own process they cost several times the order. The parent sends each durable group
as the bytes that it journalled and hashed anyway, and never waits: what the follower cannot take
within a bound it makes up for at the next start, from the journal. When the parent is gone, by
whatever means, the follower writes what it has and ends; a lock keeps the next one waiting.
"""

import asyncio
import fcntl
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import structlog

from venue.core.digest import load
from venue.core.events import AnyEvent
from venue.rules.build import build
from venue.store.errors import StoreError, StoreUnavailable
from venue.store.open_projections import open_projections
from venue.store.replay import Executed

log = structlog.get_logger()

ADDRESS = "VENUE_PROJECTIONS"

# What may wait for the follower in the parent, and how much it takes in before it writes.
WAITING_BYTES_MAX = 256 << 20
WAITING_EVENTS_MAX = 200_000
LENGTH_BYTES = 4
STOP_SECONDS = 30.0  # What is not written by then is made up for at the next start.
LOCK_SECONDS_MAX = 60.0
NICENESS = 10  # Orders come first, also where both share a core; but it is not starved.

_pack = msgspec.msgpack.Encoder().encode


class Begin(msgspec.Struct, array_like=True):
    """What the follower begins with: where the tables stand, and the state there."""

    origin_ns: int
    state: bytes


class Durable(msgspec.Struct, array_like=True):
    """One durable group, as the sequencer packed it."""

    first_seq: int
    commands: bytes
    events: bytes


class Projector:
    """The parent's end."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self.fell_behind = False

    async def start(self, begin: Begin) -> None:
        """Start the follower where the tables stand."""
        with (self._folder / "projections.log").open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "venue.projector",
                str(lock_path(self._folder)),
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                stderr=output,
                env={**os.environ, ADDRESS: self._url},
            )
        self._send(_pack(begin))

    def hear(self, first_seq: int, commands: bytes, events: bytes) -> None:
        """Send one durable group; never waits."""
        if not self.fell_behind:
            self._send(_pack(Durable(first_seq, commands, events)))

    def _send(self, body: bytes) -> None:
        process = self._process
        assert process is not None, "the follower was started"
        assert process.stdin is not None, "the follower listens"
        waiting = process.stdin.transport.get_write_buffer_size()
        if process.returncode is not None or waiting > WAITING_BYTES_MAX:
            self.fell_behind = True
            log.error("projections fell behind; the next start makes them up from the journal")
            return
        process.stdin.write(len(body).to_bytes(LENGTH_BYTES, "big") + body)

    async def stop(self) -> None:
        """Let the follower write what it has, and end."""
        process = self._process
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


def lock_path(folder: Path) -> Path:
    """Return the file whose lock says who writes the projections."""
    return folder / "projections.lock"


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Be the one who writes the projections; wait for the last run's follower to end."""
    with path.open("a") as file:
        until = time.monotonic() + LOCK_SECONDS_MAX
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise StoreError(
                        f"{path}: another process has been writing the projections for "
                        f"{LOCK_SECONDS_MAX:.0f} s: stop it first"
                    ) from None
                time.sleep(0.05)
        yield


# The follower's own process.


async def follow(url: str, stream: asyncio.StreamReader) -> None:
    """Write what comes until the stream ends."""
    frames = _frames(stream)
    begin = msgspec.msgpack.decode(await anext(frames), type=Begin)
    projections = await open_projections(url)
    projections.progress = projections.progress._replace(origin_ns=begin.origin_ns)
    projections.begin(load(begin.state, build))
    writer = asyncio.create_task(projections.run())
    times = msgspec.msgpack.Decoder(list[tuple[int, msgspec.Raw]]).decode
    events = msgspec.msgpack.Decoder(list[list[AnyEvent]]).decode
    group = msgspec.msgpack.Decoder(Durable).decode
    async for frame in frames:
        if writer.done():
            break  # On a fault of its own; the parent sees that nobody listens.
        durable = group(frame)
        pairs = zip(times(durable.commands), events(durable.events), strict=True)
        projections.take(
            [
                Executed(durable.first_seq + number, at_ns, list(heard))
                for number, ((at_ns, _), heard) in enumerate(pairs)
            ]
        )
        while projections.waiting_events > WAITING_EVENTS_MAX and not writer.done():
            await asyncio.sleep(0.01)
    projections.end()
    try:
        await writer
    except StoreUnavailable as error:
        log.error("projections were not written to the end", why=str(error))
    finally:
        await projections.close()


async def _frames(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while True:
        try:
            length = int.from_bytes(await stream.readexactly(LENGTH_BYTES), "big")
            yield await stream.readexactly(length)
        except asyncio.IncompleteReadError:
            return


async def _main(url: str) -> None:
    loop = asyncio.get_running_loop()
    stream = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stream), sys.stdin)
    await follow(url, stream)


def main() -> None:
    """``python -m venue.projector LOCK``: started by the venue, ended by its silence.

    The address comes in the environment: it may hold a password, and arguments are for all to see.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; its silence is ours.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.nice(NICENESS)  # Acknowledgements go first.
    url, lock = os.environ[ADDRESS], sys.argv[1]
    with writing(Path(lock)):
        asyncio.run(_main(url))


if __name__ == "__main__":
    main()
