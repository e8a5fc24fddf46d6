"""``venue market list|halt|resume``: what an operator asks of a running venue's markets."""

from decimal import Decimal
from typing import Annotated

import typer
from rich.table import Table

from venue.cli.moments import new_york
from venue.cli.operators_door import AdminOption, KeyOption, operators_door
from venue.cli.shown import ConfigOption, out, refusing, show
from venue.core.commands import HaltKind
from venue.core.phases import Phase

market_app = typer.Typer(no_args_is_help=True, help="Markets of a running venue.")


def _price(text: str | None) -> str:
    """Return a price as the live view shows it."""
    return "-" if text is None else f"{Decimal(text):,.2f}"


@market_app.command("list")
@refusing
def market_list(
    config: ConfigOption = None, admin: AdminOption = None, key: KeyOption = None
) -> None:
    """Show the markets of a running venue."""
    table = Table("market", "rulebook", "phase", "session", "index", "mark", "open interest")
    rows = operators_door(config, admin, key).ask("GET", "/markets")
    for row in rows:
        row |= {column: _price(row[column]) for column in ("index", "mark")}
        row["phase"] += ", reduce only" if row["reduce_only"] else ""
        table.add_row(
            *(
                str(row[column])
                for column in (
                    "market",
                    "rulebook",
                    "phase",
                    "session",
                    "index",
                    "mark",
                    "open_interest",
                )
            )
        )
    show(table, spare=("rulebook", "open interest", "session", "phase"))
    for row in rows:
        if row["phase"].startswith(Phase.HALTED.value):
            out.print(f"{row['market']}: halted ({row['why']})")
        for action in row["actions"]:
            out.print(
                f"{row['market']}: {action['kind']} {action['action_id']} announced for "
                f"{new_york(action['effective_ns'])}, next: {action['next_step']}"
            )
        for held in row["held_back"]:
            out.print(
                f"{row['market']}: prints of {held['source']} are held back (not_split): expected "
                f"nearer to {row['index']} than a split away, found {held['price']}; `venue market "
                "source` says what they are in"
            )


@market_app.command("halt")
@refusing
def market_halt(
    market: str,
    why: str,
    kind: Annotated[
        HaltKind,
        typer.Option(
            help="freeze: no trades, cancels stay allowed; reduce_only: positions may only shrink; "
            "settle: cancel all orders, close all positions at the mark."
        ),
    ] = HaltKind.FREEZE,
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Stop trading in a market, in one of three ways."""
    body = {"why": why, "kind": kind.value}
    operators_door(config, admin, key).ask("POST", f"/markets/{market}/halt", body)
    out.print(f"{market}: halted ({kind.value})")


@market_app.command("resume")
@refusing
def market_resume(
    market: str,
    call_seconds: Annotated[int, typer.Option(help="By a call of so long; 0: at once.")] = 30,
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """End a halt."""
    operators_door(config, admin, key).ask(
        "POST", f"/markets/{market}/resume", {"call_seconds": call_seconds}
    )
    out.print(f"{market}: resumed")
