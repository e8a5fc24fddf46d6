"""``venue rules compare``: one recording under several rulebooks, side by side."""

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.table import Table

from venue.cli.shown import ConfigOption, out, refusing, settings_of
from venue.config import ConfigError, MarketSettings, Settings

if TYPE_CHECKING:
    from venue.core.listing import MarketSpec
    from venue.sources import Plan

# Synthetic prices take no part, but those that follow a recorded market want a seed.
SEED = bytes(32)


@refusing
def rules_compare(
    rulebooks: Annotated[
        list[str], typer.Argument(help="Rulebooks, those of venue.toml among them.")
    ],
    market: Annotated[str, typer.Option(help="What is listed under each.")] = "TSLA",
    replay: Annotated[
        str | None, typer.Option(help="A recording, or `weekend`, the one that ships.")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="Begin there, e.g. '2025-04-11 15:30' New York.")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", help="End there.")] = None,
    config: ConfigOption = None,
) -> None:
    """Play one recording under each rulebook, with the same traders, and show what it came to.

    A maker, noise, one who follows the mark, and a long and a short at 5x, 10x and 20x with $10,000
    each, who open a quarter of an hour after the start. A pool has a provider and no maker; where
    contracts are minted, a keeper of a vault. Takes some seconds a rulebook and day.
    """
    from venue.lab.compare import compare
    from venue.lab.run import RunFault
    from venue.listings import listing

    settings = settings_of(config)
    specs = [
        listing(MarketSettings(market=market, rulebook=name), settings.rulebooks)
        for name in dict.fromkeys(rulebooks)
    ]
    plan = _plan(settings, specs[0], replay, from_, to)
    start_ns, end_ns = plan.span.start_ns, plan.span.recorded_until_ns
    if end_ns is None:
        raise ConfigError("expected a recording to compare on, found none: say --replay")
    recorded = sorted(
        (
            each
            for feed in plan.feeds
            for each in feed.prints(start_ns, end_ns)
            if each.underlying == specs[0].underlying
        ),
        key=lambda each: each.received_ns,
    )
    start_ns = max(start_ns, recorded[0].received_ns)  # Before it there is nothing to compare.
    table = Table("", box=None)
    columns = []
    for spec in specs:
        with out.status(f"{spec.rulebook} ..."):
            try:
                columns += compare([spec], recorded, start_ns, end_ns)
            except RunFault as error:
                raise ConfigError(str(error)) from error
        table.add_column(spec.rulebook, overflow="fold")
    for name in columns[0].figures:
        table.add_row(name, *(played.figures[name] for played in columns))
    out.print(table)
    out.print('What the rows say: docs/own-rules.md, "Rows of a comparison".')


def _plan(
    settings: Settings, spec: "MarketSpec", replay: str | None, from_: str | None, to: str | None
) -> "Plan":
    from venue.sources import plan

    source = msgspec.structs.replace(
        settings.source,
        live=None,
        feeds=(),
        replay=replay or settings.source.replay or "weekend",
        replay_market=settings.source.replay_market if replay is None else spec.underlying,
        replay_from=from_ or settings.source.replay_from,
        replay_to=to or settings.source.replay_to,
    )
    return plan(source, [spec], seed=SEED, now_ns=0)
