"""Play the study: ``python -m venue.lab.mondays DAILY.csv ... [--rulebook NAME] [--out FOLDER]``.

Progress is shown; stop it at any time, it goes on from there. Prints a table and writes a picture
for each file; with ``--page`` both go to a Markdown page, the table between two marks. Rulebooks
whose contract is on a power of the price stay out: leverage there is not what it is here.
"""

import sys
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from venue.lab.mondays import friday, play
from venue.lab.mondays.friday import MARKET
from venue.lab.mondays.gaps import GapFault, Weekend, weekends
from venue.lab.mondays.page import draw, fill, table
from venue.lab.mondays.play import Bill
from venue.lab.mondays.study import Case, cases, loud, played, quiet_cases, tallies
from venue.rules.build import build
from venue.rules.rulebooks import RULEBOOKS, spec


def main(
    files: Annotated[list[Path], typer.Argument(help="Files of daily prices.")],
    rulebook: Annotated[list[str] | None, typer.Option(help="Only these.")] = None,
    out: Annotated[Path, typer.Option(help="Where pictures and finished plays go.")] = Path("var"),
    since: Annotated[int, typer.Option(help="First year.")] = 2012,
    page: Annotated[Path | None, typer.Option(help="A page that takes table and picture.")] = None,
) -> None:
    """Play every weekend of some files under every rulebook."""
    played_here = [name for name in RULEBOOKS if build(spec(MARKET, name)).contract.is_linear]
    names = rulebook or played_here
    if unknown := sorted(set(names) - set(played_here)):
        expected = ", ".join(played_here)
        _refuse(f"no rulebook to be played is named {', '.join(unknown)}: expected {expected}")
    try:
        found = {path.stem: _since(weekends(path), since) for path in files}
    except GapFault as error:
        _refuse(str(error))
    all_gaps = [each for gaps in found.values() for each in gaps]
    kept = out / f"mondays-{_code()}.jsonl"
    with Progress(
        "{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as progress:
        quiet = _played(progress, "gaps of 2 %", quiet_cases(names), kept)
        bills = _played(progress, "all weekends", cases(names, all_gaps, loud(quiet)), kept)
    for stem, gaps in found.items():
        counted = tallies(bills, gaps)
        name = stem.removeprefix("daily_").partition("_")[0]
        weekends_of = f"{name}: {len(gaps)} weekends from {gaps[0].friday} to {gaps[-1].monday}"
        text = f"{weekends_of}\n\n{table(counted)}\n"
        print(f"\n{text}")
        folder = out if page is None else page.parent
        draw(counted, folder / f"mondays-{name}.svg", f"{name}, {len(gaps)} weekends: who paid")
        if page is not None:
            try:
                fill(page, name, text)
            except ValueError as error:
                _refuse(str(error))


def _played(progress: Progress, what: str, wanted: list[Case], kept: Path) -> dict[Case, Bill]:
    task = progress.add_task(what, total=len(wanted))

    def tell(done: int, of: int) -> None:
        progress.update(task, completed=done, total=of)

    return played(wanted, kept, progress=tell)


def _since(gaps: list[Weekend], year: int) -> list[Weekend]:
    found = [each for each in gaps if each.friday.year >= year]
    if not found:
        raise GapFault(f"expected weekends from {year} on, found none")
    return found


def _code() -> str:
    """Return a mark of all rulebooks and of the play: under other code gaps are played again."""
    told = [msgspec.msgpack.encode(spec(MARKET, name)) for name in RULEBOOKS]
    told += [Path(module.__file__ or "").read_bytes() for module in (friday, play)]
    return sha256(b"".join(told)).hexdigest()[:12]


def _refuse(sentence: str) -> None:
    print(f"refused: {sentence}", file=sys.stderr)
    raise typer.Exit(2)


if __name__ == "__main__":
    typer.run(main)
