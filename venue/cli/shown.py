"""What all commands share: consoles, settings, and refusals as one sentence."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from venue.config import ConfigError, Settings, load

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


def settings_of(config: Path | None) -> Settings:
    """Return the settings of a file, of ``venue.toml`` here, or the defaults."""
    if config is None and Path("venue.toml").exists():
        config = Path("venue.toml")
    return load(config)


def wait_for(work: Awaitable[Any]) -> Any:
    """Run something to its end."""

    async def wrapped() -> Any:
        return await work

    return asyncio.run(wrapped())
