"""Funding, f: sampled often, settled once an interval; and what becomes of it while closed."""

from typing import Literal, NamedTuple, Protocol

from venue.core.phases import Pricing, Session
from venue.core.policies.memory import Memory
from venue.core.units import E18

# One, as a factor in 1e-18.
UNCHANGED_E18 = E18

# How receivers are paid; see ``FundingAnswer``.
Receivers = Literal["each", "shared", "at_most"]


class SampleInputs(NamedTuple):
    """What the funding rule samples.

    ``mid_nanos`` is ``None`` where a side of the book is empty, ``last_nanos`` before the first
    trade.
    ``is_held``: the clamp held the mark back at its last update, so M is not what the book says.
    ``leverage_max`` and ``maintenance_e4`` are of the lowest margin tier: initial margin is one
    over the first.
    """

    now_ns: int
    index_nanos: int
    mark_nanos: int
    impact_bid_nanos: int | None
    impact_ask_nanos: int | None
    session: Session
    pricing: Pricing
    mid_nanos: int | None = None
    last_nanos: int | None = None
    is_held: bool = False
    leverage_max: int = 1
    maintenance_e4: int = 0


class SettleInputs(NamedTuple):
    """What the funding rule sees when an interval ends.

    ``samples_due`` is how many samples a whole interval has: with fewer taken, the venue was
    down or in a call, and the core scales the rate by the share that was sampled.

    ``long_micros`` and ``short_micros`` are the traders' open interest at the mark, without what
    the house holds: in a book they are equal but for the insurance fund's position, against a
    pool they differ by the pool's. ``interest_micros_max`` is the listing's limit of it.
    """

    now_ns: int
    interval_ns: int
    samples_due: int
    session: Session
    pricing: Pricing
    index_nanos: int = 0
    mark_nanos: int = 0
    long_micros: int = 0
    short_micros: int = 0
    interest_micros_max: int = 0
    leverage_max: int = 1
    maintenance_e4: int = 0


class FundingAnswer(NamedTuple):
    """The rate for this interval (positive: longs pay shorts) and the premium behind it.

    ``pay_on`` names the price that payments are counted at: ``index`` or ``mark``.

    ``receivers`` says what the other side gets: ``each`` the same rate on its size, the house
    like everybody; ``shared`` what the payers paid, by size; ``at_most`` the same, and no more
    than the rate. In the last two the house neither pays nor receives, and where nobody
    receives, nobody pays.

    ``rollover_e12`` is what every position, long or short, pays the venue besides.

    ``drift_e18`` moves no cash: the market's contract index is multiplied by it from here on
    (funding in kind; a drifting target).
    """

    rate_e12: int
    premium_e12: int
    samples: int
    pay_on: str
    receivers: Receivers = "each"
    rollover_e12: int = 0
    drift_e18: int = UNCHANGED_E18


class FundingRule(Protocol):
    """What pushes P towards O. ``settle`` answers and starts the next interval's memory."""

    @property
    def impact_micros(self) -> int: ...

    def initial(self) -> Memory: ...

    def sample(self, seen: SampleInputs, memory: Memory) -> Memory: ...

    def settle(self, seen: SettleInputs, memory: Memory) -> tuple[FundingAnswer, Memory]: ...


class PauseInputs(NamedTuple):
    """What the funding_closed rule sees: the rate that is due, and what was put by."""

    rate_e12: int
    accrued_e12: int
    is_closed: bool


class PauseAnswer(NamedTuple):
    """The rate that is paid now, and the rate that is put by for later."""

    rate_e12: int
    accrued_e12: int


class FundingClosedRule(Protocol):
    """What becomes of funding while the underlying is closed."""

    def samples(self, *, is_closed: bool) -> bool: ...

    def pause(self, seen: PauseInputs) -> PauseAnswer: ...
