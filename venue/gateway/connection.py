"""One bot at the door: who it is, what it listens to, what it is to be told, how it ends."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from venue.core.commands import LoseConnection
from venue.core.events import Event
from venue.gateway.buckets import Bucket
from venue.gateway.channels import renamed_channel
from venue.gateway.envelopes import Answer, ErrorAnswer, ErrorBody, door_error, encode
from venue.gateway.frames import text_frame
from venue.gateway.methods import Needs
from venue.gateway.refusals import DOOR_SENTENCES, DoorReason, Refused
from venue.gateway.results import LimitsResult
from venue.gateway.seam import POLICY_VIOLATION, Link
from venue.gateway.services import Services
from venue.gateway.shed import Ended
from venue.gateway.stages import EXPECTED, Stage
from venue.gateway.translate import Sender
from venue.gateway.wire_types import RequestId, Result

# Bound here because reading a member off its enum costs as much as two function calls.
CLOSED: Final = Stage.CLOSED


class Connection:
    """A bot's conversation. ``outgoing`` is what it is to be told at the next flush."""

    __slots__ = (
        "account",
        "allowed",
        "bucket",
        "cancels_for",
        "channels",
        "expected",
        "expires_s",
        "faults",
        "heard_s",
        "hears",
        "inbox",
        "is_limited",
        "is_paused",
        "is_waiting_lazily",
        "is_waiting_urgently",
        "key",
        "link",
        "number",
        "outgoing",
        "own_bucket",
        "pinged_s",
        "sender",
        "services",
        "stage",
        "unanswered",
        "wake",
    )

    def __init__(
        self,
        number: int,
        services: Services,
        link: Link,
        wake: Callable[["Connection", bool], None],
        now_s: float,
    ) -> None:
        """``wake(connection, urgent)`` is called when there is something to flush."""
        settings = services.settings
        self.number = number
        self.services = services
        self.link = link
        self.wake = wake
        self.enter(Stage.CONNECTED)
        self.account = -1
        self.allowed = Needs.NOTHING
        self.sender = Sender(-1, number, -1)
        self.expires_s: float | None = None
        self.key = b""
        self.own_bucket = Bucket(rate=settings.connection_rate, cap=settings.connection_burst)
        self.bucket: Bucket | None = None
        self.is_limited = bool(settings.connection_rate or settings.account_rate)
        self.faults: deque[float] = deque(maxlen=settings.faults_max)
        self.channels: dict[str, None] = {}
        self.hears: set[int] = set()
        self.cancels_for: set[int] = set()
        self.unanswered = 0
        self.outgoing: list[bytes] = []
        self.inbox: deque[bytes] = deque()
        self.is_paused = False
        self.is_waiting_urgently = False
        self.is_waiting_lazily = False
        self.heard_s = now_s
        self.pinged_s = now_s

    def enter(self, stage: Stage) -> None:
        """Go on to another stage, where other things may be said."""
        self.stage = stage
        self.expected = EXPECTED[stage]

    def sender_of(self, account: int | None) -> Sender:
        """Return for whom to act: the token's account, or a sub-account of its owner."""
        if account is None or account == self.account:
            return self.sender
        if self.services.families.owner_of.get(account) != self.sender.owner:
            raise refusal(DoorReason.FOREIGN_ACCOUNT, account=account)
        return Sender(account, self.number, self.sender.owner)

    def begin_answer(self) -> None:
        """Count a request that is on its way to the venue, or refuse it: there are too many."""
        services = self.services
        settings = services.settings
        if self.unanswered >= settings.unanswered_max:
            raise refusal(DoorReason.TOO_MANY_UNANSWERED, unanswered_max=settings.unanswered_max)
        if services.unanswered >= settings.unanswered_total_max:
            raise refusal(DoorReason.VENUE_BUSY)
        if services.trouble() is not None:  # Why is for the operator.
            raise refusal(DoorReason.JOURNAL_UNAVAILABLE)
        self.unanswered += 1
        services.unanswered += 1

    def end_answer(self) -> bool:
        """Count one that has come back; say whether the bot is still there to be told."""
        self.unanswered -= 1
        self.services.unanswered -= 1
        return self.stage is not CLOSED

    def tell(self, request_id: RequestId | None, result: Result | ErrorBody) -> None:
        """Answer a request."""
        if isinstance(result, ErrorBody):
            self.send(text_frame(encode(ErrorAnswer(request_id, result))))
            return
        limits = self.limits() if self.is_limited and self._is_crowded() else None
        self.send(text_frame(encode(Answer(request_id, result, limits))))

    def _is_crowded(self) -> bool:
        """Say whether one of the rate limits is more than half used."""
        bucket = self.bucket
        return self.own_bucket.is_crowded or (bucket is not None and bucket.is_crowded)

    def send(self, frame: bytes) -> None:
        """Take a frame that leaves with the next flush: an answer, or a private notice."""
        if self.stage is CLOSED:
            return
        self.outgoing.append(frame)
        if not self.is_waiting_urgently:
            self.is_waiting_urgently = True
            self.wake(self, True)

    def publish(self, frame: bytes) -> None:
        """Take a frame of market data: it leaves soon, behind everybody's answers."""
        self.outgoing.append(frame)
        if not self.is_waiting_lazily and not self.is_waiting_urgently:
            self.is_waiting_lazily = True
            self.wake(self, False)

    def has_room(self) -> bool:
        """Say whether it keeps up with what it was sent."""
        return self.link.unsent_bytes() < self.services.settings.replay_bytes_max

    def limits(self) -> LimitsResult:
        """Return the headroom that the rate limits leave."""
        now_s = self.services.wall.monotonic_s()
        bucket = self.bucket
        return LimitsResult(
            connection=self.own_bucket.view(now_s=now_s),
            account=None if bucket is None else bucket.view(now_s=now_s),
            unanswered=self.unanswered,
            unanswered_max=self.services.settings.unanswered_max,
        )

    def refuse(
        self,
        request_id: RequestId | None,
        reason: DoorReason,
        sentence: str,
        figures: dict[str, str | int] | None = None,
    ) -> None:
        self.services.shed.refused[reason.value] += 1
        limits = self.limits() if reason is DoorReason.RATE_LIMITED else None
        self.tell(request_id, door_error(reason, sentence, figures, limits))

    def count_fault(self, now_s: float) -> None:
        """Too many messages that cannot be understood end the conversation."""
        settings = self.services.settings
        self.faults.append(now_s)
        if (
            len(self.faults) >= settings.faults_max
            and now_s - self.faults[0] < settings.fault_window_s
        ):
            self.close(
                POLICY_VIOLATION,
                f"{settings.faults_max} messages within {settings.fault_window_s:.0f} s could not "
                f"be understood",
                cause=Ended.FAULTS,
            )

    def rename_market(self, old: str, new: str) -> None:
        """Know the channels that it listens to by their market's new name."""
        self.channels = {renamed_channel(name, old, new): None for name in self.channels}

    # How it ends.

    def close(
        self, code: int, why: str, *, unheard: bool = False, cause: Ended = Ended.PROTOCOL
    ) -> None:
        """End the conversation with a sentence, after what it has still to be told.

        ``unheard``: it does not listen, so what waits for it is dropped. ``cause`` is counted.
        """
        if self.stage is CLOSED:
            return
        self.services.shed.ended[cause.value] += 1
        if self.outgoing and not unheard:
            self.link.flush(self.outgoing)
        self.leave()
        self.link.close(code, why)

    def leave(self) -> None:
        """Forget everything that this conversation listens to; journal that it is lost."""
        if self.stage is CLOSED:
            return
        self.enter(CLOSED)
        self.outgoing = []
        self.inbox.clear()
        services = self.services
        for name in self.channels:
            services.feeds.unsubscribe(self, name)
        self.channels.clear()
        for account in sorted(self.hears):
            services.streams.unsubscribe(self, account)
        self.hears.clear()
        for account in sorted(self.cancels_for):
            services.venue.submit(LoseConnection(account, self.number), nobody_listens)


def nobody_listens(seq: int, at_ns: int, events: Sequence[Event]) -> None:
    """Take the answer to a command that no bot sent."""


def refusal(reason: DoorReason, **figures: str | int) -> Refused:
    """Return a refusal with its usual sentence."""
    return Refused(reason, DOOR_SENTENCES[reason], **figures)
