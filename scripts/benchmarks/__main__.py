"""``scripts/bench``: run benchmarks and print a table. A missed goal is no error; a crash is."""

import argparse
import os
import time
from collections.abc import Callable

from scripts.benchmarks import (
    acks,
    breaches,
    listeners,
    orders,
    replaying,
    rules,
    stalls,
    sweeping,
    week,
)
from scripts.benchmarks.figures import Figure, Scale

BENCHMARKS: dict[str, Callable[[Scale], list[Figure]]] = {
    "orders": orders.measure,
    "acks": acks.measure,
    "listeners": listeners.measure,
    "stalls": stalls.measure,
    "breaches": breaches.measure,
    "rules": rules.measure,
    "sweep": sweeping.measure,
    "replay": replaying.measure,
    "week": week.measure,
}


def main() -> None:
    """Run those that were named, or all."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("name", nargs="*", help=", ".join(BENCHMARKS))
    parser.add_argument(
        "--short", action="store_true", help="a smoke test: small, held against no goal"
    )
    asked = parser.parse_args()
    for name in asked.name:
        if name not in BENCHMARKS:
            parser.error(f"expected a benchmark among {', '.join(BENCHMARKS)}, found {name}")
    for name in asked.name or BENCHMARKS:
        began = time.monotonic()
        load = os.getloadavg()[0]
        figures = BENCHMARKS[name](Scale(asked.short))
        took = time.monotonic() - began
        print(f"\n{name}  ({took:.0f} s, load {load:.1f} before, {os.getloadavg()[0]:.1f} after)")
        for each in figures:
            print(line(each._replace(goal=0) if asked.short else each))


def line(figure: Figure) -> str:
    """Return a figure as a line of the table."""
    met = {True: "met", False: "MISSED", None: ""}[figure.is_met]
    goal = f"{figure.sense} {figure.goal:g} {figure.unit}" if figure.goal else ""
    value = f"{figure.value:,.2f} {figure.unit}"
    note = f"  ({figure.note})" if figure.note else ""
    return f"  {figure.name:<58} {value:>16}  {goal:<18} {met:<6}{note}"


if __name__ == "__main__":
    main()
