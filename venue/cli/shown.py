"""What all commands share: consoles, settings, and refusals as one sentence."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

from venue.config import ConfigError, Settings, fault, load
from venue.store.addresses import file_of

if TYPE_CHECKING:
    from venue.store.errors import JournalDiverged

# Into a file or a pipe everything goes at its full width: a cut figure is a wrong one.
WIDE = 100_000
out = Console(markup=False, highlight=False, width=None if sys.stdout.isatty() else WIDE)
err = Console(stderr=True)

ConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", help="Settings; see `venue config`.")
]


def refusing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn every named refusal into one sentence and exit code 2."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        from venue.core.listing import ListingUnfit
        from venue.core.policies.broken import RuleBroke
        from venue.oracle import OracleError
        from venue.sessions import CalendarError
        from venue.store.errors import JournalDiverged, StoreError

        look_in(Path.cwd())
        try:
            return command(*args, **kwargs)
        except JournalDiverged as error:
            refuse(f"{error}{_changed(error)}")
        except RuleBroke as error:
            refuse(str(error))
        except (ConfigError, OracleError, CalendarError, StoreError, ListingUnfit) as error:
            refuse(str(error))
        except BrokenPipeError:  # Who reads has enough, as `head` has; nor is there more to flush.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(1) from None
        except OSError as error:
            refuse(str(error))

    return run


def look_in(folder: Path) -> None:
    """Let rules of one's own be found in a folder: last, so that nothing there hides anything."""
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


def _changed(diverged: "JournalDiverged") -> str:
    """Say which rules of a journal that diverges read differently here, if any do."""
    from venue.rules.build import changed

    names = [
        f"{each} of market {spec.market}" for spec in diverged.listed for each in changed(spec)
    ]
    if not names:
        return ""
    said = ", ".join(names)
    return f". Since it was listed the source has changed of {said}: run it with the old one"


def refuse(sentence: str) -> NoReturn:
    """Say why not, and end with exit code 2."""
    err.print(f"[red]refused:[/red] {escape(sentence)}", highlight=False, soft_wrap=True)
    raise typer.Exit(2)


def show(table: Table, *, spare: Sequence[str] = (), console: Console = out) -> None:
    """Print a table whole; on a narrow terminal without its ``spare`` columns, first ones first.

    What is still too wide is folded: no figure is ever cut.
    """
    left_out: list[str] = []
    for column in table.columns:
        column.overflow = "fold"
    roomy = console.options.update(width=WIDE)
    for header in spare:
        if Measurement.get(console, roomy, table).maximum <= console.width:
            break
        table.columns = [column for column in table.columns if column.header != header]
        left_out.append(header)
    console.print(table)
    if left_out:
        console.print(f"left out of this narrow terminal: {', '.join(left_out)}")


def existing(address: str) -> str:
    """Return the address of a database that must be there already."""
    path = file_of(address)
    if path is not None:
        if not path.is_file():
            raise ConfigError(f"{path}: expected a file, found none")
        if not path.stat().st_size:  # To open it would make tables there.
            raise ConfigError(f"{path}: expected a database, found an empty file")
    return address


def settings_of(config: Path | None) -> Settings:
    """Return the settings of a file, of ``venue.toml`` here, or the defaults."""
    if config is None and Path("venue.toml").exists():
        config = Path("venue.toml")
    if config is not None:
        look_in(config.absolute().parent)
    settings = load(config)
    if settings.source.replay == "none":  # TOML has no word for nothing.
        source = msgspec.structs.replace(settings.source, replay=None)
        settings = msgspec.structs.replace(settings, source=source)
    wrong = fault(settings)
    if wrong is not None:
        raise ConfigError(f"{config or 'the settings'}: {wrong}")
    return settings


def wait_for(work: Awaitable[Any]) -> Any:
    """Run something to its end."""

    async def wrapped() -> Any:
        return await work

    return asyncio.run(wrapped())
