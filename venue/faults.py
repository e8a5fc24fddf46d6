"""Our own faults: kept in files beside the journal; people get a sentence."""

import traceback
from pathlib import Path

import msgspec
import structlog

from venue.core.commands import Command
from venue.core.policies.broken import RuleBroke
from venue.store.journal import Side

log = structlog.get_logger()


class VenueStopped(Exception):
    """A fault of the venue's own stopped it; everything acknowledged is durable."""


class StoppedWithoutJournal(Exception):
    """The venue was stopped while its journal could not be written, for the reason it says."""


class Faults:
    """Where faults are kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep_command(self, seq: int, at_ns: int, command: Command, why: str) -> None:
        """Keep a command that broke an assertion: it is not in the journal."""
        side = Side(seq, at_ns, msgspec.msgpack.encode(command), why)
        path = self._folder / f"side-{seq}.msgpack"
        path.write_bytes(msgspec.msgpack.encode(side))
        log.error("a command broke an assertion: the venue stops", seq=seq, why=why, file=str(path))

    def keep(self, error: BaseException, seq: int) -> None:
        """Keep where a fault happened; ``seq`` is the last durable command."""
        path = self._folder / f"fault-{seq}.txt"
        path.write_text("".join(traceback.format_exception(error)))
        whose = "a rule's fault" if isinstance(error, RuleBroke) else "a fault of its own"
        log.error(f"the venue stopped on {whose}", what=repr(error), file=str(path))
