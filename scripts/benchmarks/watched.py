"""The venue with a stopwatch round each callback of its loop: ``python -m`` this, then as usual.

At SIGUSR1 it writes the longest callback since the last one into the file that its environment
names, and forgets it. Processor time: what others, or the disk, kept waiting is not the loop's.
"""

import asyncio.events as events
import os
import signal
import time
from pathlib import Path

TOLD = "VENUE_LONGEST_TURN"
_run = events.Handle._run
_longest_ns = 0
_what = ""


def _watched(self: events.Handle) -> None:
    global _longest_ns, _what
    began_ns = time.thread_time_ns()
    _run(self)
    took_ns = time.thread_time_ns() - began_ns
    if took_ns > _longest_ns:
        _longest_ns, _what = took_ns, repr(self)


def _tell(*_: object) -> None:
    global _longest_ns, _what
    path = Path(os.environ[TOLD])
    whole = path.with_suffix(".new")
    whole.write_text(f"{_longest_ns} {_what}")
    whole.rename(path)
    _longest_ns, _what = 0, ""


if __name__ == "__main__":
    from venue.cli import main

    setattr(events.Handle, "_run", _watched)  # noqa: B010 - a method is not assigned to.
    signal.signal(signal.SIGUSR1, _tell)
    main()
