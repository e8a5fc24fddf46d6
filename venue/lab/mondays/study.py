"""All weekends under all rulebooks: play each gap once, and count what became of whom.

Small gaps are not played: where a gap of 2 % either way leaves every trader of a rulebook
untouched, a smaller one of the same sign, which moves every mark less, does so too; where it does
not, all are. Gaps are played to the cent; weekends of the same cent share one play. Work is
spread over processes, tells how far it is, and can be stopped at any time: what is done is kept in
a file and not done again.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from pathlib import Path
from typing import NamedTuple

import msgspec

from venue.core.units import E9
from venue.lab.mondays.friday import Stage, prepared
from venue.lab.mondays.gaps import CLOSE_NANOS, Weekend
from venue.lab.mondays.play import Bill, Outcome, play

# 2 % of 250 dollars: the 20x traders' margin is 5 %, their maintenance 2.5 % or more.
QUIET_NANOS = 5 * E9
QUIET_OPENS = (CLOSE_NANOS - QUIET_NANOS, CLOSE_NANOS + QUIET_NANOS)
BATCH = 16
LIQUIDATED = (Outcome.BEFORE, Outcome.AT, Outcome.AFTER)


class Case(NamedTuple):
    """One play: a rulebook, an open at a close of 250.00, in one step or in two pieces."""

    rulebook: str
    open_nanos: int
    in_pieces: bool


class Tally(NamedTuple):
    """One rulebook over all weekends, in one step or in pieces.

    ``outcomes`` counts by (side, leverage, outcome), ``bankrupt`` by (side, leverage); money in
    micro-dollars, summed over the weekends.
    """

    rulebook: str
    in_pieces: bool
    weekends: int
    outcomes: Counter[tuple[str, int, Outcome]]
    bankrupt: Counter[tuple[str, int]]
    shortfall_micros: int
    fund_micros: int
    winners_micros: int
    bad_debt_micros: int
    kept_micros: int

    @property
    def open_micros(self) -> int:
        """What nobody has paid: insolvent traders whom the mark shows as solvent, and others."""
        paid = self.fund_micros + self.winners_micros + self.bad_debt_micros + self.kept_micros
        return max(0, self.shortfall_micros - paid)


def quiet_cases(rulebooks: Iterable[str]) -> list[Case]:
    """Return the plays that show whether a rulebook's small gaps need to be played."""
    return [
        Case(rulebook, nanos, in_pieces)
        for rulebook in rulebooks
        for in_pieces in (False, True)
        for nanos in QUIET_OPENS
    ]


def cases(rulebooks: Iterable[str], weekends: Iterable[Weekend], loud: list[str]) -> list[Case]:
    """Return what is to be played; of the loud rulebooks small gaps too."""
    opens = sorted({each.open_nanos for each in weekends})
    return quiet_cases(rulebooks) + [
        Case(rulebook, nanos, in_pieces)
        for rulebook in rulebooks
        for in_pieces in (False, True)
        for nanos in opens
        if rulebook in loud or abs(nanos - CLOSE_NANOS) > QUIET_NANOS
    ]


def played(
    wanted: list[Case],
    kept: Path,
    *,
    processes: int | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> dict[Case, Bill]:
    """Play what the file does not hold yet, and return all; ``progress`` hears (done, of).

    The file holds one JSON line a case. A line that cannot be read is played again.
    """
    bills = dict(_kept(kept))
    left = [case for case in wanted if case not in bills]
    done = len(wanted) - len(left)
    progress(done, len(wanted))
    batches = [left[at : at + BATCH] for at in range(0, len(left), BATCH)]
    kept.parent.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(processes or os.cpu_count()) as pool, kept.open("ab") as file:
        running = {pool.submit(_play, batch) for batch in batches}
        try:
            while running:
                ready, running = wait(running, return_when=FIRST_COMPLETED)
                for each in ready:
                    for case, bill in each.result():
                        bills[case] = bill
                        file.write(msgspec.json.encode((case, bill)) + b"\n")
                        done += 1
                file.flush()
                progress(done, len(wanted))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return {case: bills[case] for case in wanted}


def _kept(path: Path) -> Iterator[tuple[Case, Bill]]:
    decoder = msgspec.json.Decoder(tuple[Case, Bill])
    if not path.exists():
        return
    for line in path.read_bytes().splitlines():
        try:
            yield decoder.decode(line)
        except msgspec.MsgspecError:
            continue


_STAGES: dict[str, Stage] = {}


def _play(batch: list[Case]) -> list[tuple[Case, Bill]]:
    """Play some cases in a process of the pool; a rulebook's weekend is prepared there once."""
    found = []
    for case in batch:
        if case.rulebook not in _STAGES:
            _STAGES[case.rulebook] = prepared(case.rulebook)
        stage = _STAGES[case.rulebook]
        found.append((case, play(stage, case.open_nanos, in_pieces=case.in_pieces)))
    return found


def tallies(bills: dict[Case, Bill], weekends: list[Weekend]) -> list[Tally]:
    """Return one tally a rulebook and mode, in the order of the cases."""
    modes = dict.fromkeys((case.rulebook, case.in_pieces) for case in bills)
    return [_tally(bills, weekends, rulebook, in_pieces) for rulebook, in_pieces in modes]


def _tally(
    bills: dict[Case, Bill], weekends: list[Weekend], rulebook: str, in_pieces: bool
) -> Tally:
    outcomes: Counter[tuple[str, int, Outcome]] = Counter()
    bankrupt: Counter[tuple[str, int]] = Counter()
    sums = [0, 0, 0, 0, 0]
    for weekend in weekends:
        case = Case(rulebook, weekend.open_nanos, in_pieces)
        if case not in bills:
            case = case._replace(open_nanos=QUIET_OPENS[weekend.open_nanos > CLOSE_NANOS])
        bill = bills[case]
        for trader in bill.traders:
            who = (trader.side.value, trader.leverage)
            outcomes[*who, trader.outcome] += 1
            bankrupt[who] += trader.is_bankrupt
        for at, micros in enumerate((*bill[1:], _kept_micros(bill))):
            sums[at] += micros
    return Tally(rulebook, in_pieces, len(weekends), outcomes, bankrupt, *sums)


def _kept_micros(bill: Bill) -> int:
    """Return what liquidated traders who were solvent paid of it: margin not returned."""
    paid_micros = bill.fund_micros + bill.winners_micros + bill.bad_debt_micros
    lost_micros = sum(
        max(0, -trader.against_open_micros)
        for trader in bill.traders
        if trader.outcome in LIQUIDATED and not trader.is_bankrupt
    )
    return min(lost_micros, max(0, bill.shortfall_micros - paid_micros))


def loud(bills: dict[Case, Bill]) -> list[str]:
    """Return the rulebooks that do touch somebody at a quiet gap: for them it is not quiet."""
    fine = (Outcome.UNTOUCHED, Outcome.NOT_OFFERED)
    return sorted(
        {
            case.rulebook
            for case, bill in bills.items()
            if case.open_nanos in QUIET_OPENS
            and any(trader.outcome not in fine for trader in bill.traders)
        }
    )
