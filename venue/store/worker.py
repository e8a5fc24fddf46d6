"""One thread that owns a blocking connection, and the loop's way to it.

Calls run in the order in which they were handed over. A caller that is cancelled while its call
runs does not stop it.
"""

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
_Call = tuple[Callable[[], Any], asyncio.AbstractEventLoop, "asyncio.Future[Any]"]


class Worker:
    """Run calls one after another on a thread of their own."""

    def __init__(self, name: str) -> None:
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def run(self, call: Callable[[], T]) -> T:
        """Run a call on the thread and return what it returns, or raise what it raises."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._calls.put((call, loop, answer))
        return await answer

    def stop(self) -> None:
        """Finish what was handed over, then end the thread."""
        self._calls.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (asked := self._calls.get()) is not None:
            call, loop, answer = asked
            try:
                result = call()
            except Exception as error:
                _post(loop, _fail, answer, error)
            else:
                _post(loop, _fulfil, answer, result)


def _post(
    loop: asyncio.AbstractEventLoop,
    settle: "Callable[[asyncio.Future[Any], Any], None]",
    answer: "asyncio.Future[Any]",
    value: Any,
) -> None:
    if not loop.is_closed():  # Otherwise nobody is left to be told.
        loop.call_soon_threadsafe(settle, answer, value)


def _fulfil(answer: "asyncio.Future[Any]", result: Any) -> None:
    if not answer.cancelled():
        answer.set_result(result)


def _fail(answer: "asyncio.Future[Any]", error: Exception) -> None:
    if not answer.cancelled():
        answer.set_exception(error)
