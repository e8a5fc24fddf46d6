"""Run the study of powers: print its table, and draw its picture where a path is given."""

import sys
from pathlib import Path

from venue.lab.powers.page import draw, table
from venue.lab.powers.study import study

SEEDS = range(1, 17)
DAYS = 30
STEPS_A_DAY = (1, 4, 24, 96)


def main() -> None:
    """Study, print, draw."""
    lines = study(seeds=SEEDS, days=DAYS, steps_a_day=STEPS_A_DAY)
    print(table(lines))
    if len(sys.argv) > 1:
        draw(lines, Path(sys.argv[1]))


if __name__ == "__main__":
    main()
