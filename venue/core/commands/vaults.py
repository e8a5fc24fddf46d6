"""Vaults and pools: collateral moved, contracts minted and burned, shares asked for."""

from venue.core.commands.command import TraderCommand


class MoveCollateral(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Lock collateral in the account's vault of a market; negative: give it back.

    Cash comes from the account's balance, units of the underlying (in 1e-9) from outside: one of
    them is 0, by the market's kind of collateral.
    """

    market: str
    cash_micros: int = 0
    units_e9: int = 0


class Mint(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Mint units of the contract against the vault's collateral; the account is then long them."""

    market: str
    size_lots: int


class Burn(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Give units of the contract back to the vault that minted them."""

    market: str
    size_lots: int


class DepositToPool(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Pay money into a market's pool for shares, at the end of an epoch."""

    market: str
    amount_micros: int


class WithdrawFromPool(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Give shares of a market's pool back for money, at the end of an epoch."""

    market: str
    shares: int
