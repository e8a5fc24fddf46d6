"""Corporate actions: announced, their steps, and all that a step rescales."""

from venue.core.commands import CorporateAction
from venue.core.events.event import Event
from venue.core.listing import MarketSpec
from venue.core.policies import ActionStep, Does


class ActionAnnounced(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A corporate action is known, and what it will do when."""

    market: str
    action_id: int
    action: CorporateAction
    effective_ns: int
    steps: tuple[ActionStep, ...]


class ActionWithdrawn(Event, frozen=True, array_like=True, gc=False, tag=True):
    """What was left of an action will not happen: ``asked``, ``unfit`` by now, or ``delisted``."""

    market: str
    action_id: int
    why: str


class ActionStepTaken(Event, frozen=True, array_like=True, gc=False, tag=True):
    """One step of an action begins; ``is_last``: the action is over with it."""

    market: str
    action_id: int
    at_ns: int
    does: Does
    figure: int
    is_last: bool


class MarketSplit(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Prices × denominator / numerator, lots × numerator / denominator; what is held follows.

    ``spec`` is the listing with its new limits, ``mark_micros`` the mark afterwards, rounded down.
    ``memories`` are what the rules remember, in the order of listings.
    """

    market: str
    at_ns: int
    numerator: int
    denominator: int
    spec: MarketSpec
    mark_nanos: int | None
    mark_micros: int
    memories: tuple[bytes, ...]


class PrintsSplit(Event, frozen=True, array_like=True, gc=False, tag=True):
    """From now on prints count in new units: all splits since the listing, and this one.

    No source has been found to print in them yet.
    """

    market: str
    splits_new: int
    splits_old: int
    numerator: int
    denominator: int


class PrintsDriven(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The market has heard a first print of a source that knows of no dividend."""

    market: str


class PrintsLowered(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A unit has gone ex a dividend of ``amount_nanos``.

    Prints of sources that know of none are × ``kept_e18`` from here on: all dividends since the
    listing, and this one.
    """

    market: str
    kept_e18: int
    amount_nanos: int


class SourceCounted(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A source was found to print in the market's units, or an operator said what it prints in."""

    market: str
    source: str
    is_found: bool
    units_new: int
    units_old: int


class PositionRescaled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A position after a split; its account's equity has not changed.

    ``cost_micros`` is by how much its value at the mark changed: fractions of a lot, and the mark's
    rounding. That is paid in cash. ``realised_micros`` is what of it was profit.
    """

    account: int
    market: str
    was_lots: int
    size_lots: int
    cost_micros: int
    realised_micros: int


class OrderRescaled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A resting order after a split; it keeps its place in the queue."""

    order_id: int
    account: int
    market: str
    price_ticks: int
    size_lots: int
    filled_lots: int
    remaining_lots: int


class TriggerRescaled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A trigger order after a split, or a bracket's leg after its order has another size.

    ``None``: the whole position, or at the market.
    """

    order_id: int
    account: int
    market: str
    size_lots: int | None
    trigger_ticks: int
    price_ticks: int | None


class IndexAdjusted(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Reference prices were lowered with the index, for a dividend."""

    market: str
    at_ns: int
    amount_nanos: int


class DividendPaid(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Shorts have paid longs a dividend. ``payments``: (account, paid), negative: received."""

    market: str
    at_ns: int
    amount_nanos: int
    payments: tuple[tuple[int, int], ...]
    rounding_micros: int


class FundingIntervalChanged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Funding settles every ``interval_ns`` from now on, next at ``next_ns``."""

    market: str
    interval_ns: int
    next_ns: int


class MarkHeldNear(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The mark stays within ``within_e4`` (1e-4) of the index; ``None``: no more."""

    market: str
    within_e4: int | None


class AverageBegan(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The mean of the index that a delisting settles at is taken from now on; ``None``: no more."""

    market: str
    at_ns: int | None


class MarketRenamed(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A market has a new name; its orders, positions and history are the same."""

    market: str
    to: str
    underlying: str
