"""The margin of every unit at once: exact int64 arithmetic, one multiplication a unit a mark.

A unit's *slack* is equity × 10,000 − maintenance, in 1e-4 micro-dollars: below zero, it is
liquidated. Within one tier slack is linear in each mark: size × 10,000 − |size| × fraction is
the position's *weight*, so a new mark changes slack by weight × (new − old). A market's column
is worked out anew only when a notional of its crosses a tier's boundary, which two bounds on
the mark tell.

This is an index beside the state, never the truth: a unit whose money or position moved is
marked dirty and read anew from ``margin.unit_margin`` before the next mark. Units too rich for
int64 are kept apart and done one by one, so the answer is always exact.
"""

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from venue.core.margin_tiers import MarginTiers

Unit = tuple[int, str]
Ints = npt.NDArray[np.int64]

# No term of a slack reaches 2^60 for a unit in the table; four such add up within int64. Beyond
# it (about $115M of equity or notional in one unit) a unit is done one by one.
SLACK_TERM_MAX = 1 << 60
GROWTH = 2


class Column:
    """One market's part of every unit's slack. ``lots`` are signed, 0 where there is none."""

    __slots__ = ("base", "high", "lots", "low", "mark", "tiers", "weight")

    def __init__(self, tiers: MarginTiers, rows: int) -> None:
        self.tiers = tiers
        self.mark = 0
        # The lowest mark at which a row of this column was read: int64 is safe up to its double.
        self.base = 0
        self.lots: Ints = np.zeros(rows, np.int64)
        self.weight: Ints = np.zeros(rows, np.int64)
        # While low < mark < high no position of this column changes its tier.
        self.low = 0
        self.high = 1 << 62


class Reading:
    """What a unit is made of, read from the state: margin, and lots by market."""

    __slots__ = ("lots", "slack")

    def __init__(self, slack: int, lots: dict[str, int]) -> None:
        self.slack = slack
        self.lots = lots


