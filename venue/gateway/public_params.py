"""What the public methods take."""

from typing import Annotated, Literal

from msgspec import Meta

from venue.gateway.wire_types import Channel, Count, MarketName, Params, Underlying

Interval = Literal["1m", "5m", "1h"]


class NothingParams(Params, frozen=True, kw_only=True):
    """Takes nothing."""


class PingParams(NothingParams, frozen=True, kw_only=True):
    """Ask for a sign of life."""


class MarketsParams(NothingParams, frozen=True, kw_only=True):
    """Ask for all markets."""


class InsuranceParams(NothingParams, frozen=True, kw_only=True):
    """Ask for the insurance fund."""


class LimitsParams(NothingParams, frozen=True, kw_only=True):
    """Ask how much room the rate limits leave."""


class RootsParams(NothingParams, frozen=True, kw_only=True):
    """Ask for the roots over all accounts that the venue signed last."""


class HelloParams(Params, frozen=True, kw_only=True):
    """Who calls, for the venue's log."""

    client: Annotated[str, Meta(max_length=64, description="Name of the program.")] = ""


class LoginParams(Params, frozen=True, kw_only=True):
    """Log a connection in; it stays so until it ends."""

    token: Annotated[str, Meta(max_length=128, description="The secret that names an account.")]


class SubscribeParams(Params, frozen=True, kw_only=True):
    """Channels to begin; all of them are taken, or none. Each starts with a snapshot."""

    channels: Annotated[list[Channel], Meta(min_length=1, max_length=200)]


class UnsubscribeParams(Params, frozen=True, kw_only=True):
    """Channels to end; all of them are taken, or none."""

    channels: Annotated[list[Channel], Meta(min_length=1, max_length=200)]


class BookParams(Params, frozen=True, kw_only=True):
    """Ask for the book of a market as it stands."""

    market: MarketName
    depth: Annotated[Count, Meta(description="Levels a side.")] = 20


class MarketParams(Params, frozen=True, kw_only=True):
    """Ask about one market."""

    market: MarketName


class PricesParams(MarketParams, frozen=True, kw_only=True):
    """Ask for index, mark and funding of a market."""


class PoolParams(MarketParams, frozen=True, kw_only=True):
    """Ask for the pool that a market's orders trade with, or the vault behind it."""


class MakersParams(MarketParams, frozen=True, kw_only=True):
    """Ask how the committed makers of a market quote."""


class PhaseParams(MarketParams, frozen=True, kw_only=True):
    """Ask what a market is doing."""


class TermsParams(MarketParams, frozen=True, kw_only=True):
    """Ask what an order may be in a market now: prices, sizes, leverage, and what is blocked."""


class TapeParams(Params, frozen=True, kw_only=True):
    """Ask for the latest trades of a market, newest last."""

    market: MarketName
    count: Count = 100


class CandlesParams(Params, frozen=True, kw_only=True):
    """Ask for the latest candles of a market, newest last."""

    market: MarketName
    interval: Interval
    count: Count = 100


class SessionParams(Params, frozen=True, kw_only=True):
    """Ask what the market of an underlying is doing."""

    underlying: Underlying


class CountParams(Params, frozen=True, kw_only=True):
    """Ask for a number of rows."""

    count: Count = 100


class LiquidationsParams(CountParams, frozen=True, kw_only=True):
    """Ask for the latest public steps of liquidations."""


class StandingsParams(CountParams, frozen=True, kw_only=True):
    """Ask who is first."""
