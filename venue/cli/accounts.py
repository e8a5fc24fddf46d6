"""``venue account``: what an operator asks of a running venue about its accounts."""

import csv
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.table import Table

from venue.cli.operators_door import AdminOption, KeyOption, OperatorsDoor, operators_door
from venue.cli.shown import ConfigOption, err, out, refuse, refusing, show
from venue.config import ConfigError
from venue.plain import plain

account_app = typer.Typer(no_args_is_help=True, help="Accounts of a running venue.")

AccountArgument = Annotated[str, typer.Argument(help="Its number or its name.")]


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


@account_app.command("list")
@refusing
def account_list(
    config: ConfigOption = None, admin: AdminOption = None, key: KeyOption = None
) -> None:
    """Show every account's equity, return and rank."""
    table = Table("rank", "account", "name", "kind", "equity", "return", "positions")
    for row in operators_door(config, admin, key).ask("GET", "/accounts"):
        table.add_row(
            "" if row["rank"] is None else str(row["rank"]),
            str(row["account"]),
            plain(row["name"]),
            row["kind"],
            f"${row['equity_micros'] / 1e6:,.2f}",
            f"{row['return_e4'] / 1e4:+.2%}",
            str(row["positions"]),
        )
    show(table, spare=("positions", "kind", "return"))


