"""The essay's weekend as people see it: a table, and a picture of who paid what.

``scripts/draw_essay`` writes both; a test holds the README's table against a fresh run.
"""

from pathlib import Path
from typing import Any

from venue.core.units import E6, E9, NS_PER_SECOND
from venue.lab.essay import OPEN_NS, SHARES, Essay, Party
from venue.lab.pictures import save

FIRST_SECONDS, LAST_SECONDS = 55, 105


def dollars(micros: int) -> str:
    """Return money as a person writes it.

    >>> dollars(-1_250_000_000)
    '−1,250.00'
    """
    sign = "−" if micros < 0 else ""
    return f"{sign}{abs(micros) / E6:,.2f}"


def table(essay: Essay) -> str:
    """Return the record as a Markdown table; a row a trader, all money in dollars."""
    rows = [
        "| trader | margin | funding paid | what happened | closed at | fund paid "
        "| gave up against 220 | profit | left |",
        "|---|--:|--:|---|--:|--:|--:|--:|--:|",
    ]
    for party in essay.parties:
        closed = "" if party.closed_micros is None else dollars(abs(party.closed_micros) // SHARES)
        cells = (
            party.name,
            dollars(party.margin_micros),
            dollars(party.funding_micros),
            party.outcome,
            closed,
            _or_nothing(party.fund_paid_micros),
            _or_nothing(party.given_up_at_open_micros),
            dollars(party.profit_micros),
            dollars(party.equity_micros),
        )
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _or_nothing(micros: int) -> str:
    return dollars(micros) if micros else ""


def draw(essay: Essay, path: Path) -> None:
    """Draw index and mark in the first seconds of Monday, and who paid for the gap."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(
        1, 2, figsize=(12, 4.6), width_ratios=(1.15, 1), layout="constrained"
    )
    _draw_prices(left, essay)
    _draw_bill(right, essay)
    save(figure, path)
    plt.close(figure)


def _draw_prices(axes: Any, essay: Essay) -> None:
    moments = [
        each
        for each in essay.moments
        if FIRST_SECONDS <= (each.at_ns - OPEN_NS) / NS_PER_SECOND <= LAST_SECONDS
    ]
    first = next(each for each in reversed(essay.moments) if each.at_ns < moments[0].at_ns)
    seconds = [FIRST_SECONDS, *((each.at_ns - OPEN_NS) / NS_PER_SECOND for each in moments)]
    shown = [first, *moments]
    seconds.append(LAST_SECONDS)
    shown.append(shown[-1])
    axes.step(seconds, [each.index_nanos / E9 for each in shown], where="post",
              color="tab:green", label="index O")  # fmt: skip
    axes.step(seconds, [each.mark_nanos / E9 for each in shown], where="post",
              color="tab:blue", label="mark M")  # fmt: skip
    names = {5: "10x long", 7: "20x long"}
    for each in moments:
        at = (each.at_ns - OPEN_NS) / NS_PER_SECOND
        words = each.what.split()
        if words[:1] == ["account"]:
            who, did = names[int(words[1])], " ".join(words[2:])
            axes.plot(at, each.mark_nanos / E9, "o", color="tab:red", markersize=5)
            axes.annotate(f" {who} {did}", (at, each.mark_nanos / E9), fontsize=8, va="bottom")
    calls = [(each.at_ns - OPEN_NS) / NS_PER_SECOND for each in moments
             if each.what.startswith(("auction", "continuous"))]  # fmt: skip
    axes.axvspan(calls[0], calls[-1], color="0.92", zorder=0)
    axes.text(calls[0] + 0.5, 219.2, "call: orders collect", fontsize=8, va="top")
    axes.set_ylim(217, 253)
    axes.set_xlabel("seconds after Monday 04:00 New York")
    axes.set_ylabel("dollars a share")
    axes.set_title("the truth arrives at once, the mark walks to it", fontsize=10)
    axes.legend(loc="upper right", frameon=False)


def _draw_bill(axes: Any, essay: Essay) -> None:
    """One bar a long: the loss of $3,000 and its funding, by who paid it."""
    parts = (
        ("the trader", "tab:gray", _own),
        ("the insurance fund", "tab:orange", lambda party: party.fund_paid_micros),
        ("winners, by ADL", "tab:red", _by_winners),
    )
    longs = [party for party in essay.parties if party.name.startswith("long")]
    starts = [0.0] * len(longs)
    for label, color, part in parts:
        values = [part(party) / E6 for party in longs]
        axes.barh([party.name for party in longs], values, left=starts, color=color, label=label)
        for row, (start, value) in enumerate(zip(starts, values, strict=True)):
            if value:
                axes.text(start + value / 2, row, f"{value:,.2f}", ha="center", va="center",
                          fontsize=8, color="white")  # fmt: skip
        starts = [start + value for start, value in zip(starts, values, strict=True)]
    axes.set_xlabel("dollars, from 250 to 220 on a hundred shares, funding included")
    axes.set_title("who paid for the gap of each long", fontsize=10)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=3, frameon=False)


def _own(party: Party) -> int:
    """What a long lost of its own: its margin at most."""
    return -party.profit_micros


def _by_winners(party: Party) -> int:
    """What opposite winners gave up against 220: the loss that neither trader nor fund paid."""
    gap = party.entry_micros - 220 * SHARES * E6
    return gap + party.funding_micros + party.profit_micros - party.fund_paid_micros
