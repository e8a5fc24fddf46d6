"""The margin of every unit at once: exact int64 arithmetic, one multiplication a unit a mark.

A unit's *slack* is equity × 10,000 − maintenance, in 1e-4 micro-dollars: below zero, it is
liquidated. Within one tier slack is linear in each mark: size × 10,000 − |size| × fraction is
the position's *weight*, so a new mark changes slack by weight × (new − old). A market's column
is worked out anew only when a notional of its crosses a tier's boundary, which two bounds on
the mark tell. Longs and shorts have ladders of their own where the margin rule treats them apart.

This is an index beside the state, never the truth: a unit whose money or position moved is
marked dirty and read anew from ``margin.unit_margin`` before the next mark. Units too rich for
int64 are kept apart and done one by one, so the answer is always exact.
"""

from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import Final, NamedTuple

import numpy as np

from venue.core.margin_tiers import Ladder, MarginTiers
from venue.core.sweep_ranks import Ints, first_places, ranks_e12

Unit = tuple[int, str]
# A unit's place among those below maintenance: margin ratio in 1e-12, account, market.
Place = tuple[int, int, str]

# No term of a slack reaches 2^60 for a unit in the table; four such add up within int64. Beyond
# it (about $115M of equity or notional in one unit) a unit is done one by one.
SLACK_TERM_MAX: Final = 1 << 60
GROWTH: Final = 2


class Note(IntEnum):
    """What is on record of a unit: nothing, a wait, or a cool-down that a mark may cut short."""

    FREE = 0
    ON_RECORD = 1
    COOLING = 2


FREE: Final = int(Note.FREE)
ON_RECORD: Final = int(Note.ON_RECORD)


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


class Below(NamedTuple):
    """The first units below maintenance that nobody deals with, by margin ratio, then id.

    ``free`` have nothing on record, ``cooling`` a cool-down. ``free_total`` counts the former,
    those beyond these included; ``goes_on_at`` is the last place when there are more of either.
    """

    free: list[Place]
    cooling: list[Place]
    free_total: int
    goes_on_at: Place | None