class Sweep:
    """The table of slacks: a row a unit, a column a market."""

    __slots__ = ("_columns", "_rows", "_scratch", "_slack", "_units", "_wide")

    def __init__(self) -> None:
        self._columns: dict[str, Column] = {}
        self._rows: dict[Unit, int] = {}
        self._units: list[Unit] = []
        self._slack: Ints = np.zeros(0, np.int64)
        self._scratch: Ints = np.zeros(0, np.int64)
        self._wide: set[Unit] = set()

    def list_market(self, market: str, tiers: MarginTiers, mark_micros: int) -> None:
        """Add a column."""
        column = Column(tiers, len(self._slack))
        column.mark = column.base = mark_micros
        self._columns[market] = column

    def refresh(self, units: Iterable[Unit], read: Callable[[Unit], Reading | None]) -> None:
        """Read units anew at the present marks; ``None`` from ``read``: nothing is there."""
        for column in self._columns.values():
            column.base = min(column.base, column.mark)
        for unit in units:
            reading = read(unit)
            row = self._rows.get(unit)
            if row is None:
                if reading is None:
                    continue
                row = self._add(unit)
            self._wide.discard(unit)
            if reading is None or self._is_wide(reading):
                if reading is not None:
                    self._wide.add(unit)
                self._slack[row] = 0
                for column in self._columns.values():
                    column.lots[row] = 0
                    column.weight[row] = 0
                continue
            self._slack[row] = reading.slack
            for market, column in self._columns.items():
                lots = reading.lots.get(market, 0)
                column.lots[row] = lots
                if lots:
                    self._weigh_one(column, row, lots)
                else:
                    column.weight[row] = 0

    def _is_wide(self, reading: Reading) -> bool:
        if abs(reading.slack) >= SLACK_TERM_MAX:
            return True
        total = 0
        for market, lots in reading.lots.items():
            total += abs(lots) * self._columns[market].mark * 10_000
        # Twice: a mark may double before its unit is read again.
        return 2 * total >= SLACK_TERM_MAX

    def _weigh_one(self, column: Column, row: int, lots: int) -> None:
        size = abs(lots)
        tiers = column.tiers
        n = tiers.tier_of(size * column.mark)
        column.weight[row] = lots * 10_000 - size * tiers.fractions_e4[n]
        if tiers.from_micros[n]:
            # The tier is left when size × mark < from, that is mark < ceil(from / size).
            column.low = max(column.low, -(-tiers.from_micros[n] // size) - 1)
        if n + 1 < len(tiers.from_micros):
            column.high = min(column.high, -(-tiers.from_micros[n + 1] // size))

    def _add(self, unit: Unit) -> int:
        row = len(self._units)
        if row == len(self._slack):
            grown = max(64, GROWTH * row)
            self._slack = _grow(self._slack, grown)
            self._scratch = np.zeros(grown, np.int64)
            for column in self._columns.values():
                column.lots = _grow(column.lots, grown)
                column.weight = _grow(column.weight, grown)
        self._rows[unit] = row
        self._units.append(unit)
        return row

    def move_mark(
        self, market: str, mark_micros: int, read: Callable[[Unit], Reading | None]
    ) -> list[Unit]:
        """Move one market's mark; return the units below maintenance, in order of their rows.

        Call ``refresh`` with the dirty units first, at the old mark. ``read`` reads units at the
        new mark: the wide ones, and all of the market's after its mark has doubled.
        """
        column = self._columns[market]
        old, column.mark = column.mark, mark_micros
        rows = len(self._units)
        if not rows:
            return []
        slack = self._slack
        if mark_micros > 2 * column.base:
            column.low, column.high, column.base = 0, 1 << 62, mark_micros
            held = [self._units[row] for row in np.flatnonzero(column.lots).tolist()]
            self.refresh(held, read)
        elif column.low < mark_micros < column.high:
            np.multiply(column.weight, mark_micros - old, out=self._scratch)
            np.add(slack, self._scratch, out=slack)
        else:
            self._reweigh(column, old)
        below: list[Unit] = []
        if slack.min() < 0:
            below = [self._units[row] for row in np.flatnonzero(slack[:rows] < 0).tolist()]
        for unit in sorted(self._wide):
            reading = read(unit)
            if reading is not None and reading.slack < 0:
                below.append(unit)
        return below

    def _reweigh(self, column: Column, old: int) -> None:
        """Work a column out anew where tiers may have changed, or the mark moved far."""
        tiers = column.tiers
        lots = column.lots
        size = np.abs(lots)
        slack = self._slack
        starts = np.array(tiers.from_micros, np.int64)
        fractions = np.array(tiers.fractions_e4, np.int64)
        deductions = np.array(tiers.deductions_e4, np.int64)
        held = np.flatnonzero(lots)
        if not len(held):
            column.low, column.high = 0, 1 << 62
            return
        lots, size = lots[held], size[held]
        before = size * old
        n = np.searchsorted(starts, before, side="right") - 1
        slack[held] -= lots * (old * 10_000) - (before * fractions[n] - deductions[n])
        after = size * column.mark
        n = np.searchsorted(starts, after, side="right") - 1
        slack[held] += lots * (column.mark * 10_000) - (after * fractions[n] - deductions[n])
        column.weight[held] = lots * 10_000 - size * fractions[n]
        column.low = int((-(-starts[n] // size) - 1).max()) if len(starts) > 1 else 0
        upper = n + 1 < len(starts)
        column.high = (
            int((-(-starts[n[upper] + 1] // size[upper])).min()) if upper.any() else 1 << 62
        )

    def slack_of(self, unit: Unit) -> int | None:
        """Return a unit's slack as the table has it, ``None`` where it is not in the table."""
        row = self._rows.get(unit)
        if row is None or unit in self._wide:
            return None
        return int(self._slack[row])


def _grow(array: Ints, rows: int) -> Ints:
    grown = np.zeros(rows, np.int64)
    grown[: len(array)] = array
    return grown
