"""Execute a journal's groups again, and hold what happens against the chain."""

from hashlib import blake2b
from typing import NamedTuple

import msgspec

from venue.core.commands import AnyCommand
from venue.core.digest import digest, load
from venue.core.engine import Engine
from venue.core.events import Event
from venue.core.listing import ListingUnfit, MarketSpec
from venue.core.policies import BuildRules, Rules
from venue.core.policies.broken import RuleBroke
from venue.store.errors import JournalCorrupt, JournalDiverged, RulesMissing
from venue.store.journal import (
    GENESIS_CHAIN,
    HASH_BYTES,
    Checkpoint,
    Group,
    chain_after,
    pack_events,
)


class Executed(NamedTuple):
    """One command's number and time in ns, and what happened."""

    seq: int
    at_ns: int
    events: list[Event]


class Replay:
    """An engine that goes through a journal; ``chain`` is of the last group that it executed.

    ``beside`` is what the checkpoint that it began at keeps for the shell.
    """

    def __init__(
        self, name: str, engine: Engine, chain: bytes = GENESIS_CHAIN, beside: bytes = b""
    ) -> None:
        self._name = name
        self.beside = beside
        self.engine = engine
        self.chain = chain
        # Why a listing was refused last: it may have been taken when the journal was written.
        self._refused: ListingUnfit | None = None
        build_rules = engine.state.build_rules

        def building(spec: MarketSpec) -> Rules:
            try:
                return build_rules(spec)
            except ListingUnfit as refusal:
                self._refused = refusal
                raise

        engine.state.build_rules = building

    def execute(self, group: Group) -> list[Executed]:
        """Execute a group and return what happened, if it is what happened the first time."""
        engine = self.engine
        state = engine.state
        commands = decoded(self._name, group)
        executed: list[Executed] = []
        if state.seq + 1 != group.first_seq:
            raise self._diverged(group, f"state before seq {group.first_seq}")
        try:
            for at_ns, command in commands:
                events = engine.execute(command, at_ns=at_ns)
                executed.append(Executed(state.seq, at_ns, events))
        except RuleBroke as error:
            raise self._without_rules(group, str(error)) from error
        except AssertionError as error:
            raise self._diverged(group, f"events (seq {state.seq}: {error})") from error
        events_bytes = pack_events([each.events for each in executed])
        self.chain = chain_after(self.chain, commands=group.commands, events=events_bytes)
        if self.chain != group.chain:
            if self._refused is not None:
                raise self._without_rules(group, str(self._refused))
            raise self._diverged(group, "events")
        self._refused = None  # It was refused then as well.
        return executed

    def compare(self, group: Group, expected_digest: bytes) -> None:
        """Hold the state after a group against a digest on record."""
        if digest(self.engine.state) != expected_digest:
            raise self._diverged(group, "state")

    def _without_rules(self, group: Group, why: str) -> RulesMissing:
        return RulesMissing(self._name, first_seq=group.first_seq, last_seq=group.last_seq, why=why)

    def _diverged(self, group: Group, what: str) -> JournalDiverged:
        return JournalDiverged(
            self._name,
            first_seq=group.first_seq,
            last_seq=group.last_seq,
            what=what,
            listed=tuple(market.spec for market in self.engine.state.markets.values()),
        )


def begin(name: str, checkpoint: Checkpoint | None, build_rules: BuildRules) -> Replay:
    """Return a replay that goes on from a checkpoint, or (``None``) from nothing."""
    if checkpoint is None:
        return Replay(name, Engine(build_rules))
    where = f"{name}, checkpoint of seq {checkpoint.seq}"
    if blake2b(checkpoint.state, digest_size=HASH_BYTES).digest() != checkpoint.digest:
        raise unfit(where, expected="a state of the digest on record", found="another")
    try:
        state = load(checkpoint.state, build_rules)
    except ListingUnfit as error:
        seq = checkpoint.seq
        raise RulesMissing(name, first_seq=seq, last_seq=seq, why=str(error)) from error
    except (AssertionError, msgspec.MsgspecError) as error:
        raise unfit(where, expected="a state of this version", found=str(error)) from error
    if digest(state) != checkpoint.digest:
        raise unfit(where, expected="the same digest after loading", found="another")
    return Replay(name, Engine(build_rules, state), checkpoint.chain, checkpoint.beside)


def decoded(name: str, group: Group) -> list[tuple[int, AnyCommand]]:
    """Return a group's commands, if this version can read them and none is missing."""
    count = group.last_seq - group.first_seq + 1
    try:
        commands = group.decoded()
    except msgspec.MsgspecError as error:
        found = f"something else ({error})"
    else:
        if len(commands) == count:
            return commands
        found = str(len(commands))
    raise JournalCorrupt(
        name,
        row=group.first_seq,
        whole_until_seq=group.first_seq - 1,
        expected=f"{count} commands of this version",
        found=found,
    )


def unfit(
    where: str,
    *,
    expected: str,
    found: str,
    way_out: str = "the rows have a seal of their own; restore what speaks of them from a copy",
) -> JournalCorrupt:
    """Return the refusal of something that speaks of rows and does not fit them."""
    return JournalCorrupt(
        where, row=None, whole_until_seq=0, expected=expected, found=found, way_out=way_out
    )
