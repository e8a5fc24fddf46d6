"""Words that commands and events share: sides, lives of orders, modes of margin."""

from enum import StrEnum


class Side(StrEnum):
    """Buy or sell (FIX 54)."""

    BUY = "buy"
    SELL = "sell"


class TimeInForce(StrEnum):
    """How long an order lives (FIX 59).

    ``gfa`` is good for a call auction only, and ``gfn`` for continuous trading only: the end of a
    call cancels what is left of the one, and its beginning the other.

    ``opg`` and ``cls`` are at the open and at the close (FIX 59: 2 and 7): the order waits for the
    next opening call, or reopen, and for the next closing call, joins it, and is gone with it.
    Without a price it is a market-on-open or market-on-close order.
    """

    GTC = "gtc"
    IOC = "ioc"
    FOK = "fok"
    GFA = "gfa"
    GFN = "gfn"
    OPG = "opg"
    CLS = "cls"


class SelfTrade(StrEnum):
    """What happens when an order would meet one of the same owner."""

    CANCEL_RESTING = "cancel_resting"
    CANCEL_TAKING = "cancel_taking"
    DECREMENT = "decrement"


class TriggerKind(StrEnum):
    """Which side of the mark a trigger order waits on.

    A stop fires when the mark goes against the position that it protects: a sell stop at or
    below its trigger, a buy stop at or above. A take-profit is the reverse.
    """

    STOP = "stop"
    TAKE_PROFIT = "take_profit"


class MarginMode(StrEnum):
    """Whether a position draws on the whole account, or only on what was set aside for it."""

    CROSS = "cross"
    ISOLATED = "isolated"
