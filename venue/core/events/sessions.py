"""The underlying's sessions and our phases: calls, uncrosses, halts and what ends a market."""

from venue.core.events.event import Event
from venue.core.phases import Closure, Phase, Session


class SessionChanged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The underlying's session, as it was told."""

    underlying: str
    session: Session
    closure: Closure
    since_ns: int
    next_change_ns: int | None
    next_session: Session | None


class PhaseChanged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Our market's phase. ``until_ns`` is when a call ends; ``why`` a permanent word.

    ``called_from_id``: orders with a lower id stood before the call.
    """

    market: str
    phase: Phase
    why: str
    until_ns: int | None
    called_from_id: int = 0


class BoundsMoved(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Continuous trading happens within (low, high) ticks; ``None``: at any price."""

    market: str
    bounds: tuple[int, int] | None
    memory: bytes | None


class LimitStateChanged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Somebody stands at a bound, and a call begins at ``until_ns`` if so then; ``None``: over."""

    market: str
    until_ns: int | None


class TradingInterrupted(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Trading or the mark would have gone to ``price_nanos``; a call follows."""

    market: str
    price_nanos: int | None
    memory: bytes


class CallScheduled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A call will begin at a time of day; ``None``: none is due any more."""

    market: str
    begins_ns: int | None


class CallExtended(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A call goes on until ``until_ns``: what it would uncross at is out of bounds, or the venue
    was down."""

    market: str
    until_ns: int
    price_nanos: int | None
    memory: bytes | None


class ReducingOnly(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Positions may only shrink, and why; empty: they may grow again."""

    market: str
    why: str


class PositionSettled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A position of ``size_lots`` was closed at the mark for ``realised_micros`` of profit."""

    account: int
    market: str
    size_lots: int
    mark_micros: int
    realised_micros: int


class AuctionUncrossed(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The call ended at one price; ``price_ticks`` is ``None`` when nothing crossed.

    ``imbalance_lots`` is what was left at that price: positive, bids. ``stale_micros`` measures
    what resting quotes from before the call would have lost to the fastest taker against the
    uncross price, had matching been continuous.
    """

    market: str
    price_ticks: int | None
    size_lots: int
    imbalance_lots: int
    stale_micros: int
