"""Forced closes: a session nears its end, and positions above its leverage with it."""

from enum import StrEnum

from venue.core.events.event import Event


class ForcedOutcome(StrEnum):
    """How a forced close ended."""

    CLOSED = "closed"
    WITHIN_LIMIT = "within_limit"
    LIQUIDATED = "liquidated"
    SESSION_OVER = "session_over"


class SessionClosing(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A session is as near to its end as its terms asked: its closing terms hold."""

    market: str
    at_ns: int


class ForcedClosesFound(Event, frozen=True, array_like=True, gc=False, tag=True):
    """These positions (account, leverage in 1e-4) are above the leverage that may be held now."""

    market: str
    at_ns: int
    leverage_max: int
    positions: tuple[tuple[int, int], ...]


class ForcedCloseDeferred(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A position could not be closed whole yet, and is looked at again ``until_ns``."""

    account: int
    market: str
    until_ns: int


class ForcedCloseEnded(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A forced close is over, and how."""

    account: int
    market: str
    outcome: ForcedOutcome


class ForcedClosesWorked(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Forced closes of a market go on at ``next_ns``; ``None``: none is open."""

    market: str
    next_ns: int | None
