"""How far a power perp with its funding is from the portfolio that it stands for, by step.

The essay's claim 3 measured: over the same made-up paths, looked at with shorter and shorter steps,
the root of the mean squared residual goes to zero as the root of the step,

    p (1 − p) / 2 × σ² × √(2 T dt)

for what is left in a step is r² − σ² dt, and nothing else. Funding received, and the fees that the
pool would need, are p (1 − p) σ² / 2 a year: σ² / 8 for p = 1/2.
"""

from collections.abc import Sequence
from math import sqrt
from statistics import fmean
from typing import NamedTuple

from venue.lab.powers.paths import DAYS_A_YEAR, closing, every
from venue.lab.powers.play import play

# The volatility of the essay's third footnote.
SIGMA = 0.9
POWERS: dict[str, tuple[int, int]] = {
    "0.5, constant product": (1, 2),
    "0.3, weighted pool": (3, 10),
}


class Line(NamedTuple):
    """One power at one step, over all paths; figures a year where they say so."""

    name: str
    power: tuple[int, int]
    steps_a_day: int
    paths: int
    residual: float
    expected: float
    funding_a_year: float
    fees_a_year: float

    @property
    def asked_a_year(self) -> float:
        """p (1 − p) σ² / 2."""
        weight = self.power[0] / self.power[1]
        return weight * (1 - weight) / 2 * SIGMA**2


def study(*, seeds: Sequence[int], days: int, steps_a_day: Sequence[int]) -> list[Line]:
    """Play every power on every path at every step, the finest of which divides by all others."""
    finest = max(steps_a_day)
    paths = [closing(seed, days=days, steps_a_day=finest, sigma=SIGMA) for seed in seeds]
    lines = []
    for name, power in POWERS.items():
        for steps in steps_a_day:
            nth = finest // steps
            played = [
                play(every(path, nth), power=power, steps_a_day=steps, sigma=SIGMA)
                for path in paths
            ]
            years = days / DAYS_A_YEAR
            weight = power[0] / power[1]
            lines.append(
                Line(
                    name,
                    power,
                    steps,
                    len(paths),
                    sqrt(fmean(each.residual**2 for each in played)),
                    weight * (1 - weight) / 2 * SIGMA**2 * sqrt(2 * years / (DAYS_A_YEAR * steps)),
                    fmean(each.funding for each in played) / years,
                    fmean(each.fees_needed for each in played) / years,
                )
            )
    return lines
