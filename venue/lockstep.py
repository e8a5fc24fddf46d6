"""Lock-step: time advances when every enrolled bot has said that it is ready.

What bots send waits until all are ready, and is executed by account, then in the order in which
each sent it; then time moves one step, and every bot hears of all that happened before it hears
that it may go on. Nothing depends on who was faster, so the same bots bring the same journal:
only this mode repeats exactly with real bots.
"""

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from venue.clock import SteppedClock
from venue.core.commands import (
    Command,
    LoseConnection,
    PlaceOrder,
    PlaceTrigger,
    SetCancelOnDisconnect,
)
from venue.core.events import Event
from venue.core.state import State
from venue.group import Reply
from venue.sequencer import Sequencer

Ready = Callable[[int], None]


class LockStep:
    """Stands between the door and the sequencer, with the same face."""

    def __init__(
        self,
        sequencer: Sequencer,
        clock: SteppedClock,
        *,
        bots: int,
        step_ns: int,
        until_ns: int | None = None,
    ) -> None:
        self._sequencer = sequencer
        self._clock = clock
        self._bots = bots
        self._step_ns = step_ns
        self._until_ns = until_ns
        self._held: list[tuple[int, int, Command, Reply | None]] = []
        self._ready: dict[int, Ready] = {}
        self._stepping = False
        # Lets every channel speak, before bots hear that they may go on; set by the composition.
        self.tell_all: Callable[[], None] = lambda: None

    def submit(self, command: Command, reply: Reply | None) -> None:
        """Hold a command until all bots are ready."""
        account = getattr(command, "account", 0)
        self._held.append((account, len(self._held), _canonical(command, account), reply))

    def ready(self, account: int, go_on: Ready) -> bool:
        """An enrolled bot has handled all it heard; ``go_on(time in ns)`` follows the step."""
        self._ready[account] = go_on
        if len(self._ready) >= self._bots and not self._stepping:
            self._stepping = True
            asyncio.get_running_loop().call_soon(self._step)
        return True

    def ask(self, question: Callable[[State], None]) -> None:
        """As the sequencer's."""
        self._sequencer.ask(question)

    def on_durable(self, listener: Callable[[int, int, Command, Sequence[Event]], None]) -> None:
        """As the sequencer's."""
        self._sequencer.on_durable(listener)

    def now_ns(self) -> int:
        """Return the venue's time."""
        return self._clock.now_ns()

    def speed(self) -> str:
        """Time is stepped."""
        return "0"

    def _step(self) -> None:
        held, self._held = self._held, []
        for _, _, command, reply in sorted(held, key=lambda each: each[:2]):
            self._sequencer.submit(command, reply)
        at_ns = self._clock.now_ns() + self._step_ns
        if self._until_ns is not None and at_ns >= self._until_ns:
            at_ns = max(self._clock.now_ns(), self._until_ns)
        self._clock.step_to(at_ns)
        while self._sequencer.catch_up():
            pass
        self._sequencer.ask(self._go_on)

    def _go_on(self, state: State) -> None:
        self.tell_all()
        ready, self._ready = self._ready, {}
        self._stepping = False
        at_ns = self._clock.now_ns()
        for _, go_on in sorted(ready.items()):
            go_on(at_ns)


def _canonical(command: Command, account: int) -> Command:
    """Number connections by account: who connected first must not show in the journal."""
    if isinstance(command, PlaceOrder | PlaceTrigger | SetCancelOnDisconnect | LoseConnection):
        return msgspec.structs.replace(command, connection=account)
    return command
