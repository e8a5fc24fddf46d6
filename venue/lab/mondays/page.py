"""The study as people see it: a table by rulebook, and a picture of who paid."""

from collections.abc import Callable, Sequence
from pathlib import Path

from venue.core.units import E6
from venue.lab.mondays.friday import LEVERAGES
from venue.lab.mondays.play import Outcome
from venue.lab.mondays.study import LIQUIDATED, Tally
from venue.lab.pictures import save

SIDES = (("buy", "long"), ("sell", "short"))


def table(tallies: Sequence[Tally]) -> str:
    """Return a Markdown table: a row a rulebook and mode, weekends counted, money in dollars.

    A cell of a trader reads *before / at / after, bankrupt*: on how many weekends it was liquidated
    before, at and after the first outside price, and on how many the gap took more than it had.
    """
    titles = [f"{leverage}x {word}" for leverage in LEVERAGES for _, word in SIDES]
    rows = [
        f"| rulebook | open | {' | '.join(titles)} | deleveraged | shortfall | fund | winners "
        "| bad debt | margin kept | nobody yet |",
        "|---|---|" + "--:|" * (len(titles) + 7),
    ]
    rows += [_row(tally) for tally in tallies]
    return "\n".join(rows)


def _row(tally: Tally) -> str:
    cells = [tally.rulebook, "two pieces" if tally.in_pieces else "one step"]
    for leverage in LEVERAGES:
        cells += [_trader(tally, side, leverage) for side, _ in SIDES]
    deleveraged = sum(
        count for (_, _, what), count in tally.outcomes.items() if what is Outcome.DELEVERAGED
    )
    cells.append(str(deleveraged) if deleveraged else "")
    cells += [
        _dollars(micros)
        for micros in (
            tally.shortfall_micros,
            tally.fund_micros,
            tally.winners_micros,
            tally.bad_debt_micros,
            tally.kept_micros,
            tally.open_micros,
        )
    ]
    return "| " + " | ".join(cells) + " |"


def _trader(tally: Tally, side: str, leverage: int) -> str:
    if tally.outcomes[side, leverage, Outcome.NOT_OFFERED]:
        return "not offered"
    times = [tally.outcomes[side, leverage, what] for what in LIQUIDATED]
    bankrupt = tally.bankrupt[side, leverage]
    if not any(times) and not bankrupt:
        return ""
    return f"{' / '.join(map(str, times))}, {bankrupt}"


def _dollars(micros: int) -> str:
    return f"{micros / E6:,.0f}" if micros else ""


def fill(page: Path, name: str, text: str) -> None:
    """Put a text between the marks of its name in a page; ``ValueError`` where they are not."""
    opening, closing = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    head, found, rest = page.read_text(encoding="utf-8").partition(opening)
    _, ends, tail = rest.partition(closing)
    if not found or not ends:
        raise ValueError(f"{page}: expected {opening.strip()} and {closing}, found no such place")
    page.write_text(f"{head}{opening}\n{text}\n{closing}{tail}", encoding="utf-8")


def paid_micros(tally: Tally) -> int:
    """Return the length of a bar: all that was paid, and what is still to be."""
    paid = tally.fund_micros + tally.winners_micros + tally.bad_debt_micros + tally.kept_micros
    return paid + tally.open_micros


def draw(tallies: Sequence[Tally], path: Path, title: str) -> None:
    """Draw who paid, a bar a rulebook, the longest on top, gaps in one step.

    The line across a bar is the shortfall: where winners are closed at the mark before they give up
    more than the losers lacked.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    shown = [tally for tally in tallies if not tally.in_pieces]
    shown.sort(key=lambda tally: (paid_micros(tally), tally.shortfall_micros, tally.rulebook))
    parts: tuple[tuple[str, str, Callable[[Tally], int]], ...] = (
        ("the insurance fund, vault or pool", "tab:orange", lambda tally: tally.fund_micros),
        ("winners: ADL or shared loss", "tab:red", lambda tally: tally.winners_micros),
        ("bad debt on record", "tab:purple", lambda tally: tally.bad_debt_micros),
        ("solvent losers: margin not returned", "tab:brown", lambda tally: tally.kept_micros),
        ("nobody yet: insolvent, not liquidated", "0.75", lambda tally: tally.open_micros),
    )
    figure, axes = plt.subplots(figsize=(10, 1.4 + 0.27 * len(shown)), layout="constrained")
    names = [tally.rulebook for tally in shown]
    starts = [0.0] * len(shown)
    for label, color, part in parts:
        values = [part(tally) / E6 / 1_000 for tally in shown]
        axes.barh(names, values, left=starts, color=color, label=label)
        starts = [start + value for start, value in zip(starts, values, strict=True)]
    lacked = [tally.shortfall_micros / E6 / 1_000 for tally in shown]
    axes.plot(lacked, range(len(shown)), "|", color="black", markersize=15, markeredgewidth=1.6,
              label="what the losers lacked")  # fmt: skip
    axes.set_xlim(0, 1.04 * max(1.0, *starts, *lacked))
    axes.margins(y=0.02)
    axes.set_xlabel("thousand dollars over all weekends")
    axes.set_title(title, fontsize=10)
    axes.legend(loc="lower right", frameon=False, fontsize=9)
    save(figure, path)
    plt.close(figure)
