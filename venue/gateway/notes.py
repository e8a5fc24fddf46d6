"""What a private notice looks like on the wire: one record a kind, told apart by ``type``."""

from typing import Annotated, Literal

from msgspec import Meta

from venue.core.commands import MarginMode
from venue.core.events import ForcedOutcome, LiquidationOutcome, LiquidationWhy, PoolCloseWhy
from venue.gateway.plan_views import PlanView
from venue.gateway.views import FillView, OrderView, TriggerView
from venue.gateway.wire_types import (
    AccountId,
    AveragePrice,
    ClientOrderId,
    Leverage,
    MarketName,
    Money,
    Ms,
    OrderId,
    Rate,
    Result,
    Seq,
    SignedSize,
    Size,
    Units,
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

    what: Literal["accepted", "amended", "reduced", "cancelled", "rescaled"]
    order: OrderView


class FillNote(Note, frozen=True, kw_only=True, tag="fill"):
    """One half of a trade, the order after it, and the position after it."""

    fill: FillView
    order: OrderView
    position: PositionAfter


class TriggerNote(Note, frozen=True, kw_only=True, tag="trigger"):
    """A trigger order waits, woke, fired or is gone. The order that it sends has its id."""

    what: Literal["placed", "woken", "fired", "cancelled", "rescaled"]
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


class SettledNote(Note, frozen=True, kw_only=True, tag="settled"):
    """A halt settled the position: ``size`` (signed) was closed at the mark."""

    market: MarketName
    size: SignedSize
    price: AveragePrice
    realised: Money
    position: PositionAfter


class SplitNote(Note, frozen=True, kw_only=True, tag="split"):
    """A split rescaled the position; the account's equity is what it was.

    ``cash`` is what its value changed by: fractions of a lot, and the rounding of the mark.
    """

    market: MarketName
    was: SignedSize
    cash: Money
    position: PositionAfter


class DividendNote(Note, frozen=True, kw_only=True, tag="dividend"):
    """Shorts paid longs a dividend. ``paid`` is what the account paid; negative: received."""

    market: MarketName
    paid: Money
    amount: Annotated[AveragePrice, Meta(description="Of one unit of the underlying.")]
    position: PositionAfter


class ForcedCloseNote(Note, frozen=True, kw_only=True, tag="forced_close"):
    """A position is above the leverage that the session lets be held, and is closed by force.

    ``found`` shows its leverage and the highest allowed; while it is ``deferred`` it is tried again
    at ``until_ms``; ``ended`` says how. The fills come as fills, free of fees.
    """

    market: MarketName
    step: Literal["found", "deferred", "ended"]
    leverage: Annotated[
        str | None, Meta(description="Notional over equity of its margin unit.")
    ] = None
    leverage_max: Leverage | None = None
    until_ms: Ms | None = None
    outcome: ForcedOutcome | None = None


class MoneyNote(Note, frozen=True, kw_only=True, tag="money"):
    """Money moved: in or out of the account, or to (negative: from) its isolated position."""

    what: Literal["deposited", "withdrawn", "reset", "isolated_margin"]
    amount: Money
    market: MarketName | None = None


class PlanNote(Note, frozen=True, kw_only=True, tag="plan"):
    """An order waits before it may take and is released, or a TWAP is placed and has its turns.

    ``turn`` shows a suborder's own size and what it filled; ``ended`` what was never traded.
    """

    what: Literal["placed", "released", "turn", "ended"]
    plan: PlanView
    suborder_id: OrderId | None = None


class MakerNote(Note, frozen=True, kw_only=True, tag="maker"):
    """The account's bond as a maker: committed, or judged at the end of an epoch.

    ``penalty`` went to the insurance fund, ``returned`` to the balance, ``bond`` is what is left.
    """

    what: Literal["committed", "judged"]
    market: MarketName
    added: Money | None = None
    wanted: Money | None = None
    epoch_ends_ms: Ms | None = None
    sampled: int | None = None
    met: int | None = None
    penalty: Money | None = None
    returned: Money | None = None
    bond: Money | None = None


class SettingNote(Note, frozen=True, kw_only=True, tag="setting"):
    """A setting of the account has changed, or one of its connections is lost."""

    what: Literal[
        "opened",
        "leverage",
        "cancel_all_after",
        "cancel_on_disconnect",
        "connection_lost",
        "provider",
    ]
    market: MarketName | None = None
    leverage: Leverage | None = None
    mode: MarginMode | None = None
    at_ms: Ms | None = None
    connection: int | None = None
    enabled: bool | None = None
    name: str | None = None
    cap: Money | None = None


class LiquidationNote(Note, frozen=True, kw_only=True, tag="liquidation"):
    """One step of a liquidation. ``market`` is empty for the account's cross positions together.

    ``equity`` and ``maintenance`` are the margin before (``started``) or after (``ended``).
    ``filled`` is a trade of the venue's order, told only in the whole story: on the private
    channel it is a fill.
    """

    what: Literal[
        "started",
        "deferred",
        "filled",
        "closed_out",
        "taken_over",
        "deleveraged",
        "fee",
        "loss_shared",
        "shortfall",
        "ended",
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
    given_up: Annotated[
        Money | None,
        Meta(
            description="What ADL cost the counterparty against the mark, beside the size that it "
            "gave up; negative: it gained."
        ),
    ] = None
    insurance: Annotated[
        Money | None, Meta(description="What the insurance fund paid; negative: received.")
    ] = None
    bad_debt: Money | None = None
    outcome: LiquidationOutcome | None = None
    position: PositionAfter | None = None
    counterparty: Annotated[
        bool,
        Meta(
            description="This account was on the other side: it was deleveraged, took over as a "
            "provider, or paid a share of the loss."
        ),
    ] = False


class PoolNote(Note, frozen=True, kw_only=True, tag="pool"):
    """A request to a pool waits or has ended; or the pool's keepers close a position.

    ``returned``: the money bought no share. ``position_closed``: it had gained all that it may, or
    its side too much of the pool (``why``); the fill follows.
    """

    what: Literal["requested", "paid_in", "paid_out", "returned", "position_closed"]
    market: Annotated[MarketName, Meta(description="Empty: the liquidator vault.")]
    request_id: int | None = None
    amount: Money | None = None
    shares: Money | None = None
    size: Size | None = None
    gain: Money | None = None
    why: PoolCloseWhy | None = None


class GapNote(Note, frozen=True, kw_only=True, tag="gap"):
    """Notices from ``first_n`` to ``n`` can no longer be had; what follows is whole again."""

    first_n: int


class VaultNote(Note, frozen=True, kw_only=True, tag="vault"):
    """A vault of the account was opened, filled, used or liquidated.

    ``size`` is in the contract: minted, burned (negative), or taken over by the insurance fund at
    ``price``; ``cash`` and ``units`` are collateral that came in, negative: that went. ``split``:
    the underlying was, and ``units`` is all that the vault holds of the new ones.
    """

    what: Literal["opened", "collateral", "minted", "liquidated", "covered", "split"]
    market: MarketName
    size: SignedSize | None = None
    price: AveragePrice | None = None
    cash: Money | None = None
    units: Units | None = None
    ratio: Rate | None = None
    realised: Money | None = None


AnyNote = (
    OrderNote
    | FillNote
    | TriggerNote
    | RejectedNote
    | FundingNote
    | SettledNote
    | SplitNote
    | DividendNote
    | ForcedCloseNote
    | MoneyNote
    | SettingNote
    | PlanNote
    | MakerNote
    | VaultNote
    | LiquidationNote
    | PoolNote
    | GapNote
)
