"""Lock-step: the venue's time advances when every enrolled bot has said that it is ready.

The venue executes commands only then, so their answers come with the step. Everything that came
before the venue's word to go on is let out at once, in an order that does not depend on who was
faster: answers, private notices and raw channels as they came (they come in the journal's order),
then the conflated channels by name.
"""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

CALM_TURNS = 6  # Turns of the loop without a stir: an answer wakes its handler in two or three.
QUICK_TURNS = 100
PAUSE_S = 0.0005


class Kept(NamedTuple):
    """Something heard: what to do with it; ``conflated`` names a channel told by wall time."""

    conflated: str
    act: Callable[[], None]


class Steps:
    """What was heard in the step that is going on, and who is waiting for its end."""

    def __init__(self) -> None:
        self.busy = 0
        self.waiting = 0
        self._kept: list[Kept] = []
        self._cut = 0

    def keep(self, act: Callable[[], None], conflated: str = "") -> None:
        """Keep something heard until it is let out."""
        self._kept.append(Kept(conflated, act))

    def cut(self, go_on: Callable[[], None]) -> None:
        """The venue says go on: what was heard up to here belongs to the step that ends."""
        self._cut = len(self._kept)
        go_on()

    def let_out(self) -> None:
        """Let out what belongs to the step that has ended."""
        now, self._kept = self._kept[: self._cut], self._kept[self._cut :]
        for each in sorted(now, key=lambda kept: kept.conflated):
            each.act()

    async def rest(self, is_awaiting: Callable[[], bool]) -> None:
        """Return when the bot has nothing more to do.

        That is when it waits for news, or for answers that come with the next step, and for
        nothing else: no request is on its way that is answered before.
        """
        calm = turns = 0
        while calm < CALM_TURNS:
            await asyncio.sleep(0 if turns < QUICK_TURNS else PAUSE_S)
            turns += 1
            is_calm = not self.busy and (self.waiting > 0 or is_awaiting())
            calm = calm + 1 if is_calm else 0