class Sweep:
    """The table of slacks: a row a unit, a column a market."""

    __slots__ = (
        "_accounts",
        "_columns",
        "_notes",
        "_rows",
        "_scratch",
        "_slack",
        "_units",
        "_wide",
    )

    def __init__(self) -> None:
        self._columns: dict[str, Column] = {}
        self._rows: dict[Unit, int] = {}
        self._units: list[Unit] = []
        self._slack: Ints = np.zeros(0, np.int64)
        self._scratch: Ints = np.zeros(0, np.int64)
        self._accounts: Ints = np.zeros(0, np.int64)
        self._notes: Ints = np.zeros(0, np.int64)
        self._wide: set[Unit] = set()

    def list_market(self, market: str, tiers: MarginTiers, mark_micros: int) -> None:
        """Add a column."""
        column = Column(tiers, len(self._slack))
        column.mark = column.base = mark_micros
        self._columns[market] = column

    def change_tiers(self, market: str, tiers: MarginTiers) -> None:
        """Let a column have other fractions in the same tiers; all its units must be dirty."""
        column = self._columns.get(market)
        if column is not None:
            column.tiers = tiers

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
            column = self._columns[market]
            total += abs(lots) * column.mark * max(10_000, column.tiers.fraction_e4_max)
        # Twice: a mark may double before its unit is read again.
        return 2 * total >= SLACK_TERM_MAX

    def _weigh_one(self, column: Column, row: int, lots: int) -> None:
        size = abs(lots)
        ladder = column.tiers.long if lots > 0 else column.tiers.short
        n = ladder.tier_of(size * column.mark)
        column.weight[row] = lots * 10_000 - size * ladder.fractions_e4[n]
        if ladder.from_micros[n]:
            # The tier is left when size × mark < from, that is mark < ceil(from / size).
            column.low = max(column.low, -(-ladder.from_micros[n] // size) - 1)
        if n + 1 < len(ladder.from_micros):
            column.high = min(column.high, -(-ladder.from_micros[n + 1] // size))

    def _add(self, unit: Unit) -> int:
        row = len(self._units)
        if row == len(self._slack):
            grown = max(64, GROWTH * row)
            self._slack = _grow(self._slack, grown)
            self._accounts = _grow(self._accounts, grown)
            self._notes = _grow(self._notes, grown)
            self._scratch = np.zeros(grown, np.int64)
            for column in self._columns.values():
                column.lots = _grow(column.lots, grown)
                column.weight = _grow(column.weight, grown)
        self._rows[unit] = row
        self._units.append(unit)
        self._accounts[row] = unit[0]
        return row

    def note(self, unit: Unit, note: Note) -> None:
        """Keep what is on record of a unit."""
        row = self._rows.get(unit)
        if row is None:
            row = self._add(unit)
        self._notes[row] = note

    def move_mark(
        self, market: str, mark_micros: int, read: Callable[[Unit], Reading | None]
    ) -> bool:
        """Move one market's mark; return whether somebody may be below maintenance.

        Call ``refresh`` with the dirty units first, at the old mark. ``read`` reads units at the
        new mark: all of the market's after its mark has doubled.
        """
        column = self._columns[market]
        old, column.mark = column.mark, mark_micros
        rows = len(self._units)
        if not rows:
            return False
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
        return bool(self._wide) or bool(slack.min() < 0)

    def first_below(
        self, count: int, after: Place | None, rank_wide: Callable[[Unit], int | None]
    ) -> Below:
        """Find who is below maintenance, lowest margin ratio first, up to ``count`` units.

        Units in their cool-down count from ``after`` on. ``rank_wide`` ranks a unit that is not in
        the table; ``None``: it is not below maintenance. Call ``refresh`` first.
        """
        rows = np.flatnonzero((self._slack < 0) & (self._notes != ON_RECORD))
        free = self._notes[rows] == FREE
        free_total = int(np.count_nonzero(free))
        ranks = ranks_e12(self._slack[rows], self._maintenance(rows))
        accounts = self._accounts[rows]
        if after is not None:
            passed = (ranks < after[0]) | ((ranks == after[0]) & (accounts < after[1]))
            kept = free | ~passed
            rows, ranks, accounts = rows[kept], ranks[kept], accounts[kept]
        # Who ties ``after`` is still among them, to be dropped below.
        ties = 0 if after is None else len(self._columns) + 1
        first = first_places(ranks, accounts, count + ties)
        places: list[Place] = [
            (rank, *self._units[row])
            for rank, row in zip(ranks[first].tolist(), rows[first].tolist(), strict=True)
        ]
        for unit in sorted(self._wide):
            rank = rank_wide(unit)
            if rank is not None and self._notes[self._rows[unit]] != ON_RECORD:
                free_total += int(self._notes[self._rows[unit]] == FREE)
                places.append((rank, *unit))
        places = sorted(
            place
            for place in places
            if after is None or place > after or self._notes[self._rows[place[1:]]] == FREE
        )
        found = Below([], [], free_total, None)
        for place in places[:count]:
            if self._notes[self._rows[place[1:]]] == FREE:
                found.free.append(place)
            else:
                found.cooling.append(place)
        if len(rows) > len(first) or len(places) > count:
            return found._replace(goes_on_at=places[:count][-1])
        return found

    def _maintenance(self, rows: Ints) -> Ints:
        """Return the maintenance of rows at the marks, in 1e-4 micro-dollars."""
        total = np.zeros(len(rows), np.int64)
        for column in self._columns.values():
            lots = column.lots[rows]
            tiers = column.tiers
            if not tiers.is_sided:
                total += _maintenance_e4(np.abs(lots) * column.mark, tiers.long)
                continue
            total += _maintenance_e4(np.maximum(lots, 0) * column.mark, tiers.long)
            total += _maintenance_e4(np.maximum(-lots, 0) * column.mark, tiers.short)
        return total

    def _reweigh(self, column: Column, old: int) -> None:
        """Work a column out anew where tiers may have changed, or the mark moved far."""
        tiers = column.tiers
        column.low, column.high = 0, 1 << 62
        if not tiers.is_sided:
            self._reweigh_rows(column, np.flatnonzero(column.lots), tiers.long, old)
            return
        self._reweigh_rows(column, np.flatnonzero(column.lots > 0), tiers.long, old)
        self._reweigh_rows(column, np.flatnonzero(column.lots < 0), tiers.short, old)

    def _reweigh_rows(self, column: Column, held: Ints, ladder: Ladder, old: int) -> None:
        """Work the rows of one side out anew, and narrow the bounds of the column by theirs."""
        if not len(held):
            return
        slack = self._slack
        starts = np.array(ladder.from_micros, np.int64)
        fractions = np.array(ladder.fractions_e4, np.int64)
        deductions = np.array(ladder.deductions_e4, np.int64)
        lots = column.lots[held]
        size = np.abs(lots)
        before = size * old
        n = np.searchsorted(starts, before, side="right") - 1
        slack[held] -= lots * (old * 10_000) - (before * fractions[n] - deductions[n])
        after = size * column.mark
        n = np.searchsorted(starts, after, side="right") - 1
        slack[held] += lots * (column.mark * 10_000) - (after * fractions[n] - deductions[n])
        column.weight[held] = lots * 10_000 - size * fractions[n]
        if len(starts) > 1:
            column.low = max(column.low, int((-(-starts[n] // size) - 1).max()))
        upper = n + 1 < len(starts)
        if upper.any():
            column.high = min(column.high, int((-(-starts[n[upper] + 1] // size[upper])).min()))

    def slack_of(self, unit: Unit) -> int | None:
        """Return a unit's slack as the table has it, ``None`` where it is not in the table."""
        row = self._rows.get(unit)
        if row is None or unit in self._wide:
            return None
        return int(self._slack[row])


def _maintenance_e4(notional: Ints, ladder: Ladder) -> Ints:
    starts = np.array(ladder.from_micros, np.int64)
    n = np.searchsorted(starts, notional, side="right") - 1
    found: Ints = notional * np.array(ladder.fractions_e4, np.int64)[n]
    return found - np.array(ladder.deductions_e4, np.int64)[n]


def _grow(array: Ints, rows: int) -> Ints:
    grown = np.zeros(rows, np.int64)
    grown[: len(array)] = array
    return grown
