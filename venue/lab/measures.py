"""What a run is judged by: who was liquidated, who paid, and how far prices were off.

Floats are allowed here: a measure is read, never booked.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from venue.core import events as ev
from venue.core.account import VAULT
from venue.core.commands import Command
from venue.core.events import Event
from venue.core.phases import Phase


class Measures:
    """A listener of a run: it adds up as events come. Money is in micro-dollars.

    ``shortfall_micros`` is what liquidated accounts could not pay, before anybody had:
    ``insurance_micros`` of it came from the fund, ``bad_debt_micros`` from nobody,
    ``adl_micros`` from winners who gave up that much against the mark, ``vault_micros`` from the
    vault, ``shared_micros`` from all who share losses. ``left_micros`` is what was left of margins
    that fund or vault took with positions. ``fees_micros`` are liquidation fees to the fund,
    ``provider_fees_micros`` what it paid to providers. ``mark_index_max_e4`` is the largest
    distance of a mark from its index, ``step_max_e4`` the largest step of a mark, in 1e-4.
    """

    def __init__(self) -> None:
        self.liquidated: dict[int, int] = {}
        self.outcomes: Counter[str] = Counter()
        self.insurance_micros = 0
        self.vault_micros = 0
        self.shared_micros = 0
        self.fees_micros = 0
        self.provider_fees_micros = 0
        self.left_micros = 0
        self.bad_debt_micros = 0
        self.adl_micros = 0
        self.deleveraged = 0
        self.taken_over = 0
        self.fundings = 0
        self.funding_moved_micros = 0
        self.trades = 0
        self.traded_micros = 0
        self.calls: list[tuple[str, int]] = []
        self.uncrosses: list[ev.AuctionUncrossed] = []
        self.stale_micros = 0
        self.rejected: Counter[str] = Counter()
        self.mark_index_max_e4 = 0.0
        self.step_max_e4 = 0.0
        self._marks: dict[str, int] = {}
        self._mark_micros: dict[str, int] = {}
        self._indexes: dict[str, int] = {}

    @property
    def shortfall_micros(self) -> int:
        """What liquidated accounts could not pay, whoever then did."""
        paid = self.insurance_micros + self.vault_micros + self.bad_debt_micros
        return paid + self.adl_micros + self.shared_micros

    def __call__(self, at_ns: int, command: Command, events: list[Event]) -> None:
        """Take note of what a command led to."""
        now_ns = at_ns
        for event in events:
            if isinstance(event, ev.MarkUpdated):
                self._mark(event)
            elif isinstance(event, ev.IndexUpdated):
                self._indexes[event.market] = event.index_nanos
            elif isinstance(event, ev.TimePassed):
                now_ns = event.at_ns
            elif isinstance(event, ev.Traded):
                self.trades += 1
                self.traded_micros += event.size_lots * self._mark_micros[event.market]
            elif isinstance(event, ev.PhaseChanged):
                if event.phase is Phase.AUCTION:
                    self.calls.append((event.market, now_ns))
            elif isinstance(event, ev.Rejected):
                self.rejected[event.reason.value] += 1
            else:
                self._rarer(event)

    def _mark(self, event: ev.MarkUpdated) -> None:
        before = self._marks.get(event.market)
        if before is not None:
            step = abs(event.mark_nanos / before - 1) * 1e4
            self.step_max_e4 = max(self.step_max_e4, step)
        self._marks[event.market] = event.mark_nanos
        self._mark_micros[event.market] = event.mark_micros
        index = self._indexes.get(event.market)
        if index is not None:
            off = abs(event.mark_nanos / index - 1) * 1e4
            self.mark_index_max_e4 = max(self.mark_index_max_e4, off)

    def _rarer(self, event: Event) -> None:
        if isinstance(event, ev.LiquidationStarted):
            self.liquidated[event.account] = self.liquidated.get(event.account, 0) + 1
        elif isinstance(event, ev.LiquidationEnded):
            self.outcomes[event.outcome.value] += 1
        elif isinstance(event, ev.ShortfallPaid):
            if event.payer == VAULT:
                self.vault_micros += max(0, event.insurance_micros)
            else:
                self.insurance_micros += max(0, event.insurance_micros)
            self.left_micros += max(0, -event.insurance_micros)
            self.bad_debt_micros += event.bad_debt_micros
        elif isinstance(event, ev.LossShared):
            self.shared_micros += event.loss_micros
        elif isinstance(event, ev.LiquidationFeePaid):
            self.fees_micros += max(0, event.amount_micros)
            self.provider_fees_micros += max(0, -event.amount_micros)
        elif isinstance(event, ev.TakenOver):
            self.taken_over += 1
        elif isinstance(event, ev.Deleveraged):
            self.deleveraged += 1
            self.adl_micros += max(0, event.given_up_micros)
        elif isinstance(event, ev.FundingSettled):
            self.fundings += 1
            self.funding_moved_micros += sum(paid for _, paid in event.payments if paid > 0)
        elif isinstance(event, ev.AuctionUncrossed):
            self.uncrosses.append(event)
            self.stale_micros += event.stale_micros


def share_off(pairs: Iterable[tuple[int, int]], *, more_than: float) -> float:
    """Return at which share of (index, reference) pairs the index is more than so far off.

    >>> share_off([(101, 100), (103, 100)], more_than=0.02)
    0.5
    """
    found = [abs(index / reference - 1) > more_than for index, reference in pairs]
    return sum(found) / len(found) if found else 0.0


def rolling_medians(stamped: Sequence[tuple[int, int]], *, reach_ns: int) -> dict[int, float]:
    """Return for each stamp the median of all values within ``reach_ns`` before and after it.

    ``stamped``: (time in ns, value), in order of time.

    >>> rolling_medians([(0, 1), (1, 5), (2, 2), (9, 7)], reach_ns=2)
    {0: 2, 1: 2, 2: 2, 9: 7}
    """
    medians: dict[int, float] = {}
    first = after = 0
    for at_ns, _ in stamped:
        while stamped[first][0] < at_ns - reach_ns:
            first += 1
        while after < len(stamped) and stamped[after][0] <= at_ns + reach_ns:
            after += 1
        medians[at_ns] = median(value for _, value in stamped[first:after])
    return medians
