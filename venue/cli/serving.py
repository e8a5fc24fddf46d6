"""``venue serve``, ``venue config`` and ``venue replay``."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.markup import escape
from rich.table import Table

from venue.cli.shown import (
    ConfigOption,
    err,
    existing,
    out,
    refusing,
    settings_of,
    show,
    wait_for,
)
from venue.cli.starting import check_free, check_there, check_unused, fast_runner, put_aside
from venue.config import (
    ConfigError,
    Settings,
    admin_url,
    as_toml,
    fault,
    new_account_fault,
    where_bots,
)
from venue.store.addresses import check_address, file_of, sqlite_url


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
    """Run the venue: by default a generated weekend at 600x, then on at 1x."""
    from venue.listings import listing

    if live:
        _live_alone(replay=replay, from_=from_, to=to, lockstep=lockstep, speed=speed)
    settings = settings_of(config)
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
        clock = change(clock, speed=speed)
    source = change(
        source,
        replay_market=replay_market or source.replay_market,
        replay_from=from_ or source.replay_from,
        replay_to=to or source.replay_to,
    )
    if journal is not None:
        store = change(store, journal=journal, projections=_new_projections(journal))
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
    wrong = fault(settings)
    if wrong is not None:
        raise ConfigError(wrong)
    if fresh:
        for each in settings.markets:
            listing(each, settings.rulebooks)  # What cannot be listed puts nothing aside.
        put_aside(store.journal, store.projections)
    _serve(settings, sys.stdout.isatty() if screen is None else screen, accept_outage)


def _live_alone(**options: str | int | None) -> None:
    """Refuse what would take the wall's time, or today's prices, away again."""
    for name, given in options.items():
        if given is not None:
            raise ConfigError(
                f"--live runs at the wall's time, on live or synthetic prices: expected no "
                f"--{name.rstrip('_')}, found {given}"
            )


def _new_projections(journal: str) -> str:
    """Return where the projections go of a journal that was named alone."""
    path = file_of(journal)
    return journal if path is None else sqlite_url(path.with_name(f"{path.stem}-projections.db"))


def _serve(settings: Settings, screen: bool, accept_outage: bool) -> None:
    from structlog import get_logger

    from venue.app import Venue
    from venue.app import serve as serve_venue
    from venue.core.policies.broken import RuleBroke
    from venue.faults import StoppedWithoutJournal, VenueStopped
    from venue.held_rules import HeldRules
    from venue.logs import configure
    from venue.tls import admin_tls, bots_tls

    listen = settings.listen
    check_address(settings.store.journal, "a journal")
    check_address(settings.store.projections, "the projections' address")
    run = fast_runner() if listen.fast else asyncio.run  # Before anything is opened.
    bots_tls(listen)
    admin_tls(listen)
    check_unused(settings.store.journal)
    check_there(settings)
    for host, port, option in (
        (listen.host, listen.port, "--port"),
        (listen.admin_host, listen.admin_port, "--admin-port"),
    ):
        check_free(host, port, option)
    configure(to_file=screen, folder=Path("var"))

    def ready(venue: Venue) -> None:
        if not screen:
            out.print(
                f"bots: {where_bots(settings)}   health: {admin_url(settings)}/healthz   "
                f"tokens: {venue.folder / 'tokens.json'}",
                soft_wrap=True,
            )

    def say(line: str) -> None:
        err.print(line, markup=False, highlight=False, soft_wrap=True)

    def held_up(line: str) -> None:
        get_logger().warning(line)
        if screen:  # Else the log is standard error.
            say(line)

    held = HeldRules(held_up, seconds_max=settings.rule_seconds_max)
    held.begin()
    work = serve_venue(
        settings, screen=screen, accept_outage=accept_outage, ready=ready, say=say, held=held
    )
    try:
        run(work)
    except VenueStopped as error:
        if isinstance(error.__cause__, RuleBroke):
            err.print(
                f"[red]the venue stopped, a rule broke:[/red] {escape(str(error))}; everything "
                "acknowledged is in the journal, the command in hand is not. Mend the rule, try it "
                "with `venue rules check`, and start again: a new epoch of the journal begins "
                "(with --fresh, where it would have answered otherwise since the last checkpoint)",
                soft_wrap=True,
                highlight=False,
            )
            raise typer.Exit(1) from None
        err.print(
            f"[red]the venue stopped on a fault of its own:[/red] {error}; everything "
            "acknowledged is in the journal, the fault in a file beside it: start again, and "
            "report it",
            soft_wrap=True,
        )
        raise typer.Exit(1) from None
    except StoppedWithoutJournal as error:
        err.print(
            f"[red]stopped without its journal:[/red] {escape(str(error))}; what was acknowledged "
            "is in the journal as it was left, its -wal file included: keep them together, and "
            "have them in their place before the next start",
            soft_wrap=True,
            highlight=False,
        )
        raise typer.Exit(1) from None
    finally:
        held.end()
    out.print("stopped; everything acknowledged is in the journal")


@refusing
def config(config: ConfigOption = None) -> None:
    """Print all settings as they would be used, as a venue.toml; refuse what cannot be."""
    from venue.listings import listing, own_rulebooks
    from venue.tls import admin_tls, bots_tls

    settings = settings_of(config)
    journal = file_of(settings.store.journal)
    if journal is not None and not journal.exists() and (wrong := new_account_fault(settings)):
        raise ConfigError(f"{config or 'the settings'}: {wrong}")
    bots_tls(settings.listen)
    admin_tls(settings.listen)
    list(own_rulebooks(settings))
    for market in settings.markets:
        listing(market, settings.rulebooks)
    sys.stdout.write(as_toml(settings) + "\n")


@refusing
def replay(
    journal: Annotated[str, typer.Argument(help="sqlite:///path of a journal")],
) -> None:
    """Execute a journal again from its beginning, and say what it comes to."""
    from venue.lab.replay import replay_journal

    summary = wait_for(replay_journal(existing(journal)))
    table = Table("what", "figure")
    for name, figure in summary.items():
        table.add_row(name, str(figure))
    show(table)
