"""What a person types: ``venue serve | replay | recording | account | market | journal | db``.

Every refusal is one sentence on standard error and exit code 2; never a traceback.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from venue.config import ConfigError, Settings, as_toml, load

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__.split("\n")[0])
recording_app = typer.Typer(no_args_is_help=True, help="Show, mend and import recordings.")
account_app = typer.Typer(no_args_is_help=True, help="Accounts of a running venue.")
market_app = typer.Typer(no_args_is_help=True, help="Markets of a running venue.")
journal_app = typer.Typer(no_args_is_help=True, help="Verify and export what lasts.")
db_app = typer.Typer(no_args_is_help=True, help="Schemas and projections.")
app.add_typer(recording_app, name="recording")
app.add_typer(account_app, name="account")
app.add_typer(market_app, name="market")
app.add_typer(journal_app, name="journal")
app.add_typer(db_app, name="db")

out = Console()
err = Console(stderr=True)

ConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", help="Settings; see `venue config`.")
]


def refusing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn every named refusal into one sentence and exit code 2."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        from venue.core.listing import ListingUnfit
        from venue.oracle import OracleError
        from venue.sessions import CalendarError
        from venue.store.errors import StoreError

        try:
            return command(*args, **kwargs)
        except (ConfigError, OracleError, CalendarError, StoreError, ListingUnfit) as error:
            err.print(f"[red]refused:[/red] {error}", highlight=False, soft_wrap=True)
            raise typer.Exit(2) from None
        except OSError as error:
            err.print(f"[red]refused:[/red] {error}", highlight=False, soft_wrap=True)
            raise typer.Exit(2) from None

    return run


def main() -> None:
    """The ``venue`` command."""
    if not __debug__:
        sys.exit("the venue does not run without its assertions: start Python without -O")
    app()


def _settings(config: Path | None) -> Settings:
    if config is None and Path("venue.toml").exists():
        config = Path("venue.toml")
    return load(config)


def _run(work: Awaitable[Any]) -> Any:
    async def wrapped() -> Any:
        return await work

    return asyncio.run(wrapped())


@app.command()
@refusing
def serve(
    config: ConfigOption = None,
    replay: Annotated[
        str | None, typer.Option(help="A recording, or `weekend`, or `none` for synthetic prices.")
    ] = None,
    replay_market: Annotated[
        str | None, typer.Option(help="What the recording is of, where it does not say.")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="Begin there, e.g. '2025-04-11 15:30' New York.")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", help="The recording ends there.")] = None,
    speed: Annotated[int | None, typer.Option(help="Venue seconds a real one.")] = None,
    live: Annotated[bool, typer.Option("--live", help="The wall's time; own journal.")] = False,
    lockstep: Annotated[
        int | None, typer.Option(help="Time moves when this many bots are ready.")
    ] = None,
    journal: Annotated[str | None, typer.Option(help="sqlite:///path or postgresql://...")] = None,
    port: Annotated[int | None, typer.Option(help="Where bots come in.")] = None,
    admin_port: Annotated[int | None, typer.Option(help="Health, metrics, operators.")] = None,
    house: Annotated[bool | None, typer.Option(help="House bots trade, or not.")] = None,
    screen: Annotated[bool | None, typer.Option(help="Draw the live view, or not.")] = None,
    fresh: Annotated[bool, typer.Option(help="Put an old journal aside and begin anew.")] = False,
    accept_outage: Annotated[
        bool, typer.Option(help="Go on after a long outage of a live venue.")
    ] = False,
    fast: Annotated[bool | None, typer.Option(help="uvloop and picows, if installed.")] = None,
) -> None:
    """Run the venue: by default a recorded weekend at 600x, then on at 1x."""
    settings = _settings(config)
    source, clock, store, listen = (
        settings.source,
        settings.clock,
        settings.store,
        settings.listen,
    )
    change = msgspec.structs.replace
    if replay is not None:
        source = change(source, replay=None if replay == "none" else replay)
    if live:
        clock = change(clock, kind="live")
        source = change(source, replay=None)
        store = change(
            store, journal="sqlite:///var/live.db", projections="sqlite:///var/live-projections.db"
        )
    if lockstep is not None:
        clock = change(clock, kind="lockstep", lockstep_bots=lockstep)
    if speed is not None:
        if not 1 <= speed <= 1_000_000:
            raise ConfigError(f"expected a speed from 1 to 1000000, found {speed}")
        clock = change(clock, speed=speed)
    source = change(
        source,
        replay_market=replay_market or source.replay_market,
        replay_from=from_ or source.replay_from,
        replay_to=to or source.replay_to,
    )
    if journal is not None:
        store = change(store, journal=journal, projections=_beside(journal))
    listen = change(
        listen,
        port=port if port is not None else listen.port,
        admin_port=admin_port
        if admin_port is not None
        else (port + 1 if port is not None else listen.admin_port),
        fast=listen.fast if fast is None else fast,
    )
    settings = change(
        settings,
        source=source,
        clock=clock,
        store=store,
        listen=listen,
        house=settings.house if house is None else house,
    )
    if fresh:
        _put_aside(store.journal, store.projections)
    _serve(settings, sys.stdout.isatty() if screen is None else screen, accept_outage)


def _beside(journal: str) -> str:
    if journal.startswith("sqlite:///"):
        path = Path(journal.removeprefix("sqlite:///"))
        return f"sqlite:///{path.with_name(path.stem + '-projections.db')}"
    return journal


def _put_aside(*addresses: str) -> None:
    """Rename files of an old run, so that nothing is ever silently wiped."""
    for address in addresses:
        if not address.startswith("sqlite:///"):
            raise ConfigError("--fresh puts files aside; make a PostgreSQL database anew yourself")
        path = Path(address.removeprefix("sqlite:///"))
        number = 1
        while (aside := path.with_name(f"{path.name}.{number}")).exists():
            number += 1
        for suffix in ("", "-wal", "-shm"):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
        folder = path.with_suffix(".d")
        if folder.exists():
            folder.rename(aside.with_name(aside.name + ".d"))


def _serve(settings: Settings, screen: bool, accept_outage: bool) -> None:
    from venue.app import Venue, VenueStopped
    from venue.app import serve as serve_venue
    from venue.logs import configure

    configure(to_file=screen, folder=Path("var"))

    def ready(venue: Venue) -> None:
        listen = settings.listen
        if not screen:
            out.print(
                f"bots: ws://{listen.host}:{listen.port}{settings.door.path}   "
                f"health: http://{listen.admin_host}:{listen.admin_port}/healthz   "
                f"tokens: {venue.folder / 'tokens.json'}",
                soft_wrap=True,
            )

    work = serve_venue(settings, screen=screen, accept_outage=accept_outage, ready=ready)
    try:
        if settings.listen.fast:
            from venue.gateway.fast_server import run_fast

            run_fast(work)
        else:
            asyncio.run(work)
    except VenueStopped as error:
        err.print(
            f"[red]the venue stopped on a fault of its own:[/red] {error}; everything "
            "acknowledged is in the journal, the fault in a file beside it: start again, and "
            "report it",
            soft_wrap=True,
        )
        raise typer.Exit(1) from None
    out.print("stopped; everything acknowledged is in the journal")


@app.command()
@refusing
def config(config: ConfigOption = None) -> None:
    """Print all settings as they would be used, in the form of venue.toml."""
    sys.stdout.write(as_toml(_settings(config)) + "\n")


@app.command()
@refusing
def replay(
    journal: Annotated[str, typer.Argument(help="sqlite:///path of a journal")],
) -> None:
    """Execute a journal again from its beginning, and say what it comes to."""
    from venue.lab.replay import replay_journal

    summary = _run(replay_journal(journal))
    table = Table("what", "figure")
    for name, figure in summary.items():
        table.add_row(name, str(figure))
    out.print(table)


@recording_app.command("show")
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
    out.print(table)


@recording_app.command("repair")
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
    for what, lines in (
        ("moved into their place", report.moved),
        ("left out as repeats", report.repeats),
        ("left out as unreadable", report.dropped),
    ):
        if lines:
            shown = ", ".join(str(line) for line in lines[:20])
            out.print(f"{len(lines)} {what}: {shown}{' ...' if len(lines) > 20 else ''}")


@recording_app.command("import")
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


AdminOption = Annotated[str, typer.Option("--admin", help="The venue's admin address.")]
KeyOption = Annotated[Path, typer.Option("--key", help="The operator's key file.")]
ADMIN = "http://127.0.0.1:8788"
KEY = Path("var/venue.d/admin-key")


def _operator(address: str, key: Path, method: str, path: str, body: object = None) -> Any:
    """Ask a running venue something as its operator."""
    from urllib.error import HTTPError, URLError
    from urllib.request import Request, urlopen

    try:
        secret = key.read_text().strip()
    except OSError as error:
        raise ConfigError(
            f"{key}: expected the operator's key file of a running venue, found {error.strerror}"
        ) from error
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
        raise ConfigError(error.read().decode() or str(error)) from error
    except URLError as error:
        raise ConfigError(f"no venue answers at {address}: {error.reason}") from error


@account_app.command("list")
@refusing
def account_list(admin: AdminOption = ADMIN, key: KeyOption = KEY) -> None:
    """Show every account's equity, return and rank."""
    table = Table("rank", "account", "name", "equity", "return", "positions")
    for row in _operator(admin, key, "GET", "/accounts"):
        table.add_row(
            str(row["rank"]),
            str(row["account"]),
            row["name"],
            f"${row['equity_micros'] / 1e6:,.2f}",
            f"{row['return_e4'] / 1e4:+.2%}",
            str(row["positions"]),
        )
    out.print(table)


