"""Lock-step: the same bots with the same seeds bring the same journal, over real sockets."""

import asyncio
from collections.abc import Sequence
from typing import Any

from venue_sdk import Bot

from clients.bots.maker import Maker
from clients.bots.momentum import Momentum
from clients.bots.noise import Noise
from tests.clients.real_venue import START_NS, RealVenue
from venue.clock import SteppedClock
from venue.core.commands import Command
from venue.core.events import Event, Traded
from venue.core.units import NS_PER_SECOND
from venue.lockstep import LockStep

STEP_NS = 60 * NS_PER_SECOND
STEPS = 150


async def journal_of_a_run(seed: int, order: list[int]) -> tuple[bytes, int, int]:
    """Run bots for some hours of venue time; ``order`` is the order in which they connect.

    Returns the hash chained over all commands and events, how many commands, how many trades.
    """
    clock = SteppedClock(START_NS)
    venue = RealVenue(clock)
    steps = LockStep(venue.sequencer, clock, bots=3, step_ns=STEP_NS)
    venue.behind = steps
    await venue.start()
    clock.step_to(START_NS + 4 * NS_PER_SECOND)
    venue.print(25_000)
    await venue.sequencer.drain()
    trades: list[Traded] = []

    def listen(seq: int, at_ns: int, command: Command, events: Sequence[Event]) -> None:
        trades.extend(event for event in events if isinstance(event, Traded))

    venue.sequencer.on_durable(listen)
    ended: asyncio.Future[tuple[bytes, int, int]] = asyncio.get_running_loop().create_future()
    done = 0

    def tell_all() -> None:
        """At the end of each step: the next print, and every channel speaks."""
        nonlocal done
        done += 1
        if done == STEPS:
            ended.set_result((venue.sequencer.chain, venue.sequencer.engine.state.seq, len(trades)))
        venue.print(25_000 + done * 7 % 41)
        venue.door.beat()

    steps.tell_all = tell_all
    bots: list[Bot] = [
        Maker(venue.url, "ann", seed=seed),
        Noise(venue.url, "bob", seed=seed),
        Momentum(venue.url, "cat", seed=seed),
    ]
    tasks: list[asyncio.Future[None]] = []
    for number in order:
        tasks.append(asyncio.create_task(bots[number].run_async()))
        await asyncio.sleep(0.01)
    try:
        waits: set[asyncio.Future[Any]] = {ended, *tasks}
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        return ended.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await venue.stop()


def test_same_bots_bring_the_same_journal_whoever_connects_first() -> None:
    one = asyncio.run(journal_of_a_run(7, [0, 1, 2]))
    two = asyncio.run(journal_of_a_run(7, [2, 0, 1]))
    other = asyncio.run(journal_of_a_run(8, [0, 1, 2]))

    assert one == two
    assert one[2] > 10, "they trade"
    assert one[0] != other[0], "another seed is another run"
