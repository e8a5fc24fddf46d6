"""The live source: it keeps a connection and submits what comes.

Promises: it never ends and never raises because of what the other side does. A connection
that fails, closes or falls silent is made again, after a pause that doubles up to a limit and
starts anew once a print has come. A message that cannot be read is counted, refused and
logged, and the next one is read. Every good print is submitted with the venue's time at which
it was received; whether it is late, false or stale is for the core to say.

Times here (pauses, silence, keepalives) are wall time, not the venue's.
"""

import asyncio

import msgspec
import structlog

from venue.core.commands import SubmitPrint
from venue.oracle.errors import SourceError, shown
from venue.oracle.feed import Clock, Submit
from venue.oracle.figures import FigureError
from venue.oracle.live.channels import NETWORK_FAULTS, Channel, opened
from venue.oracle.live.dialects import DIALECTS
from venue.oracle.live.dialects.dialect import Dialect, Heard, Seen
from venue.oracle.live.settings import LiveSettings, check

log = structlog.get_logger()


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
        dialect = DIALECTS.get(settings.dialect)
        if dialect is None:
            raise SourceError(
                expected=f"a dialect among {', '.join(DIALECTS)}", found=settings.dialect
            )
        check(settings, dialect(settings).schemes)
        self.settings = settings
        self.counts = LiveCounts()
        self._dialect = dialect
        self._pause_seconds = settings.pause_first_seconds

    async def run(self, clock: Clock, submit: Submit) -> None:
        """Submit prints as they come, until cancelled."""
        while True:
            dialect = self._dialect(self.settings)
            channel, why = await self._connected(dialect)
            if channel is not None:
                try:
                    why = await self._listen(channel, dialect, clock, submit)
                finally:
                    await channel.close()
            self.counts.failures += 1
            log.warning(
                "source lost",
                source=self.settings.source,
                why=why,
                pause_seconds=self._pause_seconds,
            )
            await asyncio.sleep(self._pause_seconds)
            self._pause_seconds = min(2 * self._pause_seconds, self.settings.pause_max_seconds)

    async def _connected(self, dialect: Dialect) -> tuple[Channel | None, str]:
        # A connection, or why there is none.
        settings = self.settings
        try:
            async with asyncio.timeout(settings.open_seconds):
                channel = await opened(dialect.address(), dialect.headers(), settings.open_seconds)
        except TimeoutError:
            return None, f"no connection for {settings.open_seconds:g} seconds"
        except NETWORK_FAULTS as error:
            return None, self._why(error)
        self.counts.connections += 1
        log.info("source connected", source=settings.source)
        return channel, ""

    async def _listen(
        self, channel: Channel, dialect: Dialect, clock: Clock, submit: Submit
    ) -> str:
        # Returns why the connection is to be made anew. What ``submit`` raises is the venue's
        # own trouble, and passes through.
        settings = self.settings
        refused_in_a_row = 0
        to_send = dialect.opening()
        loop = asyncio.get_running_loop()
        silent_at = loop.time() + settings.silence_seconds
        ping_at = loop.time() + dialect.keepalive_seconds
        while refused_in_a_row < settings.refusals_max:
            try:
                for frame in to_send:
                    await channel.send(frame)
                to_send = ()
                wake_at = silent_at if dialect.keepalive is None else min(silent_at, ping_at)
                async with asyncio.timeout_at(wake_at):
                    received = await channel.receive()
            except TimeoutError:
                if loop.time() >= silent_at:
                    return f"no message for {settings.silence_seconds:g} seconds"
                if dialect.keepalive is not None:
                    to_send = (dialect.keepalive,)
                ping_at = loop.time() + dialect.keepalive_seconds
                continue
            except NETWORK_FAULTS as error:
                return self._why(error)
            silent_at = loop.time() + settings.silence_seconds
            try:
                heard = dialect.hear(received)
            except FigureError as error:
                heard = Heard(refusals=(error,))
            for refusal in heard.refusals:
                self._refuse(refusal)
            refused_in_a_row = refused_in_a_row + len(heard.refusals) if heard.refusals else 0
            to_send = heard.replies
            if heard.complaint:
                log.warning("source complains", source=settings.source, why=heard.complaint)
            for seen in heard.seen:
                self.counts.prints += 1
                self._pause_seconds = settings.pause_first_seconds
                await submit(self._print(seen, clock.now_ns()))
            if heard.ends:
                return f"the source refused: {heard.complaint}"
        return f"{settings.refusals_max} unreadable messages in a row"

    def _print(self, seen: Seen, now_ns: int) -> SubmitPrint:
        return SubmitPrint(
            underlying=seen.underlying,
            source=self.settings.source + seen.stream,
            price_nanos=seen.price_nanos,
            source_time_ns=now_ns if seen.source_time_ns is None else seen.source_time_ns,
            received_ns=now_ns,
            cadence_ns=self.settings.cadence_ns,
            confidence_nanos=seen.confidence_nanos,
        )

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

    def _why(self, error: Exception) -> str:
        # A library may quote what it was given: no credential leaves by that door.
        text = shown(error) if str(error) else type(error).__name__
        for secret in (self.settings.key, self.settings.secret):
            if secret:
                text = text.replace(secret, "***")
        return text
