"""A figure and its goal; and how rounds are run: interleaved, medians of ratios."""

import gc
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import NamedTuple


class Figure(NamedTuple):
    """One line of the table. ``goal`` is held against ``value`` as ``sense`` says; 0: no goal."""

    name: str
    value: float
    unit: str
    sense: str  # "at least" or "at most".
    goal: float
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        """Say whether the goal is met; ``None`` where there is none."""
        if not self.goal:
            return None
        return self.value >= self.goal if self.sense == "at least" else self.value <= self.goal


class Scale(NamedTuple):
    """How much a run does: all of it, or a smoke test of a few seconds."""

    is_short: bool

    @property
    def rounds(self) -> int:
        """How often everything is repeated."""
        return 1 if self.is_short else 5

    def of(self, full: int, short: int) -> int:
        """Choose a size."""
        return short if self.is_short else full


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the processor time of some work; what other processes do counts the least in it.

    Whatever is alive before is frozen, so that the collector sees only what the work makes.
    """
    gc.collect()
    gc.freeze()
    began = time.process_time()
    work()
    took = time.process_time() - began
    gc.unfreeze()
    return took


def medians(rounds: Sequence[Sequence[float]]) -> list[float]:
    """Return the median of each column."""
    return [median(column) for column in zip(*rounds, strict=True)]