@account_app.command("open")
@refusing
def account_open(
    name: str,
    dollars: Annotated[int, typer.Option(help="Paper money to begin with.")] = 100_000,
    parent: Annotated[int | None, typer.Option(help="Make it a sub-account of this.")] = None,
    scope: Annotated[str, typer.Option(help="read or trade")] = "trade",
    admin: AdminOption = ADMIN,
    key: KeyOption = KEY,
) -> None:
    """Open an account and print its token, once."""
    body = {"name": name, "dollars": dollars, "parent": parent, "scope": scope}
    answer = _operator(admin, key, "POST", "/accounts", body)
    out.print(f"account {answer['account']} {name}; token: {answer['token']}", soft_wrap=True)


@account_app.command("token")
@refusing
def account_token(
    account: int,
    scope: Annotated[str, typer.Option(help="read or trade")] = "read",
    days: Annotated[int | None, typer.Option(help="Expires after so many days.")] = None,
    admin: AdminOption = ADMIN,
    key: KeyOption = KEY,
) -> None:
    """Make another token for an account and print it, once."""
    body = {"scope": scope, "days": days}
    answer = _operator(admin, key, "POST", f"/accounts/{account}/tokens", body)
    out.print(f"token: {answer['token']}", soft_wrap=True)


@account_app.command("deposit")
@refusing
def account_deposit(
    account: int, dollars: int, admin: AdminOption = ADMIN, key: KeyOption = KEY
) -> None:
    """Bring paper money into an account."""
    _operator(admin, key, "POST", f"/accounts/{account}/deposit", {"dollars": dollars})
    out.print(f"account {account}: ${dollars:,} deposited")


