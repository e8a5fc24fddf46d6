"""Projections are written by a process of their own, which follows what becomes durable.

On the order's own process they cost several times the order. The parent sends each durable group
as the bytes that it journalled and hashed anyway, and never waits: what the follower cannot take
within a bound it makes up for at the next start, from the journal. The follower says how far it is,
and what keeps it from writing. When the parent is gone, by whatever means, the follower writes what
it has and ends; a lock keeps the next one waiting.
"""

import asyncio
import fcntl
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import structlog

from venue.core.digest import load
from venue.core.events import AnyEvent
from venue.lateness import Lateness
from venue.rules.build import build
from venue.store.addresses import file_of, without_password
from venue.store.errors import StoreError, StoreUnavailable
from venue.store.open_projections import open_projections
from venue.store.projections import Projections
from venue.store.replay import Executed
from venue.store.tally import Tally, tally_at
from venue.store.watched_file import removed

log = structlog.get_logger()

ADDRESS = "VENUE_PROJECTIONS"

# What may wait for the follower in the parent, and how much it takes in before it writes.
WAITING_BYTES_MAX = 256 << 20
WAITING_EVENTS_MAX = 200_000
LENGTH_BYTES = 4
STOP_SECONDS = 30.0  # What is not written by then is made up for at the next start.
LOCK_SECONDS_MAX = 60.0
TELL_SECONDS = 0.5  # As often the follower says how far it is, if that is news.
WHY_MAX = 1_000  # Of a reason: a line of what it says is written at once, or not at all.
NICENESS = 10  # Orders come first, also where both share a core; but it is not starved.

_pack = msgspec.msgpack.Encoder().encode


class Begin(msgspec.Struct, array_like=True):
    """What the follower begins with: where the tables stand, and the state there."""

    seq: int
    origin_ns: int
    state: bytes


class Durable(msgspec.Struct, array_like=True):
    """One durable group, as the sequencer packed it."""

    first_seq: int
    commands: bytes
    events: bytes


class Reached(msgspec.Struct, frozen=True):
    """What the follower says: the last command that the tables know, and what is wrong, if so."""

    seq: int
    trouble: str | None = None


