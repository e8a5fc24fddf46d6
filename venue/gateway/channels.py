"""Channels: their names, who listens, and what is sent when. One feed stands behind each.

A newcomer gets a snapshot first, and then exactly what follows it. On a conflated channel that
is at the next beat, so that a bot which comes and goes cannot make others hear more often.
"""

from typing import Protocol

from venue.gateway.envelopes import notification
from venue.gateway.frames import text_frame
from venue.gateway.rounds import Members, Rounds, Subscriber
from venue.gateway.wire_types import Result


class Feed(Protocol):
    """What a channel tells: changes since it last spoke, and the whole picture."""

    def take(self) -> Result | None:
        """Return what changed since the last call, or ``None``."""

    def snapshot(self) -> Result | None:
        """Return the picture as of the last ``take``, or ``None`` when there is none yet."""


class Channel:
    """One channel: a feed, its listeners, and those who wait for their snapshot."""

    __slots__ = ("_rounds", "feed", "members", "name", "newcomers")

    def __init__(self, name: str, feed: Feed, rounds: Rounds) -> None:
        self.name = name
        self.feed = feed
        self.members = Members()
        self.newcomers: dict[Subscriber, None] = {}
        self._rounds = rounds

    @property
    def is_empty(self) -> bool:
        """Nobody listens, and nobody waits."""
        return not self.members.since and not self.newcomers

    def join(self, subscriber: Subscriber) -> None:
        """Let somebody listen, from the next beat on."""
        self.newcomers[subscriber] = None

    def leave(self, subscriber: Subscriber) -> None:
        """Let somebody go; what is on its way does not reach it any more."""
        if subscriber in self.newcomers:
            del self.newcomers[subscriber]
        else:
            del self.members.since[subscriber]

    def beat(self) -> None:
        """Tell the listeners what changed, and the newcomers everything."""
        change = self.feed.take()
        if change is not None and self.members.since:
            self.send(change)
        if self.newcomers:
            self.welcome(self.feed.snapshot())

    def send(self, data: Result) -> None:
        """Encode once, and give the same bytes to all, each time beginning with another."""
        listeners = list(self.members.since)
        first = (self.members.said + 1) % len(listeners)
        self._say(data, listeners[first:] + listeners[:first])

    def welcome(self, picture: Result | None) -> None:
        """Give the newcomers the whole picture; they listen from here on."""
        newcomers, self.newcomers = list(self.newcomers), {}
        members = self.members
        members.since.update(dict.fromkeys(newcomers, members.said))
        if picture is not None:
            self._say(picture, newcomers)

    def _say(self, data: Result, listeners: list[Subscriber]) -> None:
        self._rounds.say(self.members, text_frame(notification(self.name, data)), listeners)


class ChannelName:
    """A channel's name in its parts: kind, about what, which interval, conflated or raw."""

    __slots__ = ("about", "interval", "is_raw", "kind")

    KINDS_WITH_RAW = frozenset({"book", "bbo", "trades", "prices"})
    KINDS_OF_MARKET = KINDS_WITH_RAW | {"phase", "terms"}
    KINDS_OF_VENUE = frozenset({"liquidations", "insurance"})

    def __init__(self, kind: str, about: str, interval: str, is_raw: bool) -> None:
        self.kind = kind
        self.about = about
        self.interval = interval
        self.is_raw = is_raw

    @classmethod
    def read(cls, name: str) -> "ChannelName | None":
        """Read a channel's name, such as ``book.TSLA.raw``; ``None``: it is none."""
        kind, _, rest = name.partition(".")
        if kind in cls.KINDS_OF_VENUE:
            return cls(kind, "", "", False) if name == kind else None
        if kind == "session":
            return cls(kind, rest, "", False) if rest else None
        about, _, last = rest.rpartition(".")
        if kind == "candles":
            return cls(kind, about, last, False) if about else None
        if last == "raw" and about and kind in cls.KINDS_WITH_RAW:
            return cls(kind, about, "", True)
        if kind in cls.KINDS_OF_MARKET and rest:
            return cls(kind, rest, "", False)
        return None


def renamed_channel(name: str, old: str, new: str) -> str:
    """Return what a channel is called once its market has a new name.

    >>> renamed_channel("book.FB.raw", "FB", "META"), renamed_channel("session.FB", "FB", "META")
    ('book.META.raw', 'session.FB')
    """
    parts = ChannelName.read(name)
    if parts is None or parts.about != old or parts.kind == "session":
        return name
    return name.replace(f".{old}", f".{new}", 1)
