"""The venue with a stopwatch round each callback of its loop: ``python -m`` this, then as usual.

At SIGUSR1 it writes how many ns the longest callback since the last one took into the file that
its environment names, and forgets it. Processor time: what others, or the disk, kept waiting is
not the loop's.
"""

import asyncio.events as events
import os
import signal
import time
from pathlib import Path

TOLD = "VENUE_LONGEST_TURN"
_run = events.Handle._run
_longest_ns = 0


def _watched(self: events.Handle) -> None:
    global _longest_ns
    began_ns = time.thread_time_ns()
    _run(self)
    _longest_ns = max(_longest_ns, time.thread_time_ns() - began_ns)


def _tell(*_: object) -> None:
    global _longest_ns
    path = Path(os.environ[TOLD])
    whole = path.with_suffix(".new")
    whole.write_text(f"{_longest_ns}")
    whole.rename(path)
    _longest_ns = 0


if __name__ == "__main__":
    from venue.cli import main

    setattr(events.Handle, "_run", _watched)  # noqa: B010 - a method is not assigned to.
    signal.signal(signal.SIGUSR1, _tell)
    main()
