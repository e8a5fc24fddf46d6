"""Channels ``prices`` and ``session``: what stands on the board, whole each time."""

from venue.gateway.board import Board, Prices
from venue.gateway.decimals import nanos_text, rate_text
from venue.gateway.moment import Moment
from venue.gateway.price_views import fair_texts, validity_name
from venue.gateway.showing import ms, ms_or_none
from venue.gateway.views import PricesView, SessionView


class PricesFeed:
    """Channel ``prices``: index, mark and funding, whole each time."""

    __slots__ = ("_moment", "_prices", "_said", "_seq")

    def __init__(self, prices: Prices, moment: Moment) -> None:
        self._prices = prices
        self._moment = moment
        self._said = prices.version
        self._seq = moment.seq

    def take(self) -> PricesView | None:
        """Return the prices, or ``None`` when none was published since the last message."""
        if self._prices.version == self._said:
            return None
        self._said = self._prices.version
        return self.snapshot()

    def snapshot(self) -> PricesView:
        """Return the prices as they stand."""
        prices = self._prices
        last, index, mark = prices.last_ticks, prices.index_nanos, prices.mark_nanos
        anchor, outside = prices.anchor_nanos, prices.outside_nanos
        interval_ns = prices.scales.spec.funding_interval_ns
        fair, sigma = fair_texts(prices.rules, prices, index, interval_ns)
        return PricesView(
            market=prices.scales.market,
            seq=self._moment.seq,
            time_ms=ms(prices.at_ns),
            pricing=prices.pricing,
            index=None if index is None else nanos_text(index),
            mark=None if mark is None else nanos_text(mark),
            last=None if last is None else prices.scales.price.text(last),
            anchor=None if anchor is None else nanos_text(anchor),
            funding_rate=rate_text(prices.funding_e12),
            next_funding_ms=ms(prices.next_funding_ns),
            mark_ms=None if mark is None else ms(prices.mark_at_ns),
            validity=validity_name(prices.validity, prices.pricing),
            outside=None if outside is None else nanos_text(outside),
            reopening_since_ms=ms_or_none(prices.reopening_since_ns),
            fair_mark=fair,
            sigma=sigma,
        )


class SessionFeed:
    """Channel ``session``: what the market of an underlying is doing, whole each time."""

    __slots__ = ("_board", "_said", "_underlying")

    def __init__(self, board: Board, underlying: str) -> None:
        self._board = board
        self._underlying = underlying
        self._said = board.told.get(underlying, 0)

    def take(self) -> SessionView | None:
        """Return the session when it has changed, else ``None``."""
        told = self._board.told.get(self._underlying, 0)
        if told == self._said:
            return None
        self._said = told
        return self.snapshot()

    def snapshot(self) -> SessionView | None:
        """Return the session; ``None``: nobody has told yet."""
        return self._board.sessions.get(self._underlying)
