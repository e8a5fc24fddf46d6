"""``venue recording``: show, repair, import."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.table import Table

from venue.cli.shown import out, refusing, show

SHOWN_MAX = 20
app = typer.Typer(no_args_is_help=True, help="Show, mend and import recordings.")


@app.command("show")
@refusing
def recording_show(
    path: Path,
    market: Annotated[str | None, typer.Option(help="What it is of.")] = None,
) -> None:
    """Say what a recording holds, source by source."""
    from venue.oracle import Reading, read, summary

    table = Table("underlying", "source", "prints", "first", "last", "lowest", "highest", "cadence")
    for each in summary(read(path, Reading(underlying=market))):
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
    for name, value in msgspec.structs.asdict(report).items():
        out.print(f"{name}: {value}", soft_wrap=True)


def _time(at_ns: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at_ns / 1e9, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
