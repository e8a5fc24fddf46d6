"""What a person types: ``venue serve``, ``venue rules list``, ``venue journal verify``.

Every refusal is one sentence on standard error and exit code 2; never a traceback.
"""

import sys
from typing import Annotated

import typer

from venue import __version__
from venue.cli import recordings, rules, serving
from venue.cli.accounts import account_app
from venue.cli.corporate import market_app
from venue.cli.lasting import db_app, journal_app
from venue.cli.usage import run
from venue.compiled import core_form

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command()(serving.serve)
app.command()(serving.config)
app.command()(serving.replay)
app.add_typer(recordings.app, name="recording")
app.add_typer(rules.app, name="rules")
app.add_typer(account_app, name="account")
app.add_typer(market_app, name="market")
app.add_typer(journal_app, name="journal")
app.add_typer(db_app, name="db")


def _version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"venue {__version__}, core {core_form()}")
        raise typer.Exit


@app.callback()
def venue(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Say which venue this is, and end."
        ),
    ] = False,
) -> None:
    """A paper exchange for 24/7 equity perpetuals."""


def main() -> None:
    """Run the ``venue`` command."""
    if not __debug__:
        sys.exit("the venue does not run without its assertions: start Python without -O")
    run(app)