class Projector:
    """The parent's end. ``reached`` is the last that the follower said."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self._lateness = Lateness()
        self.reached, self.origin_ns = Reached(0), 0
        self.fell_behind = False

    async def start(self, begin: Begin) -> None:
        """Start the follower where the tables stand."""
        self.reached, self.origin_ns = Reached(begin.seq), begin.origin_ns
        ours, theirs = os.pipe()
        try:
            with (self._folder / "projections.log").open("ab") as output:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-m",
                    "venue.projector",
                    str(lock_path(self._folder)),
                    str(theirs),
                    stdin=asyncio.subprocess.PIPE,
                    stdout=output,
                    stderr=output,
                    pass_fds=(theirs,),
                    env={**os.environ, ADDRESS: self._url},
                )
        except BaseException:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        self._listening = asyncio.create_task(self._listen(ours))
        self._send(_pack(begin))

    def late_s(self, seq: int | None = None) -> int:
        """Return for how many seconds tables at ``seq`` have missed what is durable.

        Without it: those of which the follower spoke last.
        """
        return self._lateness.late_s(self.reached.seq if seq is None else seq)

    async def counted(self) -> Tally:
        """Count in the tables, and say how late they are; tables of another journal are refused."""
        found = await tally_at(self._url)
        if found.seq and found.origin_ns != self.origin_ns:
            raise removed(without_password(self._url))
        return msgspec.structs.replace(found, late_s=self.late_s(found.seq))

    async def _listen(self, ours: int) -> None:
        """Take what the follower says until it ends, and tell the log of trouble."""
        stream = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(ours, "rb", buffering=0)
        )
        said = msgspec.json.Decoder(Reached).decode
        async for line in stream:
            was, self.reached = self.reached, said(line)
            self._lateness.late_s(self.reached.seq)  # Forgets what the tables know.
            if self.reached.trouble == was.trouble:
                continue
            if self.reached.trouble is None:
                log.info("projections are written again", seq=self.reached.seq)
            else:
                log.warning(
                    "projections are not written: trades and liquidations of the standings stand "
                    "still, nothing else does",
                    why=self.reached.trouble,
                    seq=self.reached.seq,
                )

    def hear(self, first_seq: int, commands: bytes, events: bytes) -> None:
        """Send one durable group; never waits."""
        self._lateness.durable(first_seq)
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
        if self._listening is not None:
            await self._listening  # What the follower said last is read; then the pipe ends.


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


async def follow(
    url: str,
    stream: asyncio.StreamReader,
    tell: Callable[[Reached], None] = lambda reached: None,
) -> None:
    """Write what comes until the stream ends; ``tell`` takes how far that is, when it is news."""
    frames = _frames(stream)
    begin = msgspec.msgpack.decode(await anext(frames), type=Begin)
    try:
        projections = await _opened(url, begin)
    except StoreError as error:
        tell(Reached(begin.seq, str(error)))
        raise
    projections.progress = projections.progress._replace(origin_ns=begin.origin_ns)
    projections.begin(load(begin.state, build))
    writer = asyncio.create_task(projections.run())
    teller = asyncio.create_task(_telling(projections, tell))
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
        teller.cancel()
        await projections.close()


async def _opened(url: str, begin: Begin) -> Projections:
    """Open the tables that the parent left a moment ago, or refuse others in their place."""
    path = file_of(url)
    if begin.seq and path is not None and not path.is_file():
        raise removed(without_password(url))  # To open it would make an empty one.
    projections = await open_projections(url)
    if projections.progress.seq != begin.seq:
        await projections.close()
        raise removed(without_password(url))
    return projections


async def _telling(projections: Projections, tell: Callable[[Reached], None]) -> None:
    """Tell how far the tables are and what is wrong, whenever that is news."""
    told = Reached(projections.progress.seq)
    while True:
        now = Reached(projections.progress.seq, projections.trouble)
        if now != told:
            tell(now)
            if now.trouble is not None and now.trouble != told.trouble:
                log.error("projections are not written", why=now.trouble, seq=now.seq)
            elif now.trouble is None and told.trouble is not None:
                log.info("projections are written again", seq=now.seq)
            told = now
        await asyncio.sleep(TELL_SECONDS)


def _teller(number: int) -> Callable[[Reached], None]:
    """Return what tells the parent, which is never waited for, over an open pipe."""
    os.set_blocking(number, False)

    def tell(reached: Reached) -> None:
        why = None if reached.trouble is None else reached.trouble[:WHY_MAX]
        with suppress(BlockingIOError, BrokenPipeError):  # It does not read, or it is gone.
            os.write(number, msgspec.json.encode(Reached(reached.seq, why)) + b"\n")

    return tell


async def _frames(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while True:
        try:
            length = int.from_bytes(await stream.readexactly(LENGTH_BYTES), "big")
            yield await stream.readexactly(length)
        except asyncio.IncompleteReadError:
            return


async def _main(url: str, tell: Callable[[Reached], None]) -> None:
    loop = asyncio.get_running_loop()
    stream = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stream), sys.stdin)
    await follow(url, stream, tell)


def main() -> None:
    """``python -m venue.projector LOCK PIPE``: started by the venue, ended by its silence.

    The address comes in the environment: it may hold a password, and arguments are for all to see.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; its silence is ours.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.nice(NICENESS)  # Acknowledgements go first.
    # A write that fails is told in one sentence; the pool's own word of it is a traceback.
    logging.getLogger("sqlalchemy").setLevel(logging.CRITICAL + 1)
    url, lock, pipe = os.environ[ADDRESS], sys.argv[1], int(sys.argv[2])
    try:
        with writing(Path(lock)):
            asyncio.run(_main(url, _teller(pipe)))
    except StoreError as error:
        log.error("projections are not written any more", why=str(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
