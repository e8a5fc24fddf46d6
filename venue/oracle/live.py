"""The live source: prints that come over a WebSocket, as they come.

Promises: it never ends and never raises because of what the other side does. A connection
that fails, closes or falls silent is made again, after a pause that doubles up to a limit and
starts anew once a print has come. A message that cannot be read is counted, refused and
logged, and the next one is read. Every good print is submitted with the venue's time at which
it was received; whether it is late, false or stale is for the core to say.

Messages: ``wire``. Times here (pauses, silence) are wall time, not the venue's.
"""

import asyncio
from collections.abc import Sequence

import msgspec
import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidURI, WebSocketException
from websockets.uri import parse_uri

from venue.core.commands import SubmitPrint
from venue.core.units import NS_PER_SECOND
from venue.oracle.errors import SourceError, shown
from venue.oracle.feed import Clock, Submit
from venue.oracle.figures import CADENCE_NS_MAX, FigureError, name_of
from venue.oracle.wire import (
    FRAME_BYTES_MAX,
    Heartbeat,
    PriceMessage,
    SourceFault,
    Subscribe,
    Subscribed,
    decoded,
    encoded,
    price_and_time,
)

# Frames of a fast source while the venue is busy; beyond it the source's own TCP waits.
FRAMES_QUEUED_MAX = 256
UNDERLYINGS_MAX = 1_000

NETWORK_FAULTS = (OSError, EOFError, WebSocketException)

log = structlog.get_logger()


class LiveSettings(msgspec.Struct, frozen=True):
    """Where a live source is and how it is treated; times in seconds of wall time.

    ``cadence_ns`` is how often the source says it prints. A connection without any message
    for ``silence_seconds`` is made anew. After ``refusals_max`` unreadable messages in a row
    the connection is given up and made anew, with its pause.
    """

    url: str
    source: str
    underlyings: Sequence[str]
    cadence_ns: int = 5 * NS_PER_SECOND
    open_seconds: float = 10.0
    silence_seconds: float = 60.0
    pause_first_seconds: float = 1.0
    pause_max_seconds: float = 60.0
    refusals_max: int = 100


class LiveCounts(msgspec.Struct):
    """What has come of a live source since it started; ``last_refusal`` is for a person."""

    connections: int = 0
    failures: int = 0
    prints: int = 0
    refused: int = 0
    last_refusal: str = ""


class LiveSource:
    """A live feed of one source. ``counts`` may be read at any time."""

    def __init__(self, settings: LiveSettings) -> None:
        _check(settings)
        self.settings = settings
        self.counts = LiveCounts()
        self._wanted = frozenset(settings.underlyings)
        self._pause_seconds = settings.pause_first_seconds

    async def run(self, clock: Clock, submit: Submit) -> None:
        """Submit prints as they come, until cancelled."""
        while True:
            connection, why = await self._connected()
            if connection is not None:
                try:
                    why = await self._listen(connection, clock, submit)
                finally:
                    await connection.close()
            self.counts.failures += 1
            log.warning(
                "source lost",
                source=self.settings.source,
                why=why,
                pause_seconds=self._pause_seconds,
            )
            await asyncio.sleep(self._pause_seconds)
            self._pause_seconds = min(2 * self._pause_seconds, self.settings.pause_max_seconds)

    async def _connected(self) -> tuple[ClientConnection | None, str]:
        # A connection, or why there is none.
        settings = self.settings
        try:
            connection = await connect(
                settings.url,
                open_timeout=settings.open_seconds,
                max_size=FRAME_BYTES_MAX,
                max_queue=FRAMES_QUEUED_MAX,
            )
        except (*NETWORK_FAULTS, ValueError) as error:
            return None, _why(error)
        self.counts.connections += 1
        log.info("source connected", source=settings.source)
        return connection, ""

    async def _listen(self, connection: ClientConnection, clock: Clock, submit: Submit) -> str:
        # Returns why the connection is to be made anew. What ``submit`` raises is the venue's
        # own trouble, and passes through.
        settings = self.settings
        refused_in_a_row = 0
        try:
            await connection.send(encoded(Subscribe(list(settings.underlyings))))
        except NETWORK_FAULTS as error:
            return _why(error)
        while refused_in_a_row < settings.refusals_max:
            try:
                async with asyncio.timeout(settings.silence_seconds):
                    frame = await connection.recv()
            except TimeoutError:
                return f"no message for {settings.silence_seconds:g} seconds"
            except NETWORK_FAULTS as error:
                return _why(error)
            try:
                each = self._print_in(frame, clock.now_ns())
            except FigureError as error:
                refused_in_a_row += 1
                self._refuse(error)
                continue
            refused_in_a_row = 0
            if each is not None:
                self.counts.prints += 1
                self._pause_seconds = settings.pause_first_seconds
                await submit(each)
        return f"{settings.refusals_max} unreadable messages in a row"

    def _print_in(self, frame: str | bytes, now_ns: int) -> SubmitPrint | None:
        match decoded(frame):
            case PriceMessage() as seen:
                if seen.underlying not in self._wanted:
                    raise FigureError(expected="a subscribed underlying", found=seen.underlying)
                nanos, source_time_ns = price_and_time(seen)
                return SubmitPrint(
                    underlying=seen.underlying,
                    source=self.settings.source,
                    price_nanos=nanos,
                    source_time_ns=source_time_ns,
                    received_ns=now_ns,
                    cadence_ns=self.settings.cadence_ns,
                )
            case Subscribed(underlyings):
                if missing := sorted(self._wanted - set(underlyings)):
                    log.warning(
                        "source lacks", source=self.settings.source, underlyings=missing[:10]
                    )
            case SourceFault(why):
                log.warning("source complains", source=self.settings.source, why=shown(why))
            case Heartbeat():
                pass
        return None

    def _refuse(self, error: FigureError) -> None:
        self.counts.refused += 1
        self.counts.last_refusal = f"expected {error.expected}, found {shown(error.found)}"
        # A source gone mad must not fill the log: the count says how many there were.
        if self.counts.refused & (self.counts.refused - 1) == 0:
            log.warning(
                "source message refused",
                source=self.settings.source,
                refused=self.counts.refused,
                why=self.counts.last_refusal,
            )


def _why(error: Exception) -> str:
    return shown(error) if str(error) else type(error).__name__


def _check(settings: LiveSettings) -> None:
    try:
        parse_uri(settings.url)
    except (InvalidURI, ValueError):
        # Without what may be a password.
        found = settings.url.rpartition("@")[2].partition("?")[0]
        raise SourceError(expected="a ws:// or wss:// address", found=found) from None
    try:
        name_of(settings.source, of="a source")
        for each in settings.underlyings:
            name_of(each, of="an underlying")
    except FigureError as error:
        raise SourceError(expected=error.expected, found=error.found) from None
    if not 1 <= len(settings.underlyings) <= UNDERLYINGS_MAX:
        raise SourceError(
            expected=f"1 to {UNDERLYINGS_MAX} underlyings", found=len(settings.underlyings)
        )
    if not 0 < settings.cadence_ns <= CADENCE_NS_MAX:
        raise SourceError(
            expected=f"a cadence of 1 to {CADENCE_NS_MAX} ns", found=settings.cadence_ns
        )
    for what in ("open_seconds", "silence_seconds", "pause_first_seconds", "pause_max_seconds"):
        if not 0.0 < getattr(settings, what) <= 3_600.0:
            raise SourceError(
                expected=f"{what} above 0, up to 3,600", found=getattr(settings, what)
            )
    if settings.refusals_max < 1:
        raise SourceError(expected="refusals_max of at least 1", found=settings.refusals_max)
