"""Write bots for a venue of 24/7 equity perpetuals: a typed asyncio client.

Subclass ``Bot``, or ``connect`` and use a ``Client``. Sizes and prices are ``Decimal``.
"""

from venue_sdk.book import Book, Level
from venue_sdk.bot import Bot
from venue_sdk.client import Client
from venue_sdk.desk import Position
from venue_sdk.errors import Closed, Lost, Mismatch, Refused, Unanswered, VenueError
from venue_sdk.inbox import Update
from venue_sdk.messages import (
    AnyNote,
    FillNote,
    FundingNote,
    LiquidationNote,
    MarginMode,
    MarketTermsView,
    MarketView,
    OrderNote,
    OrderResult,
    Phase,
    PhaseView,
    PricesView,
    Pricing,
    SelfTrade,
    Session,
    SessionView,
    Side,
    TimeInForce,
    TradeView,
    TriggerKind,
    TriggerNote,
)
from venue_sdk.numbers import Number, ceil_to, floor_to, round_to
from venue_sdk.opening import connect
from venue_sdk.trader import OrderOptions

__all__ = [
    "AnyNote", "Book", "Bot", "Client", "Closed", "FillNote", "FundingNote", "Level",
    "LiquidationNote", "Lost", "MarginMode", "MarketTermsView", "MarketView", "Mismatch", "Number",
    "OrderNote", "OrderOptions", "OrderResult", "Phase", "PhaseView", "Position", "PricesView",
    "Pricing", "Refused", "SelfTrade", "Session", "SessionView", "Side", "TimeInForce", "TradeView",
    "TriggerKind", "TriggerNote", "Unanswered", "Update", "VenueError", "ceil_to", "connect",
    "floor_to", "round_to",
]  # fmt: skip
