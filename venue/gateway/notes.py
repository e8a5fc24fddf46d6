"""What a private notice looks like on the wire: one record a kind, told apart by ``type``."""

from typing import Annotated, Literal

from msgspec import Meta

from venue.core.commands import MarginMode
from venue.core.events import LiquidationOutcome, LiquidationWhy
from venue.gateway.views import FillView, OrderView, TriggerView
from venue.gateway.wire_types import (
    AccountId,
    AveragePrice,
    ClientOrderId,
    Leverage,
    MarketName,
    Money,
    Ms,
    Rate,
    Result,
    Seq,
    SignedSize,
)


class Note(Result, frozen=True, kw_only=True, tag_field="type"):
    """The root of private notices. ``n`` counts an account's notices without a gap."""

    account: AccountId
    n: Annotated[int, Meta(ge=1, description="Place among the account's notices.")]
    seq: Seq
    time_ms: Ms


class PositionAfter(Result, frozen=True, kw_only=True, gc=False):
    """A position right after an event."""

    market: MarketName
    size: SignedSize
    entry_cost: Money
    average_entry: AveragePrice | None = None


class OrderNote(Note, frozen=True, kw_only=True, tag="order"):
    """An order stands, has changed or is gone; ``order.cause`` says why it is gone."""

    what: Literal["accepted", "amended", "reduced", "cancelled"]
    order: OrderView


class FillNote(Note, frozen=True, kw_only=True, tag="fill"):
    """One half of a trade, the order after it, and the position after it."""

    fill: FillView
    order: OrderView
    position: PositionAfter


class TriggerNote(Note, frozen=True, kw_only=True, tag="trigger"):
    """A trigger order waits, woke, fired or is gone. The order that it sends has its id."""

    what: Literal["placed", "woken", "fired", "cancelled"]
    trigger: TriggerView
    mark: AveragePrice | None = None


class RejectedNote(Note, frozen=True, kw_only=True, tag="rejected"):
    """A command of this account was refused; whoever sent it was told as well."""

    command: str
    reason: str
    figures: dict[str, str | int]
    client_order_id: ClientOrderId | None = None


class FundingNote(Note, frozen=True, kw_only=True, tag="funding"):
    """Funding settled. ``paid`` is what the account paid; negative: received."""

    market: MarketName
    paid: Money
    rate: Rate
    price: Annotated[AveragePrice, Meta(description="The price that it was counted at.")]
    position: PositionAfter


class MoneyNote(Note, frozen=True, kw_only=True, tag="money"):
    """Money moved: in or out of the account, or to (negative: from) its isolated position."""

    what: Literal["deposited", "withdrawn", "reset", "isolated_margin"]
    amount: Money
    market: MarketName | None = None


class SettingNote(Note, frozen=True, kw_only=True, tag="setting"):
    """A setting of the account has changed, or one of its connections is lost."""

    what: Literal[
        "opened", "leverage", "cancel_all_after", "cancel_on_disconnect", "connection_lost"
    ]
    market: MarketName | None = None
    leverage: Leverage | None = None
    mode: MarginMode | None = None
    at_ms: Ms | None = None
    connection: int | None = None
    enabled: bool | None = None
    name: str | None = None


class LiquidationNote(Note, frozen=True, kw_only=True, tag="liquidation"):
    """One step of a liquidation. ``market`` is empty for the account's cross positions together.

    ``equity`` and ``maintenance`` are the margin before (``started``) or after (``ended``).
    """

    what: Literal[
        "started", "deferred", "closed_out", "taken_over", "deleveraged", "shortfall", "ended"
    ]
    liquidation_id: int
    market: str
    equity: Money | None = None
    maintenance: Money | None = None
    marks: dict[str, AveragePrice] | None = None
    why: LiquidationWhy | None = None
    until_ms: Ms | None = None
    asked: SignedSize | None = None
    filled: SignedSize | None = None
    size: SignedSize | None = None
    limit: AveragePrice | None = None
    price: AveragePrice | None = None
    cash: Money | None = None
    realised: Money | None = None
    insurance: Annotated[
        Money | None, Meta(description="What the insurance fund paid; negative: received.")
    ] = None
    bad_debt: Money | None = None
    outcome: LiquidationOutcome | None = None
    position: PositionAfter | None = None
    counterparty: Annotated[
        bool, Meta(description="This account was on the other side and was deleveraged.")
    ] = False


class GapNote(Note, frozen=True, kw_only=True, tag="gap"):
    """Notices from ``first_n`` to ``n`` can no longer be had; what follows is whole again."""

    first_n: int


AnyNote = (
    OrderNote
    | FillNote
    | TriggerNote
    | RejectedNote
    | FundingNote
    | MoneyNote
    | SettingNote
    | LiquidationNote
    | GapNote
)
