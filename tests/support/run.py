"""One seeded life of a venue, with the auditor beside it, rebuilt from its events and restored."""

import os
from collections import Counter
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from tests.simulation.chance import Flow
from tests.support.auditor import Auditor
from venue.core import events as ev
from venue.core.apply import apply
from venue.core.commands import Command
from venue.core.digest import digest, dump, load
from venue.core.engine import Engine
from venue.core.state import State
from venue.rules.build import build

# More of both by environment, for a long night: VENUE_SIM_SEEDS=500 VENUE_SIM_COMMANDS=5000.
SEEDS = int(os.environ.get("VENUE_SIM_SEEDS", "16"))
COMMANDS = int(os.environ.get("VENUE_SIM_COMMANDS", "1500"))
DIGEST_EVERY = 97
REFUSALS_EVERY = 3
# Commands that a restored venue follows the one that never stopped.
FOLLOWED = 200


class Life(NamedTuple):
    """What a seed came to: counts by name, and the digest at its end."""

    events: Counter[str]
    details: Counter[str]
    digest: bytes


class Rebuilt:
    """A state that is told events alone, and the stamps of their commands."""

    def __init__(self) -> None:
        self.state = State(build)

    def hear(self, at_ns: int, events: list[ev.Event]) -> None:
        self.state.seq += 1
        if not events or not isinstance(events[0], ev.TimePassed):
            self.state.now_ns = at_ns
        for event in events:
            apply(self.state, event)
        self.state.now_ns = at_ns


@cache
def live(seed: int, commands: int = COMMANDS) -> Life:
    """Run a seed; raise where the auditor, the rebuilt or the restored venue disagrees."""
    engine, flow, auditor, rebuilt = Engine(build), Flow(seed), Auditor(), Rebuilt()
    happened: Counter[str] = Counter()
    details: Counter[str] = Counter()
    restored: Engine | None = None

    def execute(command: Command, at_ns: int) -> None:
        before = dump(engine.state) if engine.state.seq % REFUSALS_EVERY == 0 else None
        events = auditor.execute(engine, command, at_ns)
        rebuilt.hear(at_ns, events)
        happened.update(type(event).__name__ for event in events)
        details.update(detail for event in events for detail in details_of(event))
        if before is not None and events and isinstance(events[0], ev.Rejected):
            check_unchanged(before, engine.state)
        if restored is not None:
            for account in restored.state.accounts.values():
                account.headroom_version = -1  # It takes no short cuts.
            assert restored.execute(command, at_ns=at_ns) == events, "a restored venue differs"

    for command in flow.opening():
        execute(command, flow.now_ns)
    for number in range(commands):
        at_ns, command = flow.next(engine.state)
        execute(command, at_ns)
        if number % FOLLOWED == 0:
            if restored is not None:
                assert digest(restored.state) == digest(engine.state), "a restored venue differs"
            restored = Engine(build, load(dump(engine.state), build))
        if number % DIGEST_EVERY == 0:
            assert digest(rebuilt.state) == digest(engine.state), f"events differ at {number}"
    assert digest(rebuilt.state) == digest(engine.state), "events do not rebuild the state"
    return Life(happened, details, digest(engine.state))


def check_unchanged(before: bytes, state: State) -> None:
    """A refusal changes nothing but the sequence number and the time."""
    was = load(before, build)
    was.seq, was.now_ns = state.seq, state.now_ns
    assert dump(was) == dump(state), "a refused command changed the state"


def details_of(event: ev.Event) -> list[str]:
    """Return the permanent words within an event that a simulation should meet, too."""
    values = [getattr(event, name, None) for name in ("cause", "why", "outcome", "reason")]
    return [repr(value) for value in values if isinstance(value, StrEnum)]
