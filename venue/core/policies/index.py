"""The index, O: judged prints while the underlying trades, our own book while it does not."""

from enum import StrEnum
from typing import NamedTuple, Protocol

from venue.core.phases import Closure, Pricing, Session
from venue.core.policies.memory import Memory


class Print(NamedTuple):
    """One price of one source, as the index rule sees it."""

    source: str
    price_nanos: int
    source_time_ns: int
    received_ns: int
    cadence_ns: int


class OpenInputs(NamedTuple):
    """What the index rule sees while outside prints count.

    ``arrived`` is the print that has just come, or ``None`` when only time has passed.
    ``previous_index_nanos`` is ``None`` before the first index; ``pricing`` says where it came
    from, and ``pricing_since_ns`` since when.
    """

    now_ns: int
    arrived: Print | None
    previous_index_nanos: int | None
    pricing: Pricing
    pricing_since_ns: int
    session: Session
    closure: Closure
    session_since_ns: int


class Verdict(StrEnum):
    """What became of a print."""

    ACCEPTED = "accepted"
    UNCONFIRMED_JUMP = "unconfirmed_jump"
    STALE = "stale"
    DUPLICATE = "duplicate"
    FROM_THE_FUTURE = "from_the_future"
    NOT_TRADING = "not_trading"
    NOT_POSITIVE = "not_positive"
    ABOVE_PRICE_MAX = "above_price_max"


class OpenAnswer(NamedTuple):
    """``index_nanos`` is ``None`` when no source can be believed now: the source is silent."""

    index_nanos: int | None
    verdict: Verdict


class IndexOpenRule(Protocol):
    """What O is while outside prints count: judge each print, and say the index.

    Asked at every print and at every mark. It alone de-duplicates, counts staleness, confirms
    jumps and takes medians. The core never asks it while the session is NO_TRADING, and treats a
    ``None`` as silence: internal pricing begins.
    """

    def initial(self) -> Memory: ...

    def index(self, seen: OpenInputs, memory: Memory) -> tuple[OpenAnswer, Memory]: ...


class ClosedInputs(NamedTuple):
    """What the index rule sees while there is no outside price.

    Impact prices are what selling (bid) or buying (ask) the rule's ``impact_micros`` of notional
    into our book would fetch on average; ``None`` where that side is too thin.
    """

    now_ns: int
    since_update_ns: int
    previous_index_nanos: int
    last_external_nanos: int
    last_external_ns: int
    impact_bid_nanos: int | None
    impact_ask_nanos: int | None
    mark_nanos: int | None
    session: Session
    closure: Closure


class IndexClosedRule(Protocol):
    """What O is while there is no outside price; asked at every mark.

    ``impact_micros`` is the notional whose impact prices it wants.
    """

    @property
    def impact_micros(self) -> int: ...

    def initial(self) -> Memory: ...

    def index(self, seen: ClosedInputs, memory: Memory) -> tuple[int, Memory]: ...
