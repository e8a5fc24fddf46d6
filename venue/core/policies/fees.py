"""Fees: what an account pays for its trades, or gets for resting orders."""

from typing import NamedTuple, Protocol

from venue.core.listing import Fees


class FeesInputs(NamedTuple):
    """What an account's rates depend on, as of the last change of day (UTC).

    ``volume_micros`` is the notional that its owner traded, ``maker_micros`` the part of it that
    rested, ``venue_micros`` what everybody traded: each over the whole days that the rule counts,
    the present one left out.
    """

    listed: Fees
    volume_micros: int = 0
    maker_micros: int = 0
    venue_micros: int = 0


class FeesRule(Protocol):
    """Which fee an account pays in a market; no account may pay more than a new one.

    ``volume_days`` is over how many whole days it counts volume, 0: not at all. ``credit_e4`` is
    how much of this market's trades counts, in 1e-4.
    """

    @property
    def volume_days(self) -> int: ...

    @property
    def credit_e4(self) -> int: ...

    def rates(self, seen: FeesInputs) -> Fees: ...


class OpeningInputs(NamedTuple):
    """A position that a pool opens: signed notional, and the pool's skew before it.

    ``skew_micros`` is the notional of all longs less that of all shorts.
    """

    listed: Fees
    notional_micros: int
    skew_micros: int
    leverage_e4: int


class PoolFeesRule(FeesRule, Protocol):
    """What opening a position against a pool costs, in micro-dollars; never less than nothing."""

    def opening_micros(self, seen: OpeningInputs) -> int: ...
