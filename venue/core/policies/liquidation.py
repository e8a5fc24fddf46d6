"""Liquidation: what goes to the book, who takes over, who is deleveraged."""

from typing import NamedTuple, Protocol

from venue.core.phases import Session


class CloseoutInputs(NamedTuple):
    """One position of an account below maintenance.

    ``size_lots`` is signed. ``attempts`` counts close-outs sent in this liquidation of this
    position. ``bankruptcy_nanos`` is the price at which its share of equity is gone.
    """

    size_lots: int
    mark_nanos: int
    notional_micros: int
    bankruptcy_nanos: int
    attempts: int
    session: Session


class CloseoutAnswer(NamedTuple):
    """Send an IOC of ``lots`` at no worse than ``limit_nanos``, then wait ``cooldown_ns``."""

    lots: int
    limit_nanos: int
    cooldown_ns: int


class CloseoutRule(Protocol):
    """How much of a position below maintenance goes to the book, and at what price."""

    def closeout(self, seen: CloseoutInputs) -> CloseoutAnswer: ...


class BackstopInputs(NamedTuple):
    """An account that the book could not close out, and the fund that may take it over.

    All in micro-dollars at the mark. ``equity`` and ``maintenance`` are the account's;
    ``fund_equity`` and ``fund_maintenance`` the fund's, after it would have taken over.
    """

    equity_micros: int
    maintenance_micros: int
    fund_equity_micros: int
    fund_maintenance_micros: int


class UnwindInputs(NamedTuple):
    """What the fund holds in one market."""

    size_lots: int
    mark_nanos: int
    lot_notional_micros: int
    session: Session


class UnwindAnswer(NamedTuple):
    """Send an IOC of ``lots`` (0: none) at no worse than ``limit_nanos``."""

    lots: int
    limit_nanos: int


class BackstopRule(Protocol):
    """When the insurance fund takes over, how it unwinds, and the floor that it keeps."""

    @property
    def floor_micros(self) -> int: ...

    @property
    def unwind_interval_ns(self) -> int: ...

    def due(self, seen: BackstopInputs) -> bool: ...

    def takes_over(self, seen: BackstopInputs) -> bool: ...

    def unwind(self, seen: UnwindInputs) -> UnwindAnswer: ...


class AdlInputs(NamedTuple):
    """One opposite position that could be deleveraged. ``entry_micros`` is its exact cost."""

    account: int
    size_lots: int
    entry_micros: int
    mark_micros: int
    equity_micros: int
    notional_micros: int


class AdlRule(Protocol):
    """Who is deleveraged first: the higher rank, then the lower account id.

    ``price`` names what they are closed at: ``bankruptcy`` or ``previous_mark``.
    """

    @property
    def price(self) -> str: ...

    def rank_e12(self, seen: AdlInputs) -> int: ...
