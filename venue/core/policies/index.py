"""The index, O: judged prints while the underlying trades, our own book while it does not."""

from enum import IntEnum, StrEnum
from typing import NamedTuple, Protocol

from venue.core.phases import Closure, Pricing, Session
from venue.core.policies.memory import Memory


class Print(NamedTuple):
    """One price of one source, as an index rule sees it.

    ``confidence_nanos`` is the source's own half width about its price; 0: it states none.
    """

    source: str
    price_nanos: int
    source_time_ns: int
    received_ns: int
    cadence_ns: int
    confidence_nanos: int = 0


class OpenInputs(NamedTuple):
    """What the index rule sees while outside prints count.

    ``arrived`` is the print that has just come, or ``None`` when only time has passed.
    ``previous_index_nanos`` is ``None`` before the first index; ``pricing`` says where it came
    from, and ``pricing_since_ns`` since when. While the index is on its way back to outside prices
    it is where that goes: the rule's own last answer, not what is published.
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
    HEARD_WHILE_CLOSED = "heard_while_closed"
    BEFORE_ADJUSTMENT = "before_adjustment"
    NOT_SPLIT = "not_split"


class Validity(IntEnum):
    """How far the outside price can be trusted, the worst first; the first that holds counts.

    Which actions are blocked at which of them is the actions rule's table.
    """

    NON_POSITIVE = 0
    TOO_VOLATILE = 1
    TOO_UNCERTAIN = 2
    STALE_FOR_MARGIN = 3
    INSUFFICIENT_DATA = 4
    STALE_FOR_IMMEDIATE = 5
    VALID = 6


class OpenAnswer(NamedTuple):
    """``index_nanos`` is ``None`` when no source can be believed now: the source is silent.

    Most rules know only silence and speech, and leave ``validity`` at ``VALID``.
    """

    index_nanos: int | None
    verdict: Verdict
    validity: Validity = Validity.VALID


class IndexOpenRule(Protocol):
    """What O is while outside prints count: judge each print, and say the index.

    Asked at every print and at every mark. It alone de-duplicates, counts staleness, confirms
    jumps and takes medians. The core never asks it while the session is NO_TRADING, and treats a
    ``None`` as silence: internal pricing begins. A price that is not positive is shown to it for
    its validity alone: it never becomes the index.
    """

    def initial(self) -> Memory: ...

    def index(self, seen: OpenInputs, memory: Memory) -> tuple[OpenAnswer, Memory]: ...


class ClosedInputs(NamedTuple):
    """What the index rule sees while there is no outside price.

    Impact prices are what selling (bid) or buying (ask) the rule's ``impact_micros`` of notional
    into our book would fetch on average; ``None`` where that side is too thin. ``arrived`` is a
    print that has come while the session is NO_TRADING, shown only to a rule that ``hears``;
    ``None``: a mark is due. ``leverage_max`` is the highest of the market's tiers.
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
    leverage_max: int = 1
    arrived: Print | None = None


class IndexClosedRule(Protocol):
    """What O is while there is no outside price; asked at every mark.

    ``impact_micros`` is the notional whose impact prices it wants. A rule whose class says
    ``hears = True`` is also asked at every print that comes while the session is NO_TRADING.
    """

    @property
    def impact_micros(self) -> int: ...

    def initial(self) -> Memory: ...

    def index(self, seen: ClosedInputs, memory: Memory) -> tuple[int, Memory]: ...
