"""Numbers that let a client miss nothing: of private notices, of trades, of changed books."""

from enum import Enum

from venue_sdk.messages import TradesData, TradeView


class Place(Enum):
    """Where a notice stands against those that were heard before."""

    NEXT = "next"
    KNOWN = "known"
    AHEAD = "ahead"


class Numbering:
    """The last number heard of an account. ``None``: none yet, so any may come first."""

    def __init__(self, last_n: int | None = None) -> None:
        self.last_n = last_n

    def place(self, n: int) -> Place:
        """Say where a number stands, and count it if it is next.

        >>> numbering = Numbering(4)
        >>> [numbering.place(n).value for n in (5, 5, 7, 6)]
        ['next', 'known', 'ahead', 'next']
        """
        if self.last_n is None or n == self.last_n + 1:
            self.last_n = n
            return Place.NEXT
        return Place.KNOWN if n <= self.last_n else Place.AHEAD


class TapeReader:
    """Trades of one market, each once: those of a snapshot are left out that were heard before.

    The first snapshot is history: it is kept in ``history`` and not told as news.
    """

    def __init__(self) -> None:
        self.history: list[TradeView] = []
        self.missed = 0
        self._seq: int | None = None

    def take(self, data: TradesData) -> list[TradeView] | None:
        """Return the new trades of a message; ``None`` when it does not follow the last one."""
        seq = self._seq
        if data.kind == "snapshot":
            self._seq = data.seq
            if seq is None:
                self.history = data.trades
                return []
            return [trade for trade in data.trades if trade.seq > seq]
        if seq is None or data.prev != seq:
            return None
        self._seq = data.seq
        self.missed += data.missed
        return data.trades
