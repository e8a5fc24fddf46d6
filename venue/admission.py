"""What must agree before a venue goes on with a journal: its rules, its code, how long it slept."""

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

from venue import __version__
from venue.clock import Clock
from venue.compiled import check_compiled
from venue.config import ConfigError
from venue.core.listing import MarketSpec
from venue.core.state import State
from venue.core.units import NS_PER_MINUTE, NS_PER_SECOND
from venue.rules.build import build, changed
from venue.rules.table import is_outside

# After an outage longer than this a venue on the wall's time waits for its operator.
OUTAGE_NS_MAX = 5 * NS_PER_MINUTE


class OutageError(ConfigError):
    """The venue was down for long, and nobody has said yet that it may go on."""


def code_version() -> str:
    """Return the version of the code that decides outcomes: release, and hash of core and rules.

    New code begins a new epoch of the journal; an old epoch verifies with the version it names.
    Compiled or not is no other version, as long as what was compiled is what is written.
    """
    check_compiled()
    root = Path(__file__).parent
    seen = blake2b(digest_size=6)
    for room in ("core", "rules"):
        for path in sorted((root / room).rglob("*.py")):
            seen.update(path.relative_to(root).as_posix().encode())
            seen.update(path.read_bytes())
    return f"{__version__}+{seen.hexdigest()}"


def check_same_markets(specs: Iterable[MarketSpec], state: State) -> None:
    """A journal says under which rules it runs: settings that say otherwise are refused."""
    for spec in specs:
        market = state.markets.get(state.renamed.get(spec.market, spec.market))
        if market is None:
            continue
        said = None
        listed = market.spec.rulebook
        if listed != spec.rulebook:
            said = f"under {listed} in this journal, the settings say {spec.rulebook}"
        elif market.rules != (wanted := build(spec)):
            kinds = [
                kind
                for kind in wanted.__struct_fields__
                if getattr(wanted, kind) != getattr(market.rules, kind)
            ]
            said = f"with other rules in this journal than in the settings ({', '.join(kinds)})"
        if said is not None:
            raise ConfigError(
                f"market {spec.market} is listed {said}: start a fresh journal, or replay "
                "this one under other rules"
            )


def changed_outside(state: State) -> list[tuple[str, str]]:
    """Return market and name of each rule from outside that reads differently from when it was
    listed: what it has decided since cannot be verified with either text alone."""
    return [
        (name, rule)
        for name, market in state.markets.items()
        for rule in changed(market.spec)
        if is_outside(rule)
    ]


def check_outage(clock: Clock, durable_ns: int, *, is_accepted: bool) -> None:
    """Refuse to go on after a long outage until the operator has said so.

    Fundings, expiries and liquidations of all that time would run at once. A clock that stands
    still while the venue is down has no outages.
    """
    down_ns = clock.now_ns() - durable_ns
    if clock.kind == "live" and down_ns > OUTAGE_NS_MAX and not is_accepted:
        raise OutageError(
            f"the venue was down for {down_ns // NS_PER_SECOND} s: fundings, expiries and "
            "liquidations of that time would run at once. Start it again with "
            "--accept-outage to let them"
        )
