"""What is done to a venue from outside: one record each, so that a life can be lived again.

A life is a list of these. Nothing in it refers to chance: the same list brings the same life, and
a shorter list another, which is how a failure is made short.
"""

from pathlib import Path

import msgspec

from venue.core.commands import AnyCommand


class Action(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The root of all actions. ``after_ms`` is how long the world waits before it."""

    after_ms: int = 0


class Say(Action, frozen=True, kw_only=True, tag=True):
    """A bot sends a message; the network brings it ``copies`` times, ``delay_ms`` later."""

    bot: int
    payload: bytes
    copies: int = 1
    delay_ms: int = 0


class HangUp(Action, frozen=True, kw_only=True, tag=True):
    """A bot's connection ends; it connects again before it says anything else."""

    bot: int


class Deafen(Action, frozen=True, kw_only=True, tag=True):
    """A bot's connection is half open: neither side hears the other, and nobody is told."""

    bot: int


class Clog(Action, frozen=True, kw_only=True, tag=True):
    """A bot stops reading: what it is sent lies unsent."""

    bot: int
    unsent_bytes: int


class Order(Action, frozen=True, kw_only=True, tag=True):
    """The operator, the calendar or a source submits a command."""

    command: AnyCommand


class SourceFrame(Action, frozen=True, kw_only=True, tag=True):
    """The live source sends a frame, which arrives as a bot's message does."""

    payload: bytes
    copies: int = 1
    delay_ms: int = 0


class DiskFault(Action, frozen=True, kw_only=True, tag=True):
    """The disk is about to fail: at its next write, or after ``skip`` more.

    ``cut_before``, ``cut_in`` (it stands all the same) and ``cut_after`` end the process at a
    commit; ``refused`` refuses ``times`` writes; ``unsure`` refuses one that stands; ``full``
    refuses whatever comes for ``times`` ms; ``slow`` takes ``times`` ms a write, for a while.
    ``beside``: it waits for a write that is no group: a checkpoint, a digest, an epoch.
    """

    kind: str
    beside: bool = False
    skip: int = 0
    times: int = 1


class Kill(Action, frozen=True, kw_only=True, tag=True):
    """The process is killed between two turns of its loop."""


class Stop(Action, frozen=True, kw_only=True, tag=True):
    """The process is asked to stop, and does so in order."""


class Checkpoint(Action, frozen=True, kw_only=True, tag=True):
    """A checkpoint falls due."""


class StepClock(Action, frozen=True, kw_only=True, tag=True):
    """The machine's clock is set forth or back."""

    by_ms: int


class NextLife(Action, frozen=True, kw_only=True, tag=True):
    """How the next start goes: after so long, as another version or the same."""

    down_ms: int
    newer: bool = False


AnyAction = (
    Say
    | HangUp
    | Deafen
    | Clog
    | Order
    | SourceFrame
    | DiskFault
    | Kill
    | Stop
    | Checkpoint
    | StepClock
    | NextLife
)


class Script(msgspec.Struct, frozen=True):
    """A failure as a file: its seed, the commit that it was seen at, and what was done."""

    seed: int
    commit: str
    failure: str
    actions: list[AnyAction]


def write_script(path: Path, script: Script) -> None:
    """Keep a failure."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(script)))


def read_script(path: Path) -> Script:
    """Return a failure that was kept."""
    return msgspec.json.decode(path.read_bytes(), type=Script)
