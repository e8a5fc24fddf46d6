"""An event loop whose time is a number: it leaps to whatever is due next, and never waits.

Everything that asyncio orders by time happens in the order of that time; nothing depends on how
fast the machine is. A power cut leaves it at once, wherever it happens.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Any, TypeVarTuple

from venue.core.units import E9

# A turn takes time, as everywhere: else who waits for the next instant would keep the loop from it.
TURN_NS = 1_000

Given = TypeVarTuple("Given")


class PowerCut(SystemExit):
    """The process ends here. asyncio passes this kind on, through callbacks and tasks alike."""


class Deadlock(AssertionError):
    """Everybody waits, and nothing is due."""


class _Leaping(selectors.SelectSelector):
    """Instead of waiting for sockets, which nobody has here, it lets the loop's time leap."""

    def __init__(self, leap: Callable[[float], None]) -> None:
        super().__init__()
        self._leap = leap

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise Deadlock("the venue waits for what will never come")
        self._leap(timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop that begins at a time in ns and says in ``at_ns`` how far it has come."""

    def __init__(self, at_ns: int) -> None:
        self.at_ns = at_ns
        super().__init__(_Leaping(self._leap))

    def time(self) -> float:
        """Return the loop's time in seconds."""
        return self.at_ns / E9

    def call_soon(
        self,
        callback: Callable[[*Given], object],
        *args: *Given,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """Call something in the next turn; for what is left of a dead process, never."""
        if self.is_closed():
            return asyncio.Handle(callback, args, self, context)
        return super().call_soon(callback, *args, context=context)

    def _leap(self, seconds: float) -> None:
        self.at_ns += max(0, int(seconds * E9)) + TURN_NS

    def live(self, life: Coroutine[Any, Any, None]) -> PowerCut | None:
        """Run a life to its end; return how the power was cut, if it was."""
        try:
            self.run_until_complete(life)
        except PowerCut as cut:
            return cut
        finally:
            self._bury()
        return None

    def _bury(self) -> None:
        """Forget what was going on: a dead process says nothing, not even on its way out."""
        self.set_exception_handler(lambda loop, context: None)
        tasks = asyncio.all_tasks(self)
        self.close()
        for task in tasks:
            coroutine = task.get_coro()
            assert coroutine is not None, "a task of ours runs a coroutine"
            coroutine.close()
