"""Halts and calls: what stops continuous trading, and when orders are collected for one price."""

from typing import Literal, NamedTuple, Protocol

from venue.core.phases import Closure, Session
from venue.core.policies.memory import Memory

# What our market does while the underlying's own trading is halted.
OnHalt = Literal["nothing", "freeze", "reduce_only", "call"]
# Which of the prices that trade the most an uncross takes.
UncrossAt = Literal["reference", "middle"]


class BoundsInputs(NamedTuple):
    """What bounds are drawn from, at the market's mark cadence.

    ``last_nanos`` is the last trade's price, ``None`` before the first; it is a new one when
    ``traded_lots``, the lots traded so far in all, has grown. ``is_fresh``: continuous trading has
    just begun again, and ``last_nanos`` is the uncross price, ``None`` when nothing crossed.
    ``index_nanos`` is ``None`` before there is an index.
    """

    now_ns: int
    last_nanos: int | None
    traded_lots: int
    mark_nanos: int
    session: Session
    session_since_ns: int
    next_change_ns: int | None
    next_session: Session | None
    is_fresh: bool = False
    index_nanos: int | None = None


class Bounds(NamedTuple):
    """Continuous trading happens at these prices and between them."""

    low_nanos: int
    high_nanos: int


class InterruptInputs(NamedTuple):
    """A price at which trading would go on: beyond a bound, or at the end of a call.

    ``price_nanos`` is ``None`` when nothing crosses at the end of a call. ``why`` is the call's
    own word, empty while there is none yet, and ``extensions`` counts what it has had.
    """

    now_ns: int
    price_nanos: int | None
    why: str
    extensions: int
    closure: Closure


class InterruptionRule(Protocol):
    """Which trades stop continuous trading, and for how long.

    ``limit_state_ns``: an order that would trade beyond a bound rests at it, and trading stops
    only if somebody still stands there after so long; 0: trading stops at once.
    ``cancels_beyond``: trading never stops; what would stand beyond a bound is cancelled.
    ``watches_mark``: a mark beyond a bound is not published but stops trading, and in a call the
    mark stands still. ``on_halt`` is what a halt of the underlying does to our market.

    ``interrupt`` answers how long a call is to last, or how much longer: 0, it may end. Memory
    goes from one question to the other.
    """

    @property
    def limit_state_ns(self) -> int: ...

    @property
    def cancels_beyond(self) -> bool: ...

    @property
    def watches_mark(self) -> bool: ...

    @property
    def on_halt(self) -> OnHalt: ...

    def initial(self) -> Memory: ...

    def bounds(self, seen: BoundsInputs, memory: Memory) -> tuple[Bounds | None, Memory]: ...

    def interrupt(self, seen: InterruptInputs, memory: Memory) -> tuple[int, Memory]: ...


class CallInputs(NamedTuple):
    """What may begin a call at once.

    ``why``: ``reopen``, outside prices are back after ``lasted_ns`` of internal pricing;
    ``outage``, the venue itself was down so long. ``listed_ns`` is the listing's call time.
    """

    why: Literal["reopen", "outage"]
    lasted_ns: int
    listed_ns: int


class ScheduleInputs(NamedTuple):
    """The underlying's session, and its next change as it is known now."""

    now_ns: int
    session: Session
    next_change_ns: int | None
    next_session: Session | None


class ScheduledCall(NamedTuple):
    """A call at a time of day."""

    why: Literal["opening", "closing"]
    begins_ns: int
    ends_ns: int


class CallsRule(Protocol):
    """When a call begins, how long it lasts, and what its uncross decides.

    ``call_ns`` answers 0 for no call. ``mark_from_uncross``: the uncross price is the mark's next
    candidate, at once, held back by clamp and band like any other. ``collar_e4`` (1e-4 of the
    middle of the quotes from before the call, at least ``collar_nanos``) is how far below the bid
    and above the ask of then a scheduled call may uncross; ``None``: as far as orders reach.
    """

    @property
    def uncross_at(self) -> UncrossAt: ...

    @property
    def mark_from_uncross(self) -> bool: ...

    @property
    def collar_e4(self) -> int | None: ...

    @property
    def collar_nanos(self) -> int: ...

    def call_ns(self, seen: CallInputs) -> int: ...

    def scheduled(self, seen: ScheduleInputs) -> ScheduledCall | None: ...
