"""What must agree before a venue goes on with a journal: its rules, its code, how long it slept."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from venue import __version__
from venue.clock import Clock
from venue.compiled import check_compiled
from venue.config import ConfigError
from venue.core.listing import MarketSpec
from venue.core.state import State
from venue.core.units import NS_PER_MINUTE, NS_PER_SECOND
from venue.rules.build import build
from venue.rules.own_code import own_hash_at
from venue.store.code import Code, read_code
from venue.store.journal import Meta

# After an outage longer than this a venue on the wall's time waits for its operator.
OUTAGE_NS_MAX = 5 * NS_PER_MINUTE


class OutageError(ConfigError):
    """The venue was down for long, and nobody has said yet that it may go on."""


def code_version(own: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the version of the code that decides outcomes: release, and hash of core and rules.

    ``own``: path and hash of each rule of somebody's own, which stand behind it. New code, and
    another text of such a rule, begin a new epoch of the journal; an old epoch verifies with what
    it names. Compiled or not is no other version, as long as what was compiled is what is written.
    """
    check_compiled()
    root = Path(__file__).parent
    seen = blake2b(digest_size=6)
    for room in ("core", "rules"):
        for path in sorted((root / room).rglob("*.py")):
            seen.update(path.relative_to(root).as_posix().encode())
            seen.update(path.read_bytes())
    return Code(f"{__version__}+{seen.hexdigest()}", own).written()


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


class Other(NamedTuple):
    """A rule of somebody's own that is not the one that an epoch ran."""

    path: str
    epoch: int
    ran: str
    here: str


def other_rules(epochs: Sequence[Meta]) -> list[Other]:
    """Return which rules of somebody's own lie here in another text than the last epoch ran."""
    if not epochs:
        return []
    last = epochs[-1]
    return [
        Other(path, last.epoch, ran, here)
        for path, ran in read_code(last.code_version).own.items()
        if (here := own_hash_at(path)) != ran
    ]


def put_back(others: Iterable[Other]) -> str:
    """Say what to do where commands of the last epoch do not come out with the rules that lie here.

    >>> put_back([Other("mine:HalfWay", 2, "1f2e" * 16, "9a8b" * 16)])
    'mine:HalfWay is not the one that epoch 2 ran (it had SHA-256 1f2e1f2e1f2e1f2e, here lies \
9a8b9a8b9a8b9a8b): put that file back, start the venue and stop it, which keeps a checkpoint; then \
change the rule'
    """
    said = "; ".join(
        f"{each.path} is not the one that epoch {each.epoch} ran (it had SHA-256 {each.ran[:16]}, "
        f"here lies {each.here[:16] or 'none'})"
        for each in others
    )
    return (
        f"{said}: put that file back, start the venue and stop it, which keeps a checkpoint; then "
        "change the rule"
    )


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
