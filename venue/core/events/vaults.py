"""Vaults: collateral in and out, what was minted on it, and what the fund took over."""

from venue.core.events.event import Event


class VaultOpened(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An account has a vault in a market; ``vault`` is the account that holds it."""

    account: int
    market: str
    vault: int


class CollateralMoved(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Collateral came into a vault (negative: went): the account's cash, or units from outside.

    ``worth_micros`` is what the units are worth, by which the account's return is counted anew.
    """

    account: int
    market: str
    vault: int
    cash_micros: int
    units_e9: int
    worth_micros: int


class Minted(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A vault minted lots of the contract for its account (negative: burned them), at no price.

    ``realised_micros`` is what it realised for the account.
    """

    account: int
    market: str
    vault: int
    lots: int
    realised_micros: int


class VaultLiquidated(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The insurance fund took over lots of a vault's debt at a price in micro-dollars a lot.

    For it ``units_e9`` of collateral were sold outside. ``ratio_e4`` is the collateral ratio that
    it was found with.
    """

    account: int
    market: str
    vault: int
    lots: int
    price_micros: int
    units_e9: int
    proceeds_micros: int
    ratio_e4: int
    realised_micros: int
    fund_realised_micros: int


class VaultCovered(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A vault's cash was below zero: units were sold outside for it, the insurance fund paid.

    Or units were sold that a split of the underlying would have broken.
    """

    account: int
    market: str
    vault: int
    units_e9: int
    proceeds_micros: int
    fund_micros: int


class VaultUnitsSplit(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The underlying was split: a vault's collateral is ``units_e9`` of the new units."""

    account: int
    market: str
    vault: int
    units_e9: int


class UnderlyingSplit(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The underlying of a power was split; the contract is as it was.

    ``units_new`` for ``units_old`` are all splits since S0 together, ``underlying_nanos`` the last
    price in new units, ``varied_nanos`` the one that the next return is counted from.
    """

    market: str
    at_ns: int
    units_new: int
    units_old: int
    underlying_nanos: int | None
    varied_nanos: int
    index_memory: bytes
