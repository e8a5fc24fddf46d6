"""``venue account`` and ``venue market``: what an operator asks of a running venue."""

import csv
import json
import ssl
import sys
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import typer
from rich.table import Table

from venue.cli.shown import ConfigOption, err, out, refuse, refusing, settings_of, show
from venue.config import ConfigError, admin_url, folder_of
from venue.core.commands import HaltKind
from venue.core.units import NS_PER_SECOND
from venue.plain import plain

account_app = typer.Typer(no_args_is_help=True, help="Accounts of a running venue.")
market_app = typer.Typer(no_args_is_help=True, help="Markets of a running venue.")

AdminOption = Annotated[
    str | None, typer.Option("--admin", help="The venue's admin address, if not the settings'.")
]
KeyOption = Annotated[
    Path | None, typer.Option("--key", help="The operator's key file, if not the settings'.")
]
KEY_MAX = 100
KEYS_SHOWN_MAX = 5
HEALTH_SECONDS = 3
NOT_TLS = "WRONG_VERSION_NUMBER"  # What OpenSSL says of an answer that is no TLS.
NEW_YORK = ZoneInfo("America/New_York")
JSON = "application/json"
# Who listens everywhere is asked here.
HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def new_york(at_ns: int) -> str:
    """Return a time as exchanges and companies announce it.

    >>> new_york(1_744_862_400_000_000_000)
    '2025-04-17 00:00 New York'
    """
    return f"{datetime.fromtimestamp(at_ns / NS_PER_SECOND, NEW_YORK):%Y-%m-%d %H:%M} New York"


class OperatorsDoor(NamedTuple):
    """Where a venue's operator asks, with which key, and whose certificate is trusted there."""

    address: str
    key: Path
    certificate: str
    patience_s: float = 10.0

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Ask a running venue something as its operator."""
        from urllib.error import HTTPError, URLError
        from urllib.request import Request, urlopen

        if not self.address.startswith(("http://", "https://")):
            raise ConfigError(
                "expected the operator's door as http://HOST:PORT or https://HOST:PORT, found "
                f"{self.address}"
            )
        trouble = self._trouble()
        if trouble is not None:  # Nothing that is asked now would be answered.
            raise ConfigError(f"the venue at {self.address} acknowledges nothing now: {trouble}")
        request = Request(
            self.address.rstrip("/") + path,
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Authorization": f"Bearer {self._secret()}", "Content-Type": JSON},
        )
        try:
            with urlopen(request, timeout=self.patience_s, context=self._tls()) as answer:
                return json.load(answer)
        except HTTPError as error:
            said = plain(error.read().decode(errors="replace").strip()) or str(error)
            if error.code == HTTPStatus.NOT_FOUND and said.startswith("expected /"):
                said += "; is this the operator's door (`listen.admin_port`), not the bots'?"
            raise ConfigError(said) from error
        except TimeoutError as error:
            # Whether it was done is not known: it waits there for the journal.
            left = "" if method == "GET" else "; what was asked may be done when it goes on"
            raise ConfigError(f"{self._why_silent()}{left}") from error
        except URLError as error:
            why = self._other_scheme(error.reason) or error.reason
            raise ConfigError(f"no venue answers at {self.address}: {why}") from error
        except (HTTPException, ConnectionError) as error:  # Something is there, but no such door.
            why = self._other_scheme(error) or error
            raise ConfigError(f"no venue answers at {self.address}: {why}") from error

    def _why_silent(self) -> str:
        """Say why a venue that is there does not answer: its own words, if it has any."""
        health = self.address.rstrip("/") + "/healthz"
        why = self._trouble() or (
            f"expected an answer within {self.patience_s:g} s, found none; see {health}"
        )
        return f"the venue at {self.address} acknowledges nothing now: {why}"

    def _trouble(self) -> str | None:
        """Return what ``/healthz`` says to be wrong; ``None``: nothing, or nobody is there."""
        from urllib.error import HTTPError
        from urllib.request import urlopen

        try:
            health = self.address.rstrip("/") + "/healthz"
            urlopen(health, timeout=HEALTH_SECONDS, context=self._tls()).close()
        except HTTPError as error:  # 503, with the reason.
            with suppress(ValueError, LookupError, TypeError):
                return plain(json.load(error)["why"])
        except (HTTPException, OSError):
            pass
        return None

    def _other_scheme(self, error: object) -> str:
        """Say what to try where the door seems to speak the other of http and https."""
        is_plain = self.address.startswith("http:")
        if is_plain and isinstance(error, HTTPException | ConnectionResetError):
            other = f"https{self.address.removeprefix('http')}"
            return f"the connection ended without an answer; if TLS is spoken there, try {other}"
        if not is_plain and isinstance(error, ssl.SSLError) and error.reason == NOT_TLS:
            return f"no TLS is spoken there, try http{self.address.removeprefix('https')}"
        return ""

    def _secret(self) -> str:
        try:
            secret = self.key.read_text().strip()
        except OSError as error:
            raise ConfigError(
                f"{self.key}: expected the operator's key file of a running venue, found "
                f"{error.strerror}{self._others()}"
            ) from error
        if not secret.isascii() or not secret.isprintable() or len(secret) > KEY_MAX:
            raise ConfigError(f"{self.key}: expected the operator's key file, found something else")
        return secret

    def _others(self) -> str:
        """Name the keys of other venues nearby: one of another journal has another folder."""
        places = {self.key.parent.parent, Path()}
        nearby = sorted({each for place in places for each in place.glob("*.d/admin-key")})
        if not nearby:
            return ""
        said = ", ".join(f"--key {each}" for each in nearby[:KEYS_SHOWN_MAX])
        return f"; here are those of other journals: {said}"

    def _tls(self) -> ssl.SSLContext | None:
        """Trust the certificate that the settings name, beside those of the machine."""
        if not self.address.startswith("https:"):
            return None
        context = ssl.create_default_context()
        if self.certificate:
            context.load_verify_locations(self.certificate)
        return context


def operators_door(config: Path | None, admin: str | None, key: Path | None) -> OperatorsDoor:
    """Return the door of the venue that the settings describe; options win over them."""
    settings = settings_of(config)
    listen = settings.listen
    if listen.admin_host in HERE:
        listen = msgspec.structs.replace(listen, admin_host=HERE[listen.admin_host])
    return OperatorsDoor(
        admin or admin_url(msgspec.structs.replace(settings, listen=listen)),
        key or folder_of(settings) / "admin-key",
        listen.admin_certificate,
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _price(text: str | None) -> str:
    """Return a price as the live view shows it."""
    return "-" if text is None else f"{Decimal(text):,.2f}"


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
    as_json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Show who is ahead: the tournament's results so far, in dollars.

    A stopped venue's are written by `venue journal export JOURNAL standings FILE`.
    """
    from venue.store.columns import text_of
    from venue.store.tally import COLUMNS, Result, rows_of

    if as_csv and as_json:
        raise ConfigError("expected --csv or --json, found both")
    answer = operators_door(config, admin, key).ask("GET", "/standings")
    rows = rows_of(msgspec.convert(answer, list[Result]), contestants=contestants)
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
    account: int,
    to: Annotated[Path | None, typer.Option(help="A file; standard output without it.")] = None,
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Publish signed roots now, and prove one account's money, positions and orders against them.

    `scripts/check_account` checks the file without the venue's code.
    """
    proof = json.dumps(
        operators_door(config, admin, key).ask("POST", f"/accounts/{account}/proof"), indent=2
    )
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
    scope: Annotated[
        str, typer.Option(help="trade; read: sees only; fund: also brings itself money, resets.")
    ] = "trade",
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Open an account and print its token, once."""
    body = {"name": name, "dollars": dollars, "parent": parent, "scope": scope}
    answer = operators_door(config, admin, key).ask("POST", "/accounts", body)
    out.print(f"account {answer['account']} {name}; token: {answer['token']}", soft_wrap=True)


