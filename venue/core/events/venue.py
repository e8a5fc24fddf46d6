"""What happens to the venue as a whole: its time, refusals, listings, days."""

from venue.core.events.event import Event
from venue.core.listing import MarketSpec
from venue.core.rejects import Reason


class TimePassed(Event, frozen=True, array_like=True, gc=False, tag=True):
    """What follows in this command happened at ``at_ns``."""

    at_ns: int


class Rejected(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A command was refused and changed nothing. ``figures`` are the numbers behind it.

    ``now_called`` is the new name of a market that was named by an old one.
    """

    account: int
    command: str
    reason: Reason
    figures: dict[str, int]
    client_order_id: str | None = None
    now_called: str = ""


class MarketListed(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A market is open under its rulebook. Times are the first of each timer."""

    spec: MarketSpec
    next_mark_ns: int
    next_sample_ns: int
    next_funding_ns: int
    memories: tuple[bytes, ...]


class FeeDayBegan(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A day (UTC) is over: what was traded in it counts for fees from now on."""

    at_ns: int


class DowntimeRecorded(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The venue was down from ``since_ns`` to ``until_ns`` of its own clock."""

    since_ns: int
    until_ns: int
