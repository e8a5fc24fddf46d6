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
    """What leave depends on. ``validity`` is of the outside price, as last told."""

    validity: Validity
    pricing: Pricing
    session: Session
    closure: Closure


class ActionsRule(Protocol):
    """Which actions are blocked now, in the order of ``Action``."""

    def blocked(self, seen: ActionsInputs) -> tuple[Action, ...]: ...
