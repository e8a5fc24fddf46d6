"""What the operator's routes share: asking the sequencer, and being refused by it."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, TypeVar

import msgspec
from aiohttp import web
from msgspec import Meta

from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.complaints import in_words
from venue.core.events import Event
from venue.core.kinds import purses
from venue.core.names import ACCOUNT_NAME, NAME_MAX, PRINTABLE
from venue.core.state import State
from venue.web.saying import said

Reply = Callable[[int, int, Sequence[Event]], None]
Submit = Callable[[cmd.Command, Reply], None]
Ask = Callable[[Callable[[State], None]], None]
Answer = web.StreamResponse

Name = Annotated[str, Meta(min_length=1, max_length=NAME_MAX, pattern=PRINTABLE)]
# The door of the bots holds names of sub-accounts to the same.
AccountName = Annotated[str, Meta(min_length=1, max_length=NAME_MAX, pattern=ACCOUNT_NAME)]
Number = Annotated[int, Meta(ge=1, le=(1 << 53) - 1)]


Body = TypeVar("Body")


async def body_of(request: web.Request, kind: type[Body]) -> Body:
    """Return what a request says, or say where it is not what was expected."""
    said = await request.read()
    try:
        return msgspec.json.decode(said, type=kind)
    except msgspec.ValidationError as error:
        complaint = in_words(str(error), kind, msgspec.json.decode(said))
        raise msgspec.ValidationError(complaint) from error


class Refused(Exception):
    """The core refused; the text says which name, what was expected and what was found."""


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
                raise Refused(str(await self.asked(partial(said, command=command, refused=event))))
        return events

    async def asked(self, question: Callable[[State], object]) -> object:
        """Return the answer to a question about the state."""
        answered: asyncio.Future[object] = asyncio.get_running_loop().create_future()

        def answer(state: State) -> None:
            if not answered.done():
                answered.set_result(question(state))

        self._ask(answer)
        return await answered

    async def check_somebodys(self, account: int) -> None:
        """Raise ``Refused`` for an account that is not there, or that nobody trades with."""
        wrong = await self.asked(partial(_not_somebodys, account=account))
        if wrong is not None:
            raise Refused(f"unknown_account: {wrong}")


def _not_somebodys(state: State, account: int) -> str | None:
    if account not in state.accounts:
        return f"there is no account {account}"
    purse = purses(state).get(account)
    return None if purse is None else f"account {account} ({purse.value}) holds the money of others"
