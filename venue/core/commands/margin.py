"""How an account carries its positions: leverage, isolated margin, taking others over."""

from venue.core.commands.command import TraderCommand
from venue.core.commands.words import MarginMode


class SetLeverage(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Choose leverage and margin mode of an account in one market."""

    market: str
    leverage: int
    mode: MarginMode = MarginMode.CROSS


class MoveIsolatedMargin(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Move money between an account and its isolated position; positive: to the position."""

    market: str
    amount_micros: int


class SetProvider(TraderCommand, frozen=True, array_like=True, gc=False, tag=True):
    """Take over liquidated positions of a market, up to a notional of one's own position.

    Only where the market's backstop is its providers; ``cap_micros`` 0 ends it.
    """

    market: str
    cap_micros: int
