"""The rows of one batch of events: new ones, and changes of older ones.

A change of a row that is new in the same batch is made in it.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

Values = dict[str, Any]


class At(NamedTuple):
    """Where an event stands: its command, its place in it, and its time in ns."""

    seq: int
    number: int
    at_ns: int


class Change(NamedTuple):
    """New values of an older row, and what is added to its numbers."""

    sets: Values
    adds: dict[str, int]


class Rows:
    """What one batch of events does to the tables."""

    def __init__(self) -> None:
        self.new: defaultdict[str, list[Values]] = defaultdict(list)
        self.changes: dict[tuple[str, int], Change] = {}
        self._keyed: dict[tuple[str, int], Values] = {}

    def add(self, table: str, values: Values) -> None:
        self.new[table].append(values)

    def add_keyed(self, table: str, key: int, values: Values) -> None:
        """Add a row that later events may change, under the number that they know it by."""
        self.new[table].append(values)
        self._keyed[(table, key)] = values

    def touched(self, table: str) -> list[int]:
        """Return the numbers of the new or changed rows of a table that has them."""
        return [key for name, key in (*self._keyed, *self.changes) if name == table]

    def change(
        self, table: str, key: int, sets: Values, adds: dict[str, int] | None = None
    ) -> None:
        values = self._keyed.get((table, key))
        if values is None:
            change = self.changes.setdefault((table, key), Change({}, {}))
            for name in sets.keys() & change.adds.keys():
                del change.adds[name]  # What is set anew forgets what was added before.
            values, to_add = change.sets, change.adds
        else:
            to_add = values
        values.update(sets)
        for name, amount in (adds or {}).items():
            numbers = values if name in values else to_add
            numbers[name] = numbers.get(name, 0) + amount


ToRows = Callable[[Rows, At, Any], None]
