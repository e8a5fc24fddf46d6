"""All channels: the pattern of their names, what they tell, and how often."""

from typing import NamedTuple

from venue.gateway.feed_data import BboData, BookData, CandlesData, LiquidationsData, TradesData
from venue.gateway.notes import AnyNote
from venue.gateway.views import (
    InsuranceView,
    MarketTermsView,
    PhaseView,
    PricesView,
    SessionView,
)


class ChannelKind(NamedTuple):
    """One row. ``kind`` is the first part of the channel's name."""

    kind: str
    pattern: str
    data: object
    about: str


CHANNELS: tuple[ChannelKind, ...] = (
    ChannelKind(
        "book", "book.{market}[.raw]", BookData, "The book: a snapshot, then the levels that move."
    ),
    ChannelKind("bbo", "bbo.{market}[.raw]", BboData, "Best bid and ask, when one of them moves."),
    ChannelKind("trades", "trades.{market}[.raw]", TradesData, "The tape: every trade."),
    ChannelKind(
        "prices", "prices.{market}[.raw]", PricesView, "Index, mark and funding, when published."
    ),
    ChannelKind(
        "candles", "candles.{market}.{1m|5m|1h}", CandlesData, "Candles that began or grew."
    ),
    ChannelKind(
        "phase", "phase.{market}", PhaseView, "Phase of our market; in a call, its indication."
    ),
    ChannelKind(
        "terms", "terms.{market}", MarketTermsView, "What an order may be now, and what is blocked."
    ),
    ChannelKind(
        "session", "session.{underlying}", SessionView, "What the underlying's market is doing."
    ),
    ChannelKind(
        "liquidations", "liquidations", LiquidationsData, "Public steps of all liquidations."
    ),
    ChannelKind("insurance", "insurance", InsuranceView, "The insurance fund and the bad debt."),
    ChannelKind(
        "account",
        "account.{number}",
        AnyNote,
        "Everything that happens to an account, numbered without a gap; "
        "see private/subscribe_account.",
    ),
)
