"""Telling of a durable group: to followers, counters and listeners, and to whoever waits.

A big group takes several turns of the loop, so that others get it in between.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from venue.core.commands import Command
from venue.core.events import Event
from venue.group import Executed, Sealed

Durable = Callable[[int, int, Command, Sequence[Event]], None]

# One turn of telling what has become durable is no longer than this.
TELL_NS: Final = 1_000_000
# Events and answers told between two looks at the stopwatch: about 0.1 ms.
EVENTS_A_LOOK: Final = 16


class Telling:
    """One durable group at a time; ``all_told`` is called at its end, ``broken`` if one breaks."""

    def __init__(
        self,
        *,
        stopwatch_ns: Callable[[], int],
        all_told: Callable[[Sealed], None],
        broken: Callable[[BaseException], None],
    ) -> None:
        self.listeners: list[Durable] = []
        self.counters: list[Callable[[Sequence[Executed]], None]] = []
        self.followers: list[Callable[[int, bytes, bytes], None]] = []
        # The group that is being told, and how many of its commands have been.
        self.sealed: Sealed | None = None
        self._told = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopwatch_ns = stopwatch_ns
        self._all_told = all_told
        self._broken = broken

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Say in whose turns a big group is told."""
        self._loop = loop

    def begin(self, sealed: Sealed) -> None:
        """Tell of a group, the rest of a big one in the next turns."""
        group, packed, executed, _ = sealed
        for follower in self.followers:
            follower(group.first_seq, group.commands, packed)
        for counter in self.counters:
            counter(executed)
        self.sealed, self._told = sealed, 0
        self._tell()

    def end(self) -> None:
        """Tell no more of the group in hand."""
        self.sealed = None

    def untold(self) -> list[Executed]:
        """Return what is left of the group in hand."""
        return self.sealed.executed[self._told :] if self.sealed is not None else []

    def _tell(self) -> None:
        sealed = self.sealed
        assert sealed is not None, "a group is being told"
        executed, listeners = sealed.executed, self.listeners
        until = self._stopwatch_ns() + TELL_NS
        since_look = 0
        for told, (seq, at_ns, command, events, reply) in enumerate(
            executed[self._told :] if self._told else executed, self._told + 1
        ):
            for listener in listeners:
                listener(seq, at_ns, command, events)
            if reply is not None:
                reply(seq, at_ns, events)
            since_look += len(events) + 1
            if since_look >= EVENTS_A_LOOK:
                since_look = 0
                if self._stopwatch_ns() >= until and told < len(executed):
                    self._told = told
                    assert self._loop is not None, "the sequencer was started"
                    self._loop.call_soon(self._tell_on)
                    return
        self.sealed = None
        self._all_told(sealed)

    def _tell_on(self) -> None:
        try:
            if self.sealed is not None:
                self._tell()
        except Exception as error:
            self._broken(error)
