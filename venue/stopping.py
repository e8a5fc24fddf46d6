"""What ends a run: a signal, or a task beside the door that breaks."""

import asyncio
import signal
from collections.abc import Coroutine, Iterable
from functools import partial
from typing import Any

from venue.sequencer import Sequencer


def stop_on_signals(sequencer: Sequencer) -> "asyncio.Future[None]":
    """Let SIGINT and SIGTERM end the run."""
    stopped = sequencer.stopped
    assert stopped is not None, "the sequencer was started"

    def stop() -> None:
        if not stopped.done():
            stopped.set_result(None)

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    return stopped


def start_beside(
    work: Iterable[Coroutine[Any, Any, None]], stopped: "asyncio.Future[None]"
) -> "list[asyncio.Task[None]]":
    """Start what runs beside the door; the first that breaks ends the run."""
    tasks = [asyncio.create_task(each) for each in work]
    for task in tasks:
        task.add_done_callback(partial(_stop_with, stopped))
    return tasks


async def end_beside(tasks: "list[asyncio.Task[None]]") -> None:
    """Cancel what runs beside the door, and wait for its end."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _stop_with(stopped: "asyncio.Future[None]", task: "asyncio.Task[None]") -> None:
    """A task beside the door that breaks is a fault of ours: the venue stops with it."""
    if not task.cancelled() and (error := task.exception()) is not None and not stopped.done():
        stopped.set_exception(error)