@account_app.command("standings")
@refusing
def account_standings(
    contestants: Annotated[
        bool, typer.Option("--contestants", help="Without the house's bots, ranked anew.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Comma-separated, all columns.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One object a line, no list round them.")
    ] = False,
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Show who is ahead: the tournament's results so far, in dollars.

    A stopped venue's are written by `venue journal export JOURNAL standings FILE`.
    """
    from venue.store.columns import text_of
    from venue.store.tally import COLUMNS, Result, rows_of, warning_of

    if as_csv and as_json:
        raise ConfigError("expected --csv or --json, found both")
    answer = operators_door(config, admin, key).ask("GET", "/standings")
    found = msgspec.convert(answer, list[Result])
    if (warning := warning_of(found)) is not None:  # On standard error: files stay clean.
        err.print(warning, highlight=False, markup=False, soft_wrap=True)
    rows = rows_of(found, contestants=contestants)
    names = [column.name for column in COLUMNS]
    texts = [
        [text_of(value, column.kind) for value, column in zip(row, COLUMNS, strict=True)]
        for row in rows
    ]
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([names, *texts])
    elif as_json:
        for each in texts:
            typer.echo(json.dumps(dict(zip(names, each, strict=True))))
    else:
        show(_standings_table(rows), spare=("funding", "fees", "trades", "kind", "account"))


def _standings_table(rows: list[Any]) -> Table:
    """Draw result rows with cents and hundredths of a per cent; the files have all the places."""
    headers = ("rank", "account", "name", "kind", "equity", "brought in", "profit", "return")
    table = Table(*headers, "positions", "trades", "liquidations", "fees", "funding")
    for row in rows:
        rank, account, name, kind, equity, base, profit, gained, *counts, fees, funding, _ = row
        money = (f"{value:,.2f}" for value in (equity, base, profit))
        paid = (f"{value:,.2f}" for value in (fees, funding))
        table.add_row(
            str(rank),
            str(account),
            plain(name),
            kind,
            *money,
            f"{gained:+.2%}",
            *(str(count) for count in counts),
            *paid,
        )
    return table


@account_app.command("prove")
@refusing
def account_prove(
    account: AccountArgument,
    to: Annotated[Path | None, typer.Option(help="A file; standard output without it.")] = None,
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Publish signed roots now, and prove one account's money, positions and orders against them.

    `scripts/check_account` checks the file without the venue's code.
    """
    door = operators_door(config, admin, key)
    number = door.account_of(account)
    proof = json.dumps(door.ask("POST", f"/accounts/{number}/proof"), indent=2)
    if to is None:
        out.print(proof)
    else:
        try:
            to.write_text(proof + "\n")
        except OSError as error:
            raise ConfigError(
                f"{to}: expected a place to write to, found {error.strerror}"
            ) from error
        out.print(f"account {number} proven in {to}: scripts/check_account {to}")


@account_app.command("open")
@refusing
def account_open(
    name: str,
    dollars: Annotated[int, typer.Option(help="Paper money to begin with.")] = 100_000,
    parent: Annotated[
        str | None, typer.Option(help="Make it a sub-account of this, by number or name.")
    ] = None,
    scope: Annotated[
        str, typer.Option(help="trade; read: sees only; fund: also brings itself money, resets.")
    ] = "trade",
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Open an account and print its token, once."""
    door = operators_door(config, admin, key)
    above = None if parent is None else door.account_of(parent)
    body = {"name": name, "dollars": dollars, "parent": above, "scope": scope}
    answer = door.ask("POST", "/accounts", body)
    out.print(
        f"account {answer['account']} {name} with ${dollars:,}; token: {answer['token']}",
        soft_wrap=True,
    )


@account_app.command("token")
@refusing
def account_token(
    account: AccountArgument,
    scope: Annotated[
        str,
        typer.Option(
            help="read: sees the account and places nothing; trade; fund: also brings itself money."
        ),
    ] = "read",
    days: Annotated[int | None, typer.Option(help="Expires after so many days.")] = None,
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Make another token for an account and print it, once; without --scope it may only look."""
    door = operators_door(config, admin, key)
    number = door.account_of(account)
    answer = door.ask("POST", f"/accounts/{number}/tokens", {"scope": scope, "days": days})
    out.print(f"token: {answer['token']}", soft_wrap=True)


@account_app.command("tokens")
@refusing
def account_tokens(
    account: AccountArgument,
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Show an account's tokens by their names; what they are is shown once, when they are made."""
    table = Table("token", "scope", "made", "expires", "revoked")
    door = operators_door(config, admin, key)
    for row in door.ask("GET", f"/accounts/{door.account_of(account)}/tokens"):
        table.add_row(
            row["token"],
            row["scope"],
            row["made"],
            row["expires"] or "never",
            "yes" if row["revoked"] else "",
        )
    show(table, spare=("made",))


@account_app.command("revoke")
@refusing
def account_revoke(
    account: AccountArgument,
    token: Annotated[str | None, typer.Option(help="Only this one; see `tokens`.")] = None,
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Revoke an account's tokens, and end the connections that came in by them."""
    door = operators_door(config, admin, key)
    number = door.account_of(account)
    answer = door.ask("POST", f"/accounts/{number}/revoke", {"token": token})
    out.print(
        f"account {number}: {_count(answer['tokens'], 'token')} revoked, "
        f"{_count(answer['connections'], 'connection')} ended"
    )


@account_app.command("deposit")
@refusing
def account_deposit(
    account: AccountArgument,
    dollars: int,
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Bring paper money into an account."""
    door = operators_door(config, admin, key)
    number = door.account_of(account)
    door.ask("POST", f"/accounts/{number}/deposit", {"dollars": dollars})
    out.print(f"account {number}: ${dollars:,} deposited")


@account_app.command("flatten")
@refusing
def account_flatten(
    account: AccountArgument,
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Cancel all that an account has open, and close its positions in the book.

    By reduce-only market orders, as its owner could: it pays what a taker pays. What the book does
    not take is said and stays (exit code 2). It may trade on: revoke its tokens first.
    """
    door = operators_door(config, admin, key)
    if not _flatten(door, door.account_of(account)):
        raise typer.Exit(2)


def _flatten(door: OperatorsDoor, account: int) -> bool:
    """Close an account's positions, say what became of each, and whether none is left."""
    closed = door.ask("POST", f"/accounts/{account}/flatten", {})
    out.print(f"account {account}: all orders, triggers and plans cancelled")
    for each in closed:
        if float(each["closed"]):
            out.print(f"{each['market']}: {each['closed']} closed")
        if each["why"]:
            err.print(f"{each['market']}: {each['left']} left: {each['why']}", soft_wrap=True)
    return not any(each["why"] for each in closed)


@account_app.command("reset")
@refusing
def account_reset(
    account: AccountArgument,
    dollars: int,
    flatten: Annotated[
        bool, typer.Option("--flatten", help="Cancel and close what it has before.")
    ] = False,
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Start an account again at a balance; one with open positions is refused."""
    door = operators_door(config, admin, key)
    number = door.account_of(account)
    if flatten and not _flatten(door, number):
        refuse(
            f"account {number} was not reset: expected no open position, found what is named above"
        )
    door.ask("POST", f"/accounts/{number}/reset", {"dollars": dollars})
    out.print(f"account {number}: begins again at ${dollars:,}")
