"""Actions: what may not begin while the outside price is not to be trusted."""

from enum import StrEnum
from typing import NamedTuple, Protocol

from venue.core.phases import Closure, Pricing, Session
from venue.core.policies.index import Validity


class Action(StrEnum):
    """What the core asks leave for, where it begins.

    ``MATCH``: an arriving order trades with the book (not a call's uncross: its price is of its own
    making). ``MARGIN``: an order may open, money may leave. ``LIQUIDATE``: a liquidation step.
    ``TRIGGER``: trigger orders fire; they also wait while ``MATCH`` is blocked. ``FUND``: funding
    is sampled and settled. ``INDEX``: a new outside index is published.
    """

    MATCH = "match"
    MARGIN = "margin"
    LIQUIDATE = "liquidate"
    TRIGGER = "trigger"
    FUND = "fund"
    INDEX = "index"


class ActionsInputs(NamedTuple):
    """What leave depends on. ``validity`` is of the outside price, as last told.

    A rule whose class has a ``mean_ns`` also sees prices: the index, its mean (the past fades with
    that time constant) and the middle of our book, the last two as of the last mark; ``None``: not
    yet, or a side of the book was empty.
    """

    validity: Validity
    pricing: Pricing
    session: Session
    closure: Closure
    index_nanos: int | None = None
    index_mean_nanos: int | None = None
    middle_nanos: int | None = None


class ActionsRule(Protocol):
    """Which actions are blocked now, in the order of ``Action``.

    Asked when validity, pricing or session change; one that has a ``mean_ns`` also with every
    index and mark.
    """

    def blocked(self, seen: ActionsInputs) -> tuple[Action, ...]: ...