@account_app.command("reset")
@refusing
def account_reset(
    account: int, dollars: int, admin: AdminOption = ADMIN, key: KeyOption = KEY
) -> None:
    """Start an account again at a balance."""
    _operator(admin, key, "POST", f"/accounts/{account}/reset", {"dollars": dollars})
    out.print(f"account {account}: begins again at ${dollars:,}")


@market_app.command("list")
@refusing
def market_list(admin: AdminOption = ADMIN, key: KeyOption = KEY) -> None:
    """Show the markets of a running venue."""
    table = Table("market", "rulebook", "phase", "session", "index", "mark", "open interest")
    for row in _operator(admin, key, "GET", "/markets"):
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
def market_halt(market: str, why: str, admin: AdminOption = ADMIN, key: KeyOption = KEY) -> None:
    """Stop trading in a market; cancels stay allowed."""
    _operator(admin, key, "POST", f"/markets/{market}/halt", {"why": why})
    out.print(f"{market}: halted")


@market_app.command("resume")
@refusing
def market_resume(
    market: str,
    call_seconds: Annotated[int, typer.Option(help="By a call of so long; 0: at once.")] = 30,
    admin: AdminOption = ADMIN,
    key: KeyOption = KEY,
) -> None:
    """End a halt."""
    _operator(admin, key, "POST", f"/markets/{market}/resume", {"call_seconds": call_seconds})
    out.print(f"{market}: resumed")


