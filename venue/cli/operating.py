"""``venue account`` and ``venue market``: what an operator asks of a running venue."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from venue.cli.shown import out, refusing
from venue.config import ConfigError
from venue.core.commands import HaltKind
from venue.plain import plain

account_app = typer.Typer(no_args_is_help=True, help="Accounts of a running venue.")
market_app = typer.Typer(no_args_is_help=True, help="Markets of a running venue.")

AdminOption = Annotated[str, typer.Option("--admin", help="The venue's admin address.")]
KeyOption = Annotated[Path, typer.Option("--key", help="The operator's key file.")]
KEY_MAX = 100
ADMIN = "http://127.0.0.1:8788"
KEY = Path("var/venue.d/admin-key")


def ask_operator(address: str, key: Path, method: str, path: str, body: object = None) -> Any:
    """Ask a running venue something as its operator."""
    from urllib.error import HTTPError, URLError
    from urllib.request import Request, urlopen

    try:
        secret = key.read_text().strip()
    except OSError as error:
        raise ConfigError(
            f"{key}: expected the operator's key file of a running venue, found {error.strerror}"
        ) from error
    if not secret.isascii() or not secret.isprintable() or len(secret) > KEY_MAX:
        raise ConfigError(f"{key}: expected the operator's key file, found something else")
    request = Request(
        address.rstrip("/") + path,
        data=None if body is None else json.dumps(body).encode(),
        method=method,
        headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
    )
    try:
        with urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except HTTPError as error:
        raise ConfigError(plain(error.read().decode(errors="replace")) or str(error)) from error
    except URLError as error:
        raise ConfigError(f"no venue answers at {address}: {error.reason}") from error


@account_app.command("list")
@refusing
def account_list(admin: AdminOption = ADMIN, key: KeyOption = KEY) -> None:
    """Show every account's equity, return and rank."""
    table = Table("rank", "account", "name", "equity", "return", "positions")
    for row in ask_operator(admin, key, "GET", "/accounts"):
        table.add_row(
            str(row["rank"]),
            str(row["account"]),
            plain(row["name"]),
            f"${row['equity_micros'] / 1e6:,.2f}",
            f"{row['return_e4'] / 1e4:+.2%}",
            str(row["positions"]),
        )
    out.print(table)


@account_app.command("prove")
@refusing
def account_prove(
    account: int,
    to: Annotated[Path | None, typer.Option(help="A file; standard output without it.")] = None,
    admin: AdminOption = ADMIN,
    key: KeyOption = KEY,
) -> None:
    """Publish signed roots now, and prove one account's money, positions and orders against them.

    `scripts/check_account` checks the file without the venue's code.
    """
    proof = json.dumps(ask_operator(admin, key, "POST", f"/accounts/{account}/proof"), indent=2)
    if to is None:
        out.print(proof)
    else:
        to.write_text(proof + "\n")
        out.print(f"account {account} proven in {to}: scripts/check_account {to}")


@account_app.command("open")
@refusing
def account_open(
    name: str,
    dollars: Annotated[int, typer.Option(help="Paper money to begin with.")] = 100_000,
    parent: Annotated[int | None, typer.Option(help="Make it a sub-account of this.")] = None,
    scope: Annotated[str, typer.Option(help="read, trade or fund")] = "trade",
    admin: AdminOption = ADMIN,
    key: KeyOption = KEY,
) -> None:
    """Open an account and print its token, once."""
    body = {"name": name, "dollars": dollars, "parent": parent, "scope": scope}
    answer = ask_operator(admin, key, "POST", "/accounts", body)
    out.print(f"account {answer['account']} {name}; token: {answer['token']}", soft_wrap=True)


@account_app.command("token")
@refusing
def account_token(
    account: int,
    scope: Annotated[str, typer.Option(help="read, trade or fund")] = "read",
    days: Annotated[int | None, typer.Option(help="Expires after so many days.")] = None,
    admin: AdminOption = ADMIN,
    key: KeyOption = KEY,
) -> None:
    """Make another token for an account and print it, once."""
    body = {"scope": scope, "days": days}
    answer = ask_operator(admin, key, "POST", f"/accounts/{account}/tokens", body)
    out.print(f"token: {answer['token']}", soft_wrap=True)


@account_app.command("tokens")
@refusing
def account_tokens(account: int, admin: AdminOption = ADMIN, key: KeyOption = KEY) -> None:
    """Show an account's tokens by their names; what they are is shown once, when they are made."""
    table = Table("token", "scope", "made", "expires", "revoked")
    for row in ask_operator(admin, key, "GET", f"/accounts/{account}/tokens"):
        table.add_row(
            row["token"],
            row["scope"],
            row["made"],
            row["expires"] or "never",
            "yes" if row["revoked"] else "",
        )
    out.print(table)


@account_app.command("revoke")
@refusing
def account_revoke(
    account: int,
    token: Annotated[str | None, typer.Option(help="Only this one; see `tokens`.")] = None,
    admin: AdminOption = ADMIN,
    key: KeyOption = KEY,
) -> None:
    """Revoke an account's tokens, and end the connections that came in by them."""
    answer = ask_operator(admin, key, "POST", f"/accounts/{account}/revoke", {"token": token})
    out.print(
        f"account {account}: {answer['tokens']} tokens revoked, "
        f"{answer['connections']} connections ended"
    )


@account_app.command("deposit")
@refusing
def account_deposit(
    account: int, dollars: int, admin: AdminOption = ADMIN, key: KeyOption = KEY
) -> None:
    """Bring paper money into an account."""
    ask_operator(admin, key, "POST", f"/accounts/{account}/deposit", {"dollars": dollars})
    out.print(f"account {account}: ${dollars:,} deposited")


@account_app.command("reset")
@refusing
def account_reset(
    account: int, dollars: int, admin: AdminOption = ADMIN, key: KeyOption = KEY
) -> None:
    """Start an account again at a balance."""
    ask_operator(admin, key, "POST", f"/accounts/{account}/reset", {"dollars": dollars})
    out.print(f"account {account}: begins again at ${dollars:,}")


@market_app.command("list")
@refusing
def market_list(admin: AdminOption = ADMIN, key: KeyOption = KEY) -> None:
    """Show the markets of a running venue."""
    table = Table("market", "rulebook", "phase", "session", "index", "mark", "open interest")
    for row in ask_operator(admin, key, "GET", "/markets"):
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
    out.print(table)


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
    admin: AdminOption = ADMIN,
    key: KeyOption = KEY,
) -> None:
    """Stop trading in a market, in one of three ways."""
    body = {"why": why, "kind": kind.value}
    ask_operator(admin, key, "POST", f"/markets/{market}/halt", body)
    out.print(f"{market}: halted ({kind.value})")


@market_app.command("resume")
@refusing
def market_resume(
    market: str,
    call_seconds: Annotated[int, typer.Option(help="By a call of so long; 0: at once.")] = 30,
    admin: AdminOption = ADMIN,
    key: KeyOption = KEY,
) -> None:
    """End a halt."""
    ask_operator(admin, key, "POST", f"/markets/{market}/resume", {"call_seconds": call_seconds})
    out.print(f"{market}: resumed")
