"""The mark, M: what it is made of, and what holds it back."""

from typing import NamedTuple, Protocol

from venue.core.phases import Pricing, Session
from venue.core.policies.memory import Memory


class MarkInputs(NamedTuple):
    """What the mark rule sees, at the market's mark cadence.

    ``mid``, ``best_bid`` and ``best_ask`` are ``None`` where the book has no such side, and
    all of them during a call auction (its book may be crossed).
    """

    now_ns: int
    since_update_ns: int
    index_nanos: int
    previous_mark_nanos: int | None
    best_bid_nanos: int | None
    best_ask_nanos: int | None
    last_nanos: int | None
    session: Session
    pricing: Pricing


class MarkRule(Protocol):
    """What M is made of."""

    def initial(self) -> Memory: ...

    def mark(self, seen: MarkInputs, memory: Memory) -> tuple[int, Memory]: ...


class ClampInputs(NamedTuple):
    """What holds a mark back: the candidate, and where it may go from."""

    now_ns: int
    since_update_ns: int
    candidate_nanos: int
    previous_mark_nanos: int | None
    index_nanos: int
    anchor_nanos: int | None
    leverage_max: int
    pricing: Pricing


class ClampRule(Protocol):
    """How far a mark may go at once, and in all. ``anchor_nanos`` is the last external price."""

    def initial(self) -> Memory: ...

    def clamp(self, seen: ClampInputs, memory: Memory) -> tuple[int, Memory]: ...