@journal_app.command("verify")
@refusing
def journal_verify(
    journal: Annotated[str, typer.Argument(help="sqlite:///path or postgresql://...")],
    rows_only: Annotated[bool, typer.Option(help="Do not execute anything again.")] = False,
) -> None:
    """Check every row of a journal, and execute it again to compare what happened."""
    from venue.app import code_version
    from venue.rules.build import build
    from venue.store.open import open_journal
    from venue.store.verify import verify

    async def work() -> Any:
        opened = await open_journal(journal)
        try:
            return await verify(opened, None if rows_only else build, code_version=code_version())
        finally:
            await opened.close()

    found = _run(work())
    out.print(
        f"whole: {found.groups:,} rows, {found.commands:,} commands, {found.executed:,} executed "
        f"again, {found.digests} digests compared, chain {found.chain.hex()[:16]}"
    )
    for version in found.other_versions:
        out.print(f"not executed again: commands of version {version}; use that version")


@journal_app.command("cut")
@refusing
def journal_cut(journal: str, after: Annotated[int, typer.Option(help="Keep up to here.")]) -> None:
    """Give up everything after a command, when what follows it is damaged."""
    from venue.store.open import open_journal

    async def work() -> int:
        opened = await open_journal(journal)
        try:
            return await opened.cut(after_seq=after)
        finally:
            await opened.close()

    out.print(f"{_run(work()):,} commands given up after seq {after}")


@journal_app.command("export")
@refusing
def journal_export(
    projections: Annotated[str, typer.Argument(help="Address of the projections.")],
    table: Annotated[str, typer.Argument(help="orders, trades, fills, funding, ledger, ...")],
    to: Annotated[Path, typer.Argument(help="A .csv or .parquet file.")],
    account: Annotated[int | None, typer.Option()] = None,
    market: Annotated[str | None, typer.Option()] = None,
) -> None:
    """Write history to a file: orders, trades, fills, funding, ledger, equity_curve, ..."""
    from venue.store.export import export
    from venue.store.open_projections import projections_engine
    from venue.store.queries import Asked

    async def work() -> int:
        engine = projections_engine(projections)
        try:
            return await export(engine, Asked(table, account=account, market=market), to)
        finally:
            await engine.dispose()

    out.print(f"{_run(work()):,} rows in {to}")


@db_app.command("upgrade")
@refusing
def db_upgrade(address: str, tree: Annotated[str, typer.Argument()] = "journal") -> None:
    """Bring a database to the newest schema; no venue may be running on it."""
    from venue.store.migrate import upgrade
    from venue.store.schema import TREES

    if tree not in TREES:
        raise ConfigError(f"expected one of {', '.join(TREES)}, found {tree}")
    before, after = _run(upgrade(address, TREES[tree]))
    out.print(f"{tree}: {before or 'nothing'} -> {after}")


@db_app.command("rebuild")
@refusing
def db_rebuild(journal: str, projections: str) -> None:
    """Make the projections again from the journal's first command on."""
    from venue.rules.build import build
    from venue.store.catch_up import rebuild
    from venue.store.open import open_journal
    from venue.store.open_projections import open_projections

    async def work() -> int:
        opened = await open_journal(journal)
        target = await open_projections(projections)
        try:
            return await rebuild(target, opened, build)
        finally:
            await target.close()
            await opened.close()

    out.print(f"{_run(work()):,} commands projected")
