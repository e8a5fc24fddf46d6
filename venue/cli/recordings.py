"""``venue recording``: show, repair, import."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from venue.cli.moments import NEW_YORK
from venue.cli.shown import out, refusing, show
from venue.core.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND

SHOWN_MAX = 20
app = typer.Typer(no_args_is_help=True, help="Show, mend and import recordings.")


@app.command("show")
@refusing
def recording_show(
    path: Annotated[Path, typer.Argument(help="A file, or `weekend`: the one that ships.")],
    market: Annotated[str | None, typer.Option(help="What it is of.")] = None,
) -> None:
    """Say what a recording holds, source by source; in New York time, as `--from` wants it."""
    from venue.oracle import Reading, read, summary, weekend_path

    columns = ("underlying", "source", "prints", "first, New York", "last, New York")
    table = Table(*columns, "lowest", "highest", "cadence")
    file = weekend_path() if str(path) == "weekend" else path
    for each in summary(read(file, Reading(underlying=market))):
        table.add_row(
            each.underlying,
            each.source,
            f"{each.prints:,}",
            _time(each.first_ns),
            _time(each.last_ns),
            f"{each.lowest_nanos / 1e9:,.2f}",
            f"{each.highest_nanos / 1e9:,.2f}",
            f"{each.cadence_ns / 1e9:g} s",
        )
    show(table, spare=("cadence", "lowest", "highest"))


@app.command("repair")
@refusing
def recording_repair(
    path: Path,
    to: Path,
    market: Annotated[str | None, typer.Option(help="What it is of.")] = None,
) -> None:
    """Mend what can be mended into a new file, and say what was done."""
    from venue.oracle import Reading, repair

    report = repair(path, to, Reading(underlying=market))
    out.print(f"{report.rows_read:,} rows read, {report.rows_written:,} written to {to}")
    for dropped in report.dropped[:SHOWN_MAX]:
        why = f"expected {dropped.expected}, found {dropped.found}"
        out.print(f"left out: line {dropped.line}: {why}")
    for what, lines in (
        ("moved into their place", report.moved),
        ("left out as repeats", report.repeats),
    ):
        if lines:
            shown = ", ".join(str(line) for line in lines[:SHOWN_MAX])
            out.print(f"{len(lines)} {what}: {shown}{' ...' if len(lines) > SHOWN_MAX else ''}")


@app.command("import")
@refusing
def recording_import(
    path: Path,
    to: Path,
    market: Annotated[str | None, typer.Option(help="What it is of.")] = None,
    format: Annotated[str, typer.Option(help="auto, or the vendor's format.")] = "auto",
    zone: Annotated[str | None, typer.Option(help="Of stamps without an offset.")] = None,
) -> None:
    """Write a vendor's export as a recording of our own."""
    from venue.oracle import Reading, import_

    report = import_(path, to, Reading(format=format, underlying=market, zone=zone))
    bars = "" if report.bar_ns is None else f", bars of {_length(report.bar_ns)}"
    out.print(f"{report.path}: read as {report.format}{bars}", soft_wrap=True)
    repeats = f"; {report.repeats:,} repeats left out" if report.repeats else ""
    out.print(f"{report.prints:,} prints written to {report.out}{repeats}", soft_wrap=True)


def _length(ns: int) -> str:
    """Return a bar's length.

    >>> _length(60_000_000_000), _length(86_400_000_000_000), _length(90_000_000_000)
    ('1 minute', '1 day', '90 seconds')
    """
    units = {"day": NS_PER_DAY, "hour": NS_PER_HOUR, "minute": NS_PER_MINUTE}
    name, unit = next(
        ((name, unit) for name, unit in units.items() if ns % unit == 0),
        ("second", NS_PER_SECOND),
    )
    number = ns / unit
    return f"{number:g} {name}{'' if number == 1 else 's'}"


def _time(at_ns: int) -> str:
    return f"{datetime.fromtimestamp(at_ns / NS_PER_SECOND, NEW_YORK):%Y-%m-%d %H:%M:%S}"
