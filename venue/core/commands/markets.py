"""What the operator does to markets: listing, halting, resuming."""

from enum import StrEnum

from venue.core.commands.command import Command
from venue.core.listing import MarketSpec


class ListMarket(Command, frozen=True, array_like=True, gc=False, tag=True):
    """Open a market under a rulebook; the record carries every parameter and rule hash."""

    spec: MarketSpec


class HaltKind(StrEnum):
    """What a halt does: stop trading, or let positions only shrink, or settle them all.

    ``freeze``: no orders, no trades; cancels stay allowed. ``reduce_only``: trading goes on, and
    what could let a position grow is cancelled and refused. ``settle``: all orders are cancelled
    and all positions closed at the mark (Hyperliquid's haltTrading), and no orders after it.
    """

    FREEZE = "freeze"
    REDUCE_ONLY = "reduce_only"
    SETTLE = "settle"


class HaltMarket(Command, frozen=True, array_like=True, gc=False, tag=True):
    """Stop trading in a market, in one of three ways."""

    market: str
    why: str
    kind: HaltKind = HaltKind.FREEZE


class ResumeMarket(Command, frozen=True, array_like=True, gc=False, tag=True):
    """End a halt, at once or by a call auction of ``call_ns``."""

    market: str
    call_ns: int = 0
