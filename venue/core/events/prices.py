"""Prices: prints, the index, the mark; and funding, which follows from them."""

from venue.core.events.event import Event
from venue.core.phases import Pricing
from venue.core.policies import Validity, Verdict
from venue.core.units import E18


class PrintJudged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A print came, and what the market's index rule made of it; with the rule's memory."""

    market: str
    source: str
    price_nanos: int
    source_time_ns: int
    verdict: Verdict
    memory: bytes | None


class IndexUpdated(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The published index of a market, with the memories of its two rules where they changed."""

    market: str
    index_nanos: int
    pricing: Pricing
    closed_memory: bytes | None
    open_memory: bytes | None


class UnderlyingPriced(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The underlying's price from outside, where the contract is on a power of it.

    ``base_nanos`` is S0, to which the power is counted.
    """

    market: str
    underlying_nanos: int
    base_nanos: int


class PricingChanged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The index has another origin from now on; ``anchor_nanos`` is the last external price."""

    market: str
    pricing: Pricing
    since_ns: int
    anchor_nanos: int
    anchor_ns: int
    why: str


class ValidityChanged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The index rule trusts outside prices more, or less, than it did."""

    market: str
    validity: Validity


class ReopenChanged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The index is coming back, since ``since_ns``, to an outside price; ``None``: it is back."""

    market: str
    since_ns: int | None
    outside_nanos: int


class MarkUpdated(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The published mark, in nano-dollars and in whole micro-dollars a lot.

    ``band_memory`` is ``None`` while the band rule remembers what it did before. ``is_held``: clamp
    or band held it back.
    """

    market: str
    at_ns: int
    mark_nanos: int
    mark_micros: int
    memory: bytes
    clamp_memory: bytes
    band_memory: bytes | None = None
    is_held: bool = False


class MarkSkipped(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A mark was due but there is no index yet, or the interruption rule holds it."""

    market: str
    at_ns: int


class PremiumSampled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The funding rule took a sample, or (``memory`` is ``None``) could not."""

    market: str
    at_ns: int
    memory: bytes | None


class FundingOwed(Event, frozen=True, array_like=True, gc=False, tag=True):
    """What longs owe so far adds ``owed_e4`` of their notional to maintenance.

    In 1e-4; negative: what shorts owe.
    """

    market: str
    owed_e4: int


class FundingSettled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Funding moved: each account in ``payments`` paid that much (negative: received).

    ``rate_e12`` is after the share of the interval that was sampled (``sampled_e4``) and the
    session's scale. ``rounding_micros`` is what stays with the venue.

    ``receivers`` says how the other side is paid (``policies.FundingAnswer``); ``rollover_e12`` is
    what every position pays besides, ``kept_micros`` what the venue keeps of it all. The contract's
    index is multiplied by ``drift_e18``. ``accrued_e12`` is the rate that is put by while closed.
    """

    market: str
    at_ns: int
    rate_e12: int
    premium_e12: int
    sampled_e4: int
    price_micros: int
    payments: tuple[tuple[int, int], ...]
    rounding_micros: int
    memory: bytes
    receivers: str = "each"
    rollover_e12: int = 0
    kept_micros: int = 0
    drift_e18: int = E18
    accrued_e12: int = 0
