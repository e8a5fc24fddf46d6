"""Terms: the limits, bands and throttles of a session."""

from typing import NamedTuple, Protocol

from venue.core.phases import Closure, Pricing, Session


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
