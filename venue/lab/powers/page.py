"""The study of powers as people see it: a table, and a picture of the residual going to zero."""

from collections.abc import Sequence
from math import expm1
from pathlib import Path
from typing import Any

from venue.lab.pictures import save
from venue.lab.powers.paths import DAYS_A_YEAR, closing
from venue.lab.powers.play import play
from venue.lab.powers.study import SIGMA, Line

STEP_NAMES = {1: "a day", 4: "6 hours", 24: "an hour", 96: "15 minutes"}
SHOWN_SEED, SHOWN_DAYS, SHOWN_STEPS = 11, 120, 24


def table(lines: Sequence[Line]) -> str:
    """Return the study as a Markdown table; residuals in percent of the position."""
    rows = [
        "| power | step | paths | residual (rms) | expected | funding a year | fees needed a year "
        "| p (1 − p) σ² / 2 |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for line in lines:
        cells = (
            line.name,
            STEP_NAMES.get(line.steps_a_day, f"1/{line.steps_a_day} of a day"),
            str(line.paths),
            f"{line.residual:.4%}",
            f"{line.expected:.4%}",
            f"{line.funding_a_year:.3%}",
            f"{line.fees_a_year:.3%}",
            f"{line.asked_a_year:.3%}",
        )
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def draw(lines: Sequence[Line], path: Path) -> None:
    """Draw one path of p = 1/2 with its portfolio and pool, and all residuals by step."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(
        1, 2, figsize=(12, 4.6), width_ratios=(1.25, 1), layout="constrained"
    )
    _draw_path(left)
    _draw_residuals(right, lines)
    save(figure, path)
    plt.close(figure)


def _draw_path(axes: Any) -> None:
    """Draw what perp and portfolio are above the pool, day by day, and what fees should be."""
    prices = closing(SHOWN_SEED, days=SHOWN_DAYS, steps_a_day=SHOWN_STEPS, sigma=SIGMA)
    played = play(prices, power=(1, 2), steps_a_day=SHOWN_STEPS, sigma=SIGMA)
    daily = played.trail[::SHOWN_STEPS]
    days = range(len(daily))
    axes.plot(days, [100 * expm1(perp - pool) for perp, _, pool in daily],
              color="tab:blue", linewidth=2.2, label="0.5 perp with its funding")  # fmt: skip
    axes.plot(days, [100 * expm1(portfolio - pool) for _, portfolio, pool in daily],
              color="tab:orange", linewidth=1.6, linestyle="--",
              label="half share, half cash, rebalanced hourly")  # fmt: skip
    axes.plot(days, [100 * expm1(SIGMA**2 / 8 * day / DAYS_A_YEAR) for day in days],
              color="tab:gray", linewidth=0.9, label="σ² / 8 a year: 2.8 bp a day")  # fmt: skip
    axes.axhline(0, color="black", linewidth=0.8)
    axes.text(SHOWN_DAYS, 0.03, "the pool without fees: S^0.5", ha="right", va="bottom", fontsize=9)
    axes.set_xlabel("days")
    axes.set_ylabel("percent above the pool")
    axes.set_title(f"one path at {SIGMA:.0%} volatility: funding is the pool's missing fees",
                   fontsize=10)  # fmt: skip
    axes.legend(loc="upper left", frameon=False, fontsize=9)


def _draw_residuals(axes: Any, lines: Sequence[Line]) -> None:
    for name, color in zip(dict.fromkeys(line.name for line in lines),
                           ("tab:blue", "tab:green"), strict=False):  # fmt: skip
        mine = [line for line in lines if line.name == name]
        hours = [24 / line.steps_a_day for line in mine]
        axes.plot(
            hours, [100 * line.residual for line in mine], "o", color=color, label=f"p = {name}"
        )
        axes.plot(hours, [100 * line.expected for line in mine], color=color, linewidth=0.8)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks([0.25, 1, 6, 24], ["0.25", "1", "6", "24"])
    axes.set_yticks([0.02, 0.05, 0.1, 0.2], ["0.02", "0.05", "0.1", "0.2"])
    axes.minorticks_off()
    axes.set_xlabel("step in hours (line: p (1 − p) / 2 · σ² · √(2 T dt))")
    axes.set_ylabel("residual, percent of the position (rms)")
    axes.set_title("perp with funding less rebalanced portfolio", fontsize=10)
    axes.legend(loc="upper left", frameon=False, fontsize=9)
