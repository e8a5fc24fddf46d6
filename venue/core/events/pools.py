"""Pools, the liquidator vault: requests of providers, epochs, positions that keepers close."""

from enum import StrEnum

from venue.core.events.event import Event


class PoolOutcome(StrEnum):
    """What a request to a pool came to; ``returned``: its money bought no share."""

    PAID_IN = "paid_in"
    PAID_OUT = "paid_out"
    RETURNED = "returned"


class PoolCloseWhy(StrEnum):
    """Why a pool's keepers closed a position: its own gain, or its side's share of the pool."""

    GAIN_MAX = "gain_max"
    ADL = "adl"


class PoolOpened(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A market's pool is this account; its first epoch ends at the first mark from a time on.

    Without a name of a market, here and below, it is the liquidator vault.
    """

    market: str
    account: int
    next_epoch_ns: int


class PoolRequested(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A provider pays ``amount_micros`` into the account ``pool``, or asks ``shares`` back."""

    market: str
    request_id: int
    account: int
    amount_micros: int
    shares: int
    pool: int


class PoolRequestEnded(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A request was executed: so much money for so many shares, or the other way round.

    None may be asked back before ``locked_until_ns``.
    """

    market: str
    request_id: int
    account: int
    amount_micros: int
    shares: int
    outcome: PoolOutcome
    pool: int
    locked_until_ns: int = 0


class VaultSeeded(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The operator's money in the liquidator vault bought so many shares; negative: gave back."""

    amount_micros: int
    shares: int


class PoolEpochEnded(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An epoch of a pool ended: what all ``shares`` are worth after its requests."""

    market: str
    at_ns: int
    next_epoch_ns: int
    value_micros: int
    shares: int


class PoolPositionClosed(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A pool's keepers close lots of a position that has gained so much; the trade follows."""

    account: int
    market: str
    lots: int
    gain_micros: int
    why: PoolCloseWhy
