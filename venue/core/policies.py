"""The questions that the core asks of rules: one Protocol and one inputs record each.

A rule is a frozen record of parameters with one method. It is pure: (inputs, memory) ->
(answer, memory). Its memory is a frozen record of whole numbers that lives in State, is in
the digest and in checkpoints, and travels in the event that the rule causes. ``initial`` is the
memory of a fresh market. Prices are in nano-dollars a unit unless the name says otherwise.

To write a rule: read the inputs record, write the method, name it in the table of its kind
(``venue/rules/<kind>/__init__.py``), and list a market with it.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

import msgspec

from venue.core.listing import MarketSpec
from venue.core.phases import Closure, Pricing, Session

Memory = Any  # A frozen msgspec record of whole numbers; each rule knows its own.


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


class SampleInputs(NamedTuple):
    """What the funding rule samples."""

    now_ns: int
    index_nanos: int
    mark_nanos: int
    impact_bid_nanos: int | None
    impact_ask_nanos: int | None
    session: Session
    pricing: Pricing


class SettleInputs(NamedTuple):
    """What the funding rule sees when an interval ends.

    ``samples_due`` is how many samples a whole interval has: with fewer taken, the venue was
    down or in a call, and the core scales the rate by the share that was sampled.
    """

    now_ns: int
    interval_ns: int
    samples_due: int
    session: Session
    pricing: Pricing


class FundingAnswer(NamedTuple):
    """The rate for this interval (positive: longs pay shorts) and the premium behind it.

    ``pay_on`` names the price that payments are counted at: ``index`` or ``mark``.
    """

    rate_e12: int
    premium_e12: int
    samples: int
    pay_on: str


class FundingRule(Protocol):
    """What pushes P towards O. ``settle`` answers and starts the next interval's memory."""

    @property
    def impact_micros(self) -> int: ...

    def initial(self) -> Memory: ...

    def sample(self, seen: SampleInputs, memory: Memory) -> Memory: ...

    def settle(self, seen: SettleInputs, memory: Memory) -> tuple[FundingAnswer, Memory]: ...


class TermsInputs(NamedTuple):
    """What the session's terms depend on."""

    session: Session
    closure: Closure
    pricing: Pricing


class Terms(NamedTuple):
    """What holds in a market while a session lasts.

    ``band_e4`` is how far from the mark (``band_from`` = ``mark``) or from the last external
    price (``anchor``) an order's price may be; ``None``: anywhere. ``position_e4`` and
    ``open_interest_e4`` scale the listing's limits. ``closeout_micros_per_second`` throttles
    liquidations; ``None``: no throttle. ``funding_e4`` scales the funding rate.
    """

    band_e4: int | None
    band_from: str
    position_e4: int
    open_interest_e4: int
    reduce_only: bool
    closeout_micros_per_second: int | None
    funding_e4: int


class TermsRule(Protocol):
    """Which limits, bands and throttles hold in which session."""

    def terms(self, seen: TermsInputs) -> Terms: ...


class CloseoutInputs(NamedTuple):
    """One position of an account below maintenance.

    ``size_lots`` is signed. ``attempts`` counts close-outs sent in this liquidation of this
    position. ``bankruptcy_nanos`` is the price at which its share of equity is gone.
    """

    size_lots: int
    mark_nanos: int
    notional_micros: int
    bankruptcy_nanos: int
    attempts: int
    session: Session


class CloseoutAnswer(NamedTuple):
    """Send an IOC of ``lots`` at no worse than ``limit_nanos``, then wait ``cooldown_ns``."""

    lots: int
    limit_nanos: int
    cooldown_ns: int


class CloseoutRule(Protocol):
    """How much of a position below maintenance goes to the book, and at what price."""

    def closeout(self, seen: CloseoutInputs) -> CloseoutAnswer: ...


class BackstopInputs(NamedTuple):
    """An account that the book could not close out, and the fund that may take it over.

    All in micro-dollars at the mark. ``equity`` and ``maintenance`` are the account's;
    ``fund_equity`` and ``fund_maintenance`` the fund's, after it would have taken over.
    """

    equity_micros: int
    maintenance_micros: int
    fund_equity_micros: int
    fund_maintenance_micros: int


class UnwindInputs(NamedTuple):
    """What the fund holds in one market."""

    size_lots: int
    mark_nanos: int
    lot_notional_micros: int
    session: Session


class UnwindAnswer(NamedTuple):
    """Send an IOC of ``lots`` (0: none) at no worse than ``limit_nanos``."""

    lots: int
    limit_nanos: int


class BackstopRule(Protocol):
    """When the insurance fund takes over, how it unwinds, and the floor that it keeps."""

    @property
    def floor_micros(self) -> int: ...

    @property
    def unwind_interval_ns(self) -> int: ...

    def due(self, seen: BackstopInputs) -> bool: ...

    def takes_over(self, seen: BackstopInputs) -> bool: ...

    def unwind(self, seen: UnwindInputs) -> UnwindAnswer: ...


class AdlInputs(NamedTuple):
    """One opposite position that could be deleveraged. ``entry_micros`` is its exact cost."""

    account: int
    size_lots: int
    entry_micros: int
    mark_micros: int
    equity_micros: int
    notional_micros: int


class AdlRule(Protocol):
    """Who is deleveraged first: the higher rank, then the lower account id.

    ``price`` names what they are closed at: ``bankruptcy`` or ``previous_mark``.
    """

    @property
    def price(self) -> str: ...

    def rank_e12(self, seen: AdlInputs) -> int: ...


class Rules(msgspec.Struct, frozen=True):
    """The rules of one market, one of each kind."""

    index_open: IndexOpenRule
    index_closed: IndexClosedRule
    mark: MarkRule
    clamp: ClampRule
    funding: FundingRule
    terms: TermsRule
    closeout: CloseoutRule
    backstop: BackstopRule
    adl: AdlRule


# Given a listing, the rules it names; ``app`` and ``lab`` pass it to the engine.
BuildRules = Callable[[MarketSpec], Rules]