@account_app.command("token")
@refusing
def account_token(
    account: int,
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
    body = {"scope": scope, "days": days}
    answer = operators_door(config, admin, key).ask("POST", f"/accounts/{account}/tokens", body)
    out.print(f"token: {answer['token']}", soft_wrap=True)


@account_app.command("tokens")
@refusing
def account_tokens(
    account: int, config: ConfigOption = None, admin: AdminOption = None, key: KeyOption = None
) -> None:
    """Show an account's tokens by their names; what they are is shown once, when they are made."""
    table = Table("token", "scope", "made", "expires", "revoked")
    for row in operators_door(config, admin, key).ask("GET", f"/accounts/{account}/tokens"):
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
    account: int,
    token: Annotated[str | None, typer.Option(help="Only this one; see `tokens`.")] = None,
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Revoke an account's tokens, and end the connections that came in by them."""
    answer = operators_door(config, admin, key).ask(
        "POST", f"/accounts/{account}/revoke", {"token": token}
    )
    out.print(
        f"account {account}: {_count(answer['tokens'], 'token')} revoked, "
        f"{_count(answer['connections'], 'connection')} ended"
    )


@account_app.command("deposit")
@refusing
def account_deposit(
    account: int,
    dollars: int,
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Bring paper money into an account."""
    operators_door(config, admin, key).ask(
        "POST", f"/accounts/{account}/deposit", {"dollars": dollars}
    )
    out.print(f"account {account}: ${dollars:,} deposited")


@account_app.command("flatten")
@refusing
def account_flatten(
    account: int, config: ConfigOption = None, admin: AdminOption = None, key: KeyOption = None
) -> None:
    """Cancel all that an account has open, and close its positions in the book.

    By reduce-only market orders, as its owner could: it pays what a taker pays. What the book does
    not take is said and stays (exit code 2). It may trade on: revoke its tokens first.
    """
    if not _flatten(operators_door(config, admin, key), account):
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
    account: int,
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
    if flatten and not _flatten(door, account):
        refuse(
            f"account {account} was not reset: expected no open position, found what is named above"
        )
    door.ask("POST", f"/accounts/{account}/reset", {"dollars": dollars})
    out.print(f"account {account}: begins again at ${dollars:,}")


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
