"""What a venue executes first, and the keys to its accounts."""

import json
import os
import secrets
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import msgspec

from venue.config import (
    HOUSE_ACCOUNTS,
    ConfigError,
    Settings,
    SourceSettings,
    new_account_fault,
)
from venue.core.account import FIRST_ACCOUNT
from venue.core.commands import (
    Command,
    Deposit,
    FundInsurance,
    ListMarket,
    OpenAccount,
    RecordDowntime,
)
from venue.core.listing import MarketSpec
from venue.core.state import State
from venue.core.units import E6

SEED_BYTES = 32
# What the house's leveraged traders bring: little enough to lose it all on a Monday.
LEVERAGED_DOLLARS = 25_000


def genesis(settings: Settings, specs: Sequence[MarketSpec]) -> Iterator[Command]:
    """Yield what opens a fresh venue: markets, the insurance fund, accounts with money."""
    _check_names(settings, ())
    for each in specs:
        yield ListMarket(each)
    if settings.insurance_dollars:
        yield FundInsurance(settings.insurance_dollars * E6)
    yield from accounts(openings(settings), FIRST_ACCOUNT)


def resumption(
    settings: Settings, specs: Sequence[MarketSpec], state: State, now_ns: int
) -> list[Command]:
    """Return what a venue goes on with: its downtime, then markets and accounts that are new."""
    _check_names(settings, state.names)
    known = state.markets.keys() | state.renamed.keys()
    wanted = [each for each in openings(settings) if each[0] not in state.names]
    return [
        RecordDowntime(max(now_ns, state.now_ns)),
        *(ListMarket(spec) for spec in specs if spec.market not in known),
        *accounts(wanted, state.next_account),
    ]


def _check_names(settings: Settings, known: Collection[str]) -> None:
    if wrong := new_account_fault(settings, known):
        raise ConfigError(wrong)


def accounts(wanted: Sequence[tuple[str, int]], next_account: int) -> Iterator[Command]:
    """Yield what opens accounts (name, dollars), the first of them under a number."""
    for number, (name, dollars) in enumerate(wanted, start=next_account):
        yield OpenAccount(name)
        if dollars:
            yield Deposit(number, dollars * E6)


def openings(settings: Settings) -> list[tuple[str, int]]:
    """Return (name, dollars) of the accounts that a fresh venue opens, in order."""
    house = [
        (name, LEVERAGED_DOLLARS if name.startswith("leveraged") else settings.house_dollars)
        for name in (HOUSE_ACCOUNTS if settings.house else ())
    ]
    return [*house, *((each.name, each.deposit_dollars) for each in settings.accounts)]


def secret_seed(path: Path) -> bytes:
    """Return the synthetic source's seed beside a journal; made once, for its owner alone."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    seed = secrets.token_bytes(SEED_BYTES)
    write_private(path, seed)
    return seed


def operator_key(path: Path) -> str:
    """Return the operator's key of a venue; made once, for its owner alone."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        key = secrets.token_urlsafe(SEED_BYTES)
        write_private(path, key.encode())
        return key


class Run(msgspec.Struct, frozen=True):
    """What one life of a journal rests on besides its commands: where its prints come from.

    ``anchor_ns`` is when computed prices began: the wall's time at the first start.
    """

    source: SourceSettings
    clock: str
    anchor_ns: int


def same_run(path: Path, asked: Run, *, is_fresh: bool, way_out: str = "") -> Run:
    """Return the run of a journal; one that would go on from another source is refused.

    ``way_out`` ends the refusal.
    """
    if not is_fresh and path.exists():
        begun = msgspec.json.decode(path.read_bytes(), type=Run)
        # Live sources may change: what they printed is journalled, what they will is not known.
        is_live = begun.source.is_live and asked.source.is_live
        if begun.clock != asked.clock or (begun.source != asked.source and not is_live):
            _refuse_other_splits(begun, asked)
            raise ConfigError(
                f"this journal was begun with other prices or another clock ({_said(begun)}) than "
                f"asked for now ({_said(asked)}): start it as before, or another with --journal, "
                f"or put it aside with --fresh{way_out}"
            )
        return begun
    write_private(path, msgspec.json.encode(asked))
    return asked


def _refuse_other_splits(begun: Run, asked: Run) -> None:
    """Say what to do where ``replay_splits`` alone is another: prints so far stand as they came."""
    had = begun.source.replay_splits
    same_splits = msgspec.structs.replace(asked.source, replay_splits=had)
    if begun.clock != asked.clock or begun.source != same_splits:
        return
    said = ", ".join(f"{each.ratio} at {each.at}" for each in had) or "none"
    raise ConfigError(
        f"source.replay_splits: this journal was begun with {said}, and goes on with the prices "
        "that it was begun with: set that again. Where the recording falls by itself at a split, "
        "announce the split with `venue market split` and, as soon as `venue market list` shows "
        "the recording held back, say `venue market source MARKET NAME OLD:NEW` (for a 2:1 split "
        "1:2); or begin anew with --fresh"
    )


def _said(run: Run) -> str:
    source = run.source
    words = [f"clock {run.clock}"]
    if source.is_live:
        words.append("live sources")
    elif run.clock != "live" or source.replay is not None:
        words.append(f"replay {source.replay or 'none'}")
    for name, value in (
        ("market", source.replay_market),
        ("from", source.replay_from),
        ("to", source.replay_to),
    ):
        if value is not None:
            words.append(f"{name} {value}")
    return ", ".join(words)


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read: all of it, or, on a crash, none of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".new")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, 0o600)  # Also where it stood there before, open to others.
        file.write(data)
        file.flush()
        os.fsync(handle)
    unfinished.replace(path)


def read_tokens(path: Path) -> dict[str, str]:
    """Return names and tokens of a file, none where there is no such file."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except FileNotFoundError:
        return {}


def write_tokens(path: Path, tokens: dict[str, str]) -> None:
    """Write names and tokens as JSON for the bots of this machine."""
    write_private(path, json.dumps(tokens, indent=2).encode() + b"\n")
