"""Channels ``book`` and ``bbo``: snapshot and deltas, conflated or per event.

A feed says what changed since it last spoke. ``seq`` is the place in the journal up to which it
has spoken, ``prev`` where it spoke last; whoever holds ``prev`` may apply the delta.
"""

from venue.gateway.book_mirror import BookMirror, SideMirror
from venue.gateway.feed_data import BboData, BookData
from venue.gateway.moment import Moment
from venue.gateway.scales import MarketScales
from venue.gateway.showing import ms

Levels = list[tuple[str, str, int]]


class BookFeed:
    """The book of one market. ``raw`` speaks after every command, else when it is asked to."""

    __slots__ = ("_book", "_moment", "_raw", "_scales", "_seq")

    def __init__(self, book: BookMirror, scales: MarketScales, moment: Moment, raw: bool) -> None:
        self._book = book
        self._scales = scales
        self._moment = moment
        self._raw = raw
        self._seq = moment.seq
        self._moves(book.bids)
        self._moves(book.asks)

    def take(self) -> BookData | None:
        """Return the levels that changed, or ``None`` when none did."""
        bids, asks = self._moves(self._book.bids), self._moves(self._book.asks)
        if not bids and not asks:
            return None
        prev, self._seq = self._seq, self._moment.seq
        return self._data(
            "delta", prev, self._levels(self._book.bids, bids), self._levels(self._book.asks, asks)
        )

    def snapshot(self) -> BookData:
        """Return the whole book as of what this feed said last; call right after ``take``."""
        bids, asks = self._book.bids, self._book.asks
        return self._data(
            "snapshot",
            self._seq,
            self._levels(bids, bids.best_first()),
            self._levels(asks, asks.best_first()),
        )

    def _moves(self, side: SideMirror) -> list[int]:
        return side.take_moved() if self._raw else side.take_pending()

    def _data(self, kind: str, prev: int, bids: Levels, asks: Levels) -> BookData:
        return BookData(
            kind="snapshot" if kind == "snapshot" else "delta",
            market=self._scales.market,
            seq=self._seq,
            prev=prev,
            time_ms=ms(self._moment.at_ns),
            bids=bids,
            asks=asks,
        )

    def _levels(self, side: SideMirror, prices: list[int]) -> Levels:
        price, size = self._scales.price.text, self._scales.size.text
        levels = side.levels
        shown: Levels = []
        for ticks in prices:
            level = levels.get(ticks)
            if level is None:
                shown.append((price(ticks), size(0), 0))
            else:
                shown.append((price(ticks), size(level[0]), level[1]))
        return shown


Best = tuple[str, str] | None


class BboFeed:
    """Best bid and ask of one market."""

    __slots__ = ("_book", "_moment", "_said", "_scales", "_seq")

    def __init__(self, book: BookMirror, scales: MarketScales, moment: Moment) -> None:
        self._book = book
        self._scales = scales
        self._moment = moment
        self._seq = moment.seq
        self._said = self._now()

    def take(self) -> BboData | None:
        """Return the best bid and ask, or ``None`` when both are as they were."""
        now = self._now()
        if now == self._said:
            return None
        self._said = now
        prev, self._seq = self._seq, self._moment.seq
        return self._data(prev)

    def snapshot(self) -> BboData:
        """Return the best bid and ask as this feed said them last."""
        return self._data(self._seq)

    def _data(self, prev: int) -> BboData:
        bid, ask = self._said
        return BboData(
            market=self._scales.market,
            seq=self._seq,
            prev=prev,
            time_ms=ms(self._moment.at_ns),
            bid=bid,
            ask=ask,
        )

    def _now(self) -> tuple[Best, Best]:
        return self._best(self._book.bids), self._best(self._book.asks)

    def _best(self, side: SideMirror) -> Best:
        ticks = side.best()
        if ticks is None:
            return None
        return self._scales.price.text(ticks), self._scales.size.text(side.levels[ticks][0])
