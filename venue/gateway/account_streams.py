"""Private channels: every notice of an account to whoever listens to it, from any number on.

A listener has a place, the number it is owed next. While it is behind, notices are read from the
ring, or (older ones) worked out from the journal, as fast as it takes them; once it has caught
up it is told live. So nothing is missed and nothing waits for it.
"""

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Protocol

from venue.gateway.envelopes import notification
from venue.gateway.frames import text_frame
from venue.gateway.note_making import note_of
from venue.gateway.notes import GapNote
from venue.gateway.notice_ring import NoticeRing
from venue.gateway.notices import Notice
from venue.gateway.scales import MarketTable
from venue.gateway.venue_port import History
from venue.gateway.wall import CallSoon

# About 0.2 ms: orders of others wait for as much.
READ_AT_ONCE: Final = 32
HISTORY_AT_ONCE: Final = 10_000


class Hearer(Protocol):
    """A connection that listens to an account."""

    def send(self, frame: bytes) -> None:
        """Take a private frame."""

    def has_room(self) -> bool:
        """Say whether it keeps up with what it was sent."""


class Stream:
    """One listener's place in one account's notices."""

    __slots__ = ("account", "hearer", "is_live", "is_waiting", "next_n", "owed")

    def __init__(self, hearer: Hearer, account: int, next_n: int) -> None:
        self.hearer = hearer
        self.account = account
        self.next_n = next_n
        self.is_live = False
        self.is_waiting = False
        # Older notices that were worked out for it, and not yet told.
        self.owed: deque[Notice] = deque()


class AccountStreams:
    """All listeners of all accounts."""

    __slots__ = (
        "_behind",
        "_call_soon",
        "_counts",
        "_history",
        "_is_pumping",
        "_monotonic_s",
        "_someone_waits",
        "_table",
        "_turn_s",
        "ring",
        "streams",
    )

    def __init__(
        self,
        *,
        ring: NoticeRing,
        counts: dict[int, int],
        table: MarketTable,
        history: History | None,
        call_soon: CallSoon,
        monotonic_s: Callable[[], float] = lambda: 0.0,
        turn_s: float = 0.0,
        someone_waits: Callable[[], bool] = lambda: False,
    ) -> None:
        """``counts`` is the account feed's own; ``turn_s`` is how long one turn may take.

        While ``someone_waits`` for an answer there is one piece, and more when ``go_on`` is called:
        a loop that is never idle would hold up the thread that commits.
        """
        self._someone_waits = someone_waits
        self._monotonic_s = monotonic_s
        self._turn_s = turn_s
        self.ring = ring
        self._counts = counts
        self._table = table
        self._history = history
        self._call_soon = call_soon
        self._is_pumping = False
        self.streams: dict[int, dict[Hearer, Stream]] = {}
        self._behind: dict[Stream, None] = {}

    def take(self, notices: Sequence[Notice]) -> None:
        """Keep new notices, and tell those who are live."""
        self.ring.add(notices)
        if not self.streams:
            return
        for notice in notices:
            streams = self.streams.get(notice.account)
            if streams is None:
                continue
            frame = None
            for hearer, stream in streams.items():
                if stream.is_live:
                    frame = frame or self._frame(notice)
                    hearer.send(frame)
                    stream.next_n = notice.n + 1

    def subscribe(self, hearer: Hearer, account: int, from_n: int | None) -> int:
        """Let somebody listen from a number on; return the number that comes first."""
        self.unsubscribe(hearer, account)
        head = self._counts.get(account, 0) + 1
        stream = Stream(hearer, account, head if from_n is None else from_n)
        self.streams.setdefault(account, {})[hearer] = stream
        if stream.next_n == head:
            stream.is_live = True
        else:
            self._behind[stream] = None
            self._pump_later()
        return stream.next_n

    def unsubscribe(self, hearer: Hearer, account: int) -> bool:
        """Let somebody go; say whether it listened."""
        streams = self.streams.get(account)
        stream = streams.pop(hearer, None) if streams else None
        if streams is not None and not streams:
            del self.streams[account]
        if stream is None:
            return False
        self._behind.pop(stream, None)
        return True

    def _pump_later(self) -> None:
        if not self._is_pumping:
            self._is_pumping = True
            self._call_soon(self.pump)

    def go_on(self) -> None:
        """Look again at who is behind: one that had no room may have some now."""
        if self._behind:
            self._pump_later()

    def pump(self) -> None:
        """Give those who are behind, in turns, a piece of what they are owed, if they have room."""
        self._is_pumping = False
        over_s = self._monotonic_s() + self._turn_s
        for stream in list(self._behind):
            if stream.is_waiting or not stream.hearer.has_room():
                continue
            self._advance(stream)
            if stream in self._behind:  # To the end of the queue.
                del self._behind[stream]
                self._behind[stream] = None
            if self._monotonic_s() > over_s:
                break
        if not self._someone_waits() and any(
            one.hearer.has_room() for one in self._behind if not one.is_waiting
        ):
            self._pump_later()

    def _advance(self, stream: Stream) -> None:
        owed = stream.owed
        if owed:
            self._tell(stream, [owed.popleft() for _ in range(min(len(owed), READ_AT_ONCE))])
            return
        first_n = self.ring.first_n(stream.account)
        head = self._counts.get(stream.account, 0) + 1
        if stream.next_n >= head:
            stream.is_live = True
            del self._behind[stream]
        elif first_n is None or stream.next_n < first_n:
            self._ask_history(stream, first_n or head)
        else:
            self._tell(stream, self.ring.read(stream.account, stream.next_n, READ_AT_ONCE))

    def _ask_history(self, stream: Stream, until_n: int) -> None:
        """Have older notices worked out; without anybody to do so they are gone."""
        if self._history is None:
            self._skip(stream, until_n)
            return
        stream.is_waiting = True
        count = min(HISTORY_AT_ONCE, until_n - stream.next_n)
        self._history(
            stream.account, stream.next_n, count, partial(self._delivered, stream, until_n)
        )

    def _delivered(self, stream: Stream, until_n: int, notices: Sequence[Notice]) -> None:
        stream.is_waiting = False
        if stream not in self._behind:
            return  # It has left meanwhile.
        if notices and notices[0].n == stream.next_n:
            stream.owed.extend(notices)
        else:
            self._skip(stream, until_n)
        self._pump_later()

    def _skip(self, stream: Stream, until_n: int) -> None:
        """Say which notices cannot be had, and go on after them."""
        gap = GapNote(
            account=stream.account, n=until_n - 1, seq=0, time_ms=0, first_n=stream.next_n
        )
        stream.hearer.send(text_frame(notification(f"account.{stream.account}", gap)))
        stream.next_n = until_n

    def _tell(self, stream: Stream, notices: Sequence[Notice]) -> None:
        for notice in notices:
            stream.hearer.send(self._frame(notice))
        if notices:
            stream.next_n = notices[-1].n + 1

    def _frame(self, notice: Notice) -> bytes:
        data = note_of(notice, self._table)
        return text_frame(notification(f"account.{notice.account}", data))
