"""Margin: what a position needs to be opened, to be kept, and when money leaves."""

from typing import NamedTuple, Protocol

from venue.core.listing import Tier


class LadderInputs(NamedTuple):
    """What a market is listed with: its margin tiers, from the lowest notional up."""

    tiers: tuple[Tier, ...]


class Rung(NamedTuple):
    """From ``from_micros`` of notional on: initial and maintenance fractions, in 1e-4.

    Each fraction is of the part of the notional that lies in its rung. Maintenance must neither
    fall from rung to rung nor pass the initial fraction.
    """

    from_micros: int
    initial_e4: int
    maintenance_e4: int


class Ladders(NamedTuple):
    """The rungs of longs and of shorts, and the highest leverage that may be chosen."""

    long: tuple[Rung, ...]
    short: tuple[Rung, ...]
    leverage_max: int


class CrowdInputs(NamedTuple):
    """How crowded a market is, as of its last mark: open interest in micro-dollars at the mark."""

    open_interest_micros: int


class MarginRule(Protocol):
    """What a position needs.

    ``transfer_e4`` of the value of cross positions, and ``release_e4`` of their maintenance, must
    stay when money leaves (1e-4; beside initial margin, the largest counts). ``ladders`` is asked
    once, when a market is listed. ``crowded_e4`` is asked at every mark: the least initial
    fraction that opens a position now, 0 for the ladder's own; maintenance never depends on it.
    ``owed_e4`` of the funding that a position would pay if it settled now is maintenance besides.
    """

    @property
    def transfer_e4(self) -> int: ...

    @property
    def release_e4(self) -> int: ...

    @property
    def owed_e4(self) -> int: ...

    def ladders(self, seen: LadderInputs) -> Ladders: ...

    def crowded_e4(self, seen: CrowdInputs) -> int: ...
