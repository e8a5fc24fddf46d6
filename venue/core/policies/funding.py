"""Funding, f: sampled often, settled once an interval."""

from typing import NamedTuple, Protocol

from venue.core.phases import Pricing, Session
from venue.core.policies.memory import Memory


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
