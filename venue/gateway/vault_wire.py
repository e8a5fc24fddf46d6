"""Vaults and fair marks on the wire: what the methods take and what they give."""

from typing import Annotated, Literal

from msgspec import Meta

from venue.gateway.private_params import AccountParams
from venue.gateway.public_params import MarketParams
from venue.gateway.results import DoneResult
from venue.gateway.wire_types import (
    AveragePrice,
    MarketName,
    Money,
    Ms,
    Rate,
    Result,
    Seq,
    SignedSize,
    Size,
    Units,
)


class MoveCollateralParams(AccountParams, frozen=True, kw_only=True):
    """Lock collateral in the account's vault of a market; negative: give it back.

    By the market's collateral either ``cash`` of the account, or ``units`` of the underlying, which
    come from outside like a deposit.
    """

    market: MarketName
    cash: Money | None = None
    units: Units | None = None


class MintParams(AccountParams, frozen=True, kw_only=True):
    """Mint units of the contract against the vault's collateral: the account is then long them.

    Selling them is going short.
    """

    market: MarketName
    size: Size


class BurnParams(AccountParams, frozen=True, kw_only=True):
    """Give units of the contract that the account is long back to its vault."""

    market: MarketName
    size: Size


class VaultsParams(AccountParams, frozen=True, kw_only=True):
    """Ask for the account's vaults, and where they would be liquidated."""


class FairMarkParams(MarketParams, frozen=True, kw_only=True):
    """Ask where the mark of a power would be fair, given its funding and a volatility."""

    sigma: Annotated[
        Rate | None, Meta(description="Volatility a year; null: as measured over the last week.")
    ] = None
    rate: Annotated[Rate, Meta(description="Rate of interest a year.")] = "0"


class VaultView(Result, frozen=True, kw_only=True, gc=False):
    """A vault at the last prices from outside; ``minted`` is what it owes, in the contract."""

    market: MarketName
    collateral: Literal["cash", "index"]
    cash: Money
    units: Units
    value: Annotated[Money, Meta(description="What the collateral is worth.")]
    minted: Size
    debt: Annotated[Money, Meta(description="What was minted is worth, at the index.")]
    ratio_min: Annotated[Rate, Meta(description="Below it the vault is liquidated.")]
    ratio: Annotated[Rate | None, Meta(description="Collateral over debt.")] = None
    liquidation_price: Annotated[
        AveragePrice | None, Meta(description="Of the underlying, where the ratio is the least.")
    ] = None


class VaultsResult(Result, frozen=True, kw_only=True):
    """The vaults of an account, by market."""

    seq: Seq
    time_ms: Ms
    vaults: list[VaultView]


class CollateralResult(DoneResult, frozen=True, kw_only=True, gc=False):
    """What was moved into the vault; negative: out of it."""

    market: MarketName
    cash: Money
    units: Units


class MintResult(DoneResult, frozen=True, kw_only=True, gc=False):
    """What was minted; negative: burned. ``realised`` is what that closed of a position."""

    market: MarketName
    size: SignedSize
    realised: Money


class FairMarkResult(Result, frozen=True, kw_only=True, gc=False):
    """Index, mark, and the mark that would be fair: absent where there is none, or none is known.

    Absent too without a volatility, or where the funding rule does not pay mark less index.
    """

    market: MarketName
    seq: Seq
    time_ms: Ms
    power: Annotated[str, Meta(description="p as a fraction, such as 1/2.")]
    index: AveragePrice | None = None
    mark: AveragePrice | None = None
    sigma: Rate | None = None
    sigma_measured: Rate | None = None
    fair_mark: AveragePrice | None = None
