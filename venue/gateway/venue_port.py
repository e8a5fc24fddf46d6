"""What the door needs of the venue behind it. The sequencer has this shape; tests fake it."""

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from venue.core.commands import Command
from venue.core.events import Event
from venue.core.state import State
from venue.gateway.notices import Notice
from venue.gateway.wire_types import Scope

Reply = Callable[[int, int, Sequence[Event]], None]
Listener = Callable[[int, int, Command, Sequence[Event]], None]
Question = Callable[[State], None]
Deliver = Callable[[Sequence[Notice]], None]


class VenuePort(Protocol):
    """The one writer, as the door sees it. Everything here returns at once."""

    def submit(self, command: Command, reply: Reply) -> None:
        """Queue a command; call ``reply(seq, at_ns, events)`` once it is durable."""

    def ask(self, question: Question) -> None:
        """Call ``question(state)`` once everything executed so far is durable and listened to."""

    def on_durable(self, listener: Listener) -> None:
        """Call ``listener(seq, at_ns, command, events)`` for every durable command, in order,
        before its reply."""

    def ready(self, account: int, go_on: Callable[[int], None]) -> bool:
        """In lock-step, note that a bot is ready and call ``go_on(time in ns)`` after the step;
        otherwise return ``False``."""

    def now_ns(self) -> int:
        """Return the venue's time."""

    def speed(self) -> str:
        """Return venue seconds a wall second as a decimal; ``0`` when time is stepped."""


class Login(msgspec.Struct, frozen=True):
    """What a token stands for. ``expires_ns`` is wall time, Unix nanoseconds; ``None``: never.

    ``key`` is what the token is known by, its hash: by it a revoked token's connections are found.
    """

    account: int
    scope: Scope
    expires_ns: int | None = None
    key: bytes = b""


Authenticate = Callable[[bytes], Login | None]
"""Return what a token stands for, in constant time; ``None``: nobody's."""

Trouble = Callable[[], str | None]
"""Return why nothing can be made durable now; ``None``: all is well."""

History = Callable[[int, int, int, Deliver], None]
"""``history(account, from_n, count, deliver)``: work out older notices and hand them over later.

``deliver`` takes the notices ``from_n`` and on, at most ``count`` and at least one; none at all
says that they cannot be had, and the bot is told so.
"""
