"""What plans and committed makers look like on the wire."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from venue.core.commands import Side
from venue.core.rejects import Cause
from venue.gateway.wire_types import (
    AccountId,
    AveragePrice,
    ClientOrderId,
    MarketName,
    Money,
    Ms,
    OrderId,
    OrderStatus,
    Price,
    Rate,
    Result,
    Size,
)


class PlanKind(StrEnum):
    """What is carried out later, or in parts."""

    DELAYED = "delayed"
    TWAP = "twap"


class PlanView(Result, frozen=True, kw_only=True, gc=False):
    """An order that waits before it may take or for its call, or a TWAP between two suborders.

    At ``due_ms`` the order is released, or the next suborder sent; without one it waits for a call
    to begin. ``turns`` of a TWAP's ``suborders`` are over.
    """

    order_id: OrderId
    market: MarketName
    kind: PlanKind
    status: OrderStatus
    side: Side | None = None
    size: Size | None = None
    price: Price | None = None
    filled: Size | None = None
    remaining: Size | None = None
    average_price: AveragePrice | None = None
    due_ms: Ms | None = None
    turns: int | None = None
    suborders: int | None = None
    reduce_only: bool = False
    client_order_id: ClientOrderId | None = None
    cause: Cause | None = None
    reason: Annotated[
        str | None, Meta(description="Why a delayed order, or a suborder, was refused.")
    ] = None


class MakerView(Result, frozen=True, kw_only=True, gc=False):
    """A committed maker, and how much of the time it has quoted."""

    account: AccountId
    name: str
    bond: Money
    wanted: Annotated[Money, Meta(description="What the bond is to be after this epoch.")]
    sampled: Annotated[int, Meta(description="Samples of this epoch.")]
    met: Annotated[int, Meta(description="Those in which it quoted as it owes.")]
    ever_sampled: Annotated[int, Meta(description="Samples of all epochs before.")]
    ever_met: int
    paid: Annotated[Money, Meta(description="What its bond has paid to the insurance fund.")]
    time_at_quote: Annotated[Rate | None, Meta(description="Of all samples so far.")] = None


class MakersView(Result, frozen=True, kw_only=True):
    """What the committed makers of a market owe, and how they quote; the most time first."""

    market: MarketName
    required: Annotated[Rate, Meta(description="Share of an epoch's samples; 0: nothing.")]
    makers: list[MakerView]
    epoch_ends_ms: Ms | None = None
