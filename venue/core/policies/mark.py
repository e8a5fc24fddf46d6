"""The mark, M: what it is made of, how far it goes at once, and how far in all."""

from typing import NamedTuple, Protocol

from venue.core.phases import Pricing, Session
from venue.core.policies.memory import Memory


class MarkInputs(NamedTuple):
    """What the mark rule sees, at the market's mark cadence.

    ``best_bid_nanos`` and ``best_ask_nanos`` are ``None`` where the book has no such side, and
    both of them during a call auction (its book may be crossed); so are the impact prices, which
    are also ``None`` where a side is too thin, or the rule names no notional.

    ``last_at_ns`` is when the last trade was. ``traded_nanos`` is the average price of the
    ``traded_lots`` since the previous mark, weighted by size and rounded half even; ``None``: no
    trade. ``external_nanos`` is the last price from outside, and ``external_at_ns`` when a print
    was last believed. ``rate_e12`` is the funding rate last settled, over ``interval_ns``; the
    next one settles in ``settles_in_ns``.
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
    last_at_ns: int = 0
    traded_nanos: int | None = None
    traded_lots: int = 0
    impact_bid_nanos: int | None = None
    impact_ask_nanos: int | None = None
    external_nanos: int | None = None
    external_at_ns: int = 0
    rate_e12: int = 0
    interval_ns: int = 1
    settles_in_ns: int = 0


class MarkRule(Protocol):
    """What M is made of.

    A rule that wants impact prices also has ``impact_micros``, the notional that they are for.
    """

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
    """How far a mark may go at once. ``anchor_nanos`` is the last external price."""

    def initial(self) -> Memory: ...

    def clamp(self, seen: ClampInputs, memory: Memory) -> tuple[int, Memory]: ...


class BandInputs(NamedTuple):
    """What bounds a mark in all: ``candidate_nanos`` is what the clamp let through.

    ``external_nanos`` is the last price from outside; ``None`` before the first. ``leverage_max``
    is the listing's highest, L.
    """

    now_ns: int
    since_update_ns: int
    candidate_nanos: int
    previous_mark_nanos: int | None
    index_nanos: int
    external_nanos: int | None
    leverage_max: int
    pricing: Pricing


class BandRule(Protocol):
    """How far a mark may go in all; asked at every mark, after the clamp.

    While a liquidation price lies outside the band, the mark cannot reach it.
    """

    def initial(self) -> Memory: ...

    def band(self, seen: BandInputs, memory: Memory) -> tuple[int, Memory]: ...
