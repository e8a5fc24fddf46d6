"""Corporate actions: what a company does that its markets must follow."""

import msgspec

from venue.core.commands.command import Command
from venue.core.units import NS_PER_DAY, NS_PER_HOUR


class Split(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """``numerator`` new units for ``denominator`` old ones; 1 for 10 is a reverse split.

    Trading is halted ``halt_ns`` before, and goes on by a call.
    """

    numerator: int
    denominator: int
    halt_ns: int = 0


class Dividend(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Cash of ``amount_nanos`` a unit; effective at midnight in New York, as the ex-date begins."""

    amount_nanos: int


class Rename(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """The market is called ``to`` from now on, and its underlying as told (``None``: as before)."""

    to: str
    underlying: str | None = None


class Delisting(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """All positions are closed at the index's mean over the last ``average_ns``; trading ends.

    Positions may only shrink from ``reduce_ns`` before.
    """

    reduce_ns: int = NS_PER_DAY
    average_ns: int = NS_PER_HOUR


class Merger(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A unit becomes cash, or ``numerator`` units of ``to`` for ``denominator`` of these, or both.

    ``to`` is a market's name, empty: cash alone. One that is listed settles this market at its
    index; under one that is not this market goes on, rescaled, and follows ``underlying``
    (``None``: of the same name). Positions may only shrink from ``reduce_ns`` before, and trading
    is halted ``halt_ns`` before.
    """

    cash_nanos: int = 0
    to: str = ""
    numerator: int = 1
    denominator: int = 1
    underlying: str | None = None
    halt_ns: int = 0
    reduce_ns: int = 0


CorporateAction = Split | Dividend | Rename | Delisting | Merger


class AnnounceAction(Command, frozen=True, array_like=True, gc=False, tag=True):
    """Announce what happens to a market at ``effective_ns``; 0: at once. It is known by its id."""

    market: str
    action: CorporateAction
    effective_ns: int = 0


class CountSource(Command, frozen=True, array_like=True, gc=False, tag=True):
    """Say what a source prints in, after a split that its prints do not seem to have followed.

    Besides what is done already its prints of this market are × ``denominator`` / ``numerator``
    from now on: 2 for 1 where it still prints the prices before such a split, 1 for 2 where they
    had fallen by themselves. 1 for 1: they are right, however far they are.
    """

    market: str
    source: str
    numerator: int
    denominator: int


class WithdrawAction(Command, frozen=True, array_like=True, gc=False, tag=True):
    """Call an announced action off, or what is left of it."""

    market: str
    action_id: int
