"""What has been heard and not yet handled, in order; of some channels only the latest counts.

A slow bot sees fresh prices late rather than old ones one by one. Private notices and trades are
all kept; when more wait than a limit, the oldest public ones go and are counted.
"""

import asyncio
from collections import deque
from typing import Any, NamedTuple

from venue_sdk.errors import VenueError

WAITING_MAX = 100_000


class Update(NamedTuple):
    """One thing heard: where, and what. A book comes as ``Book``, all else as its message."""

    channel: str
    data: Any


class Inbox:
    """Filled by the connection, emptied by the bot. Ends with an error, or with ``None``.

    ``is_awaited``: nothing waits here, and the bot waits for something.
    """

    def __init__(self, waiting_max: int = WAITING_MAX) -> None:
        self.dropped = 0
        self.is_awaited = False
        self._waiting_max = waiting_max
        self._private: deque[tuple[int, Update]] = deque()
        self._public: deque[tuple[int, str]] = deque()
        self._kept: dict[int, Update] = {}
        self._latest: dict[str, int] = {}
        self._place = 0
        self._heard = asyncio.Event()
        self._end: VenueError | None = None
        self._ended = False

    def __len__(self) -> int:
        return len(self._private) + len(self._public)

    def add_notice(self, update: Update) -> None:
        """Add a private notice; these are never left out."""
        self._place += 1
        self._private.append((self._place, update))
        self._wake()

    def add(self, update: Update, *, latest_only: bool) -> None:
        """Add what a public channel said, in place of what it said before if only that counts."""
        place = self._latest.get(update.channel) if latest_only else None
        if place is not None:
            self._kept[place] = update
            return
        self._place += 1
        self._kept[self._place] = update
        self._public.append((self._place, update.channel))
        if latest_only:
            self._latest[update.channel] = self._place
        if len(self._public) > self._waiting_max:
            self._pop_public()
            self.dropped += 1
        self._wake()

    def end(self, error: VenueError | None) -> None:
        """Let nothing more come; what waits may still be taken."""
        if not self._ended:
            self._ended = True
            self._end = error
            self._wake()

    def take(self) -> Update | None:
        """Return the oldest update, or ``None`` when nothing waits."""
        if self._private and (not self._public or self._private[0][0] < self._public[0][0]):
            return self._private.popleft()[1]
        return self._pop_public() if self._public else None

    async def get(self) -> Update | None:
        """Return the oldest update once there is one; ``None``: the client was closed."""
        while True:
            update = self.take()
            if update is not None:
                return update
            if self._ended:
                if self._end is not None:
                    raise self._end
                return None
            self._heard.clear()
            self.is_awaited = True
            await self._heard.wait()

    def _wake(self) -> None:
        self.is_awaited = False
        self._heard.set()

    def _pop_public(self) -> Update:
        place, channel = self._public.popleft()
        if self._latest.get(channel) == place:
            del self._latest[channel]
        return self._kept.pop(place)
