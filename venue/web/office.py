"""What the operator's routes share: asking the sequencer, and being refused by it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Annotated

from aiohttp import web
from msgspec import Meta

from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.events import Event
from venue.core.names import PRINTABLE
from venue.core.state import State

Reply = Callable[[int, int, Sequence[Event]], None]
Submit = Callable[[cmd.Command, Reply], None]
Ask = Callable[[Callable[[State], None]], None]
Answer = web.StreamResponse

# The door of the bots holds names of sub-accounts to the same.
Name = Annotated[str, Meta(min_length=1, max_length=64, pattern=PRINTABLE)]
Number = Annotated[int, Meta(ge=1, le=(1 << 53) - 1)]


class Refused(Exception):
    """The core refused; the text says what and with which figures."""


class Office:
    """Hands commands and questions in, and waits for what comes of them."""

    def __init__(self, submit: Submit, ask: Ask) -> None:
        self._submit = submit
        self._ask = ask

    async def done(self, command: cmd.Command) -> Sequence[Event]:
        """Return what a command did, once it is durable, or raise ``Refused``."""
        done: asyncio.Future[Sequence[Event]] = asyncio.get_running_loop().create_future()

        def reply(seq: int, at_ns: int, events: Sequence[Event]) -> None:
            if not done.done():
                done.set_result(events)

        self._submit(command, reply)
        events = await done
        for event in events:
            if isinstance(event, ev.Rejected) and event.command == type(command).__name__:
                figures = ", ".join(f"{name} {value}" for name, value in event.figures.items())
                if event.now_called:
                    figures = f"this market is called {event.now_called} now"
                raise Refused(f"{event.reason.value}{': ' + figures if figures else ''}")
        return events

    async def asked(self, question: Callable[[State], object]) -> object:
        """Return the answer to a question about the state."""
        answered: asyncio.Future[object] = asyncio.get_running_loop().create_future()

        def answer(state: State) -> None:
            if not answered.done():
                answered.set_result(question(state))

        self._ask(answer)
        return await answered
