"""``venue market split|dividend|rename|delist|merge|withdraw``: corporate actions.

Times are of New York, as exchanges and companies announce them. What takes effect by time wants one
always: nothing that is done at once, because a word was forgotten, can be withdrawn.
"""

from datetime import date
from typing import Annotated, Any

import typer

from venue.cli.markets import market_app
from venue.cli.moments import new_york, new_york_ns
from venue.cli.operators_door import AdminOption, KeyOption, OperatorsDoor, operators_door
from venue.cli.shown import ConfigOption, out, refusing
from venue.config import ConfigError, ratio_of

__all__ = ["market_app"]  # With these commands in it.

AtOption = Annotated[
    str | None,
    typer.Option(
        "--at", help="New York time, e.g. '2026-08-09 20:00'; now: at once. Always needed."
    ),
]
AT_ONCE = "now"


def _at_ns(at: str | None, what: str) -> int:
    """Return when an action takes effect, in ns since the Unix epoch; 0: at once."""
    if at is None:
        raise ConfigError(
            "expected --at with a time of New York, such as '2026-08-09 20:00', or --at "
            f"{AT_ONCE}, found none: a {what} that is done cannot be withdrawn"
        )
    return 0 if at == AT_ONCE else new_york_ns(at)


def _announce(door: OperatorsDoor, market: str, what: str, body: dict[str, Any]) -> None:
    answer = door.ask("POST", f"/markets/{market}/{what}", body)
    at = new_york(answer["effective_ns"])
    out.print(f"{market}: {what} {answer['action_id']} announced for {at}")


@market_app.command("split")
@refusing
def market_split(
    market: str,
    ratio: Annotated[str, typer.Argument(help="New units for old ones: 4:1; reverse: 1:10.")],
    at: AtOption = None,
    halt_seconds: Annotated[int, typer.Option(help="Halt trading so long before.")] = 0,
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Announce a split: nobody gains or loses; trading goes on by a call."""
    new, old = ratio_of(ratio)
    body = {
        "numerator": new,
        "denominator": old,
        "at_ns": _at_ns(at, "split"),
        "halt_seconds": halt_seconds,
    }
    _announce(operators_door(config, admin, key), market, "split", body)


@market_app.command("dividend")
@refusing
def market_dividend(
    market: str,
    dollars: Annotated[str, typer.Argument(help="Cash of one unit, such as 0.25.")],
    ex_date: Annotated[str, typer.Argument(help="The ex-date, such as 2026-08-14.")],
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Announce a dividend; what is done about it is the market's corporate rule."""
    try:
        ex = date.fromisoformat(ex_date)
    except ValueError as error:
        raise ConfigError(f"expected a date such as 2026-08-14, found {ex_date!r}") from error
    body = {"dollars": dollars, "ex_ns": new_york_ns(ex.isoformat())}
    _announce(operators_door(config, admin, key), market, "dividend", body)


@market_app.command("rename")
@refusing
def market_rename(
    market: str,
    to: Annotated[str, typer.Argument(help="The new name, 1 to 16 characters.")],
    underlying: Annotated[
        str | None, typer.Option(help="Where the underlying has a new name too.")
    ] = None,
    at: AtOption = None,
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Announce a new name: orders, positions and subscriptions keep."""
    body = {"to": to, "underlying": underlying, "at_ns": _at_ns(at, "rename")}
    _announce(operators_door(config, admin, key), market, "rename", body)


@market_app.command("delist")
@refusing
def market_delist(
    market: str,
    at: AtOption = None,
    reduce_seconds: Annotated[
        int, typer.Option(help="Positions may only shrink so long before.")
    ] = 86_400,
    average_seconds: Annotated[
        int, typer.Option(help="Settled at the index's mean over so long.")
    ] = 3_600,
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Announce a delisting: all positions are closed at the mean of the index."""
    body = {
        "at_ns": _at_ns(at, "delisting"),
        "reduce_seconds": reduce_seconds,
        "average_seconds": average_seconds,
    }
    _announce(operators_door(config, admin, key), market, "delist", body)


@market_app.command("source")
@refusing
def market_source(
    market: str,
    source: Annotated[str, typer.Argument(help="As `venue market list` names it.")],
    ratio: Annotated[
        str,
        typer.Argument(
            help="2:1: it still prints the prices before such a split; 1:2: its prices had fallen "
            "by themselves and are halved once too often; 1:1: they are right as they are."
        ),
    ],
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Say what a source prints in, whose prints are held back since a split."""
    new, old = ratio_of(ratio)
    body = {"source": source, "numerator": new, "denominator": old}
    operators_door(config, admin, key).ask("POST", f"/markets/{market}/source", body)
    out.print(f"{market}: prints of {source} count {new}:{old} from now on")


@market_app.command("merge")
@refusing
def market_merge(
    market: str,
    cash: Annotated[str, typer.Option(help="Dollars that a unit becomes, such as 33.00.")] = "0",
    to: Annotated[
        str, typer.Option(help="The market of what a unit becomes; empty: cash alone.")
    ] = "",
    ratio: Annotated[str, typer.Option(help="Units of that for units of this: 1:2.")] = "1:1",
    underlying: Annotated[
        str | None, typer.Option(help="What the new market follows; left out: its own name.")
    ] = None,
    at: AtOption = None,
    halt_seconds: Annotated[int, typer.Option(help="Halt trading so long before.")] = 0,
    reduce_seconds: Annotated[
        int, typer.Option(help="Positions may only shrink so long before.")
    ] = 0,
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Announce a merger: units become cash, or units of another, or both."""
    new, old = ratio_of(ratio)
    body = {
        "cash": cash,
        "to": to,
        "numerator": new,
        "denominator": old,
        "underlying": underlying,
        "at_ns": _at_ns(at, "merger"),
        "halt_seconds": halt_seconds,
        "reduce_seconds": reduce_seconds,
    }
    _announce(operators_door(config, admin, key), market, "merge", body)


@market_app.command("withdraw")
@refusing
def market_withdraw(
    market: str,
    action_id: int,
    config: ConfigOption = None,
    admin: AdminOption = None,
    key: KeyOption = None,
) -> None:
    """Call an announced action off, or what is left of it."""
    body = {"action_id": action_id}
    operators_door(config, admin, key).ask("POST", f"/markets/{market}/withdraw", body)
    out.print(f"{market}: action {action_id} withdrawn")
