"""The latest notices, in memory: bounded; what has fallen out is worked out from the journal."""

from collections import deque
from collections.abc import Sequence
from itertools import islice

from venue.gateway.notices import Notice


class NoticeRing:
    """The latest notices of all accounts together, at most ``kept`` of them."""

    __slots__ = ("_arrivals", "_by_account", "_kept")

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._arrivals: deque[int] = deque()
        self._by_account: dict[int, deque[Notice]] = {}

    def add(self, notices: Sequence[Notice]) -> None:
        """Keep notices, and let the oldest of all go when there are too many."""
        arrivals, by_account = self._arrivals, self._by_account
        for notice in notices:
            account = notice.account
            mine = by_account.get(account)
            if mine is None:
                mine = by_account[account] = deque()
            mine.append(notice)
            arrivals.append(account)
            if len(arrivals) > self._kept:
                oldest = arrivals.popleft()
                theirs = by_account[oldest]
                theirs.popleft()
                if not theirs:
                    del by_account[oldest]

    def first_n(self, account: int) -> int | None:
        """Return the number of the oldest notice kept of an account; ``None``: none is kept."""
        mine = self._by_account.get(account)
        return mine[0].n if mine else None

    def read(self, account: int, from_n: int, count: int) -> list[Notice]:
        """Return up to ``count`` notices of an account from a number that is kept."""
        mine = self._by_account.get(account)
        if not mine:
            return []
        begin = from_n - mine[0].n
        assert begin >= 0, "the number has fallen out of the ring"
        return list(islice(mine, begin, begin + count))
