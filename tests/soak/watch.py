"""Who looks on: a witness of every command as it runs, and a shadow that follows the journal.

The witness keeps the auditor's books beside the running engine and compares them after every
command. The shadow executes what is durable, from the first command on and never from a
checkpoint: it is the genesis replay, its auditor is what a restarted witness goes on from.
"""

from collections import Counter
from collections.abc import Callable
from copy import deepcopy

import msgspec

from tests.support.auditor import Auditor
from tests.support.model import Fault, expect
from tests.support.run import Rebuilt, check_unchanged, details_of
from venue.core.commands import AnyCommand, Command
from venue.core.digest import digest, dump
from venue.core.engine import Engine
from venue.core.events import Event, Rejected
from venue.core.state import State
from venue.rules.build import build
from venue.store.journal import GENESIS_CHAIN, Group, chain_after, pack_events

DIGEST_EVERY = 50
REFUSALS_EVERY = 11

Heard = Callable[[Engine, Command, int, list[Event], bytes | None], None]
_pack = msgspec.msgpack.encode


class Watched:
    """The real engine, and somebody who is told of every command.

    It has the engine and is none: a compiled one has no subclasses.
    """

    __slots__ = ("_engine", "heard")

    def __init__(self, state: State, heard: Heard) -> None:
        self._engine = Engine(build, state)
        self.heard = heard

    @property
    def state(self) -> State:
        """The engine's."""
        return self._engine.state

    @property
    def next_due_ns(self) -> int:
        """The engine's."""
        return self._engine.next_due_ns

    def execute(self, command: Command, *, at_ns: int) -> list[Event]:
        """Execute a command and tell of it; every so often with the state as it was."""
        engine = self._engine
        before = dump(engine.state) if engine.state.seq % REFUSALS_EVERY == 0 else None
        events = engine.execute(command, at_ns=at_ns)
        self.heard(engine, command, at_ns, events, before)
        return events


class Witness:
    """Audits a running engine; ``digests`` are of states that the shadow must come by, too."""

    def __init__(self, auditor: Auditor, digests: dict[int, bytes]) -> None:
        self._auditor = auditor
        self._digests = digests

    def hear(
        self,
        engine: Engine,
        command: Command,
        at_ns: int,
        events: list[Event],
        before: bytes | None,
    ) -> None:
        """Compare a command with the second opinion, which holds the laws against the state."""
        state = engine.state
        self._auditor.hear(at_ns, events)
        self._auditor.compare(engine)
        if before is not None and events and isinstance(events[0], Rejected):
            check_unchanged(before, state)
        if state.seq % DIGEST_EVERY == 0:
            self._digests[state.seq] = digest(state)


class Shadow:
    """The journal from its first command on, executed again as it becomes durable.

    ``rows`` are its commands as (time in ns, packed command), the first of seq 1. ``asked`` and
    ``events`` count commands and events by kind, ``words`` reasons, causes and outcomes.
    """

    def __init__(self) -> None:
        self.engine = Engine(build)
        self.auditor = Auditor()
        self.chain = GENESIS_CHAIN
        self.rows: list[tuple[int, bytes]] = []
        self.groups: list[Group] = []
        self.asked: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.words: Counter[str] = Counter()
        self._rebuilt = Rebuilt()

    @property
    def seq(self) -> int:
        """Return the last command that it has executed."""
        return len(self.rows)

    @property
    def digest(self) -> bytes:
        """Return the digest of its state."""
        return digest(self.engine.state)

    def is_same(self, engine: Engine) -> bool:
        """Say whether another engine has the same state."""
        return digest(engine.state) == self.digest

    def follow(self, groups: list[Group], digests: dict[int, bytes]) -> None:
        """Execute more groups; hold events, states and books against what is on record."""
        for group in groups:
            expect(group.first_seq == self.seq + 1, f"a row begins with seq {group.first_seq}")
            events = [self._execute(*each) for each in group.decoded()]
            packed = pack_events(events)
            self.chain = chain_after(self.chain, commands=group.commands, events=packed)
            expect(self.chain == group.chain, f"genesis replay brings other events at {self.seq}")
            self.groups.append(group)
            for seq in range(group.first_seq, group.last_seq + 1):
                live = digests.pop(seq, None)
                if seq == self.seq and live is not None:
                    expect(digest(self.engine.state) == live, f"genesis replay differs at {seq}")
        self.auditor.compare(self.engine)
        same = digest(self._rebuilt.state) == digest(self.engine.state)
        expect(same, "the events alone do not rebuild the state")

    def witness(self, digests: dict[int, bytes]) -> Witness:
        """Return a witness that goes on from here."""
        return Witness(deepcopy(self.auditor), digests)

    def _execute(self, at_ns: int, command: AnyCommand) -> list[Event]:
        events = self.engine.execute(command, at_ns=at_ns)
        self.auditor.hear(at_ns, events)
        self._rebuilt.hear(at_ns, events)
        self.rows.append((at_ns, _pack(command)))
        self.asked[type(command).__name__] += 1
        self.events.update(type(event).__name__ for event in events)
        self.words.update(word for event in events for word in details_of(event))
        return events


__all__ = ["Fault", "Shadow", "Watched", "Witness"]
