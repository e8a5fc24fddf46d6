"""What is found and waits: open liquidations, breaches on record, forced closes.

Each is a record with the reason why it waits; what comes of it stands in ``liquidation.py`` and
``forced.py``.
"""

import msgspec

from venue.core.events import LiquidationWhy

Unit = tuple[int, str]  # A margin unit: (account, "") for its cross positions, (account, market).


class Liquidation(msgspec.Struct, array_like=True):
    """An open liquidation of an account's cross positions, or of one isolated position.

    ``attempts`` counts close-outs by market, ``filled`` the lots that they traded. While ``why`` is
    set it is deferred until ``until_ns``. ``claimed_micros`` is what the insurance fund has paid.
    """

    liquidation_id: int
    account: int
    market: str
    started_ns: int
    equity_micros: int
    maintenance_e4: int
    rank_e12: int
    attempts: dict[str, int] = msgspec.field(default_factory=dict)
    why: LiquidationWhy | None = None
    until_ns: int = 0
    filled: dict[str, int] = msgspec.field(default_factory=dict)
    claimed_micros: int = 0


class Breach(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A unit below maintenance that waits for the venue's own budget, since when, at what rank."""

    since_ns: int
    rank_e12: int


class ForcedClose(msgspec.Struct, frozen=True, array_like=True):
    """A position that is closed because its leverage is above what the session lets be held.

    Looked at again ``until_ns``; ``leverage_e4`` is what it had when it was found.
    """

    account: int
    market: str
    since_ns: int
    until_ns: int
    leverage_e4: int
    leverage_max: int
    attempts: int = 0


class Search(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The deferral of all units below maintenance that are not on record by themselves yet.

    A mark took too many there at once. They are found some at a time, the lowest margin ratio
    first, from ``due_ns`` on, after the unit at this rank, account and market.
    """

    due_ns: int
    rank_e12: int
    account: int
    market: str
