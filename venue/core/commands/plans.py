"""Orders that the venue works off by itself, and commitments to quote."""

from venue.core.commands.command import TraderCommand
from venue.core.commands.words import SelfTrade, Side


class PlaceTwap(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Trade a size in equal parts over a time, each at the market not far from the mark.

    ``duration_ns`` is from the first suborder, which goes out at once, to the last.
    """

    market: str
    side: Side
    size_lots: int
    duration_ns: int
    reduce_only: bool = False
    client_order_id: str | None = None
    connection: int = 0


class PlaceScale(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Place ``orders`` limit orders at even steps from one price to another, all or none.

    ``last_e4`` is the last one's size as a multiple of the first's, in 1e-4; between them sizes
    change evenly. Their client order id names them together.
    """

    market: str
    side: Side
    size_lots: int
    from_ticks: int
    to_ticks: int
    orders: int
    last_e4: int = 10_000
    post_only: bool = False
    reduce_only: bool = False
    client_order_id: str | None = None
    self_trade: SelfTrade = SelfTrade.CANCEL_RESTING
    connection: int = 0


class CommitMaker(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Commit oneself to quote in a market, with a bond for it; where its rules have makers.

    ``bond_micros`` is what the bond is to be. More is taken from the account at once; less is given
    back when the epoch has been judged, and 0 ends it then.
    """

    market: str
    bond_micros: int
