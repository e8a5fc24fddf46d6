"""Makers: what a committed maker owes, and what it loses of its bond for less."""

from typing import NamedTuple, Protocol


class QuotedInputs(NamedTuple):
    """What a maker's resting orders within the range come to, a side, in micro-dollars."""

    bid_micros: int
    ask_micros: int
    bond_micros: int


class DutyInputs(NamedTuple):
    """How many samples of an epoch a maker stood there for, and in how many it quoted."""

    sampled: int
    met: int


class MakersRule(Protocol):
    """What a maker commits itself to.

    ``epoch_ns`` is how long one measures before the bond pays; 0: the market has no committed
    makers. ``bond_micros_min`` is the least bond. Quotes count within ``range_e4`` of the ``mid``
    of the book (of the mark where a side is empty), or of the ``mark``: ``centre`` says which.
    """

    @property
    def epoch_ns(self) -> int: ...
    @property
    def bond_micros_min(self) -> int: ...
    @property
    def range_e4(self) -> int: ...
    @property
    def centre(self) -> str: ...

    def quotes(self, seen: QuotedInputs) -> bool: ...

    def penalty_e12(self, seen: DutyInputs) -> int: ...
