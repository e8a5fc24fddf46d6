"""A group of commands: executed together, one row of the journal, told once it is durable."""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from operator import itemgetter
from typing import Final, NamedTuple

import msgspec

from venue.core.commands import ChangeSession, Command
from venue.core.events import Event
from venue.core.state import State

Reply = Callable[[int, int, Sequence[Event]], None]

# A command of the group in hand, and who waits for it: (seq, at_ns, command, events, reply). A bare
# tuple, because making a named one costs more than all that happens to it here.
Executed = tuple[int, int, Command, list[Event], Reply | None]
COMMAND_OF: Final = itemgetter(2)

_encode: Final = msgspec.msgpack.Encoder().encode


class Group(NamedTuple):
    """One row of the journal."""

    first_seq: int
    last_seq: int
    at_ns: int
    commands: bytes
    chain: bytes


class Sealed(NamedTuple):
    """A group on its way: its row, its events as they were hashed, and who waits for it."""

    group: Group
    events: bytes
    executed: list[Executed]
    asks: list[Callable[[State], None]]


def seal(chain: bytes, executed: list[Executed], asks: list[Callable[[State], None]]) -> Sealed:
    """Close a group: its commands and events are packed, and hashed on to the chain so far."""
    commands = _encode([(at_ns, command) for _, at_ns, command, _, _ in executed])
    events = _encode([events for _, _, _, events, _ in executed])
    link = blake2b(chain, digest_size=32)
    link.update(commands)
    link.update(events)
    first_seq, (last_seq, at_ns, *_) = executed[0][0], executed[-1]
    group = Group(first_seq, last_seq, at_ns, commands, link.digest())
    return Sealed(group, events, executed, asks)


def changes_of_session(executed: Sequence[Executed]) -> list[ChangeSession]:
    """Return the changes of session in a group; nearly every group has none, and is only asked."""
    if ChangeSession not in set(map(type, map(COMMAND_OF, executed))):
        return []
    return [each[2] for each in executed if isinstance(each[2], ChangeSession)]
