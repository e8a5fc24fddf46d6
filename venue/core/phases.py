"""Sessions of the underlying, and phases of our own markets: which may follow which.

A *session* is the stock market's (FIX tag 336), a *phase* is our market's (FIX 326, 340).
Legality is a table, so that it can be read, drawn and tested exhaustively.
"""

from enum import StrEnum


class Session(StrEnum):
    """What the underlying's market is doing; the five words of Binance's tradingSession."""

    PRE_MARKET = "PRE_MARKET"
    REGULAR = "REGULAR"
    AFTER_MARKET = "AFTER_MARKET"
    OVERNIGHT = "OVERNIGHT"
    NO_TRADING = "NO_TRADING"


class Closure(StrEnum):
    """Why the underlying does not trade its regular hours now."""

    NONE = "none"
    OVERNIGHT = "overnight"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    EARLY_CLOSE = "early_close"
    UNSCHEDULED = "unscheduled"
    HALT = "halt"


class Pricing(StrEnum):
    """Where the index comes from: outside prints, or our own book."""

    EXTERNAL = "external"
    INTERNAL = "internal"


class Phase(StrEnum):
    """What one of our markets is doing."""

    LISTED = "listed"
    CONTINUOUS = "continuous"
    AUCTION = "auction"
    HALTED = "halted"
    DELISTED = "delisted"


NEXT_PHASES: dict[Phase, frozenset[Phase]] = {
    Phase.LISTED: frozenset({Phase.CONTINUOUS, Phase.DELISTED}),
    Phase.CONTINUOUS: frozenset({Phase.AUCTION, Phase.HALTED}),
    Phase.AUCTION: frozenset({Phase.CONTINUOUS, Phase.HALTED}),
    Phase.HALTED: frozenset({Phase.CONTINUOUS, Phase.AUCTION, Phase.DELISTED}),
    Phase.DELISTED: frozenset(),
}

# A new order may come in these phases; a cancel is welcome in all but DELISTED.
ACCEPTS_ORDERS: frozenset[Phase] = frozenset({Phase.CONTINUOUS, Phase.AUCTION})
