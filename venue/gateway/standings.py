"""The standings: every account by return, worked out in slices so that nobody waits.

A round walks all accounts a slice at a time, each slice at a durable state; whoever asked during
the round is answered at its end, and whoever asks soon after gets the same answer.
"""

from collections.abc import Callable, Set
from operator import itemgetter

from venue.core.account import INSURANCE, Account
from venue.core.kinds import RANKED, Kind, kind_of, purses
from venue.core.margin import equity_micros
from venue.core.standings import return_e12
from venue.core.state import State
from venue.gateway.decimals import money_text, rate_text
from venue.gateway.results import StandingsResult
from venue.gateway.showing import ms
from venue.gateway.venue_port import VenuePort
from venue.gateway.views import StandingView
from venue.gateway.wall import CallSoon, Wall

SLICE = 250
FRESH_FOR_S = 1.0

Row = tuple[int, int, int, int, Account]  # (minus return, number, equity, base, account)
Answered = Callable[[StandingsResult], None]


class Standings:
    """One round at a time, on demand."""

    __slots__ = (
        "_at_s",
        "_call_soon",
        "_house",
        "_next",
        "_rows",
        "_table",
        "_time_ms",
        "_venue",
        "_waiting",
        "_wall",
    )

    def __init__(
        self, venue: VenuePort, wall: Wall, call_soon: CallSoon, house: Set[str] = frozenset()
    ) -> None:
        """``house`` are the names of the venue's own bots."""
        self._house = house
        self._venue = venue
        self._wall = wall
        self._call_soon = call_soon
        self._table: list[Row] = []
        self._time_ms = 0
        self._at_s: float | None = None
        self._waiting: list[tuple[int, Answered]] = []
        self._rows: list[Row] = []
        self._next = 0

    def ask(self, count: int, answered: Answered) -> None:
        """Answer with the first ``count`` rows, now if they are fresh, else after a round."""
        if self._at_s is not None and self._wall.monotonic_s() - self._at_s < FRESH_FOR_S:
            answered(self._result(count))
            return
        self._waiting.append((count, answered))
        if len(self._waiting) == 1:
            self._rows = []
            self._next = INSURANCE + 1
            self._next_slice()

    def _next_slice(self) -> None:
        self._venue.ask(self._walk)

    def _walk(self, state: State) -> None:
        """Read one slice of accounts; numbers are given in order, without a gap."""
        end = min(self._next + SLICE, state.next_account)
        unranked = purses(state)
        for number in range(self._next, end):
            account = state.accounts[number]
            if kind_of(account, unranked, self._house) not in RANKED:
                continue
            equity = equity_micros(state, account)
            won_e12 = return_e12(equity_micros=equity, base_micros=account.base_micros)
            self._rows.append((-won_e12, number, equity, account.base_micros, account))
        self._next = end
        if end < state.next_account:
            self._call_soon(self._next_slice)
            return
        self._table = sorted(self._rows, key=itemgetter(0, 1))
        self._time_ms = ms(state.now_ns)
        self._at_s = self._wall.monotonic_s()
        waiting, self._waiting = self._waiting, []
        for count, answered in waiting:
            answered(self._result(count))

    def _result(self, count: int) -> StandingsResult:
        return StandingsResult(
            time_ms=self._time_ms,
            standings=[
                StandingView(
                    rank=rank,
                    account=number,
                    name=account.name,
                    house=kind_of(account, {}, self._house) is Kind.HOUSE,
                    equity=money_text(equity),
                    base=money_text(base),
                    return_on_base=rate_text(-minus_won_e12),
                )
                for rank, (minus_won_e12, number, equity, base, account) in enumerate(
                    self._table[:count], 1
                )
            ],
        )
