"""One mark on many accounts: the exact sweep against what plain numpy would write first."""

import time
from random import Random
from statistics import median

import numpy as np

from scripts.benchmarks.figures import Figure, Scale
from venue.core.margin_tiers import MarginTiers
from venue.core.sweep import Reading, Sweep, Unit
from venue.core.sweep_ranks import Ints
from venue.core.units import E4
from venue.rules.rulebooks.listings import SHARE_TIERS

MARKETS = tuple(f"M{number}" for number in range(10))
MARK_MICROS = 250_000
TIERS = MarginTiers.of(SHARE_TIERS)


class Book:
    """Positions of all accounts at known marks, and their equity there."""

    def __init__(self, accounts: int) -> None:
        random = Random(7)
        self.lots: Ints = np.array(
            [[random.randint(-4_000, 4_000) for _ in MARKETS] for _ in range(accounts)], np.int64
        )
        # As much equity as keeps everybody above maintenance.
        self.equity: Ints = np.abs(self.lots).sum(axis=1) * MARK_MICROS
        self.marks: Ints = np.full(len(MARKETS), MARK_MICROS, np.int64)

    def read(self, unit: Unit) -> Reading:
        """Read one account, as the core does: exactly, in whole numbers."""
        lots = [int(each) for each in self.lots[unit[0]]]
        maintenance = sum(TIERS.maintenance_e4(abs(each) * MARK_MICROS) for each in lots)
        held = {name: each for name, each in zip(MARKETS, lots, strict=True) if each}
        return Reading(int(self.equity[unit[0]]) * E4 - maintenance, held)

    def broadcast(self, market: int, mark_micros: int) -> Ints:
        """Work out everybody's slack anew; return who is below maintenance."""
        old = self.marks.copy()
        self.marks[market] = mark_micros
        self.equity += (self.lots * (self.marks - old)).sum(axis=1)
        notional = np.abs(self.lots) * self.marks
        starts = np.array(TIERS.long.from_micros, np.int64)
        tier = np.searchsorted(starts, notional, side="right") - 1
        fractions = np.array(TIERS.long.fractions_e4, np.int64)[tier]
        deductions = np.array(TIERS.long.deductions_e4, np.int64)[tier]
        maintenance = (notional * fractions - deductions).sum(axis=1)
        found: Ints = np.flatnonzero(self.equity * E4 < maintenance)
        return found


def measure(scale: Scale) -> list[Figure]:
    """Measure 10,000 accounts against the broadcast, and 100,000 alone."""
    small, large = scale.of(10_000, 1_000), scale.of(100_000, 2_000)
    ratio, small_us, naive_us = _ratio(small, scale)
    large_us = _sweep_us(Book(large), large, scale)
    note = f"{small_us:.0f} of {naive_us:,.0f} us"
    return [
        Figure(f"a mark on {small:,} x 10, against a broadcast", ratio, "x", "at least", 40, note),
        Figure(f"a mark on {large:,} x 10", large_us / 1e3, "ms", "at most", 2),
    ]


def _filled(book: Book, accounts: int) -> Sweep:
    sweep = Sweep()
    for name in MARKETS:
        sweep.list_market(name, TIERS, MARK_MICROS)
    sweep.refresh([(number, "") for number in range(accounts)], book.read)
    return sweep


def _marks(count: int) -> list[int]:
    return [MARK_MICROS + (number * 37) % 400 - 200 for number in range(1, count + 1)]


def _sweep_us(book: Book, accounts: int, scale: Scale) -> float:
    sweep = _filled(book, accounts)
    times = []
    for mark in _marks(50 * scale.rounds):
        began = time.perf_counter()
        is_below = sweep.move_mark("M3", mark, book.read)
        times.append(time.perf_counter() - began)
        assert not is_below, "nobody was meant to be below maintenance"
    return median(times) * 1e6


def _ratio(accounts: int, scale: Scale) -> tuple[float, float, float]:
    ratios, ours, theirs = [], [], []
    book = Book(accounts)
    sweep = _filled(book, accounts)
    for number in range(scale.rounds):
        fast, naive = [], []
        for mark in _marks(20):
            began = time.perf_counter()
            is_below = sweep.move_mark("M3", mark, book.read)
            middle = time.perf_counter()
            found = book.broadcast(3, mark)
            fast.append(middle - began)
            naive.append(time.perf_counter() - middle)
            assert not is_below, f"round {number}: somebody is below maintenance"
            assert not len(found), f"round {number}: {len(found)} are below maintenance"
        ours.append(median(fast) * 1e6)
        theirs.append(median(naive) * 1e6)
        ratios.append(theirs[-1] / ours[-1])
    return median(ratios), median(ours), median(theirs)
