"""The contract: what its index is for a price of the underlying, and what vaults may mint."""

from typing import Literal, NamedTuple, Protocol


class ContractInputs(NamedTuple):
    """A price of the underlying, the reference of the contract, and its norm so far.

    ``base_nanos`` is S0: what the rule gives, or the first price from outside. After a split of the
    underlying both are the same number of times larger, so that their ratio is exact.
    """

    underlying_nanos: int
    base_nanos: int
    norm_e18: int


class VaultTerms(NamedTuple):
    """What vaults of a market are held to.

    ``collateral``: ``cash``, or ``index`` for units of the underlying. ``ratio_e4`` is the least
    collateral over debt, ``reward_e4`` what a liquidation pays beyond the debt, ``half_e4`` how
    much of a vault one liquidation takes, and ``dust_micros`` the least collateral that may be
    left by it: below it the whole vault goes.
    """

    collateral: Literal["cash", "index"]
    ratio_e4: int
    reward_e4: int
    half_e4: int
    dust_micros: int


class ContractRule(Protocol):
    """What a contract is on.

    ``is_linear``: the index is the underlying's price times the norm, and the core asks nothing.
    Else ``contract`` is asked at every price: the answer is in nano-dollars, at least 1.
    ``base_nanos`` is S0, ``None`` for the first price from outside. ``power`` is p as a fraction.
    ``vaults``: ``None`` where nothing can be minted.
    """

    @property
    def is_linear(self) -> bool: ...

    @property
    def base_nanos(self) -> int | None: ...

    @property
    def power(self) -> tuple[int, int]: ...

    @property
    def vaults(self) -> VaultTerms | None: ...

    def contract(self, seen: ContractInputs) -> int: ...
